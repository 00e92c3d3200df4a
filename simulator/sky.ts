import type { Call, Place } from './service.ts';
import type { MadeCall, Request } from './world.ts';

/** Stands between callers and services: what goes wrong on the way, where a test or an operator wants it to. */
export interface Weather {
  /** Before the operation: may delay it, and an `AwsError` it throws is answered in its place. */
  before?(request: Request): void | Promise<void>;
  /** After the operation: may delay its answer, and what it throws is all the caller hears of it. */
  after?(made: MadeCall): void | Promise<void>;
  /** What becomes of an event on its way to one target. */
  event?(passing: PassingEvent): Fate;
}

/** What becomes of an event on its way to one target; doubled, both copies have the same id. */
export type Fate = 'delivered' | 'lost' | 'doubled' | { readonly lateMs: number };

/** What is asked of an operation, and the call it is asked in. */
export interface Asked {
  readonly request: Request;
  readonly call: Call<unknown>;
}

export type Operate = (input: object) => object | Promise<object>;

/**
 * All weather of `simulator/weather/` that is switched on, as one.
 *
 * An `AwsError` that is thrown is what the caller hears; anything else, that nobody is left to hear.
 */
export interface Sky {
  /** Before the call gets anywhere: whom it throws at is not recorded, either. */
  arrive(request: Request, place: Place): void | Promise<void>;
  /** The call is there, and nothing of it has been looked at. */
  before(request: Request, place: Place): void | Promise<void>;
  /** Whether anything stands in the place of operations. */
  readonly performs: boolean;
  /** In the place of the operation, which `operate` is. */
  perform(asked: Asked, operate: Operate): object | Promise<object>;
  after(made: MadeCall): void | Promise<void>;
  /** By how many milliseconds each copy of an event is late that would otherwise be sent now: none, where it is lost. */
  copies(passing: PassingEvent): readonly number[];
}

/** An event that a rule sends to one of its targets. */
export interface PassingEvent {
  readonly place: Place;
  readonly ruleName: string;
  readonly targetArn: string;
  readonly event: { readonly source: string; readonly 'detail-type': string; readonly detail: object };
}

import type { Random } from '../random.ts';
import type { Place } from '../service.ts';
import type { Asked, Fate, Operate, PassingEvent } from '../sky.ts';
import type { MadeCall, Request, World } from '../world.ts';
import type { Tally } from './struck.ts';

/** What a condition is made of: the world that it strikes, its own source of chance, and where each strike is counted. */
export interface Sources {
  readonly world: World;
  readonly random: Random;
  readonly tally: Tally;
}

/**
 * One thing that goes wrong, for as long as it stands.
 *
 * Each hook is asked of every call or event there is: what a condition does not touch it leaves out. An `AwsError` that
 * a hook throws is what the caller hears.
 */
export interface Condition {
  /** The call gets nowhere: nobody sees, counts or records it. */
  arrive?(request: Request, place: Place): void | Promise<void>;
  /** The call is there; nothing of it has been looked at. What this throws is recorded. */
  before?(request: Request, place: Place): void | Promise<void>;
  /** In the place of the operation: it may go on with another input, change the answer, or answer itself. */
  perform?(asked: Asked, operate: Operate): object | Promise<object>;
  /** It was done and recorded. */
  after?(made: MadeCall): void | Promise<void>;
  /** Asked of each copy of an event, on its way to one target. */
  event?(passing: PassingEvent): Fate;
  /** What it changed elsewhere is put back. */
  over?(): void;
}

/** When a condition stands: from now on and until it is ended, unless told otherwise. */
export interface Lasting {
  /** It begins this much later. */
  readonly afterMs?: number;
  /** It ends by itself after so long. */
  readonly forMs?: number;
}

/** Ends what was switched on, or keeps it from beginning; a second time it does nothing. */
export type End = () => void;

/** Which calls it may strike: all, where left out. */
export interface Choosy {
  readonly only?: ((request: Request) => boolean) | undefined;
}

/** How often it strikes: 0 <= share <= 1. */
export interface Chancy {
  readonly share: number;
}

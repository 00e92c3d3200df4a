import type { AwsError } from './aws-error.ts';
import type { WorldMs } from './clock.ts';
import type { Principal } from './principal.ts';
import { type Call, isReadOnly, type Place, type ServiceName } from './service.ts';
import type { MadeCall, Request, World } from './world.ts';

/** A call as its operation sees it. A class, and its id no property of its own: there are millions, and of most nobody asks for it. */
export class OneCall<State> implements Call<State> {
  readonly place: Place;
  readonly state: State;
  readonly world: World;
  readonly principal: Principal;
  readonly nowMs: WorldMs;
  readonly laterId: () => string;

  constructor(world: World, place: Place, state: State, principal: Principal, laterId: () => string) {
    this.world = world;
    this.place = place;
    this.state = state;
    this.principal = principal;
    this.nowMs = world.clock.nowMs();
    this.laterId = laterId;
  }

  get requestId(): string {
    return this.laterId();
  }
}

/** A call as watchers are told of it. */
export class ToldCall implements MadeCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly place: Place;
  readonly principal: Principal;
  readonly from?: string;
  readonly atMs: WorldMs;
  readonly readOnly: boolean;
  readonly output: object | undefined;
  readonly error: AwsError | undefined;
  readonly #laterId: () => string;

  constructor(
    request: Request,
    place: Place,
    atMs: WorldMs,
    laterId: () => string,
    output: object | undefined,
    error: AwsError | undefined,
  ) {
    this.service = request.service;
    this.operation = request.operation;
    this.input = request.input;
    this.place = place;
    this.principal = request.principal;
    if (request.from !== undefined) this.from = request.from;
    this.atMs = atMs;
    this.readOnly = isReadOnly(request.operation);
    this.output = output;
    this.error = error;
    this.#laterId = laterId;
  }

  get requestId(): string {
    return this.#laterId();
  }
}

import type { InvokeCommandInput } from '@aws-sdk/client-lambda';
import type { Authorized } from './authorization/authorize.ts';
import { AwsError } from './aws-error.ts';
import type { Clock, WorldMs } from './clock.ts';
import { remembered } from './data-plane/remembered.ts';
import { refuseExpired } from './expired-token.ts';
import { isLater, type Maybe } from './maybe.ts';
import { type Changing, Memory, type Recalls, type Trust } from './memory.ts';
import { OneCall, ToldCall } from './one-call.ts';
import { Outages } from './outages.ts';
import type { Principal } from './principal.ts';
import { type Random, seededRandom } from './random.ts';
import { isRemembered } from './remembered-reads.ts';
import { type Call, isReadOnly, type Place, type Service, type ServiceName, type StateHome } from './service.ts';
import type { Sky, Weather } from './sky.ts';
import { StatesOf } from './states.ts';
import type { Timings } from './timings.ts';

/** One call to AWS, as it arrives: over the wire or from within the process. */
export interface Request {
  readonly service: ServiceName;
  /** 'DescribeVpcs' */
  readonly operation: string;
  readonly input: object;
  readonly place: Place;
  readonly principal: Principal;
  /** The Region the caller stands in, where that is one of AWS's: from a dark one nobody is reached. */
  readonly from?: string;
  /** Given where the caller names it in an answer of its own, as the wire does; otherwise the world makes one. */
  readonly requestId?: string;
}

/** A call that was made, for whoever counts, records or watches. */
export interface MadeCall extends Request {
  readonly requestId: string;
  readonly atMs: WorldMs;
  readonly readOnly: boolean;
  readonly output: object | undefined;
  readonly error: AwsError | undefined;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed: string;
  readonly timings: Timings;
  readonly services: readonly Service[];
  /** The account that unknown access keys belong to. */
  readonly account: string;
  /** What is asked before each call, where authorization is enforced. */
  readonly authorizer?: Authorizer;
  readonly authorization?: Authorization;
  /** Names of roles and users that may do everything though IAM does not know them: whoever sets up the world, for one. */
  readonly trustedRoles?: readonly string[];
}

/** Whether policies are evaluated: `ignored`, everybody may do everything. */
export type Authorization = 'ignored' | 'enforced';

/** Refuses a call that its principal may not make, by throwing what the service would answer. */
export type Authorizer = (asked: Pick<Request, 'service' | 'operation' | 'input'>, call: Call<unknown>) => void;

/** A state of a state machine, as an execution enters it. */
export interface EnteredState {
  /** 'landbridge-reconcile' */
  readonly machine: string;
  readonly state: string;
  /** 'Task', 'Wait' ... */
  readonly type: string;
  readonly executionArn: string;
}

/** An answer that many get: frozen all the way down, but for what cannot be. */
function frozen<Answer>(answer: Answer): Answer {
  if (typeof answer !== 'object' || answer === null || answer instanceof Date || ArrayBuffer.isView(answer))
    return answer;
  Object.freeze(answer);
  for (const inner of Object.values(answer)) frozen(inner);
  return answer;
}

/** The name of an invocation, put together once. */
const invocationOf = remembered((name) =>
  remembered((region) => remembered((account) => `${account} ${region} ${name}`)),
);

/** What a call must be allowed that is made again and again, though its answer is not remembered. */
function permissionOf(request: Request, place: Place): string | undefined {
  const { service, operation, input } = request;
  if (service === 'lambda' && operation === 'Invoke') {
    // What the function is told does not matter.
    const { FunctionName = '', Qualifier } = input as InvokeCommandInput;
    if (Qualifier !== undefined) return `${place.account} ${place.region} ${FunctionName} ${Qualifier}`;
    return invocationOf(FunctionName)(place.region)(place.account);
  }
  return service === 'dynamodb' && operation === 'Query' ? aboutOf(request, place) : undefined;
}

/** What a call asks for, and where. */
const aboutOf = ({ service, operation, input }: Request, { account, region }: Place): string =>
  `${service} ${operation} ${account} ${region} ${JSON.stringify(input)}`;

/** Where a service does what it is asked for in `place`: global services do everything in us-east-1. */
const placeOf = ({ scope }: Pick<StateHome, 'scope'>, place: Place): Place =>
  scope === 'global' ? { account: place.account, region: 'us-east-1' } : place;

/**
 * One simulated AWS: every account, every Region, one clock, one seed.
 *
 * Calls enter through `invoke`, whoever makes them, so that faults, counting and CloudTrail are in one place.
 */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly timings: Timings;
  readonly account: string;
  readonly services: ReadonlyMap<ServiceName, Service>;
  /** Sessions by access key id, written by STS and the Lambda host, read by the wire. */
  readonly sessions = new Map<string, Principal>();
  readonly #authorizer: Authorizer | undefined;
  #authorization: Authorization = 'ignored';
  trustedRoles: ReadonlySet<string>;
  /** Told of everything that was asked and allowed, while policies are evaluated. */
  onAuthorized: ((authorized: Authorized) => void) | undefined;
  /** Told of each call as it is made, whether anybody will answer it or not. */
  readonly listeners = new Set<(request: Request) => void>();
  /** Called after each call, in order; CloudTrail is one of them. */
  readonly watchers = new Set<(made: MadeCall) => void>();
  /** Told of every state that an execution enters. */
  readonly stateWatchers = new Set<(entered: EnteredState) => void>();
  weather: Weather = {};
  /** Set by `weatherOf` while any of its weather is switched on. */
  sky: Sky | undefined;
  /** Dark Regions, control planes that are down, wrong clocks. */
  readonly outages: Outages;
  /** Answers that are remembered are frozen, and one object for all who get them: whoever makes a world says whether that will do. */
  memory: Trust = 'none';
  readonly recalls: Recalls = { worked: 0, recalled: 0, wrong: [] };
  readonly #answers = new Memory<object>(this);
  readonly #allowed = new Memory<true>(this);
  readonly #states = new StatesOf(this);

  constructor({
    clock,
    seed,
    timings,
    services,
    account,
    authorizer,
    authorization = 'ignored',
    trustedRoles = [],
  }: WorldOptions) {
    this.clock = clock;
    this.outages = new Outages(clock);
    this.random = seededRandom(seed);
    this.timings = timings;
    this.account = account;
    this.services = new Map(services.map((service) => [service.name, service]));
    this.trustedRoles = new Set(trustedRoles);
    this.#authorizer = authorizer;
    this.authorization = authorization;
  }

  get authorization(): Authorization {
    return this.#authorization;
  }

  set authorization(wanted: Authorization) {
    if (wanted === 'enforced' && this.#authorizer === undefined)
      throw new Error(
        'A world without an authorizer cannot enforce authorization: give it one, as createSimulator does',
      );
    this.#authorization = wanted;
  }

  /**
   * Refuses what its principal may not do: for calls, and for what a service does in somebody's name without one.
   * Policies are evaluated only where authorization is enforced.
   */
  authorize(asked: Pick<Request, 'service' | 'operation' | 'input'>, call: Call<unknown>): void {
    if (this.#authorization === 'enforced') this.#authorizer?.(asked, call);
  }

  /** As `StatesOf.state`. */
  state<State>(home: StateHome<State>, place: Place): State {
    return this.#states.state(home, place);
  }

  /** As `StatesOf.look`. */
  look<State>(home: StateHome<State>, place: Place): State {
    return this.#states.look(home, place);
  }

  seen<Result>(work: () => Result): { readonly result: Result; readonly sources: readonly Changing[] } {
    return this.#states.seen(work);
  }

  quietly<Result>(work: () => Result): Result {
    return this.#states.quietly(work);
  }

  saw(sources: readonly Changing[]): void {
    this.#states.saw(sources);
  }

  placesOf(home: Pick<StateHome, 'name'>): readonly Place[] {
    return this.#states.placesOf(home);
  }

  /** Answers one call. Rejects with an `AwsError`, as AWS would; anything else is a fault of the simulator. */
  async invoke(request: Request): Promise<object> {
    return this.ask(request);
  }

  /** As `invoke`, and at once where nothing has to be waited for: then it throws what would be rejected with. */
  ask(request: Request): Maybe<object> {
    for (const listen of this.listeners) listen(request);
    const { before, after } = this.weather;
    if (this.outages.any || before !== undefined || after !== undefined) return this.#askIn(request);
    const service = this.services.get(request.service);
    const place = service === undefined ? request.place : placeOf(service, request.place);
    const { sky } = this;
    const held = sky?.arrive(request, place);
    if (held !== undefined) return held.then(() => this.#arrived(request, service, place, sky));
    const requestId = this.#idOf(request);
    let output: Maybe<object>;
    try {
      const waits = sky?.before(request, place);
      output =
        waits === undefined
          ? this.#perform(request, service, place, requestId)
          : waits.then(() => this.#perform(request, service, place, requestId));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return this.#endedNow(this.#made(request, place, requestId, undefined, error), sky);
    }
    if (isLater(output)) return this.#waitFor(output, request, place, requestId, sky);
    return this.#endedNow(this.#made(request, place, requestId, output, undefined), sky);
  }

  /** Of most calls nobody asks for it. */
  #idOf({ requestId }: Request): () => string {
    return requestId === undefined ? this.random.uuidLater() : () => requestId;
  }

  #made(
    request: Request,
    place: Place,
    requestId: () => string,
    output: object | undefined,
    error: AwsError | undefined,
  ): MadeCall {
    return new ToldCall(request, place, this.clock.nowMs(), requestId, output, error);
  }

  #tell(made: MadeCall): void {
    for (const watch of this.watchers) watch(made);
  }

  async #waitFor(
    output: Promise<object>,
    request: Request,
    place: Place,
    requestId: () => string,
    sky: Sky | undefined,
  ): Promise<object> {
    let answer: MadeCall;
    try {
      answer = this.#made(request, place, requestId, await output, undefined);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer = this.#made(request, place, requestId, undefined, error);
    }
    return this.#ended(answer, sky);
  }

  async #ended(answer: MadeCall, sky: Sky | undefined): Promise<object> {
    this.#tell(answer);
    if (this.weather.after !== undefined) await this.weather.after(answer);
    const waits = sky?.after(answer);
    if (waits !== undefined) await waits;
    return this.#heard(answer);
  }

  #endedNow(answer: MadeCall, sky: Sky | undefined): Maybe<object> {
    this.#tell(answer);
    const waits = sky?.after(answer);
    return waits === undefined ? this.#heard(answer) : waits.then(() => this.#heard(answer));
  }

  #heard(answer: MadeCall): Maybe<object> {
    // It was done, but nobody there is left to say so.
    if (this.outages.isDark(answer.place.region))
      return this.#hang(answer, answer.place).then(() => answer.output as object);
    if (answer.error !== undefined) throw answer.error;
    return answer.output as object;
  }

  async #askIn(request: Request): Promise<object> {
    const service = this.services.get(request.service);
    const place = service === undefined ? request.place : placeOf(service, request.place);
    if (this.outages.any) await this.#reach(request, service, place);
    const { sky } = this;
    const held = sky?.arrive(request, place);
    if (held !== undefined) await held;
    return this.#arrived(request, service, place, sky);
  }

  async #arrived(request: Request, service: Service | undefined, place: Place, sky: Sky | undefined): Promise<object> {
    const requestId = this.#idOf(request);
    let answer: MadeCall;
    try {
      if (this.weather.before !== undefined) await this.weather.before(request);
      const waits = sky?.before(request, place);
      if (waits !== undefined) await waits;
      const output = await this.#perform(request, service, place, requestId);
      answer = this.#made(request, place, requestId, output, undefined);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer = this.#made(request, place, requestId, undefined, error);
    }
    return this.#ended(answer, sky);
  }

  /** Refuses a call that does not arrive: nobody there sees, counts or records it. */
  async #reach(request: Request, service: Service | undefined, place: Place): Promise<void> {
    if (this.outages.isDark(place.region)) await this.#hang(request, place);
    if (request.from !== undefined && this.outages.isDark(request.from)) await this.#hang(request, place);
    if (this.#isCutOff(request, place)) await this.#hang(request, place);
    if (this.outages.controlPlaneDown.has(request.service) && service?.dataEvents?.has(request.operation) !== true)
      throw new AwsError('ServiceUnavailable', `The control plane of ${request.service} is down: try again later.`, {
        status: 503,
      });
  }

  /** People, and whoever stands in another Region, do not get into one that is isolated; services of AWS call from where they are. */
  #isCutOff({ from, principal: { kind } }: Request, { region }: Place): boolean {
    if (from !== undefined) return this.outages.isCutOff(from, region);
    return (kind === 'Root' || kind === 'IAMUser') && this.outages.isIsolated(region);
  }

  /** What an SDK client makes of a Region that does not answer. */
  async #hang({ service, operation }: Request, { region }: Place): Promise<never> {
    const { unreachableMs } = this.timings;
    await this.clock.sleep(unreachableMs);
    throw new AwsError(
      'TimeoutError',
      `${service} ${operation}: ${region} did not answer within ${unreachableMs / 1_000} s`,
      { status: 503 },
    );
  }

  #perform(
    request: Request,
    service: Service | undefined,
    place: Place,
    requestId: () => string,
  ): object | Promise<object> {
    const operations = (service?.operations ?? {}) as Readonly<
      Record<string, (input: object, call: Call<unknown>) => object | Promise<object>>
    >;
    const operation = operations[request.operation];
    if (service === undefined || operation === undefined)
      throw new AwsError('UnknownOperationException', `${request.service} ${request.operation} is not simulated`);
    const { principal } = request;
    const readOnly = isReadOnly(request.operation) || service.keeps?.has(request.operation) === true;
    const state = readOnly ? this.look(service, place) : this.state(service, place);
    const call = new OneCall<unknown>(this, place, state, principal, requestId);
    if (principal.expiresAtMs !== undefined) refuseExpired(request.service, principal, call.nowMs);
    const isKept = isRemembered(service.name, request.operation);
    const about = isKept ? aboutOf(request, place) : '';
    if (this.#authorization === 'enforced' && principal.kind !== 'AWSService') {
      const asked = isKept ? about : permissionOf(request, place);
      if (asked !== undefined && this.onAuthorized === undefined)
        this.#allowed.recall(principal, asked, () => {
          this.look(service, place);
          this.authorize(request, call);
          return true;
        });
      else this.quietly(() => this.authorize(request, call));
    }
    const operate = (input: object): object | Promise<object> => {
      if (!readOnly) this.state(service, place);
      return readOnly ? this.quietly(() => operation(input, call)) : operation(input, call);
    };
    if (this.sky?.performs === true) return this.sky.perform({ request, call }, operate);
    if (!isKept || this.memory === 'none') return operate(request.input);
    return this.#answers.recall(this, about, () => {
      this.look(service, place);
      return frozen(operation(request.input, call));
    });
  }
}

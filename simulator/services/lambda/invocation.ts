import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { environmentOf } from './environment.ts';
import { sessionOf } from './session.ts';
import type { FunctionVersion, HostContext, LambdaFunction } from './state.ts';

/** A call, whose id is made when somebody asks for it. */
export interface CallId {
  readonly requestId: string;
  readonly laterId?: () => string;
}

/** What code is told about its invocation, and what it writes to its console. A class, as one is made for every request. */
export class Invocation implements HostContext {
  readonly functionName: HostContext['functionName'];
  readonly functionArn: HostContext['functionArn'];
  readonly region: HostContext['region'];
  readonly account: HostContext['account'];
  readonly environment: HostContext['environment'];
  readonly deadlineMs: HostContext['deadlineMs'];
  readonly principal: HostContext['principal'];
  readonly credentials: HostContext['credentials'];
  readonly vpc: HostContext['vpc'];
  readonly clockSkewMs: HostContext['clockSkewMs'];
  readonly printed: string[] = [];
  readonly print: HostContext['print'] = (line) => void this.printed.push(line);
  /** Made only for code that looks at it. */
  #stop: AbortController | undefined;
  #isOver = false;
  readonly #call: CallId;

  constructor(
    world: World,
    place: Place,
    found: LambdaFunction,
    version: FunctionVersion,
    functionArn: string,
    call: CallId,
  ) {
    const { principal, credentials } = sessionOf(found, world);
    const { vpc, timeoutSeconds } = version.settings;
    this.functionName = found.name;
    this.functionArn = functionArn;
    this.region = place.region;
    this.account = place.account;
    this.environment = environmentOf(world, place, found, version, credentials);
    this.#call = call;
    this.deadlineMs = world.clock.nowMs() + timeoutSeconds * 1_000;
    this.principal = principal;
    this.credentials = credentials;
    this.vpc = vpc;
    this.clockSkewMs = world.outages.skewMs(place.region);
  }

  get awsRequestId(): string {
    return this.#call.requestId;
  }

  get signal(): AbortSignal {
    this.#stop ??= new AbortController();
    if (this.#isOver) this.#stop.abort();
    return this.#stop.signal;
  }

  /** Whether it ended before the code did. */
  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#stop?.abort();
  }
}

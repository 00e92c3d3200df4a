import { type Maybe, whenThere } from '../maybe.ts';
import { Memory } from '../memory.ts';
import { ec2Home } from '../services/ec2/state.ts';
import { OwnEvent } from '../services/lambda/own-event.ts';
import type { World } from '../world.ts';
import { connect, type Sought, seek } from './connection.ts';
import { readDomain } from './domain.ts';
import { callFunction } from './function-call.ts';
import { enterApi } from './gateway.ts';
import { httpsRequest } from './https-request.ts';
import { followIntegration, type Leads } from './integration.ts';
import type { AnsweredBy, DataPlaneRequest, Journey, Reach } from './journey.ts';
import { ROUND_TRIPS } from './latency.ts';
import { commonEvent, eventFrom, type HttpAnswer } from './proxy-event.ts';
import { remembered } from './remembered.ts';
import { type Throttle, takeToken } from './throttle.ts';
import { Broken, seenBy, Trail } from './trail.ts';
import { conditionsOf, isSteady } from './weather.ts';

/** Where a request has got to when there is nothing left but to answer it. */
interface Destination {
  readonly answeredBy: AnsweredBy;
  readonly leads: Leads;
  readonly binaryMediaTypes: readonly string[];
  /** What a function there is told of every such request, as JSON. */
  readonly event: string;
}

/** What follows once a name has led to an address. */
interface Onward {
  readonly trail: Trail;
  readonly end: Destination | Broken;
  /** What it came through if it still had a token for it: that is no part of what is remembered. */
  readonly throttle: Throttle | undefined;
}

const onwardFrom = new WeakMap<World, Memory<Onward>>();

function memoryOf(world: World): Memory<Onward> {
  let memory = onwardFrom.get(world);
  if (memory === undefined) onwardFrom.set(world, (memory = new Memory(world, [world.outages, conditionsOf(world)])));
  return memory;
}

const readUrl = remembered((text) => {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '')
    throw new Error(`An execute-api endpoint answers https on port 443 and nothing else: ${text}`);
  return url;
});

/** Everything but the function, in the order it happens; `spend` false leaves no trace in throttles. */
function travel(world: World, wanted: DataPlaneRequest, url: URL, spend: boolean): Pick<Onward, 'trail' | 'end'> {
  const begun = new Trail();
  const sought = seek(world, begun, wanted, wanted.connectTo ?? url.hostname);
  if (sought instanceof Broken) return { trail: begun, end: sought };
  const { method, headers, body } = wanted;
  const isPlain = method === undefined && headers === undefined && body === undefined && isSteady(world);
  const lets = (throttle: Throttle): boolean => takeToken(throttle, world.clock.nowMs(), spend);
  const theLongWay = (): Onward => goOn(world, wanted, url, sought, lets);
  if (!isPlain) return followed(begun, theLongWay());
  const known = memoryOf(world).recall(errandOf(wanted), sought.to, () => goOn(world, wanted, url, sought, () => true));
  return followed(begun, known.throttle === undefined || lets(known.throttle) ? known : theLongWay());
}

const followed = (begun: Trail, { trail, end }: Onward): Pick<Onward, 'trail' | 'end'> => ({
  trail: new Trail(begun, trail),
  end,
});

const errands = new WeakMap<DataPlaneRequest['from'], Map<string, Map<number | undefined, object>>>();
const MOST_ERRANDS = 1_000;

/** One object for all that what follows is made of, besides the state of the world and the address. */
function errandOf({ from, url, timeoutMs }: DataPlaneRequest): object {
  let byUrl = errands.get(from);
  if (byUrl === undefined) errands.set(from, (byUrl = new Map()));
  let byPatience = byUrl.get(url);
  if (byPatience === undefined) {
    if (byUrl.size >= MOST_ERRANDS) byUrl.clear();
    byUrl.set(url, (byPatience = new Map()));
  }
  let errand = byPatience.get(timeoutMs);
  if (errand === undefined) byPatience.set(timeoutMs, (errand = {}));
  return errand;
}

function goOn(
  world: World,
  wanted: DataPlaneRequest,
  url: URL,
  sought: Sought,
  lets: (throttle: Throttle) => boolean,
): Onward {
  const trail = new Trail();
  let throttle: Throttle | undefined;
  const ends = (end: Destination | Broken): Onward => ({ trail, end, throttle });
  // The state that the caller stands in was looked up before.
  world.look(ec2Home, sought.from.place);
  const connection = connect(world, trail, wanted, sought);
  if (connection instanceof Broken) return ends(connection);
  const asked = httpsRequest(wanted, url, connection, world.clock.nowMs());
  const addressed = readDomain(world, trail, asked);
  // Where TLS fails, the request itself is never sent.
  if (addressed instanceof Broken && 'code' in addressed.sees) return ends(addressed);
  trail.waitedMs += connection.roundTripMs * ROUND_TRIPS.request;
  if (addressed instanceof Broken) return ends(addressed);
  const { place } = addressed;
  // From here on it is in the account of the API.
  const inside = place === asked.place ? asked : { ...asked, place };
  const at = enterApi(world, trail, inside, addressed, (met) => {
    throttle = met;
    return lets(met);
  });
  if (at instanceof Broken) return ends(at);
  const leads = followIntegration(world, trail, inside, at);
  if (leads instanceof Broken) return ends(leads);
  const { id: apiId, binaryMediaTypes } = at.api;
  const answeredBy = {
    region: place.region,
    apiId,
    stage: at.stage.stageName,
    ...(leads.kind === 'function' && { functionName: leads.functionName }),
  };
  return ends({ answeredBy, leads, binaryMediaTypes, event: JSON.stringify(commonEvent(inside, addressed, at)) });
}

/**
 * Sends one HTTPS request from a VPC, and tells what became of it at every hop.
 *
 * Takes no time of its own: `latencyMs` says what the caller would have waited, and only the function lets the clock
 * pass. Silent drops are time-outs to the caller; the trace knows where the packet died.
 *
 * Faults  an Error where the URL is no https URL, or the caller's address no address: mistakes of whoever asks
 */
export async function request(world: World, wanted: DataPlaneRequest): Promise<Journey> {
  return ask(world, wanted);
}

/** As `request`, and at once where no function has to be waited for. */
export function ask(world: World, wanted: DataPlaneRequest): Maybe<Journey> {
  const url = readUrl(wanted.url);
  const { trail, end } = travel(world, wanted, url, true);
  if (end instanceof Broken) return broken(end, url, trail);
  const { leads, event, binaryMediaTypes } = end;
  if (leads.kind === 'answer') return new Answered(leads.answer, end, trail);
  const requestId = world.random.uuidLater();
  const nowMs = world.clock.nowMs();
  const own = new OwnEvent(() => eventFrom(event, requestId(), nowMs), wanted.body, event);
  return whenThere(callFunction(world, trail, leads, own, binaryMediaTypes), (answer) =>
    answer instanceof Broken ? broken(answer, url, trail) : new Answered(answer, end, trail),
  );
}

const broken = (end: Broken, { hostname }: URL, trail: Trail): Journey => ({
  ...seenBy(end, hostname, trail),
  hops: trail.hops(),
  latencyMs: trail.waitedMs,
});

/** Most journeys arrive and nobody asks how: their hops are put into words only when they are read. */
class Answered implements Journey {
  readonly outcome = 'answered';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answeredBy: AnsweredBy;
  readonly latencyMs: number;
  readonly #trail: Trail;

  constructor({ status, headers, body }: HttpAnswer, { answeredBy }: Destination, trail: Trail) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.answeredBy = answeredBy;
    this.latencyMs = trail.waitedMs;
    this.#trail = trail;
  }

  get hops(): Journey['hops'] {
    return this.#trail.hops();
  }

  /** With its hops, for whoever asked over the wire. */
  toJSON(): Journey {
    const { outcome, status, headers, body, answeredBy, latencyMs, hops } = this;
    return { outcome, status, headers, body, answeredBy, latencyMs, hops };
  }
}

/**
 * As `request`, up to the function and without it: no time passes, nothing is spent, and it need not be waited for.
 *
 * Bounds  about 10 microseconds each, so it can stand for probes by the million; tells its hops only where it failed
 */
export function reach(world: World, wanted: DataPlaneRequest): Reach {
  const url = readUrl(wanted.url);
  const { trail, end } = travel(world, wanted, url, false);
  if (end instanceof Broken)
    return { ...seenBy(end, url.hostname, trail), hops: trail.hops(), latencyMs: trail.waitedMs };
  return { outcome: 'answered', leadsTo: end.answeredBy, hops: [], latencyMs: trail.waitedMs };
}

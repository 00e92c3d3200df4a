import { type Maybe, whenThere } from '../maybe.ts';
import type { World } from '../world.ts';
import { connect } from './connection.ts';
import { type Addressed, readDomain } from './domain.ts';
import { callFunction } from './function-call.ts';
import { type AtMethod, enterApi } from './gateway.ts';
import { type HttpsRequest, httpsRequest } from './https-request.ts';
import { followIntegration, type Leads } from './integration.ts';
import type { AnsweredBy, DataPlaneRequest, Journey, Reach } from './journey.ts';
import { ROUND_TRIPS } from './latency.ts';
import { type HttpAnswer, proxyEvent } from './proxy-event.ts';
import { remembered } from './remembered.ts';
import { Broken, seenBy, Trail } from './trail.ts';

/** Where a request has got to when there is nothing left but to answer it. */
interface Destination {
  readonly asked: HttpsRequest;
  readonly addressed: Addressed;
  readonly at: AtMethod;
  readonly leads: Leads;
}

const readUrl = remembered((text) => {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '')
    throw new Error(`An execute-api endpoint answers https on port 443 and nothing else: ${text}`);
  return url;
});

/** Everything but the function, in the order it happens; `spend` false leaves no trace in throttles. */
function travel(world: World, trail: Trail, wanted: DataPlaneRequest, url: URL, spend: boolean): Destination | Broken {
  const connection = connect(world, trail, wanted, wanted.connectTo ?? url.hostname);
  if (connection instanceof Broken) return connection;
  const asked = httpsRequest(wanted, url, connection, world.clock.nowMs());
  const addressed = readDomain(world, trail, asked);
  // Where TLS fails, the request itself is never sent.
  if (addressed instanceof Broken && 'code' in addressed.sees) return addressed;
  trail.waitedMs += connection.roundTripMs * ROUND_TRIPS.request;
  if (addressed instanceof Broken) return addressed;
  const { place } = addressed;
  // From here on it is in the account of the API.
  const inside = place === asked.place ? asked : { ...asked, place };
  const at = enterApi(world, trail, inside, addressed, spend);
  if (at instanceof Broken) return at;
  const leads = followIntegration(world, trail, inside, at);
  return leads instanceof Broken ? leads : { asked: inside, addressed, at, leads };
}

const answeredBy = ({ asked, at, leads }: Destination): AnsweredBy => ({
  region: asked.place.region,
  apiId: at.api.id,
  stage: at.stage.stageName,
  ...(leads.kind === 'function' && { functionName: leads.functionName }),
});

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
  const trail = new Trail();
  const url = readUrl(wanted.url);
  const end = travel(world, trail, wanted, url, true);
  if (end instanceof Broken) return broken(end, url, trail);
  const { leads, at, asked, addressed } = end;
  if (leads.kind === 'answer') return answered(leads.answer, end, trail);
  const event = proxyEvent(world, asked, addressed, at);
  return whenThere(callFunction(world, trail, leads, event, at.api.binaryMediaTypes), (answer) =>
    answer instanceof Broken ? broken(answer, url, trail) : answered(answer, end, trail),
  );
}

const broken = (end: Broken, { hostname }: URL, trail: Trail): Journey => ({
  ...seenBy(end, hostname, trail),
  hops: trail.hops(),
  latencyMs: trail.waitedMs,
});

/** Most journeys arrive and nobody asks how: their hops are put into words only when they are read. */
const answered = ({ status, headers, body }: HttpAnswer, destination: Destination, trail: Trail): Journey => ({
  outcome: 'answered',
  status,
  headers,
  body,
  answeredBy: answeredBy(destination),
  get hops() {
    return trail.hops();
  },
  latencyMs: trail.waitedMs,
});

/**
 * As `request`, up to the function and without it: no time passes, nothing is spent, and it need not be waited for.
 *
 * Bounds  about 10 microseconds each, so it can stand for probes by the million; tells its hops only where it failed
 */
export function reach(world: World, wanted: DataPlaneRequest): Reach {
  const trail = new Trail();
  const url = readUrl(wanted.url);
  const end = travel(world, trail, wanted, url, false);
  if (end instanceof Broken)
    return { ...seenBy(end, url.hostname, trail), hops: trail.hops(), latencyMs: trail.waitedMs };
  return { outcome: 'answered', leadsTo: answeredBy(end), hops: [], latencyMs: trail.waitedMs };
}

import { lookup as resolve } from 'node:dns';
import { request as openRequest, type RequestOptions } from 'node:https';
import type { Symptom } from '../../control-plane/health/probe-row.ts';
import { PROBE_TIMEOUT_MS } from '../../control-plane/model/agents.ts';
import { cidrOf, contains, parseCidr } from '../../control-plane/model/cidr.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Cidrs, PrivateAnswer, PrivateRequest, Requester } from './requester.ts';

interface Surroundings {
  nowMs(): number;
  /** Answers what the work answers, or `undefined` if that takes longer. */
  within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined>;
  /** PEM of who signs servers' certificates, in the place of those that Node trusts. */
  readonly ca?: string;
}

/** How far a request has come: what it dies of depends on it. */
type Stage = 'name' | 'connect' | 'tls' | 'answer';

/** What it is when nothing comes any more, and when something breaks. */
const tooLate: Record<Stage, Symptom> = { name: 'name', connect: 'connect', tls: 'tls', answer: 'slow' };
const broken: Record<Stage, Symptom> = { name: 'name', connect: 'connect', tls: 'tls', answer: 'error' };

const awaited: Record<Stage, string> = {
  name: 'no address',
  connect: 'no connection',
  tls: 'no TLS session',
  answer: 'no whole answer',
};

/** Who has this address: 'eu-west-1', if the members' blocks say so. */
function ownerOf(address: string | undefined, cidrs: Cidrs): Region | undefined {
  const asked = parseCidr(`${address}/32`);
  if ('says' in asked) return undefined;
  return Object.entries(cidrs).find(([, blocks]) => blocks.some((block) => contains(cidrOf(block), asked.cidr)))?.[0];
}

/**
 * Makes requests from where it stands, each over a connection of its own: one that was kept open would go on being well
 * when no new one can be made any more, and hide a name that leads elsewhere by now.
 *
 * In      connectTo: this name is resolved, while SNI, certificate and Host go on being the URL's, as `curl --connect-to` does
 * Faults  none: what fails is an answer, with its symptom by how far the request had come
 * Bounds  timeoutMs for all of it, from the name to the end of the answer
 * Source  nodejs.org/api/https.html, nodejs.org/api/net.html#socketconnectoptions-connectlistener (lookup)
 */
export function httpsRequester({ nowMs, within, ca }: Surroundings): NonNullable<Requester> {
  return async ({ url: text, connectTo, timeoutMs = PROBE_TIMEOUT_MS, cidrs = {} }) => {
    const url = new URL(text);
    const startedAtMs = nowMs();
    let stage: Stage = 'name';
    const failed = (symptom: Symptom, says: string): PrivateAnswer => ({
      answered: false,
      at: stage,
      says,
      symptom,
      latencyMs: nowMs() - startedAtMs,
    });
    const outgoing = openRequest(url, optionsFor(url, connectTo, ca));
    const exchange = new Promise<PrivateAnswer>((answer) => {
      outgoing.on('socket', (socket) => {
        socket.once('lookup', (error) => {
          if (error === null) stage = 'connect';
        });
        socket.once('connect', () => {
          stage = 'tls';
        });
        socket.once('secureConnect', () => {
          stage = 'answer';
        });
      });
      const fail = (error: Error): void => answer(failed(broken[stage], error.message));
      outgoing.once('error', fail);
      outgoing.once('response', (response) => {
        // Of a closed socket nobody knows the other side any more.
        const servedBy = ownerOf(response.socket.remoteAddress, cidrs);
        // An answer that breaks off is none.
        response.once('error', fail).once('end', () => {
          const latencyMs = nowMs() - startedAtMs;
          const status = response.statusCode ?? 0;
          answer({ answered: true, status, latencyMs, ...(servedBy !== undefined && { servedBy }) });
        });
        response.resume();
      });
      outgoing.end();
    });
    const answer = await within(timeoutMs, exchange);
    outgoing.destroy();
    return answer ?? failed(tooLate[stage], `${awaited[stage]} within ${timeoutMs} ms`);
  };
}

function optionsFor(url: URL, connectTo: PrivateRequest['connectTo'], ca: string | undefined): RequestOptions {
  return {
    agent: false,
    servername: url.hostname,
    headers: { 'user-agent': 'landbridge-probe', connection: 'close' },
    ...(ca !== undefined && { ca }),
    // Node resolves this in the place of the URL's name, and checks the certificate against the URL's all the same.
    ...(connectTo !== undefined && { lookup: (_, options, found) => resolve(connectTo, options, found) }),
  };
}

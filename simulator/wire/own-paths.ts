import { z } from 'zod';
import { ScaledClock } from '../clocks/scaled-clock.ts';
import type { DataPlaneRequest } from '../data-plane/journey.ts';
import { request } from '../data-plane/request.ts';
import type { World } from '../world.ts';
import type { OnFault } from './answer.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

/** What the simulator answers itself, beside AWS: paths that no service of AWS has. */
const ownPaths: Readonly<Record<string, (asked: HttpRequest, world: World) => HttpResponse | Promise<HttpResponse>>> = {
  'GET /_simulator/health': (_, world) => health(world),
  'POST /_simulator/request': ({ body }, world) => sendRequest(body, world),
};

/** The answer to a path under /_simulator, or `undefined` where the request is for AWS. */
export function answerOwnPath(asked: HttpRequest, world: World, onFault: OnFault): Promise<HttpResponse> | undefined {
  if (!asked.path.startsWith('/_simulator/')) return undefined;
  return answered(asked, world).catch((fault: unknown) => {
    onFault(fault, asked);
    return json(500, { error: `the simulator failed: ${String(fault)}` });
  });
}

async function answered(asked: HttpRequest, world: World): Promise<HttpResponse> {
  const answer = ownPaths[`${asked.method} ${asked.path}`];
  if (answer !== undefined) return answer(asked, world);
  return json(404, { error: `no ${asked.method} ${asked.path} here; there are ${Object.keys(ownPaths).join(', ')}` });
}

/** That it is up, what time it is in there, and how fast that passes. */
function health({ clock }: World): HttpResponse {
  const scaled =
    clock instanceof ScaledClock ? { scale: clock.scale, lagMs: Math.round(clock.lag()) } : { scale: null };
  return json(200, { status: 'running', nowMs: clock.nowMs(), ...scaled });
}

const text = z.string().min(1);

const Wanted = z.strictObject({
  from: z.strictObject({
    account: text,
    region: text,
    vpcId: text,
    subnetId: text.exactOptional(),
    address: z.ipv4().exactOptional(),
    securityGroupIds: z.array(text).exactOptional(),
  }),
  url: z
    .url({ protocol: /^https$/, error: 'is no https URL: an execute-api endpoint answers nothing else' })
    .refine((url) => new URL(url).port === '', {
      error: 'names a port: an execute-api endpoint answers on 443 and nowhere else',
    }),
  method: text.exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  body: z.string().exactOptional(),
  pin: text.exactOptional(),
  connectTo: text.exactOptional(),
  timeoutMs: z.number().positive().exactOptional(),
  resolverCache: z.literal('bypass').exactOptional(),
}) satisfies z.ZodType<DataPlaneRequest>;

/**
 * Sends one request from within a VPC, and tells what became of it at every hop.
 *
 * In   a DataPlaneRequest as JSON
 * Out  200 and a Journey, wherever it ended; 400 and what is wrong where the request makes no sense
 */
async function sendRequest(body: Uint8Array, world: World): Promise<HttpResponse> {
  const wanted = Wanted.safeParse(parsed(body));
  if (wanted.success) return json(200, await request(world, wanted.data));
  return json(400, {
    error: wanted.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  });
}

/** What is no JSON is no request either: the schema says so. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

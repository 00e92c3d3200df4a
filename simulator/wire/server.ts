import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { sharesHolds } from '../clocks/holds.ts';
import type { World } from '../world.ts';
import { answer, type OnFault } from './answer.ts';
import { HOLD_HEADER, markHeldRequests } from './held-requests.ts';
import type { HttpResponse } from './http-message.ts';
import { answerOwnPath } from './own-paths.ts';
import { isLoopback, whyStranger } from './strangers.ts';

export interface ListenOptions {
  readonly host?: string;
  /** 0 takes any port that is free. */
  readonly port?: number;
  readonly bodyLimitBytes?: number;
  /** Told of what went wrong inside the simulator; the caller is told too, as InternalFailure. */
  readonly onFault?: OnFault;
}

export interface SimulatorServer {
  /** 'http://127.0.0.1:4566' */
  readonly url: string;
  close(): Promise<void>;
}

/** Lambda takes zip files of 50 MB, in base64. */
const BODY_LIMIT_BYTES = 72 * 1024 * 1024;

/** Longer than clients keep idle connections: one that closes under a request looks like a fault of AWS. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Serves a world over HTTP: every service and every Region at one address, as `--endpoint-url` and `AWS_ENDPOINT_URL` expect.
 *
 * Listens on this machine only, unless told otherwise, and answers no web page: whoever can connect is whoever he says
 * he is (see `callerOf`).
 * Step Functions' StartSyncExecution and TestState put `sync-` before the host name, which an address cannot have:
 * clients of those set `disableHostPrefix: true`, boto3 and the AWS CLI AWS_DISABLE_HOST_PREFIX_INJECTION=true.
 */
export async function listen(world: World, options: ListenOptions = {}): Promise<SimulatorServer> {
  const { host = '127.0.0.1', port = 4566, bodyLimitBytes = BODY_LIMIT_BYTES, onFault = logFault } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (incoming, outgoing) => {
    respond(incoming, world, { bodyLimitBytes, onFault, anyHost: !isLoopback(host) }).then(
      (response) => send(outgoing, response),
      (fault: unknown) => {
        // The client went away, or sent something that is no HTTP: there is nobody to answer.
        outgoing.destroy(fault instanceof Error ? fault : undefined);
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const unmark = sharesHolds(world.clock) ? markHeldRequests(world.clock, address.port) : () => {};
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostInUrl}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        unmark();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  incoming: IncomingMessage,
  world: World,
  { bodyLimitBytes, onFault, anyHost }: { bodyLimitBytes: number; onFault: OnFault; anyHost: boolean },
): Promise<HttpResponse> {
  const target = incoming.url ?? '/';
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const method = incoming.method ?? 'GET';
  const stranger = whyStranger(incoming.headers, anyHost);
  if (stranger !== undefined) return refuse(403, stranger);
  const body = await bodyOf(incoming, bodyLimitBytes);
  if (body === undefined) return refuse(413, `The request body is larger than ${bodyLimitBytes} bytes`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const query = new URLSearchParams(queryAt === -1 ? '' : target.slice(queryAt + 1));
  const plain = decompressed(body, headers['content-encoding']);
  if (plain === undefined) return refuse(400, `The request body is not what its content-encoding says`);
  const asked = { method, path, query, headers, body: plain };
  const answered = async () => answerOwnPath(asked, world, onFault) ?? answer(asked, world, onFault);
  const hold = headers[HOLD_HEADER];
  return await (hold !== undefined && sharesHolds(world.clock) ? world.clock.withinHold(hold, answered) : answered());
}

async function bodyOf(incoming: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** CloudWatch's clients compress large bodies. */
function decompressed(body: Buffer, encoding: string | undefined): Buffer | undefined {
  if (encoding !== 'gzip') return body;
  try {
    return gunzipSync(body);
  } catch {
    return undefined;
  }
}

/** What is no request to any service, and closes the connection: its rest may be on the way. */
const refuse = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain', connection: 'close' },
  body,
});

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.byteLength });
  outgoing.end(bytes);
}

const cannotListen = (error: NodeJS.ErrnoException, host: string, port: number): Error =>
  error.code === 'EADDRINUSE'
    ? new Error(
        `Port ${port} of ${host} is in use, perhaps by another simulator: stop what listens there, or choose another port`,
        { cause: error },
      )
    : new Error(`Cannot listen on ${host}:${port}: ${error.message}`, { cause: error });

const logFault: OnFault = (fault, { method, path, headers }) => {
  console.error(`simulator: ${method} ${path} ${headers['x-amz-target'] ?? ''}`, fault);
};

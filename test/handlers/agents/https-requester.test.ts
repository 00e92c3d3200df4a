import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { httpsRequester } from '../../../handlers/runtime/https-requester.ts';
import type { PrivateRequest } from '../../../handlers/runtime/requester.ts';

/** Of a key nobody else has, for api.payments.example.com, signed by itself. */
const cert = readFileSync(new URL('./tls/certificate.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('./tls/key.pem', import.meta.url), 'utf8');

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  return Promise.race([work, new Promise<undefined>((late) => void setTimeout(() => late(undefined), ms).unref())]);
}
const surroundings = { nowMs: () => performance.now(), within };
const trusting = httpsRequester({ ...surroundings, ca: cert });

const open: (Server | HttpsServer)[] = [];
async function listening(server: Server | HttpsServer): Promise<number> {
  open.push(server);
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const server = (status: number, asked: string[] = []): HttpsServer =>
  createServer({ key, cert }, (request, response) => {
    asked.push(`${request.headers.host} ${(request.socket as { servername?: string }).servername}`);
    response.writeHead(status).end('{}');
  });

const request = (port: number, more: Partial<PrivateRequest> = {}): PrivateRequest => ({
  url: `https://api.payments.example.com:${port}/health`,
  connectTo: 'localhost',
  timeoutMs: 1_500,
  ...more,
});

test('connects elsewhere, and goes on naming the URL in TLS and HTTP', async () => {
  const asked: string[] = [];
  const port = await listening(server(200, asked));
  const cidrs = { 'eu-west-1': ['10.64.0.0/16'], 'us-east-1': ['127.0.0.0/8'] };
  const answer = await trusting(request(port, { cidrs }));
  expect(answer).toMatchObject({ answered: true, status: 200, servedBy: 'us-east-1' });
  expect(asked).toEqual([`api.payments.example.com:${port} api.payments.example.com`]);
});

test('makes a connection for each request', async () => {
  const served = server(200);
  let connections = 0;
  served.on('connection', () => {
    connections += 1;
  });
  const port = await listening(served);
  await trusting(request(port));
  await trusting(request(port));
  expect(connections).toBe(2);
});

test('an answer is an answer, whatever its status', async () => {
  const port = await listening(server(403));
  expect(await trusting(request(port))).toMatchObject({ answered: true, status: 403 });
});

const silent = (): Server => createTcpServer((socket) => void socket.resume());
const stuck = (): HttpsServer => createServer({ key, cert }, () => undefined);
const torn = (): HttpsServer =>
  createServer({ key, cert }, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setTimeout(() => response.destroy(), 20);
  });
const hangingUp = (): HttpsServer => createServer({ key, cert }, ({ socket }) => void socket.destroy());

// biome-ignore format: a table is read down its columns
const failures: readonly (readonly [string, () => Server | HttpsServer, Partial<PrivateRequest>, string])[] = [
  ['its name leads nowhere',               () => server(200), { connectTo: 'nowhere.invalid' }, 'name'],
  ['the server speaks no TLS',             silent,            { timeoutMs: 200 },                'tls'],
  ['the certificate is of another name',   () => server(200), { url: 'other' },                  'tls'],
  ['nothing comes after the handshake',    stuck,             { timeoutMs: 300 },                'slow'],
  ['the answer breaks off',                torn,              {},                                'error'],
  ['the server hangs up',                  hangingUp,         {},                                'error'],
];

test.for(failures)('%s', async ([, make, more, symptom]) => {
  const port = await listening(make());
  const url = more.url === 'other' ? `https://other.example.com:${port}/` : request(port).url;
  const answer = await trusting({ ...request(port), ...more, url });
  expect(answer).toMatchObject({ answered: false, symptom });
});

test('nobody listens there', async () => {
  const port = await listening(server(200));
  await new Promise((closed) => void open.splice(0)[0]?.close(closed));
  expect(await trusting(request(port))).toMatchObject({ answered: false, symptom: 'connect', at: 'connect' });
});

test('trusts nobody it was not told to', async () => {
  const port = await listening(server(200));
  const answer = await httpsRequester(surroundings)(request(port));
  expect(answer).toMatchObject({ answered: false, symptom: 'tls', says: expect.stringContaining('self-signed') });
});

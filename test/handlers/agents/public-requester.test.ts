import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { httpsPublicRequester } from '../../../handlers/runtime/public-requester.ts';

const request = httpsPublicRequester({ nowMs: () => performance.now() });

test('answers whatever is answered, and follows nobody elsewhere', async () => {
  const server = createServer((_, response) => void response.writeHead(302, { location: '/else' }).end('gone'));
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const answer = await request({ url: `http://127.0.0.1:${port}/`, timeoutMs: 1_000 });
  expect(answer).toMatchObject({ answered: true, status: 302, body: 'gone' });
  server.close();
});

test('a server that says nothing is waited for no longer than this', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const answer = await request({ url: `http://127.0.0.1:${port}/`, timeoutMs: 100 });
  expect(answer).toMatchObject({ answered: false, symptom: 'connect' });
  server.closeAllConnections();
  server.close();
});

test('a name that leads nowhere', async () => {
  const answer = await request({ url: 'https://nowhere.invalid/', timeoutMs: 5_000 });
  expect(answer).toMatchObject({ answered: false, symptom: 'name' });
});

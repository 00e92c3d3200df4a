import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';

const ACCOUNT = '111122223333';
const VIRGINIA = 'us-east-1';
const world = createSimulator({ clock: new VirtualClock() });
let server: SimulatorServer;
let vpcId = '';
beforeAll(async () => {
  const { Vpc } = (await world.invoke({
    service: 'ec2',
    operation: 'CreateVpc',
    input: { CidrBlock: '10.9.0.0/16' },
    place: { account: ACCOUNT, region: VIRGINIA },
    principal: rootOf(ACCOUNT),
  })) as { Vpc: { VpcId: string } };
  vpcId = Vpc.VpcId;
  server = await listen(world, { port: 0 });
});
afterAll(() => server.close());

/** By node:http, for fetch lets nobody choose Host or Origin. */
const send = (
  method: string,
  path: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(new URL(path, server.url), { method, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

describe('POST /_simulator/request', () => {
  const ask = async (wanted: unknown) => {
    const { status, text } = await send('POST', '/_simulator/request', {
      body: typeof wanted === 'string' ? wanted : JSON.stringify(wanted),
    });
    return { status, answer: JSON.parse(text) as object };
  };
  const from = () => ({ account: ACCOUNT, region: VIRGINIA, vpcId });

  test('answers with a journey, wherever it ended', async () => {
    expect(await ask({ from: from(), url: 'https://api.payments.example.com/health' })).toMatchObject({
      status: 200,
      answer: {
        outcome: 'failed',
        failedAt: 'name',
        clientError: { code: 'ENOTFOUND' },
        hops: [{ hop: 'name', ok: false }],
      },
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { wanted: '{',                                                     says: /^body: /,                why: 'no JSON' },
    { wanted: { url: 'https://a.example.com/' },                       says: /^from: /,                why: 'from nowhere' },
    { wanted: { from: {}, url: 'https://a.example.com/' },             says: /from\.vpcId: /,          why: 'each field is named' },
    { wanted: { from: { account: 'a', region: 'r', vpcId: 'v', address: '10.0' }, url: 'https://a.example.com/' }, says: /from\.address: /, why: 'half an address' },
    { wanted: { from: { account: 'a', region: 'r', vpcId: 'v' }, url: 'http://a.example.com/' },      says: /url: is no https URL/, why: 'not https' },
    { wanted: { from: { account: 'a', region: 'r', vpcId: 'v' }, url: 'https://a.example.com:8443/' }, says: /url: names a port/,    why: 'not 443' },
  ])('refuses $why', async ({ wanted, says }) => {
    expect(await ask(wanted)).toMatchObject({ status: 400, answer: { error: expect.stringMatching(says) as string } });
  });

  test('is the only way: other paths and methods are told what there is', async () => {
    const { status, text } = await send('GET', '/_simulator/request');
    expect([status, text]).toEqual([404, expect.stringContaining('POST /_simulator/request')]);
  });
});

describe('web pages get no answer, whatever they ask', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { headers: { origin: 'https://evil.example.com' },          status: 403, why: 'a page that sends to this machine says so' },
    { headers: { origin: 'null' },                              status: 403, why: 'a sandboxed page too' },
    { headers: { host: 'evil.example.com' },                    status: 403, why: 'a name that was made to lead here' },
    { headers: { host: 'localhost.evil.example.com:4566' },     status: 403, why: 'a name that begins like ours' },
    { headers: { host: 'localhost:4566' },                      status: 200, why: 'this machine by name' },
    { headers: { host: 'dynamodb.localhost:4566' },             status: 200, why: 'names under localhost lead nowhere else' },
    { headers: { host: '[::1]:4566' },                          status: 200, why: 'this machine by its other address' },
    { headers: {},                                              status: 200, why: 'what every SDK sends' },
  ])('$headers: $status, $why', async ({ headers, status }) => {
    expect((await send('GET', '/_simulator/health', { headers })).status).toBe(status);
    const { text } = await send('POST', '/', { headers, body: 'Action=DescribeVpcs' });
    expect(/web pages|only names of this machine/.test(text), text).toBe(status === 403);
  });
});

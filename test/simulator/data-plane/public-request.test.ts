import { beforeEach, describe, expect, test } from 'vitest';
import { type PublicRequest, publicRequest } from '../../../simulator/data-plane/public-request.ts';
import type { HostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';
import { admitEverybody, functionUrl } from './url-world.ts';

let aws: ServiceWorld<unknown, unknown>;
let events: Record<string, unknown>[];
beforeEach(() => {
  aws = new ServiceWorld(lambda);
  events = [];
});

/** Asks a function that answers what `code` answers. */
const ask = (url: string, more: Partial<PublicRequest> = {}) =>
  aws.clock.runUntil(publicRequest(aws.world, { from: VIRGINIA, url, ...more }));
const answers =
  (answer: unknown): HostCode =>
  async (event) => {
    events.push(event as Record<string, unknown>);
    return answer;
  };

describe('what a function answers', () => {
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; answer: unknown; status: number; body: string; type?: string }>([
    { why: 'an HTTP answer',               answer: { statusCode: 503, headers: { 'Content-Type': 'text/plain' }, body: 'sick' }, status: 503, body: 'sick', type: 'text/plain' },
    { why: 'without a body',               answer: { statusCode: 204 },                       status: 204, body: '' },
    { why: 'in base64',                    answer: { statusCode: 200, body: 'b2s=', isBase64Encoded: true }, status: 200, body: 'ok' },
    { why: 'plain text is JSON',           answer: 'well',                                    status: 200, body: '"well"' },
    { why: 'an object with no statusCode', answer: { region: 'here' },                        status: 200, body: '{"region":"here"}' },
    { why: 'a statusCode that is none',    answer: { statusCode: 'fine' },                    status: 502, body: 'Internal Server Error' },
    { why: 'a body that is no text',       answer: { statusCode: 200, body: { a: 1 } },       status: 502, body: 'Internal Server Error' },
  ])('$why', async ({ answer, status, body, type = 'application/json' }) => {
    const url = await functionUrl(aws, IRELAND, answers(answer));
    expect(await ask(url)).toMatchObject({ status, body, headers: { 'content-type': type } });
  });

  test('is waited for: the way to it and back, and the time it takes', async () => {
    const url = await functionUrl(aws, IRELAND, async () => {
      await aws.clock.sleep(250);
      return { statusCode: 200 };
    });
    const near = await ask(url, { from: IRELAND });
    const far = await ask(url, { from: { region: VIRGINIA } });
    expect(near.latencyMs).toBeGreaterThan(250);
    expect(far.latencyMs).toBeGreaterThan(near.latencyMs + 200);
  });

  test('is given up on where the caller has no more patience', async () => {
    const url = await functionUrl(aws, IRELAND, () => aws.clock.sleep(2_500));
    expect(await ask(url, { timeoutMs: 2_000 })).toMatchObject({ failed: 'ETIMEDOUT', latencyMs: 2_000 });
    expect(await ask(url)).toMatchObject({ status: 200, body: 'null' });
  });
});

test('a function gets payload format 2.0', async () => {
  const url = await functionUrl(aws, IRELAND, answers('ok'));
  await ask(`${url}health/deep?a=1&a=2&b=x%20y`, {
    method: 'POST',
    headers: { 'User-Agent': 'prober', Cookie: 'k=v; l=w' },
    body: 'hello',
  });
  const host = new URL(url).hostname;
  expect(events).toEqual([
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/health/deep',
      rawQueryString: 'a=1&a=2&b=x%20y',
      cookies: ['k=v', 'l=w'],
      headers: {
        host,
        'user-agent': 'prober',
        'x-forwarded-for': '198.51.100.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: expect.objectContaining({
        accountId: 'anonymous',
        domainName: host,
        http: {
          method: 'POST',
          path: '/health/deep',
          protocol: 'HTTP/1.1',
          sourceIp: '198.51.100.1',
          userAgent: 'prober',
        },
        timeEpoch: aws.clock.nowMs(),
      }),
      body: 'hello',
      isBase64Encoded: false,
    },
  ]);
});

describe('what does not get to the function', () => {
  const forbidden = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } };

  const forget = (StatementId: string) =>
    aws.ask(lambda, 'RemovePermission', { FunctionName: 'bit', StatementId }, IRELAND);

  test('nobody gets in without both permissions', async () => {
    const url = await functionUrl(aws, IRELAND, answers('ok'), { admit: false });
    expect(await ask(url)).toMatchObject(forbidden);
    await admitEverybody(aws, IRELAND);
    expect(await ask(url)).toMatchObject({ status: 200 });
    await forget('invoke');
    expect(await ask(url), 'without the second').toMatchObject(forbidden);
    const anyhow = { StatementId: 'anyhow', Action: 'lambda:InvokeFunction', Principal: '*' };
    await aws.ask(lambda, 'AddPermission', { FunctionName: 'bit', ...anyhow }, IRELAND);
    expect(await ask(url), 'to invoke it in any way will do').toMatchObject({ status: 200 });
    await forget('url');
    expect(await ask(url), 'without the first').toMatchObject(forbidden);
    expect(events).toHaveLength(2);
  });

  test('an unsigned request where signed ones are wanted', async () => {
    const url = await functionUrl(aws, IRELAND, answers('ok'));
    await aws.ask(lambda, 'UpdateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'AWS_IAM' }, IRELAND);
    expect(await ask(url)).toMatchObject(forbidden);
  });

  test('a failing function is 502, a throttled one 429', async () => {
    const url = await functionUrl(aws, IRELAND, () => Promise.reject(new Error('no')));
    expect(await ask(url)).toMatchObject({ status: 502, body: 'Internal Server Error' });
    const none = { FunctionName: 'bit', ReservedConcurrentExecutions: 0 };
    await aws.ask(lambda, 'PutFunctionConcurrency', none, IRELAND);
    expect(await ask(url)).toMatchObject({
      status: 429,
      body: expect.stringContaining('"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"'),
    });
  });

  test('a dark Region, at either end', async () => {
    const url = await functionUrl(aws, IRELAND, answers('ok'));
    const dark = async (region: string) => {
      for (const before of aws.world.outages.darkRegions) aws.world.outages.lighten(before);
      aws.world.outages.darken(region);
      return ask(url, { timeoutMs: 4_000 });
    };
    expect(await dark(IRELAND)).toMatchObject({ failed: 'ETIMEDOUT', latencyMs: 4_000 });
    expect(await dark(VIRGINIA)).toMatchObject({ failed: 'ETIMEDOUT' });
    expect(await dark('sa-east-1')).toMatchObject({ status: 200 });
  });

  test('a name nobody has, or has any more, and a name that is not simulated', async () => {
    const url = await functionUrl(aws, IRELAND, answers('ok'));
    expect(await ask(url)).toMatchObject({ status: 200 });
    await aws.ask(lambda, 'DeleteFunctionUrlConfig', { FunctionName: 'bit' }, IRELAND);
    expect(await ask(url)).toMatchObject({ failed: 'ENOTFOUND' });
    expect(await ask('https://example.com/')).toMatchObject({
      failed: 'ENOTFOUND',
      says: expect.stringContaining('not simulated'),
    });
    await expect(ask('http://example.com/')).rejects.toThrow(/https on port 443/);
  });

  test('the URL of an alias ends with the alias', async () => {
    await functionUrl(aws, IRELAND, answers('ok'));
    const live = { FunctionName: 'bit', Name: 'live', FunctionVersion: '$LATEST' };
    await aws.ask(lambda, 'CreateAlias', live, IRELAND);
    const { FunctionUrl: url } = await aws.ask(
      lambda,
      'CreateFunctionUrlConfig',
      { FunctionName: 'bit', Qualifier: 'live', AuthType: 'NONE' },
      IRELAND,
    );
    expect(await ask(url ?? ''), 'an alias has a policy of its own').toMatchObject(forbidden);
    await aws.ask(lambda, 'DeleteAlias', { FunctionName: 'bit', Name: 'live' }, IRELAND);
    expect(await ask(url ?? '')).toMatchObject({ failed: 'ENOTFOUND' });
  });
});

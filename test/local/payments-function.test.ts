import { beforeAll, describe, expect, test } from 'vitest';

interface Event {
  readonly httpMethod: string;
  readonly resource: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}
type Handler = (event: Event) => Promise<{ statusCode: number; headers: Record<string, string>; body: string }>;

/** The example's function as Lambda would load it in each of two Regions. */
async function handlerIn(region: string): Promise<Handler> {
  process.env['AWS_REGION'] = region;
  const url = new URL(`../../examples/functions/payments/index.mjs?${region}`, import.meta.url);
  return ((await import(url.href)) as { handler: Handler }).handler;
}

describe("the example's payments API", () => {
  let ireland: Handler;
  let sydney: Handler;
  beforeAll(async () => {
    ireland = await handlerIn('eu-west-1');
    sydney = await handlerIn('ap-southeast-2');
  });

  const ask = async (handler: Handler, event: Event) => {
    const { statusCode, body } = await handler(event);
    return { statusCode, body: JSON.parse(body) as Record<string, unknown> };
  };
  const pay = (payment: unknown): Event => ({
    httpMethod: 'POST',
    resource: '/payments',
    body: typeof payment === 'string' ? payment : JSON.stringify(payment),
  });
  const read = (id: string): Event => ({ httpMethod: 'GET', resource: '/payments/{id}', pathParameters: { id } });
  const payment = { amount: 1250, currency: 'EUR', to: 'ACME' };

  test('says which Region answers', async () => {
    const health = { httpMethod: 'GET', resource: '/health' };
    expect(await ask(ireland, health)).toEqual({ statusCode: 200, body: { status: 'ok', region: 'eu-west-1' } });
    expect(await ask(sydney, health)).toMatchObject({ body: { region: 'ap-southeast-2' } });
  });

  test('reads in one Region what another accepted', async () => {
    const { statusCode, body } = await ask(ireland, pay(payment));
    expect({ statusCode, body }).toMatchObject({ statusCode: 201, body: { ...payment, region: 'eu-west-1' } });
    expect(await ask(sydney, read(String(body['id'])))).toEqual({
      statusCode: 200,
      body: { ...payment, id: body['id'], region: 'ap-southeast-2' },
    });
    const encoded = {
      ...pay(''),
      body: Buffer.from(JSON.stringify(payment)).toString('base64'),
      isBase64Encoded: true,
    };
    expect(await ask(ireland, encoded)).toMatchObject({ statusCode: 201 });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { event: pay('{'),                             field: undefined,  why: 'not JSON' },
    { event: pay('null'),                          field: undefined,  why: 'not an object' },
    { event: pay({ ...payment, amount: 1.5 }),     field: 'amount',   why: 'half a cent' },
    { event: pay({ ...payment, amount: 0 }),       field: 'amount',   why: 'nothing' },
    { event: pay({ ...payment, currency: 'XYZ' }), field: 'currency', why: 'no such currency here' },
    { event: pay({ ...payment, to: '' }),          field: 'to',       why: 'to nobody' },
    { event: read('made.up'),                      field: 'id',       why: 'nobody gave this id' },
    { event: read(''),                             field: 'id',       why: 'no id' },
  ])('answers 400 and names the field: $why', async ({ event, field }) => {
    const { statusCode, body } = await ask(ireland, event);
    expect({ statusCode, field: body['field'] }).toEqual({ statusCode: 400, field });
    expect(body['problem']).toBeTypeOf('string');
  });

  test('answers 404 to what it does not know', async () => {
    expect(await ask(ireland, { httpMethod: 'DELETE', resource: '/payments' })).toMatchObject({ statusCode: 404 });
  });
});

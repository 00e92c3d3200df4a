import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from 'vitest';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import type { Service, ServiceName } from '../../simulator/service.ts';
import { services } from '../../simulator/services/index.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { answer } from '../../simulator/wire/answer.ts';
import { World } from '../../simulator/world.ts';
import { describeWith } from '../support/referee.ts';

const botocoreNames: Partial<Record<ServiceName, string>> = {
  'api-gateway': 'apigateway',
  'cloudwatch-logs': 'logs',
  eventbridge: 'events',
  'route-53': 'route53',
  sfn: 'stepfunctions',
};

/** All that clients may speak, where that is more than botocore's own choice. */
const protocols: Partial<Record<ServiceName, string[]>> = { cloudwatch: ['json', 'query', 'smithy-rpc-v2-cbor'] };

interface Exchange {
  readonly id: number;
  readonly service: ServiceName;
  readonly signingName: string;
  readonly operation: string;
  readonly protocol: string;
  readonly variant: string;
  readonly request: { method: string; target: string; headers: Record<string, string>; body: string };
  readonly input: object;
  readonly output?: object;
  readonly error?: { code: string; message: string; status: number | null };
  readonly unknown?: true;
}

describeWith(['botocore'], 'the wire, by botocore', () => {
  const botocore = spawn('python3', ['-B', new URL('./botocore_wire.py', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: botocore.stdout })[Symbol.asyncIterator]();
  const ask = async <Answer>(question: unknown): Promise<Answer> => {
    botocore.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('botocore ended without an answer');
    return JSON.parse(value) as Answer;
  };

  let exchanges: Exchange[] = [];
  const arrived = new Map<number, unknown>();
  const responses: { id: number; response: { status: number; headers: Record<string, string>; body: string } }[] = [];
  let read: { id: number; got: Record<string, unknown>; requestId: string | null }[] = [];

  beforeAll(async () => {
    exchanges = await ask<Exchange[]>({
      services: Object.fromEntries(
        services.map(({ name, operations }) => [
          name,
          {
            botocoreName: botocoreNames[name] ?? name,
            protocols: protocols[name] ?? [],
            operations: Object.keys(operations),
          },
        ]),
      ),
    });
    for (const exchange of exchanges.filter(({ unknown }) => !unknown)) {
      const { status, headers, body } = await answerOf(exchange, (input) => arrived.set(exchange.id, toJson(input)));
      responses.push({ id: exchange.id, response: { status, headers, body: Buffer.from(body).toString('base64') } });
    }
    const ended = once(botocore, 'close');
    read = await ask(responses);
    await ended;
  });

  test('botocore knows every operation', () => {
    expect(exchanges.filter(({ unknown }) => unknown).map(nameOf)).toEqual([]);
    const seen = new Set(exchanges.map(({ service, operation }) => `${service} ${operation}`));
    const all = services.flatMap(({ name, operations }) =>
      Object.keys(operations).map((operation) => `${name} ${operation}`),
    );
    expect(seen).toEqual(new Set(all));
  });

  test('every request arrives as it was meant', () => {
    const wrong = exchanges.filter(({ id, input }) => !sameJson(arrived.get(id), input));
    expect(
      wrong.map((exchange) => ({ name: nameOf(exchange), got: arrived.get(exchange.id), meant: exchange.input })),
    ).toEqual([]);
  });

  test('every response is read as it was meant', () => {
    const wrong = exchanges
      .filter(({ output }) => output !== undefined)
      .filter(({ id, output }) => !sameJson(read[id]?.got, output));
    expect(
      wrong.map((exchange) => ({ name: nameOf(exchange), got: read[exchange.id]?.got, meant: exchange.output })),
    ).toEqual([]);
  });

  test('every error is read with its code, message and status', () => {
    const failures = exchanges.flatMap((exchange) =>
      exchange.error === undefined ? [] : [{ ...exchange, error: exchange.error }],
    );
    const got = failures.map((exchange) => {
      const error = read[exchange.id]?.got['Error'] as
        | Record<'Code' | 'Message' | 'QueryErrorCode', string>
        | undefined;
      // What spoke the query protocol before (SQS) still says the codes of that time; the model's own stands beside it.
      const code = error?.QueryErrorCode === exchange.error.code ? error.QueryErrorCode : error?.Code;
      return { name: nameOf(exchange), code, message: error?.Message };
    });
    expect(got).toEqual(
      failures.map((exchange) => ({
        name: nameOf(exchange),
        code: exchange.error.code,
        message: exchange.error.message,
      })),
    );
    for (const { id, error } of failures) {
      if (error.status !== null) expect(responses[id]?.response.status).toBe(error.status);
    }
  });

  test('every response names the request', () => {
    const named = responses.map(({ response }) => response.headers['x-amzn-requestid']);
    expect(named.filter((requestId) => !/^[0-9a-f-]{36}$/.test(requestId ?? ''))).toEqual([]);
    // Where botocore looks for it in the body. It does not look where there is no output.
    const differing = read.filter(({ id, requestId }) => requestId !== null && requestId !== named[id]);
    expect(differing).toEqual([]);
  });
});

const nameOf = ({ service, operation, protocol, variant }: Exchange): string =>
  `${service} ${operation} ${variant} (${protocol})`;

/** Answers one exchange from a world in which the service notes its input and says what the exchange wants said. */
function answerOf(exchange: Exchange, note: (input: object) => void): ReturnType<typeof answer> {
  const { service: name, operation, request, signingName, output, error } = exchange;
  const operations = {
    [operation]: (input: object): object => {
      note(input);
      if (error !== undefined) throw new AwsError(error.code, error.message);
      return fromJson(output) as object;
    },
  };
  const service: Service = { name, eventSource: '', scope: 'regional', newState: () => ({}), operations };
  const clock = new VirtualClock();
  const world = new World({ clock, seed: 'wire', timings: awsTimings, services: [service], account: '111122223333' });
  const [path = '/', query = ''] = request.target.split('?');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([header, value]) => [header.toLowerCase(), value]),
  );
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
  const message = {
    method: request.method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.from(request.body, 'base64'),
  };
  return answer(message, world, (fault) => {
    throw new Error(nameOf(exchange), { cause: fault });
  });
}

/** As botocore_samples.py: what JSON has no words for. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return { $time: value.getTime() / 1_000 };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
  return value;
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('$time' in value) return new Date(Number(value.$time) * 1_000);
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromJson(member)]));
}

function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one === other;
  const [mine, theirs] = [Object.entries(one), Object.entries(other)];
  return (
    mine.length === theirs.length &&
    mine.every(([name, value]) => sameJson(value, (other as Record<string, unknown>)[name]))
  );
}

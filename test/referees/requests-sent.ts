import type { Request, World } from '../../simulator/world.ts';

/** One request, as botocore would be given it. */
export interface SentRequest {
  /** botocore's name of the service. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** Which of our principals sent it first. */
  readonly by: string;
}

/** Values of one field that are worth another look: names, ids and ARNs come in few shapes. */
const MOST_VALUES_PER_FIELD = 60;

const botocoreNames: Readonly<Record<string, string>> = {
  'api-gateway': 'apigateway',
  'cloudwatch-logs': 'logs',
  eventbridge: 'events',
  'route-53': 'route53',
  sfn: 'stepfunctions',
};

const botocoreName = (service: string): string => botocoreNames[service] ?? service;

/** What JSON has no words for, as botocore_samples.py has it. Members that are undefined are not sent. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return { $time: value.getTime() / 1_000 };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, toJson(member)]])),
    );
  return value;
}

/** Every field with its value, whichever item of a list it is in. */
function* fieldsOf(value: unknown, path = ''): Generator<readonly [path: string, value: string]> {
  if (Array.isArray(value)) {
    yield [path, `${value.length} items`];
    for (const item of value) yield* fieldsOf(item, `${path}[]`);
  } else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* fieldsOf(member, `${path}.${name}`);
  else yield [path, String(value)];
}

/** Not what API Gateway sends by itself, which is a matter between it and Lambda. */
const isOurs = ({ principal: { arn } }: Request): boolean =>
  /:assumed-role\/landbridge-/.test(arn) && !arn.endsWith('/BackplaneAssumeRoleSession');

/** Keeps every request of ours that says something no earlier one did: another field, or another value of one. */
export class RequestsSent {
  readonly kept: SentRequest[] = [];
  sent = 0;
  readonly #values = new Map<string, Set<string>>();

  watch(world: World): void {
    // Whoever invokes asks.
    const ask = world.ask.bind(world);
    world.ask = (request) => {
      if (isOurs(request)) this.#add(request);
      return ask(request);
    };
  }

  #add({ service, operation, input, principal }: Request): void {
    this.sent += 1;
    const said = toJson(input);
    let isNew = false;
    for (const [path, value] of [['', ''] as const, ...fieldsOf(said)]) {
      const field = `${service} ${operation}${path}`;
      const values = this.#values.get(field) ?? new Set();
      this.#values.set(field, values);
      if (values.has(value) || values.size >= MOST_VALUES_PER_FIELD) continue;
      values.add(value);
      isNew = true;
    }
    if (isNew) this.kept.push({ service: botocoreName(service), operation, input: said, by: principal.arn });
  }
}

import { AwsError } from '../aws-error.ts';
import { isReadOnly, type ServiceName } from '../service.ts';
import { type FindableName, notFound } from '../services/ec2/find.ts';
import type { Asked, Operate } from '../sky.ts';
import type { Choosy, Condition, Sources } from './condition.ts';
import { mayBeLate } from './eventually-consistent.ts';
import { madeBy, Pasts, unknownLike } from './what-was-before.ts';

export interface StaleOptions extends Choosy {
  /** The share of writes that take a while until every read sees them. In that while a read sees them as often as not. */
  readonly share: number;
  /** The longest such while; each is drawn anew. Left out: five seconds. */
  readonly maxMs?: number | undefined;
  /** Services of which any read may be behind, though AWS does not say so. */
  readonly also?: readonly ServiceName[] | undefined;
}

const MAX_MS = 5_000;

/** What EC2's ids begin with. */
const ec2Kinds: ReadonlyMap<string, FindableName> = new Map([
  ['vpc', 'vpc'],
  ['subnet', 'subnet'],
  ['rtb', 'route-table'],
  ['rtbassoc', 'route-table-association'],
  ['acl', 'network-acl'],
  ['sg', 'security-group'],
  ['pcx', 'peering'],
  ['vpce', 'endpoint'],
  ['eni', 'network-interface'],
  ['igw', 'internet-gateway'],
]);

/**
 * For a while after a write, reads of the same service in the same account and Region answer as before it, and what was
 * made is not there yet.
 *
 * Every answer was true an instant before the write: lately asked reads are asked again just then, and what is asked for
 * by the id of something new is asked for by an id that nobody has. EC2 refuses writes to what is not there yet as well.
 *
 * Bounds  only reads that AWS documents as eventually consistent, and only such as were asked before the write, or name
 *         what it made. A write that takes its while costs as much as the up to 48 reads that are remembered of its place
 */
export function staleReads({ world, random, tally }: Sources, options: StaleOptions): Condition {
  const { share, maxMs = MAX_MS, also = [], only } = options;
  const pasts = new Pasts();

  const read = (asked: Asked, operate: Operate): object | Promise<object> => {
    const { request, call } = asked;
    const { service, operation, input } = request;
    const text = JSON.stringify(input) ?? '{}';
    const key = `${operation} ${text}`;
    const past = pasts.at(service, call.place);
    const made = pasts.madeIn(service, call.place, text, world);
    const before = past.answer(key, call.nowMs);
    if ((before !== undefined || made !== undefined) && random.next() < 0.5) {
      if (before !== undefined) {
        tally.count('stale', service, operation);
        if ('error' in before) throw before.error;
        return structuredClone(before.output);
      }
      if (made !== undefined) {
        tally.count('not there yet', service, operation);
        return withoutIt(made, text, operate);
      }
    }
    past.remember(key, asked);
    return operate(input);
  };

  const write = (asked: Asked, operate: Operate): object | Promise<object> => {
    const { request, call } = asked;
    const { service, operation, input } = request;
    if (service === 'ec2') {
      const made = pasts.madeIn(service, call.place, JSON.stringify(input), world);
      const kind = made === undefined ? undefined : ec2Kinds.get(made.split('-')[0] ?? '');
      if (made !== undefined && kind !== undefined && random.next() < 0.5) {
        tally.count('not there yet', service, operation);
        throw notFound(kind, made);
      }
    }
    if (random.next() >= share) return operate(input);
    const past = pasts.at(service, call.place);
    const before = past.before(asked, call.nowMs + random.between(1, maxMs + 1));
    // What is refused has changed nothing.
    const afterIt = (output: object): object => {
      before.made = madeBy(request, output, call.nowMs);
      past.add(before);
      return output;
    };
    const output = operate(input);
    return output instanceof Promise ? output.then((answer: object) => afterIt(answer)) : afterIt(output);
  };

  return {
    perform(asked, operate) {
      const { request } = asked;
      const { service, operation, input } = request;
      if (only !== undefined && !only(request)) return operate(input);
      if (!isReadOnly(operation)) return write(asked, operate);
      if (mayBeLate(service, operation, input) || also.includes(service)) return read(asked, operate);
      return operate(input);
    },
  };
}

/** Asks for what is like it and nobody has, and puts its name back into whatever is said of that. */
function withoutIt(id: string, text: string, operate: Operate): object | Promise<object> {
  const nobodys = unknownLike(id);
  const input = JSON.parse(text.replaceAll(`"${id}"`, `"${nobodys}"`)) as object;
  try {
    return operate(input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(error.code, error.message.replaceAll(nobodys, id), {
      ...(error.status !== undefined && { status: error.status }),
      fields: { ...error.fields },
    });
  }
}

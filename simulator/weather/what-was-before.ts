import { AwsError } from '../aws-error.ts';
import type { WorldMs } from '../clock.ts';
import type { Principal } from '../principal.ts';
import type { Call, Place, Service, ServiceName } from '../service.ts';
import type { Asked } from '../sky.ts';
import type { World } from '../world.ts';
import { makes } from './eventually-consistent.ts';

/** A read that somebody made: it may be made again, and is then answered as before. */
interface AskedBefore {
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
}

type Answer = { readonly output: object } | { readonly error: AwsError };

/** What reads would have been answered just before a write, and what that write made. */
export interface Before {
  readonly untilMs: WorldMs;
  readonly answers: ReadonlyMap<string, Answer>;
  made: readonly string[];
}

/** How many different reads are remembered of each service in each account and Region. */
const MOST_READS = 48;
/** Nobody has asked for so long: nobody will notice. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** One service in one account and Region, as it was before each write that is not seen everywhere yet. */
export class WhatWasBefore {
  /** By operation and input; whoever asked last is at the end. */
  readonly #reads = new Map<string, AskedBefore & { readonly atMs: WorldMs }>();
  #befores: Before[] = [];

  remember(key: string, { request, call }: Asked): void {
    this.#reads.delete(key);
    const { operation, input, principal } = request;
    this.#reads.set(key, { operation, input, principal, atMs: call.nowMs });
    if (this.#reads.size <= MOST_READS) return;
    for (const oldest of this.#reads.keys()) {
      this.#reads.delete(oldest);
      break;
    }
  }

  /** Asks again, at the instant before a write, all that was asked lately. */
  before({ request, call }: Asked, untilMs: WorldMs): Before {
    const service = call.world.services.get(request.service);
    const answers = new Map<string, Answer>();
    for (const [key, read] of this.#reads) {
      if (call.nowMs - read.atMs > FORGOTTEN_AFTER_MS) this.#reads.delete(key);
      else {
        const answer = answered(service, read, call);
        if (answer !== undefined) answers.set(key, answer);
      }
    }
    return { untilMs, answers, made: [] };
  }

  add(before: Before): void {
    this.#befores.push(before);
  }

  /** Of what is not seen everywhere yet the oldest that has an answer. */
  answer(key: string, nowMs: WorldMs): Answer | undefined {
    return this.#current(nowMs)
      .find(({ answers }) => answers.has(key))
      ?.answers.get(key);
  }

  /** What was made just now, and is mentioned. */
  madeIn(text: string, nowMs: WorldMs): string | undefined {
    for (const { made } of this.#current(nowMs)) for (const id of made) if (text.includes(`"${id}"`)) return id;
    return undefined;
  }

  #current(nowMs: WorldMs): readonly Before[] {
    if (this.#befores.some(({ untilMs }) => untilMs <= nowMs))
      this.#befores = this.#befores.filter(({ untilMs }) => untilMs > nowMs);
    return this.#befores;
  }
}

/** undefined: it does not answer at once, so nobody can say what it would have answered at this instant. */
function answered(service: Service | undefined, read: AskedBefore, call: Call<unknown>): Answer | undefined {
  const operations = (service?.operations ?? {}) as Readonly<
    Record<string, (input: object, call: Call<unknown>) => object | Promise<object>>
  >;
  try {
    const operation = operations[read.operation];
    const again = { ...call, requestId: call.requestId, principal: read.principal };
    const output = call.world.seen(() => operation?.(read.input, again)).result;
    if (output === undefined) return undefined;
    if (output instanceof Promise) {
      output.catch(() => undefined);
      return undefined;
    }
    return { output: structuredClone(output) };
  } catch (error) {
    if (error instanceof AwsError) return { error };
    throw error;
  }
}

/** What was made, by the names that others will ask for it; nothing, where it had been there before. */
export function madeBy(
  { service, operation, input }: Asked['request'],
  output: object,
  nowMs: WorldMs,
): readonly string[] {
  const fields = makes.get(`${service} ${operation}`);
  if (fields === undefined || isOlder(output, nowMs)) return [];
  const found = new Set<string>();
  for (const field of fields) {
    collect(output, field, found);
    if (found.size === 0) collect(input, field, found);
  }
  return [...found];
}

const within = (value: unknown): readonly [string, unknown][] =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? Object.entries(value) : [];

/** The nearest to the top that have this name. */
function collect(value: unknown, field: string, into: Set<string>): void {
  const members = within(value);
  const own = members.find(([name]) => name === field)?.[1];
  if (typeof own === 'string') into.add(own);
  else for (const [, member] of members) collect(member, field, into);
}

const SAME_MS = 1_000;

/** A call with the same token, or the same name, is answered with what the first one made. */
const isOlder = (output: object, nowMs: WorldMs): boolean =>
  within(output).some(([, member]) =>
    member instanceof Date
      ? member.getTime() < nowMs - SAME_MS
      : within(member).some(([, inner]) => inner instanceof Date && inner.getTime() < nowMs - SAME_MS),
  );

/** An id like this one that nobody has: its last part the other way round. */
export function unknownLike(id: string): string {
  const at = Math.max(id.lastIndexOf('-'), id.lastIndexOf(':'), id.lastIndexOf('/')) + 1;
  const last = id.slice(at);
  const turned = last.split('').toReversed().join('');
  return `${id.slice(0, at)}${turned === last ? `${last.slice(1)}${last.endsWith('0') ? '1' : '0'}` : turned}`;
}

/** Whose past is kept, by service, account and Region. */
export class Pasts {
  readonly #all = new Map<ServiceName, Map<string, Map<string, WhatWasBefore>>>();

  at(service: ServiceName, { account, region }: Place): WhatWasBefore {
    let ofService = this.#all.get(service);
    if (ofService === undefined) this.#all.set(service, (ofService = new Map()));
    let ofAccount = ofService.get(account);
    if (ofAccount === undefined) ofService.set(account, (ofAccount = new Map()));
    let past = ofAccount.get(region);
    if (past === undefined) ofAccount.set(region, (past = new WhatWasBefore()));
    return past;
  }

  /** What was made just now anywhere in the account, and is mentioned: a peering is asked for in two Regions. */
  madeIn(service: ServiceName, { account }: Place, text: string, { clock }: World): string | undefined {
    for (const past of this.#all.get(service)?.get(account)?.values() ?? []) {
      const id = past.madeIn(text, clock.nowMs());
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

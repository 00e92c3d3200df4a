import { createHash } from 'node:crypto';
import type { Expression, Focus } from 'jsonata';
import { type Random, seededRandom } from '../../random.ts';
import type { Json } from './json.ts';

/** Bound beside the variables: what the functions of one evaluation need of the world. No expression can name a symbol. */
export const WORLD_BINDING = ' world';
export interface EvaluationWorld {
  readonly nowMs: number;
  readonly random: Random;
}

const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

export function hash(text: string, algorithm: string): string {
  const name = algorithms.get(algorithm);
  if (name === undefined) throw new Error(`${algorithm} is not one of ${[...algorithms.keys()].join(', ')}`);
  return createHash(name).update(text, 'utf8').digest('hex');
}

export function partition(items: Json[], size: number): Json[][] {
  const chunk = Math.floor(size);
  if (!(chunk > 0)) throw new Error('the size of a chunk must be a positive integer');
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, at) => items.slice(at * chunk, (at + 1) * chunk));
}

export function range(first: number, last: number, step: number): number[] {
  const [from, to, delta] = [Math.floor(first), Math.floor(last), Math.floor(step)];
  if (delta === 0) throw new Error('the delta of a range must not be 0');
  const out: number[] = [];
  for (let at = from; delta > 0 ? at <= to : at >= to; at += delta) out.push(at);
  return out;
}

export const seededNumber = (seed: number): number => seededRandom(`states/${Math.floor(seed)}`).next();

const worldOf = (focus: Focus): EvaluationWorld => focus.environment.lookup(WORLD_BINDING) as EvaluationWorld;

/** A function of JSONata's own, as an environment holds it. */
interface OwnFunction {
  implementation(this: Focus, ...args: unknown[]): unknown;
}

/**
 * Adds the functions that Step Functions adds to JSONata, and takes time and chance from the simulated world.
 *
 * Source  Step Functions guide, Transforming data with JSONata: $partition, $range, $hash, $random, $uuid, $parse;
 *         $eval is not available
 */
export function registerStatesFunctions(expression: Expression): void {
  expression.registerFunction('partition', (items: Json[], size: number) => partition(items, size), '<an:a>');
  expression.registerFunction(
    'range',
    (first: number, last: number, step: number) => range(first, last, step),
    '<nnn:a>',
  );
  expression.registerFunction('hash', (text: string, algorithm: string) => hash(text, algorithm), '<ss:s>');
  expression.registerFunction('parse', (text: string) => JSON.parse(text) as Json, '<s:x>');
  expression.registerFunction(
    'random',
    function (this: Focus, seed?: number) {
      return seed === undefined ? worldOf(this).random.next() : seededNumber(seed);
    },
    '<n?:n>',
  );
  expression.registerFunction(
    'uuid',
    function (this: Focus) {
      return worldOf(this).random.uuid();
    },
    '<:s>',
  );
  expression.registerFunction(
    'millis',
    function (this: Focus) {
      return worldOf(this).nowMs;
    },
    '<:n>',
  );
  expression.registerFunction(
    'now',
    function (this: Focus, picture?: string, timezone?: string) {
      const fromMillis = this.environment.lookup('fromMillis') as OwnFunction;
      return fromMillis.implementation.call(this, worldOf(this).nowMs, picture, timezone);
    },
    '<s?s?:s>',
  );
  expression.registerFunction('eval', () => {
    throw new Error('$eval is not available: use $parse');
  });
}

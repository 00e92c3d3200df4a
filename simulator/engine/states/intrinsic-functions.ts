import type { Random } from '../../random.ts';
import { StateFailure } from './failure.ts';
import { isObject, type Json } from './json.ts';
import { isPath, mustFind, type PathScope } from './json-path.ts';
import { hash, partition, range, seededNumber } from './jsonata-functions.ts';

/**
 * The functions a JSONPath payload template may call.
 *
 * Source  Step Functions guide, Intrinsic functions for JSONPath states
 * Faults  States.IntrinsicFailure
 */
type Intrinsic = (args: readonly Json[], random: Random) => Json;

const failed = (cause: string): StateFailure => new StateFailure('States.IntrinsicFailure', cause);

const text = (value: Json | undefined): string => {
  if (typeof value !== 'string') throw failed(`${JSON.stringify(value)} is not a string`);
  return value;
};
const number = (value: Json | undefined): number => {
  if (typeof value !== 'number') throw failed(`${JSON.stringify(value)} is not a number`);
  return value;
};
const list = (value: Json | undefined): Json[] => {
  if (!Array.isArray(value)) throw failed(`${JSON.stringify(value)} is not an array`);
  return value;
};
const same = (a: Json, b: Json): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

const MOST_IN_A_RANGE = 1_000;
const LONGEST_TO_ENCODE = 10_000;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  'States.Format': ([template, ...values]) => {
    let next = 0;
    const out = text(template).replaceAll(/\\([{}'\\])|\{\}/g, (whole, escaped: string | undefined) => {
      if (escaped !== undefined) return escaped;
      const value = values[next];
      next += 1;
      if (value === undefined) throw failed(`States.Format has fewer arguments than ${whole} in its template`);
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
    if (next !== values.length) throw failed('States.Format has more arguments than its template has {}');
    return out;
  },
  'States.StringToJson': ([value]) => JSON.parse(text(value)) as Json,
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.Array': (items) => [...items],
  'States.ArrayPartition': ([items, size]) => partition(list(items), number(size)),
  'States.ArrayContains': ([items, wanted]) => list(items).some((item) => same(item, wanted ?? null)),
  'States.ArrayRange': ([first, last, step]) => {
    const items = range(number(first), number(last), number(step));
    if (items.length > MOST_IN_A_RANGE) throw failed(`States.ArrayRange makes at most ${MOST_IN_A_RANGE} items`);
    return items;
  },
  'States.ArrayGetItem': ([items, index]) => {
    const item = list(items)[number(index)];
    if (item === undefined) throw failed(`there is no item ${number(index)}`);
    return item;
  },
  'States.ArrayLength': ([items]) => list(items).length,
  'States.ArrayUnique': ([items]) =>
    list(items).filter((item, at, all) => all.findIndex((other) => same(item, other)) === at),
  'States.Base64Encode': ([value]) => {
    if (text(value).length > LONGEST_TO_ENCODE) throw failed(`more than ${LONGEST_TO_ENCODE} characters`);
    return Buffer.from(text(value), 'utf8').toString('base64');
  },
  'States.Base64Decode': ([value]) => {
    if (text(value).length > LONGEST_TO_ENCODE) throw failed(`more than ${LONGEST_TO_ENCODE} characters`);
    return Buffer.from(text(value), 'base64').toString('utf8');
  },
  'States.Hash': ([value, algorithm]) =>
    hash(typeof value === 'string' ? value : JSON.stringify(value), text(algorithm)),
  'States.JsonMerge': ([under, over, deep]) => {
    if (!isObject(under) || !isObject(over)) throw failed('States.JsonMerge merges objects');
    if (deep !== false) throw failed('States.JsonMerge is shallow: its third argument must be false');
    return { ...under, ...over };
  },
  'States.MathRandom': ([from, to, seed], random) => {
    const [low, high] = [Math.floor(number(from)), Math.floor(number(to))];
    if (low >= high) throw failed('the start of States.MathRandom must be below its end');
    return low + Math.floor((seed === undefined ? random.next() : seededNumber(number(seed))) * (high - low));
  },
  'States.MathAdd': ([a, b]) => Math.floor(number(a)) + Math.floor(number(b)),
  'States.StringSplit': ([value, separators]) => {
    const set = new Set(text(separators));
    let part = '';
    const parts: string[] = [];
    for (const character of text(value)) {
      if (set.has(character)) {
        parts.push(part);
        part = '';
      } else part += character;
    }
    return [...parts, part].filter((piece) => piece !== '');
  },
  'States.UUID': (_, random) => random.uuid(),
};

export const isIntrinsic = (source: string): boolean => /^States\.\w+\s*\(/.test(source);

type Call = { readonly name: string; readonly args: readonly Argument[] };
type Argument = { readonly constant: Json } | { readonly path: string } | Call;

/** Reads `States.Format('{} of {}', $.a, States.ArrayLength($.b))`. */
class Reader {
  readonly #source: string;
  #at = 0;
  constructor(source: string) {
    this.#source = source;
  }

  #take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern, 'uy');
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match === null) return undefined;
    this.#at = sticky.lastIndex;
    return match[0];
  }

  #expect(pattern: RegExp): string {
    const taken = this.#take(pattern);
    if (taken === undefined) throw failed(`${this.#source}: unexpected text at ${this.#at}`);
    return taken;
  }

  whole(): Call {
    const call = this.#call();
    this.#expect(/\s*$/);
    return call;
  }

  #call(): Call {
    const name = this.#expect(/\s*States\.\w+/).trim();
    if (!Object.hasOwn(intrinsics, name)) throw failed(`${name} is not an intrinsic function`);
    this.#expect(/\s*\(\s*/);
    const args: Argument[] = [];
    if (this.#take(/\)/) !== undefined) return { name, args };
    do args.push(this.#argument());
    while (this.#take(/\s*,\s*/) !== undefined);
    this.#expect(/\s*\)/);
    return { name, args };
  }

  #argument(): Argument {
    const quoted = this.#take(/'(?:[^'\\]|\\.)*'/);
    // The escapes of braces belong to States.Format; here only the quote's own is undone.
    if (quoted !== undefined) return { constant: quoted.slice(1, -1).replaceAll("\\'", "'") };
    const literal = this.#take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/);
    if (literal !== undefined) return { constant: JSON.parse(literal) as Json };
    const path = this.#take(/\$(?:[^\s,()[\]]|\[(?:'(?:[^'\\]|\\.)*'|[^\]])*\])*/);
    return path === undefined ? this.#call() : { path };
  }
}

const read = new Map<string, Call>();

/** Calls an intrinsic function, arguments first. */
export function callIntrinsic(source: string, scope: PathScope, random: Random): Json {
  let call = read.get(source);
  if (call === undefined) {
    call = new Reader(source).whole();
    read.set(source, call);
  }
  const run = ({ name, args }: Call): Json => {
    const values = args.map((argument) => {
      if ('constant' in argument) return argument.constant;
      return 'path' in argument ? mustFind(argument.path, scope, 'States.IntrinsicFailure') : run(argument);
    });
    try {
      return (intrinsics[name] as Intrinsic)(values, random);
    } catch (error) {
      if (error instanceof StateFailure) throw error;
      throw failed(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return run(call);
}

/** Why the text is neither a path nor a call of an intrinsic function; undefined where it is one. */
export function whyNotQuery(source: string): string | undefined {
  if (!isIntrinsic(source)) return isPath(source) ? undefined : `${source} is not a path`;
  try {
    new Reader(source).whole();
    return undefined;
  } catch (error) {
    return error instanceof StateFailure ? error.because : String(error);
  }
}

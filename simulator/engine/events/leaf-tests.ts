import { BlockList, isIP } from 'node:net';

/** A test of one value of a field, and what it says where the field is absent. */
export interface LeafTest {
  readonly holds: (value: unknown) => boolean;
  readonly absent: boolean;
}

type Refuse = (reason: string) => Error;

const present = (holds: (value: unknown) => boolean): LeafTest => ({ holds, absent: false });
const ofText = (holds: (text: string) => boolean): LeafTest =>
  present((value) => typeof value === 'string' && holds(value));

const texts = (value: unknown, operator: string, refuse: Refuse): string[] => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === 'string'))
    throw refuse(`${operator} match pattern must be a string`);
  return list;
};

/** One text, or `{"equals-ignore-case": text}`. */
function caseOf(
  operand: unknown,
  operator: string,
  refuse: Refuse,
): { wanted: string; fold: (text: string) => string } {
  if (typeof operand === 'string') return { wanted: operand, fold: (text) => text };
  const inner = operand !== null && typeof operand === 'object' ? Object.entries(operand) : [];
  const [[name, wanted] = []] = inner;
  if (inner.length !== 1 || name !== 'equals-ignore-case' || typeof wanted !== 'string')
    throw refuse(`${operator} match pattern must be a string`);
  return { wanted: wanted.toLowerCase(), fold: (text) => text.toLowerCase() };
}

function wildcard(pattern: string, refuse: Refuse): (text: string) => boolean {
  if (/(^|[^\\])(\\\\)*\*\*/.test(pattern)) throw refuse('Consecutive wildcard characters');
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '*') source += '.*';
    else if (character === '\\') {
      at += 1;
      const escaped = pattern.charAt(at);
      if (escaped !== '*' && escaped !== '\\') throw refuse('Invalid escape character');
      source += `\\${escaped}`;
    } else source += character.replace(/[.+?^${}()|[\]]/, String.raw`\$&`);
  }
  const regex = new RegExp(`^${source}$`, 's');
  return (text) => regex.test(text);
}

function cidr(operand: unknown, refuse: Refuse): LeafTest {
  const [address = '', length] = typeof operand === 'string' ? operand.split('/') : [];
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  if (version === 0 || length === undefined || !/^\d+$/.test(length) || Number(length) > most)
    throw refuse("Malformed CIDR, one '/' required");
  const block = new BlockList();
  block.addSubnet(address, Number(length), version === 6 ? 'ipv6' : 'ipv4');
  return ofText((text) => isIP(text) === version && block.check(text, version === 6 ? 'ipv6' : 'ipv4'));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`. Numbers lie within five billion either way. */
function numeric(operand: unknown, refuse: Refuse): LeafTest {
  const parts: unknown[] = Array.isArray(operand) ? operand : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const compare = comparisons[String(parts[at])];
    const bound = parts[at + 1];
    if (compare === undefined) throw refuse(`Unrecognized numeric range operator: ${String(parts[at])}`);
    if (typeof bound !== 'number' || Math.abs(bound) > 5e9)
      throw refuse('Value of numeric match must be a number from -5.0e9 to 5.0e9');
    tests.push((value) => compare(value, bound));
  }
  if (tests.length === 0 || tests.length > 2) throw refuse('Invalid member in numeric match');
  return present((value) => typeof value === 'number' && tests.every((test) => test(value)));
}

function anythingBut(operand: unknown, refuse: Refuse): LeafTest {
  if (operand !== null && typeof operand === 'object' && !Array.isArray(operand)) {
    const inner = Object.entries(operand);
    const [[name, excluded] = ['', undefined]] = inner;
    if (inner.length !== 1 || !['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
      throw refuse(`Unsupported anything-but pattern: ${name}`);
    const tests = texts(excluded, 'anything-but', refuse).map((text) => leafTest({ [name]: text }, refuse));
    return present((value) => typeof value === 'string' && !tests.some(({ holds }) => holds(value)));
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = new Set(list.map((item) => typeof item));
  if (list.length === 0 || kinds.size > 1 || !(kinds.has('string') || kinds.has('number')))
    throw refuse('Value of anything-but must be an array or single string/number value');
  const excluded = new Set(list);
  return present((value) => !excluded.has(value));
}

/** Source: EventBridge user guide, Comparison operators. */
const operators: Readonly<Record<string, (operand: unknown, refuse: Refuse) => LeafTest>> = {
  prefix(operand, refuse) {
    const { wanted, fold } = caseOf(operand, 'prefix', refuse);
    return ofText((text) => fold(text).startsWith(wanted));
  },
  suffix(operand, refuse) {
    const { wanted, fold } = caseOf(operand, 'suffix', refuse);
    return ofText((text) => fold(text).endsWith(wanted));
  },
  'equals-ignore-case'(operand, refuse) {
    if (typeof operand !== 'string') throw refuse('equals-ignore-case match pattern must be a string');
    const wanted = operand.toLowerCase();
    return ofText((text) => text.toLowerCase() === wanted);
  },
  wildcard(operand, refuse) {
    if (typeof operand !== 'string') throw refuse('wildcard match pattern must be a string');
    return ofText(wildcard(operand, refuse));
  },
  exists(operand, refuse) {
    if (typeof operand !== 'boolean') throw refuse('exists match pattern must be either true or false.');
    return { holds: () => operand, absent: !operand };
  },
  'anything-but': anythingBut,
  numeric,
  cidr,
};

/** The test that one item of a pattern's array stands for. */
export function leafTest(alternative: unknown, refuse: Refuse): LeafTest {
  if (alternative === null || typeof alternative !== 'object') return present((value) => value === alternative);
  const members = Object.entries(alternative);
  const [[name, operand] = ['', undefined]] = members;
  if (members.length !== 1) throw refuse('Only one key allowed in match expression');
  const operator = operators[name];
  if (operator === undefined) throw refuse(`Unrecognized match type ${name}`);
  return operator(operand, refuse);
}

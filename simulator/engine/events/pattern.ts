import { type LeafTest, leafTest } from './leaf-tests.ts';

/** Why a text is no event pattern, in EventBridge's words. */
export class PatternError extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
    this.name = 'PatternError';
  }
}

/** A compiled event pattern. */
export interface EventPattern {
  matches(event: object): boolean;
  /** Cheap: false only where no event of this source and type can match, whatever else it holds. */
  couldMatch(source: string, detailType: string): boolean;
}

type Test = (value: unknown) => boolean;
type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects with one member that test a value instead of naming a field. */
const isOr = (key: string, value: unknown): value is Members[] =>
  key === '$or' && Array.isArray(value) && value.length >= 2 && value.every(isMembers);

/** Every value of a field: an event's arrays are matched if any of their items is. */
function leavesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isMembers(value) ? [] : [value];
}

function anyOf(alternatives: unknown, path: string): Test {
  if (!Array.isArray(alternatives)) throw new PatternError(`"${path}" must be an object or an array`);
  if (alternatives.length === 0) throw new PatternError(`Empty arrays are not allowed: "${path}"`);
  const tests: LeafTest[] = alternatives.map((alternative) => {
    if (Array.isArray(alternative)) throw new PatternError(`Arrays are not allowed within arrays: "${path}"`);
    return leafTest(alternative, (reason) => new PatternError(`${reason}: "${path}"`));
  });
  return (value) => {
    const leaves = leavesOf(value);
    return tests.some((test) => (leaves.length === 0 ? test.absent : leaves.some(test.holds)));
  };
}

function allOf(pattern: Members, path: string): Test {
  const fields = Object.entries(pattern);
  if (fields.length === 0)
    throw new PatternError(path === '' ? 'Empty patterns are not allowed' : `Empty objects are not allowed: "${path}"`);
  const tests = fields.map(([key, wanted]): Test => {
    if (isOr(key, wanted)) {
      const branches = wanted.map((branch) => allOf(branch, path));
      return (holder) => branches.some((branch) => branch(holder));
    }
    const at = path === '' ? key : `${path}.${key}`;
    const test = isMembers(wanted) ? allOf(wanted, at) : anyOf(wanted, at);
    return (holder) => test(isMembers(holder) ? holder[key] : undefined);
  });
  // Of an array of objects one and the same item has to meet the whole pattern.
  return (value) =>
    Array.isArray(value) && value.length > 0
      ? value.some((item) => tests.every((test) => test(item)))
      : tests.every((test) => test(value));
}

/**
 * Compiles an event pattern.
 *
 * Source  EventBridge user guide, Comparison operators for use in event patterns, and Best practices, Array matching
 * Faults  `PatternError`
 */
export function compilePattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw new PatternError('the pattern is not JSON');
  }
  if (!isMembers(pattern)) throw new PatternError('Filter is not an object');
  const whole = allOf(pattern, '');
  const only = (field: string): Test => {
    const wanted = pattern[field];
    return wanted === undefined ? () => true : anyOf(wanted, field);
  };
  const [ofSource, ofType] = [only('source'), only('detail-type')];
  return {
    matches: (event) => whole(event),
    couldMatch: (source, detailType) => ofSource(source) && ofType(detailType),
  };
}

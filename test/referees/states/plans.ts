import {
  type Arbitrary,
  array,
  constant,
  constantFrom,
  dictionary,
  integer,
  nat,
  oneof,
  option,
  record,
  subarray,
  tuple,
} from 'fast-check';
import { functionNames } from './canned.ts';
import { functionArn } from './engine-runs.ts';

// Machines that end: states only go forward, but for loops that count. Each comes out of a plan, a tree of steps, so
// that fast-check can make it smaller; names, Next and End are put in afterwards.

export type Fields = Readonly<Record<string, unknown>>;
export type Plan = readonly Step[];
export interface Step {
  readonly fields: Fields;
  /** How many states after the next one a rule, the Default or a catcher goes on, in the order in which they stand. */
  readonly skips: readonly number[];
  readonly inner: readonly Plan[];
  readonly loop?: number;
}

export const pick = <Value>(...values: readonly Value[]): Arbitrary<Value> => constantFrom(...values);
/** Now and then. */
const maybe = (weight: number, arbitrary: Arbitrary<Fields>): Arbitrary<Fields> =>
  oneof({ weight: 10 - weight, arbitrary: constant({}) }, { weight, arbitrary });
const merged = (...parts: readonly Arbitrary<Fields>[]): Arbitrary<Fields> =>
  tuple(...parts).map((all) => Object.assign({}, ...all) as Fields);
export const jsonata = (text: string): string => `{% ${text} %}`;

/** Where expressions stand: what they can refer to. */
interface Place {
  readonly depth: number;
  readonly inMap: boolean;
}
const variables = (depth: number): string[] => ['a', 'b'].map((letter) => `${letter}${depth}`);
const visible = ({ depth }: Place): string[] => Array.from({ length: depth + 1 }, (_, at) => variables(at)).flat();

const constants = [
  '1 + 1',
  'null',
  '[]',
  '[5]',
  '"text"',
  '{"k": 1}',
  '[1, 2, 3][$ > 1]',
  '[1, 2, 3][$ = 3]',
  '$range(1, 9, 3)',
  '$partition([1..5], 2)',
  '$hash("x", "SHA-256")',
  '$parse("{\\"p\\": [1]}")',
  '($local := 7; $local * 2)',
  '$map([1, 2], function($n) { $n * 2 })',
];
const context = [
  '$states.context.State.Name',
  '$states.context.State.RetryCount',
  '$states.context.Execution.Input',
  '$states.context.Execution.Name',
  '$toMillis($states.context.State.EnteredTime) - $toMillis($states.context.Execution.StartTime)',
  '$exists($states.context.Map)',
];
const ofInput = [
  '$states.input',
  '$states.input',
  '$type($states.input)',
  '$count($states.input)',
  '{"was": $states.input}',
  '$exists($states.input.value)',
  '$append($states.input, 1)',
  '[$states.input, 1]',
  '$states.input ~> $type ~> $length',
];
const wrong = [
  '$states.input.no.such',
  '"a" + 1',
  'function($x) { $x }',
  '$unknown',
  '$error("on purpose")',
  '$states.input[7]',
];

/** An expression, or JSON around expressions. `more` are those that this field can have besides. */
function value(place: Place, more: readonly string[] = []): Arbitrary<unknown> {
  const names = visible(place).flatMap((name) => [`$exists($${name}) ? $${name} : "none"`, `{"seen": $${name}}`]);
  const risky = visible(place).flatMap((name) => [`$${name}`, `$${name} + 1`]);
  const inMap = place.inMap ? ['$states.context.Map.Item.Index', '$states.context.Map.Item.Value'] : [];
  const expression = oneof(
    { weight: 16, arbitrary: pick(...ofInput, ...constants, ...inMap) },
    { weight: 16, arbitrary: pick(...names, ...context) },
    ...(more.length === 0 ? [] : [{ weight: 24, arbitrary: pick(...more) }]),
    { weight: 1, arbitrary: pick(...risky) },
    { weight: 1, arbitrary: pick(...wrong) },
  ).map(jsonata);
  const literal = pick<unknown>(1, 'plain', null, true, { deep: [1, { er: 'x' }] }, [], '');
  return oneof(
    { weight: 7, arbitrary: expression },
    { weight: 2, arbitrary: literal },
    { weight: 2, arbitrary: record({ one: expression, two: literal }) },
    { weight: 1, arbitrary: tuple(literal, expression) },
  );
}

/** Sizes around the limit, with the quotes of the text: the last that fits, and the first that does not. */
const atTheLimit = pick('$pad("x", 262142)', '$pad("x", 262143)', '$pad("\\u00e9", 131072, "\\u00e9")').map(jsonata);

function output(place: Place, more?: readonly string[]): Arbitrary<Fields> {
  const large = { weight: 1, arbitrary: record({ Output: atTheLimit }) };
  return maybe(5, oneof({ weight: 60, arbitrary: record({ Output: value(place, more) }) }, large));
}
const assign = (place: Place, more?: readonly string[]): Arbitrary<Fields> =>
  maybe(
    4,
    dictionary(pick(...variables(place.depth)), value(place, more), { minKeys: 1, maxKeys: 2 }).map((Assign) => ({
      Assign,
    })),
  );

const errors = ['A', 'B', 'C'];
const errorEquals = oneof(
  subarray(
    [
      ...errors,
      'States.Timeout',
      'States.QueryEvaluationError',
      'States.DataLimitExceeded',
      'States.ExceedToleratedFailureThreshold',
    ],
    { minLength: 1, maxLength: 3 },
  ),
  pick(['States.TaskFailed'], ['States.TaskFailed', 'States.Timeout'], ['States.NoChoiceMatched', 'A']),
);
/** Handlers of the named errors, and perhaps one of all at the end, where alone it may stand. */
const handlers = (more: Arbitrary<Fields>): Arbitrary<Fields[]> =>
  tuple(array(tuple(errorEquals, more), { maxLength: 2 }), option(more, { nil: undefined })).map(([some, all]) => [
    ...some.map(([ErrorEquals, fields]) => ({ ErrorEquals, ...fields })),
    ...(all === undefined ? [] : [{ ErrorEquals: ['States.ALL'], ...all }]),
  ]);

const policy = merged(
  maybe(5, record({ MaxAttempts: pick(0, 1, 2, 4) })),
  maybe(5, record({ IntervalSeconds: pick(1, 2, 5) })),
  maybe(5, record({ BackoffRate: pick(1, 1.5, 3) })),
  maybe(3, record({ MaxDelaySeconds: pick(6, 9) })),
);
const ERROR_OUTPUT = [
  '$states.errorOutput',
  '$states.errorOutput.Error',
  '$merge([{"in": $states.input}, $states.errorOutput])',
];
const RESULT = [
  '$states.result',
  '$states.result.value',
  '$type($states.result)',
  '$states.result[0]',
  '$count($states.result)',
];

/** Retry and Catch, with where each catcher goes. */
const fallible = (place: Place): Arbitrary<{ fields: Fields; skips: number[] }> =>
  tuple(
    maybe(
      6,
      handlers(policy).map((Retry) => ({ Retry })),
    ),
    handlers(merged(output(place, ERROR_OUTPUT), assign(place, ERROR_OUTPUT))),
    array(nat(2), { minLength: 3, maxLength: 3 }),
  ).map(([retry, Catch, skips]) => ({ fields: { ...retry, ...(Catch.length === 0 ? {} : { Catch }) }, skips }));

const step = (fields: Fields, skips: readonly number[] = [], inner: readonly Plan[] = []): Step => ({
  fields,
  skips,
  inner,
});

function pass(place: Place): Arbitrary<Step> {
  return merged(constant({ Type: 'Pass' }), output(place), assign(place)).map((fields) => step(fields));
}

function wait(place: Place): Arbitrary<Step> {
  const until = pick<Fields>(
    { Seconds: 3 },
    { Seconds: 0 },
    { Seconds: 1 },
    { Seconds: '{% 40 + 2 %}' },
    { Seconds: '{% $count($states.input) * 2 %}' },
    { Seconds: '{% 1.5 %}' },
    { Seconds: '{% -1 %}' },
    { Timestamp: '{% $fromMillis($toMillis($states.context.State.EnteredTime) + 4321) %}' },
    { Timestamp: '2020-01-01T00:00:00Z' },
    { Timestamp: '{% "soon" %}' },
  );
  return merged(constant({ Type: 'Wait' }), until, output(place), assign(place)).map((fields) => step(fields));
}

function choice(place: Place): Arbitrary<Step> {
  const names = visible(place);
  const condition = pick<unknown>(
    true,
    false,
    ...[
      '$exists($states.input.value)',
      '$type($states.input) = "object"',
      '$count($states.input) > 1',
      '$states.input.value',
      ...names.map((name) => `$exists($${name})`),
      ...names.map((name) => `$${name} = 1`),
    ].map(jsonata),
  );
  const rule = merged(
    condition.map((Condition) => ({ Condition })),
    output(place),
    assign(place),
  );
  const fields = merged(
    constant({ Type: 'Choice' }),
    array(rule, { minLength: 1, maxLength: 3 }).map((Choices) => ({ Choices })),
    maybe(9, constant({ Default: '' })),
    output(place),
    assign(place),
  );
  return tuple(fields, array(nat(2), { minLength: 4, maxLength: 4 })).map(([all, skips]) => step(all, skips));
}

function task(place: Place): Arbitrary<Step> {
  const word = pick('ok', 'A', 'A', 'B', 'C', 'hang', 'big');
  const odd = '{% $states.context.Map.Item.Index % 2 = 1 ? ["B", "A"] : ["ok"] %}';
  const words = array(word, { maxLength: 4 });
  const script = place.inMap ? oneof(words, constant(odd)) : words;
  const payload = record({
    ms: integer({ min: 1, max: 7_919 }),
    script,
    value: oneof({ weight: 40, arbitrary: value(place) }, { weight: 1, arbitrary: atTheLimit }),
  }).map((given) => ({
    ...given,
    retry: '{% $states.context.State.RetryCount %}',
    ...indexIn(place),
  }));
  const byArn = tuple(payload, pick(...functionNames), output(place, RESULT), assign(place, RESULT)).map(
    ([Arguments, name, ...rest]) => ({ Resource: functionArn(name), Arguments, ...rest[0], ...rest[1] }),
  );
  const invoked = tuple(
    payload,
    pick(...functionNames),
    value(place, ['$states.result.Payload', '$states.result.StatusCode']),
  ).map(([Payload, FunctionName, Output]) => ({
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName, Payload },
    Output,
  }));
  const timeout = pick<unknown>(4, 60, '{% 3 + 2 %}', '{% $states.input.value %}').map((TimeoutSeconds) => ({
    TimeoutSeconds,
  }));
  return tuple(
    merged(constant({ Type: 'Task', TimeoutSeconds: 90 }), oneof(byArn, byArn, invoked), maybe(4, timeout)),
    fallible(place),
  ).map(([fields, { fields: more, skips }]) => step({ ...fields, ...more }, skips));
}

/** How often the state around was tried again, where that state told its branches. */
const ROUND = '{% $states.context.State.RetryCount %}';
const ROUND_OF_INPUT =
  '{% $type($states.input) = "object" and $exists($states.input.round) ? $states.input.round : 0 %}';
const indexIn = ({ inMap }: Place): Fields => (inMap ? { index: '{% $states.context.Map.Item.Index %}' } : {});

/** Branches begin with a call that takes its own time, so that their failures do not fall together. */
function branchPlan(place: Place, depth: number): Arbitrary<Plan> {
  const script = pick<string[]>([], [], ['A'], ['B', 'A'], ['A', 'ok', 'ok']);
  const delay = tuple(integer({ min: 1, max: 9_973 }), pick('echo', 'echo', 'act'), script).map(([ms, name, words]) =>
    step({
      Type: 'Task',
      Resource: functionArn(name),
      Arguments: {
        ms,
        value: '{% $states.input %}',
        ...(name === 'act' ? { script: words, retry: ROUND_OF_INPUT } : {}),
        ...indexIn(place),
      },
    }),
  );
  return tuple(delay, plan(place, depth, 2)).map(([first, rest]) => [first, ...rest]);
}

function parallel(place: Place, depth: number): Arbitrary<Step> {
  const inner = { ...place, depth: place.depth + 1 };
  const fields = merged(
    constant({ Type: 'Parallel' }),
    maybe(5, record({ Arguments: oneof(value(place), constant({ value: '{% $states.input %}', round: ROUND })) })),
    output(place, RESULT),
    assign(place, RESULT),
  );
  return tuple(fields, fallible(place), array(branchPlan(inner, depth - 1), { minLength: 1, maxLength: 3 })).map(
    ([all, { fields: more, skips }, branches]) => step({ ...all, ...more }, skips, branches),
  );
}

function map(place: Place, depth: number): Arbitrary<Step> {
  const inner = { depth: place.depth + 1, inMap: true };
  const items = pick<unknown>(
    [1, 2, 3],
    [],
    [{ value: 1 }, 'x'],
    '{% [1..4] %}',
    '{% [1..4][$ > 3] %}',
    '{% [$states.input] %}',
    '{% ["x", "y"] %}',
    '{% $states.input.no.such %}',
    '{% "no list" %}',
  );
  const selector = value({ ...place, inMap: true }, [
    '{"item": $states.context.Map.Item.Value, "at": $states.context.Map.Item.Index}',
  ]);
  const fields = merged(
    constant({ Type: 'Map' }),
    maybe(9, record({ Items: items })),
    maybe(
      6,
      record({
        ItemSelector: oneof(selector, constant({ value: '{% $states.context.Map.Item.Value %}', round: ROUND })),
      }),
    ),
    maybe(5, record({ MaxConcurrency: pick<unknown>(0, 1, 2, 3, '{% 1 + 1 %}', '{% "many" %}') })),
    maybe(2, record({ ToleratedFailureCount: pick<unknown>(0, 1, 2, '{% 1 %}') })),
    maybe(2, record({ ToleratedFailurePercentage: pick<unknown>(0, 34, 50, 100, '{% 30 + 4 %}') })),
    output(place, RESULT),
    assign(place, RESULT),
  );
  return tuple(fields, fallible(place), branchPlan(inner, depth - 1)).map(([all, { fields: more, skips }, body]) =>
    step({ ...all, ...more }, skips, [body]),
  );
}

function ending(place: Place): Arbitrary<Step> {
  const fail = record({
    Type: constant('Fail'),
    Error: pick<unknown>('A', 'B', '{% $states.input.value %}', '{% "C" %}'),
    Cause: pick<unknown>('because', '{% $type($states.input) %}'),
  });
  const end = merged(pick<Fields>({ Type: 'Succeed' }, { Type: 'Succeed' }, { Type: 'Pass' }), output(place));
  return oneof({ weight: 5, arbitrary: end }, { weight: 1, arbitrary: fail }).map((fields) => step(fields));
}

export function plan(place: Place, depth: number, most: number): Arbitrary<Plan> {
  const simple = [
    { weight: 3, arbitrary: pass(place) },
    { weight: 2, arbitrary: wait(place) },
    { weight: 3, arbitrary: choice(place) },
    { weight: 6, arbitrary: task(place) },
  ];
  const nested =
    depth === 0
      ? []
      : [
          { weight: 3, arbitrary: parallel(place, depth) },
          { weight: 3, arbitrary: map(place, depth) },
        ];
  const one = oneof(...simple, ...nested);
  const looped =
    place.depth > 0
      ? one
      : oneof(
          { weight: 12, arbitrary: one },
          { weight: 1, arbitrary: tuple(task(place), pick(2, 3)).map(([body, loop]) => ({ ...body, loop })) },
        );
  return tuple(array(looped, { minLength: 1, maxLength: most }), ending(place)).map(([steps, last]) => [
    ...steps,
    last,
  ]);
}

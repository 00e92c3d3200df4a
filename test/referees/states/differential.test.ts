import { expect, test } from 'vitest';
import { stateTypes } from '../../../simulator/engine/states/definition.ts';
import { compareEngines, differs } from './campaign.ts';
import { answer, functionNames } from './canned.ts';
import { compared } from './compare.ts';
import { engineWorld, functionArn } from './engine-runs.ts';

/** More, and others: `LANDBRIDGE_MACHINES=20000 LANDBRIDGE_SEED=7 npx vitest run test/referees/states`. */
const machines = Number(process.env['LANDBRIDGE_MACHINES'] ?? 400);
const seed = Number(process.env['LANDBRIDGE_SEED'] ?? 2);

test(`the engine runs ${machines} generated machines as the reference interpreter does`, async () => {
  const told = await compareEngines({ seed, machines });
  expect(told.difference, told.difference).toBeUndefined();
  // And it was worth it: everything came up, and hardly anything was left undecided.
  expect(Object.keys(told.visits).toSorted()).toEqual(stateTypes.toSorted());
  const endings = [
    'A',
    'B',
    'C',
    'SUCCEEDED',
    'States.DataLimitExceeded',
    'States.NoChoiceMatched',
    'States.QueryEvaluationError',
    'States.Timeout',
  ];
  expect(Object.keys(told.endings)).toEqual(expect.arrayContaining(endings));
  expect(told.retries).toBeGreaterThan(machines / 5);
  expect(told.roundsAgain).toBeGreaterThan(machines / 50);
  expect(told.tied).toBeLessThan(machines / 50);
});

const task = (more: object) => ({
  Type: 'Task',
  Resource: functionArn('act'),
  Arguments: { script: ['A', 'A'], retry: '{% $states.context.State.RetryCount %}' },
  End: true,
  ...more,
});
const machineOf = (A: object) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A } });

test.for([
  {
    why: 'a function that takes longer',
    other: { afterMs: 2 },
    says: '/endedAtMs: the reference says 3006, the engine 3003',
  },
  { why: 'a function that fails otherwise', other: { error: 'B' }, says: '/status: the reference says "FAILED"' },
  { why: 'a function that answers otherwise', other: { result: 1 }, says: '/output: the reference says 1' },
])('a difference is seen and told: $why', async ({ other, says }) => {
  const run = engineWorld(functionNames);
  const machine = machineOf(task({ Retry: [{ ErrorEquals: ['A'] }] }));
  // The first table is the engine's, the second the reference's.
  const tables = [answer, (name: string, payload: never) => ({ ...answer(name, payload), ...other })];
  const { difference } = await compared(run, machine, {}, () => tables.shift() as typeof answer);
  expect(difference).toContain(says);
});

// Where the specification is silent, or the guide says another thing, this is what both interpreters do, and why.
const P = { Type: 'Pass', End: true };
test.for([
  {
    why: "a Choice's own Assign holds only where no rule does: so says the specification; the guide says whichever rule matches",
    states: {
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'B', Assign: { x: 1 } },
      B: { ...P, Output: '{% $exists($x) %}' },
    },
  },
  {
    why: 'a Map takes an object for its members, as the guide says; the specification knows arrays only',
    states: {
      A: { Type: 'Map', Items: '{% {"k": 1} %}', ItemProcessor: { StartAt: 'I', States: { I: P } }, End: true },
    },
  },
  {
    why: 'what failed within the tolerance has no place in the result: of that the specification says nothing',
    states: {
      A: {
        Type: 'Map',
        Items: [1, 2, 3],
        ToleratedFailureCount: 1,
        ItemProcessor: {
          StartAt: 'I',
          States: {
            I: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'F' }], Default: 'J' },
            F: { Type: 'Fail', Error: 'A', Cause: 'even' },
            J: P,
          },
        },
        End: true,
      },
    },
  },
  {
    why: "an error in a catcher's own fields is not caught again",
    states: {
      A: task({
        Catch: [
          { ErrorEquals: ['A'], Output: '{% $none %}', Next: 'B' },
          { ErrorEquals: ['States.ALL'], Next: 'B' },
        ],
      }),
      B: P,
    },
  },
  {
    why: 'an error in Output is tried again, and with it the task, which had succeeded',
    states: {
      A: task({ Arguments: {}, Output: '{% $none %}', Retry: [{ ErrorEquals: ['States.QueryEvaluationError'] }] }),
    },
  },
])('$why', async ({ states }) => {
  expect(await differs({ QueryLanguage: 'JSONata', StartAt: 'A', States: states }, {})).toBeUndefined();
});

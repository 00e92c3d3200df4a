import { describe, expect, test } from 'vitest';
import { evaluationRange, judge } from '../../../../simulator/services/cloudwatch/alarms/judge.ts';
import { missingDataTreatments } from '../../../../simulator/services/cloudwatch/state.ts';

const states = { A: 'ALARM', O: 'OK', '?': 'INSUFFICIENT_DATA', '=': undefined } as const;
type Letter = keyof typeof states;

/** '0 - X' is read as AWS prints it: the oldest first, 0 within the threshold, X beyond it, - without data. */
const seen = (text: string) =>
  text
    .split(' ')
    .toReversed()
    .map((one) => (one === '-' ? undefined : one === 'X'));

// Source: CloudWatch user guide, Configuring how CloudWatch alarms treat missing data: both of its tables, row by row,
// and "Avoiding premature transitions to alarm state". '=': the alarm keeps its state.
// biome-ignore format: a table is read down its columns
describe.for<[m: number, n: number, data: string, breaching: Letter, notBreaching: Letter, ignore: Letter, missing: Letter, why: string]>([
  [3, 3, '0 - X - X', 'O', 'O', 'O', 'O', 'three real datapoints decide, one of them within'],
  [3, 3, '- - - - 0', 'O', 'O', 'O', 'O', 'what is missing is filled in twice at most'],
  [3, 3, '- - - - -', 'A', 'O', '=', '?', 'nothing but missing data'],
  [3, 3, '0 X X - X', 'A', 'A', 'A', 'A', 'three real datapoints decide, all beyond'],
  [3, 3, '- - X - -', 'A', 'O', '=', 'A', 'the only datapoint is as old as three, and beyond'],
  [2, 3, '0 - X - X', 'A', 'A', 'A', 'A', 'two of three'],
  [2, 3, '0 0 X 0 X', 'A', 'A', 'A', 'A', 'two of three'],
  [2, 3, '0 - X - -', 'A', 'O', 'O', 'O', 'one of two that are real'],
  [2, 3, '- - - - 0', 'A', 'O', 'O', 'O', 'two are filled in'],
  [2, 3, '- - - X -', 'A', 'O', '=', 'A', 'the only datapoint is as old as two, and beyond'],
  [3, 3, '- - - - X', 'A', 'O', '=', '?', 'too young: the next one may be within'],
  [3, 3, '- - - X -', 'A', 'O', '=', '?', 'too young still'],
  [3, 3, '0 - - - -', 'O', 'O', 'O', 'O', 'a datapoint counts until it leaves the range'],
  [1, 1, '- - X',     'A', 'A', 'A', 'A', 'one of one'],
  [1, 1, 'X - -',     'A', 'A', 'A', 'A', 'the last real datapoint counts until it leaves the range'],
  [1, 1, 'X - 0',     'O', 'O', 'O', 'O', 'the latest is what counts'],
  [1, 3, '- - 0 0 X', 'A', 'A', 'A', 'A', 'one of three'],
])('%i of %i, data %s', ([datapointsToAlarm, evaluationPeriods, data, ...letters]) => {
  test('has the range of the examples', () => {
    expect(seen(data)).toHaveLength(evaluationRange(evaluationPeriods));
  });

  test.for(missingDataTreatments.map((treatment, at) => [treatment, letters[at] as Letter] as const))(
    'missing data is %s: %s',
    ([treatment, letter]) => {
      const judged = judge(seen(data), { evaluationPeriods, datapointsToAlarm }, treatment);
      expect(judged?.state).toBe(states[letter]);
    },
  );
});

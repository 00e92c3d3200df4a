import { describe, expect, test } from 'vitest';
import { evaluate } from '../../simulator/engine/states/jsonata.ts';
import { seededRandom } from '../../simulator/random.ts';
import { WORDS_OF_ERROR } from '../../workflows/states.ts';

const JOINED = 'arn:aws:states:us-east-1:111122223333:execution:landbridge-restore-region:drill-restore';
const ended = (more: object): string =>
  JSON.stringify({ ExecutionArn: JOINED, Input: '{"region":"eu-west-1"}', ...more });

const wordsOf = (cause: string | undefined): Promise<unknown> =>
  evaluate(
    `{% { "says": ${WORDS_OF_ERROR} } %}`,
    {
      states: { input: {}, context: {}, errorOutput: cause === undefined ? {} : { Cause: cause } },
      variables: {},
      world: { nowMs: 0, random: seededRandom('states') },
    },
    'Output',
  );

describe('what an error says', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: "Lambda's cause",                     cause: JSON.stringify({ errorType: 'Fault.Rejected', errorMessage: 'region: is no member' }), says: 'region: is no member' },
    { why: 'a workflow that failed',             cause: ended({ Status: 'FAILED', Error: 'Fault.Rejected', Cause: 'eu-west-1 is not well' }),  says: 'eu-west-1 is not well' },
    { why: 'a workflow that ran out of time',    cause: ended({ Status: 'TIMED_OUT' }),                                                        says: 'it ended as TIMED_OUT' },
    { why: 'words, as they are',                 cause: 'The state machine does not exist',                                                    says: 'The state machine does not exist' },
    { why: 'words that begin as an object does', cause: '{% $states.input %} failed',                                                          says: '{% $states.input %} failed' },
    { why: 'an object that was cut off',         cause: ended({ Cause: 'x'.repeat(40) }).slice(0, 90),                                         says: ended({ Cause: 'x'.repeat(40) }).slice(0, 90) },
    { why: "somebody else's object",             cause: '{"code":7}',                                                                          says: '{"code":7}' },
  ])('$why', async ({ cause, says }) => {
    expect(await wordsOf(cause)).toEqual({ says });
  });

  test('nothing, where there is no cause', async () => {
    expect(await wordsOf(undefined)).toEqual({});
  });
});

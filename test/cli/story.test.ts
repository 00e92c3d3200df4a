import { describe, expect, test } from 'vitest';
import { type HistoryEvent, storyOf } from '../../cli/story.ts';

const failed = (event: Partial<HistoryEvent>): HistoryEvent => ({
  id: 1,
  timestamp: new Date(0),
  type: 'TaskFailed',
  ...event,
});
const restore = {
  ExecutionArn: 'arn:aws:states:us-east-1:111122223333:execution:landbridge-restore-region:r',
  Status: 'FAILED',
};

describe('what failed is told in words', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'a function',                      type: 'lambda', cause: { errorMessage: 'region: is no member', errorType: 'x' }, says: 'a function failed: F: region: is no member' },
    { why: 'a workflow of a drill',           type: 'states', cause: { ...restore, Cause: 'eu-west-1 is not well' },           says: 'another workflow failed: F: eu-west-1 is not well' },
    { why: 'a workflow that said nothing',    type: 'states', cause: { ...restore, Status: 'TIMED_OUT' },                      says: 'another workflow failed: F: it ended as TIMED_OUT' },
    { why: 'words',                           type: 'states', cause: 'no such workflow',                                       says: 'another workflow failed: F: no such workflow' },
  ])('$why', ({ type, cause, says }) => {
    const text = typeof cause === 'string' ? cause : JSON.stringify(cause);
    const { lines } = storyOf([failed({ taskFailedEventDetails: { resourceType: type, resource: 'r', error: 'F', cause: text } })]);
    expect(lines.map((line) => line.says)).toEqual([says]);
  });
});

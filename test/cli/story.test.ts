import { describe, expect, test } from 'vitest';
import { type HistoryEvent, storyOf } from '../../cli/story.ts';
import { lastUndone } from '../../cli/undone.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';

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

test('a drill tells of both its halves, and of no rounds', () => {
  const at = (afterSeconds: number, type: string, details: object): HistoryEvent =>
    ({ id: afterSeconds, type, timestamp: new Date(afterSeconds * 1_000), ...details }) as HistoryEvent;
  const exited = (afterSeconds: number, name: string, output: object): HistoryEvent =>
    at(afterSeconds, 'TaskStateExited', { stateExitedEventDetails: { name, output: JSON.stringify(output) } });
  const evacuated = { outcome: 'evacuated', seconds: 106, says: 'as declared' };
  const { lines, ended } = storyOf([
    exited(1, 'Begin', { purpose: 'drill', says: 'the loss of eu-west-1 is rehearsed' }),
    exited(107, 'Evacuate', { purpose: 'drill', evacuated }),
    at(107, 'WaitStateEntered', { stateEnteredEventDetails: { name: 'Hold', input: '{"minutes":5}' } }),
    exited(410, 'Restore', { purpose: 'drill', evacuated, restored: { outcome: 'failed', says: 'it is sick' } }),
    exited(411, 'Record', { outcome: 'drilled', rounds: 0, reads: 0, writes: 0 }),
    at(411, 'ExecutionSucceeded', {}),
  ]);
  expect(ended).toBe('succeeded');
  expect(lines.map(({ says }) => says)).toEqual([
    'the loss of eu-west-1 is rehearsed',
    'callers were moved off: evacuated after 1 m 46 s',
    'keeps it out for 5 m',
    'callers were let back: failed, it is sick',
    'recorded: drilled',
    'done',
  ]);
});

describe('a run that gets nowhere', () => {
  const at = (afterSeconds: number, event: Partial<HistoryEvent>): HistoryEvent => ({
    id: afterSeconds,
    type: 'TaskStateExited',
    ...event,
    timestamp: new Date(afterSeconds * 1_000),
  });
  const exited = (name: string, output: object): Partial<HistoryEvent> => ({
    stateExitedEventDetails: { name, output: JSON.stringify(output) },
  });
  const waits = (seconds: number): Partial<HistoryEvent> => ({
    type: 'WaitStateEntered',
    stateEnteredEventDetails: { name: 'Wait', input: JSON.stringify({ lookAgainAfterSeconds: seconds }) },
  });
  const round = (n: number, from: number, says: string): HistoryEvent[] => [
    at(from, exited('Look', { round: n, says })),
    at(from + 1, exited('Apply', { round: n, writes: 6 * n })),
    at(from + 2, waits(3 * n)),
  ];
  const step = (n: number, outcome: string, requestId: string): JournalEntry => ({
    run: 'r',
    round: n,
    atMs: 0,
    what: 'step',
    target: 'stage/eu-west-1',
    outcome,
    says: `create stage/eu-west-1 failed: not authorized, ${requestId}`,
  });
  const id = (n: number): string => `0d1c2b3a-0000-4000-8000-00000000000${n}`;
  const told = (events: readonly HistoryEvent[], journal: readonly JournalEntry[]): readonly string[] =>
    storyOf(events, journal).lines.map(({ afterMs, says }) => `${afterMs / 1_000} ${says}`);

  test('says of each step that failed why, and what comes again and again once', () => {
    const events = [1, 2, 3, 4].flatMap((n) => round(n, n * 10, '1 step: stage/eu-west-1'));
    const journal = [1, 2, 3, 4].map((n) => step(n, 'Forbidden', id(n)));
    const end = at(60, { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'E', cause: 'no' } });
    expect(told([at(0, { type: 'ExecutionStarted' }), ...events, end], journal)).toEqual([
      '0 asked for: ',
      '10 round 1, looked: 1 step: stage/eu-west-1',
      '11 round 1, applied; 6 writes so far',
      `11   Forbidden: create stage/eu-west-1 failed: not authorized, ${id(1)}`,
      '12 waits 3 s',
      '20 the same again, 3 times, until +0:00:42',
      '60 failed: E: no',
    ]);
  });

  test('is told in full where rounds differ, and what was done is no failure', () => {
    const events = [1, 2, 3].flatMap((n) => round(n, n * 10, `${n} steps`));
    expect(told(events, [step(2, 'done', id(2))]).filter((line) => line.includes('stage'))).toEqual([]);
    expect(told(events, []).filter((line) => line.includes('the same'))).toEqual([]);
  });

  test('in turns of two is told once as well', () => {
    const turns = Array.from({ length: 6 }, (_, index) =>
      round(index + 1, index * 10, index % 2 === 0 ? 'one' : 'other'),
    );
    const lines = told(turns.flat(), []);
    expect(lines.filter((line) => line.includes('looked'))).toHaveLength(2);
    expect(lines.at(-1)).toMatch(/the same again, 2 times, until \+0:00:52$/);
  });

  test('in turns of turns is told once at each', () => {
    const proof = (n: number): HistoryEvent => at(n, exited('Prove', { says: 'not in effect yet' }));
    const turns = (proofs: readonly number[]): HistoryEvent[] =>
      [0, 100, 200].flatMap((from) => [
        at(from, exited('Look', { round: from, says: 'as declared' })),
        ...proofs.map((after) => proof(from + after)),
        at(from + 40, waits(60)),
      ]);
    // The last proof of a turn has its wait.
    expect(told(turns([10, 20, 30]), [])).toEqual([
      '0 round 0, looked: as declared',
      '10 asked for proof: not in effect yet',
      '20 asked for proof: not in effect yet',
      '30 asked for proof: not in effect yet',
      '40 waits 60 s',
      '100 the same again, 2 times, until +0:04:00',
    ]);
    expect(told(turns([10, 11, 12, 13, 30]), [])).toEqual([
      '0 round 0, looked: as declared',
      '10 asked for proof: not in effect yet',
      '11 the same again, 3 times, until +0:00:13',
      '30 asked for proof: not in effect yet',
      '40 waits 60 s',
      '100 the same again, 2 times, until +0:04:00',
    ]);
  });

  test('and an evacuation says who has moved', () => {
    const asked = (n: number) =>
      at(
        n,
        exited('ProveMoved', { round: 0, says: `requests from ${n < 30 ? 2 : 3} members were answered elsewhere` }),
      );
    expect(told([at(0, exited('Begin', { says: '' })), asked(10), asked(15), asked(20), asked(30)], [])).toEqual([
      '10 requests from 2 members were answered elsewhere',
      '15 the same again, 2 times, until +0:00:20',
      '30 requests from 3 members were answered elsewhere',
    ]);
  });

  test('does not say that a round was applied whose function died', () => {
    const died = at(11, {
      type: 'TaskFailed',
      taskFailedEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        error: 'Fault.Rejected',
        cause: 'the code is gone',
      },
    });
    const caught = at(11, exited('Apply', { round: 1, writes: 0 }));
    expect(told([at(10, exited('Look', { round: 1, says: 'x' })), died, caught], [])).toEqual(
      ['10 round 1, looked: x', '11 a function failed: Fault.Rejected: the code is gone'].map((line) =>
        line.replace('10 ', '0 ').replace('11 ', '1 '),
      ),
    );
  });
});

describe('steps that failed when they were tried last', () => {
  const entry = (target: string, outcome: string, run = 'r'): JournalEntry => ({
    run,
    atMs: 0,
    what: 'step',
    target,
    outcome,
    says: target,
  });
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'done since is no failure',         newestFirst: [entry('a', 'done'), entry('a', 'Forbidden')],           told: [] },
    { why: 'left to others says nothing',      newestFirst: [entry('a', 'left'), entry('a', 'Forbidden')],           told: ['a'] },
    { why: 'once for each target',             newestFirst: [entry('a', 'Rejected'), entry('a', 'Forbidden'), entry('b', 'Conflict')], told: ['a', 'b'] },
    { why: 'of the runs that are asked about', newestFirst: [entry('a', 'Rejected', 'other'), entry('b', 'Conflict')], told: ['b'], runs: ['r'] },
  ])('$why', ({ newestFirst, told, runs }) => {
    expect(lastUndone(newestFirst, runs && new Set(runs)).map(({ target }) => target)).toEqual(told);
  });
});

import { expect, test } from 'vitest';
import { Progress } from '../../cli/progress.ts';
import type { HistoryEvent } from '../../cli/story.ts';

const ended = (afterSeconds: number, name: string, output: object): HistoryEvent => ({
  id: afterSeconds,
  type: 'TaskStateExited',
  timestamp: new Date(afterSeconds * 1_000),
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});

/** What whoever follows a run is told, of which every event is seen as it comes. */
function told(...events: readonly HistoryEvent[]): readonly string[] {
  const progress = new Progress();
  return events.flatMap((_, index) => progress.lineOf(events.slice(0, index + 1).toReversed(), 0) ?? []);
}

test('what changes is told, with how long it took, and how it ended is left to the end', () => {
  expect(
    told(
      ended(1, 'Admit', { says: '' }),
      ended(2, 'Look', { round: 1, says: '2 steps: a; b' }),
      ended(4, 'Apply', { round: 1, says: '2 steps: a; b' }),
      ended(8, 'Look', { round: 2, says: '2 steps: a; b' }),
      ended(12, 'Look', { round: 3, says: 'b waits for AWS' }),
      ended(90, 'Look', { round: 26, says: 'as declared' }),
      ended(91, 'Record', { outcome: 'joined', says: 'as declared', rounds: 26 }),
      ended(92, 'Outcome', { outcome: 'joined', says: 'as declared', rounds: 26 }),
    ),
  ).toEqual([
    '+0:00:02  round 1: 2 steps: a; b',
    '+0:00:12  round 3: b waits for AWS',
    '+0:01:30  round 26: as declared',
  ]);
});

test('a run that has nothing new to say for five minutes says so', () => {
  const rounds = Array.from({ length: 12 }, (_, index) =>
    ended(index * 60, 'Look', { round: index + 1, says: 'b waits for AWS' }),
  );
  expect(told(...rounds)).toEqual([
    '+0:00:00  round 1: b waits for AWS',
    '+0:05:00  round 6: still the same',
    '+0:10:00  round 11: still the same',
  ]);
});

test('what goes through no rounds is told without one', () => {
  expect(told(ended(5, 'Prove', { round: 0, says: '3 requests by name were answered' }))).toEqual([
    '+0:00:05  3 requests by name were answered',
  ]);
});

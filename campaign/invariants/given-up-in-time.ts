import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

const HOUR_MS = 3_600_000;
/** Rounds in a row in which nothing was done of what was tried. */
const MOST_FAILED_ROUNDS = 12;
/** Of a round whose handler died on the way its run never hears, and does not count it. */
const DIED_ON_THE_WAY = 3;
/** The last repair within the budget still goes through while its incident is under way; so may that of one more run at the same moment. */
const ABOVE_BUDGET = 2;

/** What an entry about a step says besides what every entry does. */
interface StepEntry extends JournalEntry {
  readonly outcome?: string;
}

/**
 * What is in vain is given up, and people are told: a run that gets nowhere ends after some rounds, and a target that somebody
 * undoes again and again is repaired as often as the budget says, whether or not an incident tells of it.
 *
 * Bounds  one row for each repair; the journal is gone through once, at the end
 */
export const givenUpInTime: Invariant = {
  name: 'given up in time',
  says: `No run goes on for more than ${MOST_FAILED_ROUNDS} rounds in which nothing succeeds, and no target is repaired more often within an hour than the budget says`,
  watch({ bed: { fleet }, table }, tell) {
    const pk = `fleet#${fleet.name}`;
    const accused = new Set<string>();
    const budget = (): number =>
      (JSON.parse(String(table.row(pk, 'fleet')?.['document'])) as Fleet).policies.repairsPerHour;
    return {
      called(made) {
        for (const row of rowsWritten(made)) {
          if (row.pk !== pk || row.item === undefined || !row.sk.startsWith('repairs#')) continue;
          const times = (row.item['atMs']?.L ?? []).map(({ N }) => Number(N));
          const newest = Math.max(...times);
          const within = times.filter((atMs) => newest - atMs < HOUR_MS).length;
          if (within <= fleet.policies.repairsPerHour + ABOVE_BUDGET || within <= budget() + ABOVE_BUDGET) continue;
          if (accused.has(row.sk)) continue;
          accused.add(row.sk);
          tell(
            `${row.sk.slice('repairs#'.length)} was repaired ${within} times within an hour, and ${budget()} is the budget`,
          );
        }
      },
      ended({ journal }) {
        const steps: readonly StepEntry[] = journal.filter(({ what }) => what === 'step');
        for (const [run, entries] of Map.groupBy(steps, (entry) => entry.run)) {
          const most = longestFailure(entries);
          if (most > MOST_FAILED_ROUNDS + DIED_ON_THE_WAY)
            tell(`${run} went on for ${most} rounds in a row in which nothing succeeded`);
        }
      },
    };
  },
};

/**
 * How many rounds in a row something was tried and nothing done. What was left to somebody else was not tried, and a round in
 * between in which nothing was there to try begins the count anew.
 */
function longestFailure(entries: readonly StepEntry[]): number {
  const rounds = [...Map.groupBy(entries, ({ round = 0 }) => round)].toSorted(([a], [b]) => a - b);
  let longest = 0;
  let inARow = 0;
  let before = 0;
  for (const [round, of] of rounds) {
    const outcomes = new Set(of.map(({ outcome }) => outcome));
    outcomes.delete('left');
    if (round > before + 1) inARow = 0;
    inARow = outcomes.size === 0 || outcomes.has('done') ? 0 : inARow + 1;
    before = round;
    longest = Math.max(longest, inARow);
  }
  return longest;
}

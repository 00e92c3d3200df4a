import { coverageOf, type Met } from './report/coverage.ts';
import { placeName, type ScheduleOptions, scheduleOf } from './schedule.ts';

/** So many seeds are looked at for those whose worlds have most of what is wanted. */
const LOOKED_AT = 10_000;

/**
 * Seeds of worlds that wait for what never came together so far, most of it first.
 *
 * In       what has met what; how the worlds are drawn; which seeds are not to be played again, and where to begin to look
 * Returns  so many at most, and fewer where fewer have all of it
 */
export function seedsOfUncovered(
  met: Met,
  options: ScheduleOptions,
  { atMost, from, isTaken }: { readonly atMost: number; readonly from: number; isTaken(seed: string): boolean },
): readonly string[] {
  const wanted = new Set(coverageOf(met).missing.map(({ what, place }) => `${what} in ${placeName(place)}`));
  const meetingsOf = (seed: string): readonly string[] =>
    scheduleOf(seed, options)
      .acts.flatMap(({ what, entering }) => (entering === undefined ? [] : [`${what} in ${placeName(entering)}`]))
      .filter((meeting) => wanted.has(meeting));
  let candidates = Array.from({ length: LOOKED_AT }, (_, index) => String(from + index))
    .filter((seed) => !isTaken(seed))
    .map((seed) => ({ seed, meetings: new Set(meetingsOf(seed)) }));
  const chosen: string[] = [];
  while (chosen.length < atMost) {
    candidates = candidates
      .map(({ seed, meetings }) => ({ seed, meetings: meetings.intersection(wanted) }))
      .filter(({ meetings }) => meetings.size > 0);
    const [first, ...others] = candidates;
    if (first === undefined) break;
    const best = others.reduce((most, one) => (one.meetings.size > most.meetings.size ? one : most), first);
    chosen.push(best.seed);
    for (const meeting of best.meetings) wanted.delete(meeting);
  }
  return chosen;
}

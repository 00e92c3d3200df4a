import type { Played, Violation } from './play.ts';
import { type Act, MINUTE_MS, type Schedule } from './schedule.ts';

/** What is found at the end of a minute began in it. */
const A_WHILE_MS = 2 * MINUTE_MS;

/** As if everything was over a while after the invariant was broken. */
function cutAfter(schedule: Schedule, brokenAtMs: number): Schedule {
  const weatherMs = Math.min(schedule.weatherMs, brokenAtMs + A_WHILE_MS);
  return {
    ...schedule,
    weatherMs,
    lastsMs: Math.min(schedule.lastsMs, weatherMs),
    acts: schedule.acts.filter(({ afterMs }) => afterMs < weatherMs),
  };
}

/**
 * The smallest schedule in which the same invariant is still broken: cut off after it, and without the acts that it does not
 * take (Zeller's ddmin).
 *
 * In   `play` plays a schedule; `tell` is told of each smaller one
 * Out  one of which no single act can be left out
 */
export async function shrink(
  schedule: Schedule,
  { invariant, atMs }: Pick<Violation, 'invariant' | 'atMs'>,
  play: (schedule: Schedule) => Promise<Pick<Played, 'violations'>>,
  tell: (progress: string) => void = () => undefined,
): Promise<Schedule> {
  const breaks = async (candidate: Schedule): Promise<boolean> => {
    const { violations } = await play(candidate);
    return violations.some((violation) => violation.invariant === invariant);
  };
  const cut = cutAfter(schedule, atMs);
  const whole = (await breaks(cut)) ? cut : schedule;
  tell(`${whole.acts.length} of ${schedule.acts.length} acts in ${Math.round(whole.weatherMs / MINUTE_MS)} minutes`);
  let kept = whole.acts;
  const isBroken = (acts: readonly Act[]): Promise<boolean> => breaks({ ...whole, acts });
  let size = Math.ceil(kept.length / 2);
  while (size >= 1) {
    let hasShrunk = false;
    for (let from = 0; from < kept.length; ) {
      const without = kept.toSpliced(from, size);
      if (without.length < kept.length && (await isBroken(without))) {
        kept = without;
        hasShrunk = true;
        tell(`${kept.length} of ${schedule.acts.length} acts are enough`);
      } else from += size;
    }
    if (size === 1 && !hasShrunk) break;
    if (!hasShrunk || size > kept.length) size = size === 1 ? 1 : Math.floor(size / 2);
  }
  return { ...whole, acts: kept };
}

import type { Played } from './play.ts';
import type { Act, Schedule } from './schedule.ts';

/**
 * The smallest schedule, by leaving out acts, in which the same invariant is still broken (Zeller's ddmin).
 *
 * In   `play` plays a schedule; `tell` is told of each smaller one
 * Out  one of which no single act can be left out
 */
export async function shrink(
  schedule: Schedule,
  invariant: string,
  play: (schedule: Schedule) => Promise<Pick<Played, 'violations'>>,
  tell: (progress: string) => void = () => undefined,
): Promise<Schedule> {
  let kept = schedule.acts;
  const isBroken = async (acts: readonly Act[]): Promise<boolean> => {
    const { violations } = await play({ ...schedule, acts });
    return violations.some((violation) => violation.invariant === invariant);
  };
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
  return { ...schedule, acts: kept };
}

import type { Timer } from '../../clock.ts';
import type { Engine } from './engine.ts';
import type { Lifetime } from './lifetime.ts';

/** While its Region is dark an execution stands still: it enters no state, leaves none, and its time-outs do not ring. */
export const mustStandStill = ({ world, place }: Engine): boolean => world.outages.isDark(place.region);

/** Waits until the Region of the engine is light, or the lifetime has ended. */
export async function standStill(engine: Engine, lifetime: Lifetime): Promise<void> {
  const { world, place } = engine;
  while (mustStandStill(engine)) await lifetime.race(world.outages.whenLight(place.region));
}

/** Calls back after a delay, or as soon as the Region is light where the delay ends in the dark. */
export function alarmAfter(engine: Engine, delayMs: number, ring: () => void): Timer {
  const { world, place } = engine;
  let cancelled = false;
  const ringInTheLight = (): void => {
    if (cancelled) return;
    if (mustStandStill(engine)) void world.outages.whenLight(place.region).then(ringInTheLight);
    else ring();
  };
  const timer = world.clock.after(delayMs, ringInTheLight);
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}

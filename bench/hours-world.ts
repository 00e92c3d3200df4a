import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { settledCast } from '../local/faults/settled-cast.ts';
import { blowsOf, storm } from '../local/faults/storm.ts';
import { virtualBed } from '../local/virtual-bed.ts';
import { seededRandom } from '../simulator/random.ts';
import { REGIONS } from './growing-fleet.ts';

export type Weather = 'clear' | 'stormy';

export interface HoursJob {
  readonly weather: Weather;
  readonly members: number;
  readonly hours: number;
  readonly seed: string;
}

/** What a world took of the processor, in all its threads. */
export interface Hours extends HoursJob {
  /** An account with Landbridge in it. */
  readonly installCpuMs: number;
  /** All members side by side, until they are well. */
  readonly joinCpuMs: number;
  readonly hoursCpuMs: number;
  readonly hoursWallMs: number;
  /** Per simulated hour: 'lambda Invoke' and so on. */
  readonly callsAnHour: Readonly<Record<string, number>>;
  readonly workedAnHour: number;
  readonly recalledAnHour: number;
}

const HOUR_MS = 3_600_000;
const FAULTS_AN_HOUR = 2;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Sets up a world, has members join and lets hours pass: nothing happens in them, or a fault every half hour. */
export async function playHours(job: HoursJob): Promise<Hours> {
  const { weather, members, hours, seed } = job;
  const bornMs = cpuMs();
  await virtualBed({ seed: `${seed}, only installed` });
  const installedMs = cpuMs();
  const cast = await settledCast({ seed }, { serving: REGIONS.slice(0, members), clients: [] });
  const joinedMs = cpuMs();
  const { bed, trial, everybody } = cast;
  const { world, clock } = bed;
  if (weather === 'stormy') {
    const blows = blowsOf(seededRandom(seed), { hours, anHour: FAULTS_AN_HOUR, serving: everybody, everybody });
    let newest = trial.state;
    storm(trial, blows, async () => {
      if (!world.outages.isDark(bed.landbridge.home))
        newest = await new FleetStore(bed.landbridge.operator).load(bed.fleet.name);
      return newest;
    });
  }
  const calls = new Map<string, number>();
  world.watchers.add(({ service, operation }) => {
    const name = `${service} ${operation}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
  });
  const { worked, recalled } = world.recalls;
  const beganMs = cpuMs();
  const beganWallMs = performance.now();
  await clock.runFor(hours * HOUR_MS);
  return {
    ...job,
    installCpuMs: installedMs - bornMs,
    joinCpuMs: joinedMs - installedMs,
    hoursCpuMs: cpuMs() - beganMs,
    hoursWallMs: performance.now() - beganWallMs,
    callsAnHour: Object.fromEntries([...calls].map(([name, count]) => [name, count / hours])),
    workedAnHour: (world.recalls.worked - worked) / hours,
    recalledAnHour: (world.recalls.recalled - recalled) / hours,
  };
}

import type { Region } from '../../control-plane/model/region.ts';
import { isLately } from '../../control-plane/model/units.ts';
import { lastHealthyMember } from '../../control-plane/policies/last-healthy-member.ts';
import { isAnothers, isDrained, rampOf, wayBackOf } from '../../control-plane/traffic/traffic.ts';
import { statusOf } from './executions.ts';
import type { FleetState } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { HealthStore } from './health-store.ts';
import { Journal } from './journal.ts';
import type { Runtime } from './runtime.ts';
import { situationOf, withHealth } from './situation.ts';

/** What is not known of an execution that began so shortly ago may be known yet. */
const SHOWS_WITHIN_MS = 120_000;

/** A way back that came to no good end. */
interface HalfDone {
  /** The ARN of its execution. */
  readonly execution: string;
  readonly run: string;
  readonly by: string;
  readonly because: string;
}

/**
 * Ends a way back where it began: the member out of service, and no view kept off it by records. What it has not been let
 * back to was to be let back step by step, each proven before the next, and nobody is there to do that. But where nobody
 * else is left to answer, every view may have it at once: a member that gets its callers faster than it should is better
 * than none. A drain that stands still stays as it was given. Where another way back has begun since, that one goes on.
 */
export async function endWayBack(
  fleet: FleetState,
  region: Region,
  { execution, run, by, because }: HalfDone,
  runtime: Runtime,
): Promise<void> {
  const { name } = fleet.declared.fleet;
  const nowMs = runtime.nowMs();
  const fleets = new FleetStore(runtime);
  await new HealthStore(runtime).moveAs(name, nowMs, async (health) => {
    const now = withHealth(await fleets.load(name), health);
    const isServing = now.members.some(
      (member) => member.region === region && member.role === 'serving' && member.phase === 'joined',
    );
    const { traffic } = health;
    const isOut = isDrained(traffic, region);
    const unsteer = rampOf(traffic, region);
    // Whoever died after this was done does it again.
    if ((isOut && unsteer.length === 0) || isAnothers(traffic, region, execution)) return {};
    const said = lastHealthyMember({ what: 'evacuate', region, by }, situationOf(now, nowMs));
    const goesOut = isServing && !isOut && said.verdict === 'allow';
    const says = goesOut
      ? `${region} is taken out of every view again by its health bit: ${because}`
      : `callers may be sent to ${region} as before its way back: ${because}${isOut || said.verdict === 'allow' ? '' : `; it is not taken out again: ${said.because}`}`;
    return {
      ...(goesOut && { drain: { region, sinceMs: nowMs, by, because, run } }),
      unsteer,
      given: [fleets.asItWas(now)],
      record: new Journal(runtime).items(name, [
        { run, atMs: nowMs, what: goesOut ? 'drained' : 'restoring', says, by },
      ]),
    };
  });
}

/**
 * Ends the ways back whose execution is not at work any more: stopped by somebody, or timed out, it could do so no longer
 * itself. Its run is off the list with it, so that what it leaves is anybody's to mend. Answers whether there were any.
 *
 * Bounds  one read for each member on its way back
 */
export async function endWaysBackHalfDone(fleet: FleetState, runtime: Runtime): Promise<boolean> {
  const { name } = fleet.declared.fleet;
  const { traffic } = fleet.health;
  const ended: Region[] = [];
  const ramps = traffic.steers.filter(({ cause }) => cause === 'ramp');
  for (const region of new Set(ramps.map(({ avoid }) => avoid))) {
    const endedBy = wayBackOf(traffic, region) ?? '';
    const status = endedBy === '' ? undefined : await statusOf(endedBy, runtime);
    const isYoung = rampOf(traffic, region).some(({ sinceMs }) => isLately(sinceMs, runtime.nowMs(), SHOWS_WITHIN_MS));
    if (status === 'RUNNING' || (status === undefined && isYoung)) continue;
    const run = endedBy.split(':').at(-1) || `sweep-${name}`;
    const because = `its way back ended half-way, as ${status ?? 'nobody knows'}`;
    await endWayBack(fleet, region, { execution: endedBy, run, by: 'sweep', because }, runtime);
    await new FleetStore(runtime).endRun(name, run);
    ended.push(region);
  }
  return ended.length > 0;
}

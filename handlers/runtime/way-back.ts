import type { Region } from '../../control-plane/model/region.ts';
import { lastHealthyMember } from '../../control-plane/policies/last-healthy-member.ts';
import { isDrained, type Steer } from '../../control-plane/traffic/traffic.ts';
import { statusOf } from './executions.ts';
import type { FleetState } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { HealthStore } from './health-store.ts';
import { Journal } from './journal.ts';
import type { Runtime } from './runtime.ts';
import { situationOf, withHealth } from './situation.ts';

const isOfRamp = ({ cause }: Steer): boolean => cause === 'ramp';

/**
 * Ends a way back where it began: the member out of service, and no view kept off it by records. What it has not been let
 * back to was to be let back step by step, each proven before the next, and nobody is there to do that. But where nobody
 * else is left to answer, every view may have it at once: a member that gets its callers faster than it should is better
 * than none. A drain that stands still stays as it was given.
 */
export async function endWayBack(
  fleet: FleetState,
  region: Region,
  { run, by, because }: { readonly run: string; readonly by: string; readonly because: string },
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
    const unsteer = traffic.steers.filter((steer) => steer.avoid === region && isOfRamp(steer));
    // Whoever died after this was done does it again.
    if (isOut && unsteer.length === 0) return {};
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
  const ramps = fleet.health.traffic.steers.filter(isOfRamp);
  const ended: Region[] = [];
  for (const region of new Set(ramps.map(({ avoid }) => avoid))) {
    // Begun twice, it is of whoever began last.
    const { endedBy = '' } = ramps.filter(({ avoid }) => avoid === region).reduce(later);
    const status = endedBy === '' ? undefined : await statusOf(endedBy, runtime);
    if (status === 'RUNNING') continue;
    const run = endedBy.split(':').at(-1) || `sweep-${name}`;
    const because = `its way back ended half-way, as ${status ?? 'nobody knows'}`;
    await endWayBack(fleet, region, { run, by: 'sweep', because }, runtime);
    await new FleetStore(runtime).endRun(name, run);
    ended.push(region);
  }
  return ended.length > 0;
}

const later = (one: Steer, other: Steer): Steer => (other.sinceMs > one.sinceMs ? other : one);

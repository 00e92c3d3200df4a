import { diagnose } from '../../control-plane/health/diagnose.ts';
import { causeKind, causeName } from '../../control-plane/health/finding.ts';
import type { Step } from '../../control-plane/loop/plan.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Situation } from '../../control-plane/policies/policy.ts';
import type { FleetState } from './fleet-state.ts';
import { type HealthState, REMEMBERED_FOR_MS } from './health-store.ts';

/** What policies go by, of one load of the fleet and its health. */
export function situationOf(
  { declared, health, repairsAtMs, changedAtMs }: FleetState,
  nowMs: number,
  steps: readonly Step[] = [],
): Situation {
  return {
    nowMs,
    declared,
    diagnosis: diagnose(declared, health.rows, nowMs),
    // What has expired may be read for days.
    incidents: health.incidents.filter(
      ({ status, closedAtMs = nowMs }) => status !== 'closed' || nowMs - closedAtMs < REMEMBERED_FOR_MS,
    ),
    repairsAtMs,
    changedAtMs,
    steps,
    fleetSize: wantedTargets(declared).size,
    movedAtMs: health.movedAtMs,
    approvals: [],
  };
}

/** A fleet with its health read again: where callers are sent is read with it. */
export const withHealth = (state: FleetState, health: HealthState): FleetState => ({
  ...state,
  declared: { ...state.declared, traffic: health.traffic },
  health,
});

/** Regions that answer nobody, and why we think so. Nothing is asked of them, and nothing waits for them. */
export const darkIn = (state: FleetState, nowMs: number): ReadonlyMap<Region, string> =>
  new Map(
    situationOf(state, nowMs)
      .diagnosis.findings.filter(({ cause }) => causeKind(cause) === 'region')
      .map(({ cause, says }) => [causeName(cause), says]),
  );

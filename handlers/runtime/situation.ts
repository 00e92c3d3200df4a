import { diagnose } from '../../control-plane/health/diagnose.ts';
import type { Step } from '../../control-plane/loop/plan.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import type { Declared } from '../../control-plane/model/fleet.ts';
import type { Situation } from '../../control-plane/policies/policy.ts';
import type { FleetState } from './fleet-store.ts';
import type { HealthState } from './health-store.ts';

/** The fleet as declared, with where its callers are sent at present. */
export const declaredWith = ({ declared }: FleetState, { traffic }: HealthState): Declared => ({
  ...declared,
  traffic,
});

/** What policies go by, of one load of the fleet and its health. */
export function situationOf(
  state: FleetState,
  health: HealthState,
  nowMs: number,
  steps: readonly Step[] = [],
): Situation {
  const declared = declaredWith(state, health);
  return {
    nowMs,
    declared,
    diagnosis: diagnose(declared, health.rows, nowMs),
    incidents: health.incidents,
    steps,
    fleetSize: wantedTargets(declared).size,
    movedAtMs: health.movedAtMs,
    approvals: health.approvals,
  };
}

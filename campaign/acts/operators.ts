import type { Act } from '../schedule.ts';
import type { ActKind, Stage } from './act.ts';

/** Somebody starts a workflow, and does not wait for it. What it refuses is its own affair, and on record. */
const starts = (
  workflow: string,
  isDrawn: boolean,
  input: (act: Act) => object = ({ to }) => ({ region: to }),
): ActKind => ({
  family: 'operator',
  isDrawn,
  async begin({ bed }: Stage, act) {
    await bed.landbridge.start(workflow, { fleet: bed.fleet.name, ...input(act) });
  },
});

/** People who run the fleet, each without a thought for the others. */
export const operators: Readonly<Record<string, ActKind>> = {
  join: starts('onboard-region', true, ({ to }) => ({ region: to, role: 'serving' })),
  'join as a client': starts('onboard-region', false, ({ to }) => ({ region: to, role: 'client' })),
  leave: starts('offboard-region', true),
  evacuate: starts('evacuate-region', true, ({ to }) => ({ region: to, by: 'somebody', because: 'it looked odd' })),
  restore: starts('restore-region', true, ({ to }) => ({ region: to, by: 'somebody', because: 'it looks well' })),
  drill: starts('drill', true, ({ to }) => ({ region: to, by: 'somebody' })),
  reconcile: starts('reconcile', true, () => ({})),
  'reconcile one Region': starts('reconcile', true, ({ to }) => ({ scope: { regions: [to] } })),
};

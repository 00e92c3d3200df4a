import { write } from '../../control-plane/model/aws-call.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { fleetPk, LEASE_SK } from '../../handlers/runtime/fleet-rows.ts';
import { byHand } from '../../local/faults/trial.ts';
import type { MadeCall } from '../../simulator/world.ts';
import { booksOf } from '../books.ts';
import { isResourceWrite } from '../our-calls.ts';
import type { Act } from '../schedule.ts';
import { TableView } from '../table-view.ts';
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

/**
 * Somebody takes a lease away from whoever is in the middle of writing under it: after a write of theirs, so that they have to
 * prove it once more before the next.
 */
const breaksALease: ActKind = {
  family: 'operator',
  isDrawn: false,
  isDrawnOnRequest: true,
  begin({ bed: { world, landbridge, fleet }, trial }) {
    const books = booksOf(world, new TableView(world, landbridge.home), fleet.name);
    const after = (made: MadeCall): void => {
      const { scope } = (isResourceWrite(made) && books.announced(made)) || {};
      if (scope === undefined || books.leases.get(scope)?.holder === undefined) return;
      world.watchers.delete(after);
      void byHand(
        trial,
        write(landbridge.home, 'dynamodb', 'updateItem', {
          TableName: STATE_TABLE,
          Key: { pk: { S: fleetPk(fleet.name) }, sk: { S: `${LEASE_SK}${scope}` } },
          UpdateExpression: 'REMOVE holder, expiresAtMs ADD fence :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );
    };
    world.watchers.add(after);
  },
};

/** People who run the fleet, each without a thought for the others. */
export const operators: Readonly<Record<string, ActKind>> = {
  join: starts('onboard-region', true, ({ to }) => ({ region: to, role: 'serving' })),
  'join as a client': starts('onboard-region', false, ({ to }) => ({ region: to, role: 'client' })),
  leave: starts('offboard-region', true),
  evacuate: starts('evacuate-region', true, ({ to }) => ({ region: to, by: 'somebody', because: 'it looked odd' })),
  restore: starts('restore-region', true, ({ to }) => ({ region: to, by: 'somebody', because: 'it looks well' })),
  drill: starts('drill', true, ({ to }) => ({ region: to, by: 'somebody' })),
  reconcile: starts('reconcile', true, () => ({})),
  'a lease is broken by hand': breaksALease,
  'reconcile one Region': starts('reconcile', true, ({ to }) => ({ scope: { regions: [to] } })),
};

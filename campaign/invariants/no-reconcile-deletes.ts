import type { Run } from '../../handlers/runtime/fleet-state.ts';
import { booksOf } from '../books.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/**
 * A run that puts things right removes nothing: what is to go, goes with the member that leaves, and by nobody else's hand.
 * What a repair replaces, an endpoint that failed for one, is a change of the target and no removal of it.
 *
 * Bounds  one row for each write of a removal
 */
export const noReconcileDeletes: Invariant = {
  name: 'no reconcile deletes',
  says: 'No reconcile and no repair removes a target',
  watch({ bed: { world, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    return {
      called(made) {
        const intent = isResourceWrite(made) ? books.announced(made)?.intent : undefined;
        if (intent?.action !== 'remove') return;
        const { run, key } = intent;
        const purpose = (table.row(`fleet#${fleet.name}`, `run#${run}`)?.['value'] as Run | undefined)?.purpose;
        if (purpose === 'reconcile' || purpose === 'repair')
          tell(`${nameOf(made)}: the ${purpose} ${run} removes ${key}`);
      },
    };
  },
};

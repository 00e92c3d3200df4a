import type { Intent } from '../../control-plane/model/intent.ts';
import { type LeaseScope } from '../../control-plane/model/target.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/**
 * Every write is made under a lease that is held at that moment: the intent that announces it has the fence that the lease
 * of its scope has now, the holder is the run that writes, and the lease has not run out.
 */
export const oneWriter: Invariant = {
  name: 'one writer per scope',
  says: 'Every write to a resource stands under an intent of the run that holds the lease of its scope, with its newest fence',
  watch({ bed, table }, tell) {
    const pk = `fleet#${bed.fleet.name}`;
    return {
      called(made) {
        if (!isResourceWrite(made)) return;
        const what = nameOf(made);
        const intents = table.rows(pk, 'intent#').map(({ intent }) => intent as Intent);
        const announced = intents.filter(({ call }) => call === what);
        if (announced.length === 0) {
          tell(`${what} was announced by no intent`);
          return;
        }
        const leases = table.rows(pk, 'lease#') as unknown as readonly {
          readonly scope: LeaseScope;
          readonly holder?: string;
          readonly fence: number;
          readonly expiresAtMs?: number;
        }[];
        const isHeld = ({ run, fence }: Intent): boolean =>
          leases.some(
            (lease) => lease.holder === run && lease.fence === fence && (lease.expiresAtMs ?? 0) >= made.atMs,
          );
        if (!announced.some(isHeld))
          tell(
            `${what} by ${announced.map(({ run, fence }) => `${run} (fence ${fence})`).join(', ')}, which holds no lease with that fence`,
          );
      },
    };
  },
};

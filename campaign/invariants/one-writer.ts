import type { LeaseScope } from '../../control-plane/model/target.ts';
import { booksOf } from '../books.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/**
 * One run at a time writes in a scope. Every write was announced by an intent of its own, no two runs ever write under the
 * same fence of a scope, and fences only grow. Whether the fence still held is another's to say: `no-write-after-a-lost-fence`.
 *
 * Bounds  one look at a map for each write; leases and intents are followed as they are written
 */
export const oneWriter: Invariant = {
  name: 'one writer per scope',
  says: 'Every write to a resource was announced by an intent, under a fence of its scope that no other run ever has',
  watch({ bed: { world, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    /** By scope and fence, the run that wrote under it. */
    const writers = new Map<`${LeaseScope}#${number}`, string>();
    books.leaseWatchers.add(({ before, after }) => {
      if (before !== undefined && after.fence < before.fence)
        tell(`the fence of ${after.scope} went from ${before.fence} down to ${after.fence}`);
      if (before?.fence === after.fence && before.holder !== after.holder && after.holder !== undefined)
        tell(
          `${after.scope} came to ${after.holder} from ${before.holder ?? 'nobody'} under the same fence ${after.fence}`,
        );
    });
    return {
      called(made) {
        if (!isResourceWrite(made)) return;
        const announced = books.announced(made);
        if (announced === undefined) {
          tell(`${nameOf(made)} was announced by no intent`);
          return;
        }
        const { intent, scope } = announced;
        if (scope === undefined) return;
        const under = `${scope}#${intent.fence}` as const;
        const first = writers.get(under) ?? intent.run;
        writers.set(under, first);
        if (first !== intent.run)
          tell(
            `${nameOf(made)} by ${intent.run} under fence ${intent.fence} of ${scope}, under which ${first} has written`,
          );
      },
    };
  },
};

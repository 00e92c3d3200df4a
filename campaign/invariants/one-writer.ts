import type { LeaseScope } from '../../control-plane/model/target.ts';
import { booksOf } from '../books.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

/** What a lease lasts: whoever takes one from somebody else begins after that one's end, by its own clock. */
const LEASE_MS = 5 * 60_000;

/** 'plan#RUN#ROUND#FINGERPRINT' */
const runOfPlan = (pk: string): string | undefined => (pk.startsWith('plan#') ? pk.split('#')[1] : undefined);

/**
 * One run at a time writes in a scope. Every write was announced by an intent of its own, no two runs ever write under the
 * same fence of a scope, and fences only grow. Nobody takes a lease from a run that holds it, and nobody takes one for a plan
 * that was made before another gave it back. Whether the fence still held is another's to say: `no-write-after-a-lost-fence`.
 *
 * Bounds  one look at a map for each write; leases and intents are followed as they are written
 */
export const oneWriter: Invariant = {
  name: 'one writer per scope',
  says: 'Every write to a resource was announced by an intent, under a fence of its scope that no other run ever has',
  watch({ bed: { world, clock, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    /** By scope and fence, the run that wrote under it. */
    const writers = new Map<`${LeaseScope}#${number}`, string>();
    /** By scope, who had its lease last, and when it was taken, or given back. */
    const holders = new Map<LeaseScope, { readonly run: string; readonly atMs: number; readonly did: string }>();
    /** By run, when it made its newest plan. */
    const plannedAtMs = new Map<string, number>();
    books.leaseWatchers.add(({ before, after }) => {
      const { scope, holder, expiresAtMs = 0 } = after;
      if (holder !== undefined && (before?.fence !== after.fence || before.holder !== holder)) {
        const other = before?.holder;
        if (other !== undefined && other !== holder && expiresAtMs - (before?.expiresAtMs ?? 0) < LEASE_MS)
          tell(`${holder} took ${scope} from ${other}, whose lease had not run out`);
        const last = holders.get(scope);
        const planned = plannedAtMs.get(holder);
        if (last !== undefined && last.run !== holder && planned !== undefined && planned < last.atMs)
          tell(
            `${holder} took ${scope} for a plan that it made ${last.atMs - planned} ms before ${last.run} ${last.did}`,
          );
        holders.set(scope, { run: holder, atMs: clock.nowMs(), did: 'took it to write there' });
      }
      if (holder === undefined && before?.holder !== undefined)
        holders.set(scope, { run: before.holder, atMs: clock.nowMs(), did: 'gave it back' });
      if (before !== undefined && after.fence < before.fence)
        tell(`the fence of ${after.scope} went from ${before.fence} down to ${after.fence}`);
      if (before?.fence === after.fence && before.holder !== after.holder && after.holder !== undefined)
        tell(
          `${after.scope} came to ${after.holder} from ${before.holder ?? 'nobody'} under the same fence ${after.fence}`,
        );
    });
    return {
      called(made) {
        if (!isResourceWrite(made)) {
          for (const { pk, how } of rowsWritten(made)) {
            const run = how === 'put' ? runOfPlan(pk) : undefined;
            if (run !== undefined) plannedAtMs.set(run, made.atMs);
          }
          return;
        }
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

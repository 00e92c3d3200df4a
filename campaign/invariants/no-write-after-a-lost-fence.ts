import { booksOf } from '../books.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/**
 * Every write is made under a lease that is held at that moment: its holder is the run that writes, its fence is the one
 * that the intent says, and it has not run out. Whoever lost a lease writes nothing more.
 *
 * Bounds  one look at a map for each write
 */
export const noWriteAfterALostFence: Invariant = {
  name: 'no write after a lost fence',
  says: 'At every write the run that announced it still holds the lease of its scope, under the same fence',
  watch({ bed: { world, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    return {
      called(made) {
        const announced = isResourceWrite(made) ? books.announced(made) : undefined;
        if (announced === undefined || books.isHeld(announced, made.atMs)) return;
        const { intent, scope } = announced;
        const now = scope === undefined ? undefined : books.leases.get(scope);
        const held =
          now === undefined
            ? 'no lease is known'
            : `it is ${now.holder ?? 'nobody'}'s under ${now.fence}, until ${now.expiresAtMs ?? 'it was given back'}`;
        tell(
          `${nameOf(made)} for ${intent.key} by ${intent.run} under fence ${intent.fence} of ${scope ?? 'no scope'}: ${held}`,
        );
      },
    };
  },
};

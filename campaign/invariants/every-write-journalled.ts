import type { Drift } from '../../control-plane/model/drift.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import { booksOf } from '../books.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

interface Write {
  readonly call: string;
  readonly run: string;
  readonly key: TargetKey;
  readonly announcedAtMs: number;
}

/** What an entry about writes says besides what every entry does. */
interface Told extends JournalEntry {
  readonly calls?: readonly string[];
  readonly signal?: unknown;
  readonly drift?: readonly Partial<Drift>[];
}

/** A handler lives no longer: what it wrote is told by then, or by whoever finds that it died. */
const TOLD_WITHIN_MS = 5 * 60_000;

/**
 * Of every write the journal says who made it (the run), why (the signal), what was and what was to be (the drift), and
 * which calls that took; of one whose handler died, what is known of it, found by a later look.
 *
 * Bounds  compares the writes of a world with its whole journal, once, at the end
 */
export const everyWriteJournalled: Invariant = {
  name: 'every write journalled',
  says: 'Every write has an entry in the journal that names its run, its signal, its target, its calls, and each field before and after',
  watch({ bed: { world, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    const writes: Write[] = [];
    return {
      called(made) {
        const intent = isResourceWrite(made) ? books.announced(made)?.intent : undefined;
        if (intent !== undefined)
          writes.push({ call: nameOf(made), run: intent.run, key: intent.key, announcedAtMs: intent.atMs });
      },
      ended({ journal }) {
        const told: ReadonlyMap<string, readonly Told[]> = Map.groupBy(
          journal.filter(isOfWrites),
          ({ run, target }) => `${run} ${target}`,
        );
        for (const write of writes) {
          const entry = told.get(`${write.run} ${write.key}`)?.find((candidate) => tells(candidate, write));
          if (entry === undefined) {
            if (books.open(write.key)?.intent.run !== write.run)
              tell(`nothing in the journal tells of ${write.call} for ${write.key} by ${write.run}`);
          } else
            for (const lacking of lackingIn(entry)) tell(`${write.call} for ${write.key} by ${write.run}: ${lacking}`);
        }
      },
    };
  },
};

const isOfWrites = ({ what }: JournalEntry): boolean => what === 'step' || what === 'interrupted';

const tells = ({ what, atMs, calls = [] }: Told, { call, announcedAtMs }: Write): boolean =>
  calls.includes(call) &&
  (what === 'interrupted' ? atMs >= announcedAtMs : atMs >= announcedAtMs && atMs - announcedAtMs <= TOLD_WITHIN_MS);

/** What an entry should say and does not. */
function lackingIn({ signal, says, drift = [] }: Told): readonly string[] {
  return [
    ...(typeof signal === 'string' && signal !== '' ? [] : ['its entry does not say why']),
    ...(says === '' ? ['its entry says nothing'] : []),
    ...(drift.length > 0 ? [] : ['its entry says neither what was nor what was to be']),
    ...drift
      .filter(
        ({ field, desired, observed }) => field === undefined || (desired === undefined && observed === undefined),
      )
      .map(({ field = 'a field' }) => `its entry does not say what ${field} was or was to be`),
  ];
}

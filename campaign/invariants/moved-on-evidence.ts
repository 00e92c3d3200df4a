import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CompactRow } from '../../control-plane/health/compact-row.ts';
import type { Steer } from '../../control-plane/traffic/traffic.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

/** A row says something about now for a minute and a half; deciding takes a moment, and a clock may be a little off. */
const FRESH_FOR_MS = 150_000;

/** Something of it was not well of late. */
const isTroubled = ({ other, name }: CompactRow): boolean => Object.keys(other).length > 0 || typeof name !== 'number';

/**
 * Nobody's callers are moved on thin evidence: they themselves meet trouble, or two others do, and it is trouble of now.
 *
 * Bounds  a handful of rows for each steer that begins
 */
export const movedOnEvidence: Invariant = {
  name: 'moved on evidence',
  says: 'Callers are steered only where their own probes are not all well, or those of two others are not, and lately',
  watch({ bed: { fleet }, table }, tell) {
    const pk = `health#${fleet.name}`;
    const standing = new Set<string>();
    const isBorneOut = (viewer: string, atMs: number): boolean => {
      const troubled = table
        .rows(pk, 'probe#')
        .map(({ value }) => value as CompactRow)
        .filter((row) => Math.abs(atMs - row.atMs) <= FRESH_FOR_MS && isTroubled(row));
      return troubled.length > 1 || troubled.some(({ observer }) => observer === viewer);
    };
    return {
      called(made) {
        for (const { pk: of, sk, item } of rowsWritten(made)) {
          if (of !== pk || !sk.startsWith('steer#')) continue;
          const isNew = item !== undefined && !standing.has(sk);
          if (item === undefined) standing.delete(sk);
          else standing.add(sk);
          if (!isNew) continue;
          const { viewer, avoid, cause, because } = unmarshall(item)['value'] as Steer;
          if (cause !== 'ramp' && !isBorneOut(viewer, made.atMs))
            tell(`callers in ${viewer} were steered off ${avoid} though their own probes are well: ${because}`);
        }
      },
    };
  },
};

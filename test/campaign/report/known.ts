import type { WorldAnswer } from '../../../campaign/jobs.ts';
import type { Played } from '../../../campaign/play.ts';
import { HOUR_MS, MINUTE_MS } from '../../../campaign/schedule.ts';

const MINUTES_A_BIN = 5;
export const every = (count: number, of: (bin: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, bin) => of(bin));

/** A world of an hour whose weather ends after fifty minutes. */
export const world = (seed: string, changes: Partial<Played> = {}): { readonly played: Played } => ({
  played: {
    seed,
    members: 4,
    simulatedMs: HOUR_MS,
    cpuMs: 3_000,
    violations: [],
    done: { 'route deleted': 2, join: 4, 'calls fail': 1 },
    missed: { 'route deleted': 1 },
    meetings: { 'route deleted': { 'reconcile/Apply': 1 }, 'calls fail': { 'reconcile/Apply': 3, 'drill/Hold': 1 } },
    visits: { 'reconcile/Apply': 5, 'drill/Hold': 1 },
    course: {
      reads: every(12, () => 10 * MINUTES_A_BIN),
      writes: every(12, (bin) => (bin === 0 ? 20 : 0)),
      answered: every(12, (bin) => (bin === 0 ? 0 : 20)),
      needless: every(12, () => 0),
      helpless: every(12, (bin) => (bin === 0 ? 4 : 0)),
    },
    ordeals: [
      { kind: 'link', lastedMs: 20_000, ended: 'repaired' },
      { kind: 'region', lastedMs: 10 * MINUTE_MS, ended: 'passed' },
    ],
    clearedAfterMs: 50 * MINUTE_MS,
    reads: 600,
    writes: 20,
    settledAfterMs: 2 * MINUTE_MS,
    digest: 'd1'.repeat(32),
    ...changes,
  },
});

export const three: readonly WorldAnswer[] = [world('1'), world('2', { cpuMs: 9_000, members: 7 }), world('3')];

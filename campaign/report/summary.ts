import { percentile } from '../../bench/report.ts';
import { actOf } from '../acts/index.ts';
import type { WorldAnswer } from '../jobs.ts';
import type { Played, Violation } from '../play.ts';
import { HOUR_MS, places } from '../schedule.ts';

/** How a whole campaign went. */
export interface Summary {
  readonly worlds: number;
  readonly simulatedHours: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly reads: number;
  readonly writes: number;
  /** How many worlds had so many members. */
  readonly byMembers: Readonly<Record<number, number>>;
  readonly done: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  /** What happened, by where runs were. */
  readonly meetings: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly violations: readonly (Violation & { readonly seed: string })[];
  /** Worlds that came to no end, and why. */
  readonly failed: readonly { readonly seed: string; readonly failed: string }[];
  /** From the end of the weather until everything was as declared, over all worlds that got there. */
  readonly settledAfterMs: { readonly p50: number; readonly p99: number; readonly most: number };
  readonly played: readonly Played[];
}

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of counts) for (const [what, count] of Object.entries(one)) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

export function summaryOf(answers: readonly WorldAnswer[], wallSeconds: number): Summary {
  const played = answers.flatMap((answer) => ('played' in answer ? [answer.played] : []));
  const sum = (of: (one: Played) => number): number => played.reduce((total, one) => total + of(one), 0);
  const settled = played.flatMap(({ settledAfterMs }) => (settledAfterMs === undefined ? [] : [settledAfterMs]));
  const whats = [...new Set(played.flatMap(({ meetings }) => Object.keys(meetings)))];
  return {
    worlds: answers.length,
    simulatedHours: sum(({ simulatedMs }) => simulatedMs) / HOUR_MS,
    cpuSeconds: sum(({ cpuMs }) => cpuMs) / 1_000,
    wallSeconds,
    reads: sum(({ reads }) => reads),
    writes: sum(({ writes }) => writes),
    byMembers: added(played.map(({ members }) => ({ [members]: 1 }))),
    done: added(played.map(({ done }) => done)),
    missed: added(played.map(({ missed }) => missed)),
    meetings: Object.fromEntries(
      whats.map((what) => [what, added(played.map(({ meetings }) => meetings[what] ?? {}))]),
    ),
    violations: played.flatMap(({ seed, violations }) => violations.map((violation) => ({ ...violation, seed }))),
    failed: answers.flatMap((answer) => ('failed' in answer ? [answer] : [])),
    settledAfterMs: {
      p50: percentile(settled, 0.5),
      p99: percentile(settled, 0.99),
      most: settled.length === 0 ? Number.NaN : Math.max(...settled),
    },
    played,
  };
}

/** Combinations of an act and a place that never came together: 'Region dark in drill/Wait'. */
export const neverMet = ({ meetings }: Pick<Summary, 'meetings'>, acts: readonly string[]): readonly string[] =>
  acts
    .filter((what) => actOf(what).isDrawn)
    .flatMap((what) =>
      places
        .map(({ workflow, state }) => `${workflow}/${state}`)
        .filter((place) => (meetings[what]?.[place] ?? 0) === 0)
        .map((place) => `${what} in ${place}`),
    );

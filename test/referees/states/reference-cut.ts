import type { Visit } from './answers.ts';

/** Visits as they are when everything ends at `endMs`. What happens at that very moment makes it a tie. */
export function crossOut(visits: readonly Visit[], endMs: number, setting: { tied: boolean }): Visit[] {
  const over = (atMs: number | undefined): boolean => {
    if (atMs === endMs) setting.tied = true;
    return atMs === undefined || atMs >= endMs;
  };
  return visits
    .filter(({ atMs }) => !over(atMs))
    .map(({ state, atMs, input, calls, rounds, ...end }) => ({
      state,
      atMs,
      input,
      calls: calls
        .filter((call) => !over(call.atMs))
        .map((call) => {
          const { endedAtMs: _, result: __, error: ___, ...begun } = call;
          return over(call.endedAtMs) ? begun : call;
        }),
      rounds: rounds
        .filter((round) => !over(round.atMs))
        .map((round) => ({
          atMs: round.atMs,
          branches: round.branches.map((inner) => crossOut(inner, endMs, setting)).filter((inner) => inner.length > 0),
        })),
      ...(over(end.leftAtMs) ? {} : end),
    }));
}

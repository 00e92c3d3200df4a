import { z } from 'zod';

/** Source: vitest.dev/guide/reporters, JSON reporter: Jest's shape. */
const Report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), ancestorTitles: z.array(z.string()) })),
    }),
  ),
});

export interface Tests {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Referees that were not there, as `describeWith` names them. */
  readonly missing: readonly string[];
}

const NOT_INSTALLED = /\(not installed: ([^)]+)\)$/;

/** What Vitest's JSON report says, added up. A file that could not even be loaded counts as one test that failed. */
export function testsIn(report: unknown): Tests {
  const { testResults } = Report.parse(report);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (...statuses: readonly string[]): number =>
    tests.filter(({ status }) => statuses.includes(status)).length;
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  ).length;
  const missing = new Set(
    tests.flatMap(({ ancestorTitles }) =>
      ancestorTitles.flatMap((title) => NOT_INSTALLED.exec(title)?.[1]?.split(', ') ?? []),
    ),
  );
  return {
    passed: count('passed'),
    failed: count('failed') + unloaded,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
    missing: [...missing].toSorted((a, b) => a.localeCompare(b)),
  };
}

import { defineConfig } from 'vitest/config';

/** No test depends on how fast a machine is: this ends what hangs, on the slowest and busiest of them. */
const PATIENCE = { testTimeout: 600_000, hookTimeout: 600_000 };

/** One project per kind of test: what may touch the outside differs. */
export default defineConfig({
  test: {
    // One for each core: half of what the referees take is waiting.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/control-plane/**/*.test.ts', 'test/map/**/*.test.ts', 'test/workflows/**/*.test.ts'],
          setupFiles: ['test/support/forbid-the-outside.ts'],
          ...PATIENCE,
        },
      },
      { test: { name: 'repository', include: ['test/repository/**/*.test.ts'], ...PATIENCE } },
      { test: { name: 'simulator', include: ['test/simulator/**/*.test.ts'], ...PATIENCE } },
      {
        test: {
          name: 'system',
          include: [
            'test/handlers/**/*.test.ts',
            'test/operator/**/*.test.ts',
            'test/local/**/*.test.ts',
            'test/cli/**/*.test.ts',
            'test/bench/**/*.test.ts',
            'test/bundles/**/*.test.ts',
            'test/infra/**/*.test.ts',
            'test/runbooks/**/*.test.ts',
            'test/permissions/**/*.test.ts',
            'test/campaign/**/*.test.ts',
          ],
          ...PATIENCE,
        },
      },
      { test: { name: 'referees', include: ['test/referees/**/*.test.ts'], ...PATIENCE } },
    ],
  },
});

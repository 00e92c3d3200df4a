import { defineConfig } from 'vitest/config';

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
          // Properties are tried hundreds of times: on a busy machine that takes a while.
          testTimeout: 60_000,
        },
      },
      { test: { name: 'repository', include: ['test/repository/**/*.test.ts'] } },
      { test: { name: 'simulator', include: ['test/simulator/**/*.test.ts'], testTimeout: 60_000 } },
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
          testTimeout: 120_000,
        },
      },
      {
        test: { name: 'referees', include: ['test/referees/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000 },
      },
    ],
  },
});

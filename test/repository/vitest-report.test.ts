import { expect, test } from 'vitest';
import { testsIn } from '../../.ci/vitest-report.ts';

const file = (status: string, ...tests: readonly (readonly [status: string, ...ancestors: string[]])[]) => ({
  status,
  assertionResults: tests.map(([result, ...ancestorTitles]) => ({ status: result, ancestorTitles })),
});

test('tests are added up over all files, and what was not asked is told once', () => {
  const report = {
    testResults: [
      file('passed', ['passed', 'a'], ['passed', 'a'], ['pending', 'the wire (not installed: botocore)']),
      file('failed', ['failed', 'b'], ['passed', 'b']),
      file('passed', ['skipped', 'laws (not installed: moto_server, botocore)'], ['todo', 'later']),
    ],
  };
  expect(testsIn(report)).toEqual({ passed: 3, failed: 1, skipped: 3, missing: ['botocore', 'moto_server'] });
});

test('a file that could not be loaded is a failure, though no test of it failed', () => {
  expect(testsIn({ testResults: [file('failed'), file('passed', ['passed'])] })).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tests, testsIn } from './vitest-report.ts';

/** Everything that must hold before a change is merged, in the order in which it is quickest to fail. */
const always = ['check:types', 'check:lint', 'check:format', 'check:dead-code', 'test'] as const;
/** With --and-campaign: worlds that nobody has seen, drawn from the commit. */
const campaign = 'campaign';
type Step = (typeof always)[number] | typeof campaign;
const steps: readonly Step[] = process.argv.includes('--and-campaign') ? [...always, campaign] : always;

interface Result {
  readonly step: Step;
  readonly isGood: boolean;
  readonly seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'landbridge-check-'));
const report = join(folder, 'tests.json');
const parametersOf = (step: Step): readonly string[] =>
  step === 'test' ? ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];

/** Runs one npm script, whose output is seen as it comes. */
function run(step: Step): Result {
  console.log(`\n== ${step}`);
  const beganMs = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', step, ...parametersOf(step)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Logs are read as text.
    env: process.env['CI'] === undefined ? process.env : { ...process.env, NO_COLOR: '1' },
  });
  return { step, isGood: status === 0, seconds: (performance.now() - beganMs) / 1_000 };
}

function testsOfReport(): Tests {
  try {
    return testsIn(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    console.log(`the tests left no report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0, missing: [] };
  }
}

// All of them, whatever failed: one run tells everything there is to mend.
const results = steps.map(run);
const { passed, failed, skipped, missing } = testsOfReport();
rmSync(folder, { recursive: true });

console.log('');
for (const { step, isGood, seconds } of results)
  console.log(`${isGood ? 'good  ' : 'FAILED'} ${step.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`);
for (const referee of missing)
  console.log(`not asked: ${referee} is not installed here, and the tests that need it were skipped`);
// A step that failed counts as one, so that the last line never reads well over a red run.
const failures =
  Math.max(failed, results.some(({ step, isGood }) => step === 'test' && !isGood) ? 1 : 0) +
  results.filter(({ step, isGood }) => step !== 'test' && !isGood).length;
console.log(`${passed} passed, ${failures} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
if (failures > 0) process.exitCode = 1;

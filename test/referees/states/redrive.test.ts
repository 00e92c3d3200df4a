import { sample } from 'fast-check';
import { expect, test } from 'vitest';
import { answer, functionNames } from './canned.ts';
import { plain } from './compare.ts';
import { engineWorld } from './engine-runs.ts';
import { cases } from './machines.ts';
import { type Definition, interpret } from './reference.ts';

/** Of these the output follows from when a state is entered, or from how often the one around it was tried: both begin anew. */
const startsAnew = /EnteredTime|"round"|^\{"QueryLanguage":"JSONata","TimeoutSeconds"/;
const SHARES = [0.05, 0.3, 0.5, 0.8, 0.97];

// Source: Step Functions guide, Redriving executions: it goes on from the step that had not succeeded, and its input,
// the variables and what branches had finished are kept. Functions here answer by their payload alone.
test('stopped at any moment and redriven, a machine that succeeds ends as the reference says', async () => {
  const run = engineWorld(functionNames);
  let redriven = 0;
  for (const [at, { machine, input }] of sample(cases, { seed: 11, numRuns: 250 }).entries()) {
    if (startsAnew.test(JSON.stringify(machine))) continue;
    const { start } = await run(machine, input, () => answer);
    const expected = await interpret(machine as Definition, start);
    const stoppedAtMs = Math.floor(expected.endedAtMs * (SHARES[at % SHARES.length] as number));
    if (expected.status !== 'SUCCEEDED' || expected.tied || stoppedAtMs === 0) continue;
    const { outcome } = await run(machine, input, () => answer, stoppedAtMs);
    const told = `${JSON.stringify(machine)} with ${JSON.stringify(input)}, stopped at ${stoppedAtMs} ms`;
    expect({ status: outcome.status, error: outcome.error }, told).toEqual({ status: 'SUCCEEDED', error: undefined });
    // The second run has another name, and machines may tell it.
    const names = [start.execution.Name, `run-${Number(start.execution.Name.slice('run-'.length)) + 1}`] as const;
    const output = JSON.stringify(plain(outcome).output).replaceAll(names[1], names[0]);
    expect(JSON.parse(output), told).toEqual(plain(expected).output);
    redriven += 1;
  }
  expect(redriven).toBeGreaterThan(25);
});

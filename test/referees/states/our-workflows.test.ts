import { expect, test } from 'vitest';
import { compared } from './compare.ts';
import { engineWorld } from './engine-runs.ts';
import { ourMachines, workflowAnswers, workflowFunctions } from './our-workflows.ts';

const input = { fleet: 'orders', region: 'eu-west-1', by: 'somebody', approve: true };
const SEEDS = 24;

test.for(ourMachines)('$name: the engine runs it as the reference does', async ({ name, machine }) => {
  const run = engineWorld(workflowFunctions);
  const endings = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const notBefore = seed % 3 === 0 ? { notBefore: '2026-01-01T00:20:00Z' } : {};
    const answers = () => workflowAnswers(`${name}/${seed}`);
    const { difference, tied, outcome } = await compared(run, machine, { ...input, ...notBefore }, answers);
    expect(difference, `seed ${seed}`).toBeUndefined();
    expect(tied).toBe(false);
    endings.add(outcome.error ?? outcome.status);
  }
  expect(endings.size, [...endings].join()).toBeGreaterThan(1);
});

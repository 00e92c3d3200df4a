import { expect, test } from 'vitest';
import { agentFunction, agentRole } from '../../control-plane/model/agents.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { iamHome } from '../../simulator/services/iam/state.ts';
import { known } from '../support/known.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const MINUTE_MS = 60_000;
const PROBE = agentFunction('payments', 'probe');
const CANNOT_BE_ASSUMED = /The role defined for the function cannot be assumed by Lambda/;

/** The role with which `probe` runs, as new as if it could be assumed only from so long after now. */
function lateRole({ world, clock }: TestBed, afterMs: number): void {
  const { roles } = world.state(iamHome, { account: ACCOUNT, region: HOME });
  const role = known(roles.get(known(agentRole(ACCOUNT, 'probe').split('/').at(-1))));
  role.assumableFromMs = clock.nowMs() + afterMs;
}

const tries = async (bed: TestBed): Promise<readonly string[]> =>
  (await bed.journal()).filter(({ what, outcome }) => what === 'step' && outcome !== 'done').map(({ says }) => says);

test('a join waits for roles that cannot be assumed yet, and the journal says what for', async () => {
  const bed = await testBed({ timings: QUICK });
  // Its turn comes within the first minute.
  lateRole(bed, 3 * MINUTE_MS);
  const { status } = await bed.run('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' });
  expect(status).toBe('SUCCEEDED');
  const told = await tries(bed);
  expect(told.length).toBeGreaterThan(0);
  for (const says of told) expect(says).toMatch(CANNOT_BE_ASSUMED);
});

test('tries with a role that cannot be assumed yet are no repairs, and the budget is there for what is broken', async () => {
  const bed = await testBed({
    timings: QUICK,
    declare: (example) => ({ ...example, policies: { ...example.policies, repairsPerHour: 1 } }),
  });
  await bed.join(HOME);
  lateRole(bed, MINUTE_MS / 2);
  await bed.asStranger(write(HOME, 'lambda', 'deleteFunction', { FunctionName: PROBE }));
  await bed.clock.runFor(5 * MINUTE_MS);
  const told = await tries(bed);
  expect(told.length).toBeGreaterThan(1);
  for (const says of told) expect(says).toMatch(CANNOT_BE_ASSUMED);
  const target = `agent/${HOME}/probe`;
  const made = (await bed.journal()).filter((entry) => entry.target === target && entry.outcome === 'done');
  expect(made.map(({ action }) => action)).toEqual(['create', 'create']);
  const proofs = (await bed.journal()).filter(({ what }) => what === 'proof').map(({ says }) => says);
  expect(proofs.at(-1)).toBe('1 request by name was answered');
  const { repairsAtMs } = await bed.state();
  expect(repairsAtMs[target]).toHaveLength(1);
});

test('a role that can never be assumed ends a join as any step does that fails, with its reason', async () => {
  const bed = await testBed({ timings: QUICK });
  lateRole(bed, Number.POSITIVE_INFINITY);
  const { status, cause } = await bed.run('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' });
  expect(status).toBe('FAILED');
  expect(cause).toMatch(/^nothing could be done in 12 rounds: create agent\//);
  expect(cause).toMatch(CANNOT_BE_ASSUMED);
});

import { expect, test } from 'vitest';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { ArtefactStore } from '../../handlers/runtime/artefact-store.ts';
import { fleetPk, LEASE_SK } from '../../handlers/runtime/fleet-rows.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { known } from '../support/known.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';
const MINUTE_MS = 60_000;
/** As long as a read that is made four times. */
const NO_ANSWER_MS = 60_000;

const isLeaseTaken = ({ method, input }: AwsCall): boolean =>
  method === 'updateItem' &&
  String((input as { UpdateExpression?: string }).UpdateExpression).includes('holder = :holder');

test('code that is nowhere fails its own steps: all else is made, and the run ends with what to do about it', async () => {
  const bed = await testBed({ timings: QUICK });
  const { codeSha256 } = known(Object.values(bed.fleet.functions)[0]);
  const artefacts = new ArtefactStore(bed.landbridge.operator);
  const zip = await bed.clock.runUntil(artefacts.get(codeSha256));
  const table = new Table(bed.landbridge.operator);
  const chunks = await bed.clock.runUntil(table.rows(`artefact#${codeSha256}`));
  await bed.clock.runUntil(
    table.batch({ remove: chunks.map(({ sk }) => ({ pk: `artefact#${codeSha256}`, sk: String(sk) })) }),
  );

  const { status, cause } = await bed.run('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' });
  expect(status).toBe('FAILED');
  const remedy = /the code with SHA-256 .* was never stored: put the fleet file again/;
  expect(cause).toMatch(/^nothing could be done in 12 rounds: create function\//);
  expect(cause).toMatch(remedy);
  const { ids } = await bed.state();
  expect(ids.has(`vpc/${HOME}`)).toBe(true);
  const steps = (await bed.journal()).filter(({ what, outcome }) => what === 'step' && outcome === 'Rejected');
  expect(steps.length).toBeGreaterThan(0);
  for (const { says } of steps) expect(says).toMatch(remedy);

  // The remedy is one.
  await bed.clock.runUntil(artefacts.put(codeSha256, zip));
  await bed.clock.runFor(40 * MINUTE_MS);
  expect((await bed.state()).members).toMatchObject([{ region: HOME, phase: 'joined' }]);
});

test('a round of writes that may not even begin is tried less and less often, and its reason is told', async () => {
  let isShut = false;
  let tries = 0;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => async (call) => {
      if (isShut && isLeaseTaken(call)) {
        tries += 1;
        throw new Fault('Forbidden', 'dynamodb updateItem in us-east-1: AccessDeniedException: no');
      }
      return caller(call);
    },
  });
  isShut = true;
  const { status, cause } = await bed.run('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' });
  expect(status).toBe('FAILED');
  expect(cause).toBe('nothing could be done in 12 rounds: dynamodb updateItem in us-east-1: AccessDeniedException: no');
  expect(tries).toBe(12);
});

test('a round of writes that is given up before it has written gives its leases back', async () => {
  const gaveUp = Promise.withResolvers<void>();
  let isNext = false;
  let isDone = false;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => async (call) => {
      if (isNext && !isDone && call.method === 'query') {
        isDone = true;
        gaveUp.resolve();
        throw new Fault('Conflict', 'the fleet is being written');
      }
      const answer = await caller(call);
      if (isLeaseTaken(call)) isNext = true;
      return answer;
    },
  });
  const joining = bed.landbridge.start('onboard-region', { fleet: 'payments', region: OTHER, role: 'serving' });
  await bed.clock.runUntil(joining);
  await bed.clock.runUntil(gaveUp.promise);
  // Less than until it looks again.
  await bed.clock.runFor(1_000);
  const leases = await bed.clock.runUntil(new Table(bed.landbridge.operator).rows(fleetPk('payments'), LEASE_SK));
  expect(leases.length).toBeGreaterThan(0);
  for (const lease of leases) expect(lease).not.toHaveProperty('holder');
});

test('a Region that goes silent in the middle of a round takes time, and what it leaves no time for is left', async () => {
  let isSilent = false;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => async (call) => {
      if (!isSilent || call.access !== 'write' || call.region !== OTHER || call.service === 'dynamodb')
        return caller(call);
      await bed.landbridge.operator.sleep(NO_ANSWER_MS);
      throw new Fault('Unavailable', `${call.service} ${call.method} in ${OTHER}: nobody answers`);
    },
  });
  await bed.join(HOME);
  isSilent = true;
  const joining = bed.landbridge.start('onboard-region', { fleet: 'payments', region: OTHER, role: 'serving' });
  await bed.clock.runUntil(joining);
  await bed.clock.runFor(5 * MINUTE_MS);
  const told = (await bed.journal()).filter(
    ({ what, target, round }) => what === 'step' && round === 1 && target?.includes(OTHER),
  );
  expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(['Unavailable', 'left']));

  isSilent = false;
  await bed.clock.runFor(30 * MINUTE_MS);
  expect((await bed.state()).members.map(({ phase }) => phase)).toEqual(['joined', 'joined']);
});

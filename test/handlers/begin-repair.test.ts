import { expect, test } from 'vitest';
import { handler as beginRepair } from '../../handlers/begin-repair.ts';
import type { RunState } from '../../handlers/run.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';

const FLEET = 'payments';
const US = 'us-east-1';
const EU = 'eu-west-1';
const MINUTE_MS = 60_000;

/** Everybody sees that its replica answers with errors. */
async function seenSick(bed: TestBed, region: string): Promise<void> {
  const sick = { state: 'sick', symptom: 'error', recent: 'xxxxxxxxxxxx' } as const;
  const store = new HealthStore(bed.landbridge.operator);
  for (const row of (await bed.state()).health.rows) {
    const { [region]: before, ...others } = row.replicas;
    if (before === undefined) throw new Error('no probe has been heard');
    const replicas = { ...others, [region]: { ...before, ...sick } };
    await bed.clock.runUntil(store.putRow(FLEET, { ...row, atMs: bed.clock.nowMs(), replicas }));
  }
}

const asked = ({ clock }: TestBed, run: string) => ({
  fleet: FLEET,
  signal: 'probes: us-east-1',
  run,
  execution: `arn:aws:states:us-east-1:111122223333:execution:landbridge-repair:${run}`,
  startedAtMs: clock.nowMs(),
});

test('whoever dies after it was put on record where to look still knows it when tried again, and nobody else looks there', async () => {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  await bed.join(US, EU);
  await bed.clock.runFor(3 * MINUTE_MS);
  await seenSick(bed, EU);
  const { operator } = bed.landbridge;
  const call: Caller = async (made) => {
    const answer = await operator.call(made);
    if (made.access === 'write' && JSON.stringify(made.input).includes(`"incident#replica/${EU}"`))
      throw new Error('killed');
    return answer;
  };
  const first = asked(bed, 'first');
  await expect(bed.clock.runUntil(beginRepair.runIn({ ...operator, call }, first))).rejects.toThrow('killed');
  expect((await bed.state()).health.incidents).toMatchObject([{ cause: `replica/${EU}`, status: 'open' }]);

  const scopeOf = async (input: object) =>
    ((await bed.clock.runUntil(beginRepair.runIn(operator, input))) as RunState).scope;
  expect(await scopeOf(asked(bed, 'second'))).toEqual({ targets: [] });
  expect(await scopeOf(first)).toEqual({ regions: [EU], targets: [] });
});

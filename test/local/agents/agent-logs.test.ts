import { expect, test } from 'vitest';
import { AGENT_LOGS_KEPT_DAYS } from '../../../control-plane/kinds/agent-log.ts';
import { keyOf } from '../../../control-plane/model/target.ts';
import { rootOf } from '../../../simulator/principal.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../../support/landbridge.ts';

const HOME = 'us-east-1';
const EU = 'eu-west-1';
const AGENTS = ['bit', 'probe', 'watch'];
const MINUTES_MS = 3 * 60_000;

async function asked<Answer>(bed: TestBed, operation: string, input: object): Promise<Answer> {
  const call = { service: 'cloudwatch-logs', operation, input, place: { account: ACCOUNT, region: EU } } as const;
  return (await bed.clock.runUntil(bed.world.invoke({ ...call, principal: rootOf(ACCOUNT) }))) as Answer;
}

/** What is kept of each agent's lines, in days. */
async function groups(bed: TestBed): Promise<Readonly<Record<string, { days: number | undefined; bytes: number }>>> {
  const { logGroups } = await asked<{
    logGroups: { logGroupName: string; retentionInDays?: number; storedBytes: number }[];
  }>(bed, 'DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/landbridge-payments_' });
  return Object.fromEntries(
    logGroups.map(({ logGroupName, retentionInDays, storedBytes }) => [
      logGroupName.split('_')[1] ?? '',
      { days: retentionInDays, bytes: storedBytes },
    ]),
  );
}

test('what agents log in a member is kept for a while, and goes with them', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, EU);
  await bed.clock.runFor(MINUTES_MS);
  const kept = await groups(bed);
  expect(Object.keys(kept).toSorted()).toEqual(AGENTS);
  for (const { days } of Object.values(kept)) expect(days).toBe(AGENT_LOGS_KEPT_DAYS);
  expect(kept['watch']?.bytes, 'it has been writing there').toBeGreaterThan(0);
  expect(await bed.run('offboard-region', { fleet: 'payments', region: EU })).toMatchObject({ status: 'SUCCEEDED' });
  await bed.clock.runFor(MINUTES_MS);
  expect(await groups(bed), 'and no late line brings one back').toEqual({});
});

test('a group that is gone is not made by the agent, which would keep everything forever; it comes back with the next code', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, EU);
  await asked(bed, 'DeleteLogGroup', { logGroupName: '/aws/lambda/landbridge-payments_watch' });
  await asked(bed, 'DeleteRetentionPolicy', { logGroupName: '/aws/lambda/landbridge-payments_probe' });
  await bed.clock.runFor(MINUTES_MS);
  expect(await groups(bed)).not.toHaveProperty('watch');
  expect(
    (await bed.state()).health.rows.map(({ observer }) => observer),
    'it runs all the same',
  ).toContain(EU);
  const { fleet, landbridge, clock } = bed;
  // As after an upgrade: the code that runs is not the code that is declared.
  const other = { ...fleet, agents: { codeSha256: Object.values(fleet.functions)[0]?.codeSha256 ?? '' } };
  await clock.runUntil(landbridge.put(other, new Map()));
  await bed.run('reconcile', {
    fleet: fleet.name,
    scope: { targets: AGENTS.map((name) => keyOf('agent', `${EU}/${name}`)) },
  });
  const kept = await groups(bed);
  expect(Object.keys(kept).toSorted()).toEqual(AGENTS);
  for (const { days } of Object.values(kept)) expect(days).toBe(AGENT_LOGS_KEPT_DAYS);
});

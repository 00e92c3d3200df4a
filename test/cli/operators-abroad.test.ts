import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { landbridge } from './landbridge.ts';

const [HOME, EU] = ['us-east-1', 'eu-west-1'] as const;
const ABROAD = '222233334444';
const arnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const [DOCTOR, PLANNER, STRANGER] = ['people-doctor', 'people-planner', 'people-stranger'] as const;

const Findings = z.object({
  findings: z.array(z.object({ check: z.string(), where: z.string(), level: z.string(), says: z.string() })),
});
const Planned = z.object({ steps: z.array(z.unknown()), notLetIn: z.array(z.unknown()), reads: z.number().optional() });

/** What docs/deploy.md gives whoever deploys, and so whoever asks a doctor. */
const [, documented = ''] =
  /```json\n([\s\S]*?)```/.exec(readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')) ?? [];
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

let bed: TestBed;
let server: SimulatorServer;
beforeAll(async () => {
  bed = await testBed({
    timings: QUICK,
    memberAccounts: { [ABROAD]: ['payments'] },
    operators: [DOCTOR, PLANNER].map(arnOf),
    declare: (fleet) => ({
      ...fleet,
      members: { [HOME]: { role: 'serving' }, [EU]: { role: 'serving', account: ABROAD } },
    }),
  });
  await bed.join(HOME, EU);
  for (const [RoleName, PolicyDocument] of [
    [DOCTOR, documented],
    [PLANNER, everything],
    [STRANGER, everything],
  ] as const) {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    });
    await iam(ACCOUNT, 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    await iam(ACCOUNT, 'PutRolePolicy', { RoleName, PolicyName: 'own', PolicyDocument });
    bed.world.sessions.set(keyOf(RoleName), roleSession(arnOf(RoleName), 'me'));
  }
  server = await listen(bed.world, { port: 0 });
});
afterAll(() => server.close());

const iam = (account: string, operation: string, input: object) =>
  bed.clock.runUntil(
    bed.world.invoke({
      service: 'iam',
      operation,
      input,
      place: { account, region: HOME },
      principal: rootOf(account),
    }),
  );
const keyOf = (role: string): string => `ASIA${role.replace('-', '').toUpperCase()}`;

/** What a doctor finds in the other account, asked by this role. */
async function found(role: string) {
  const { code, stdout, stderr } = await landbridge(['doctor', '--json'], server.url, keyOf(role));
  expect(stderr).toBe('');
  const { findings } = Findings.parse(JSON.parse(stdout));
  const there = findings.filter(({ check, where }) => check !== 'peerings' && where.endsWith(ABROAD));
  return { code, there, levels: new Set(there.map(({ level }) => level)) };
}

describe('an operator whom the account names', () => {
  test('is told by a doctor that it is well: roles, Regions, certificates, trails and quotas', async () => {
    const { code, there, levels } = await found(DOCTOR);
    expect(there.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect({ code, levels }).toEqual({ code: 0, levels: new Set(['ok']) });
    const me = `arn:aws:sts::${ACCOUNT}:assumed-role/${DOCTOR}/me`;
    expect(there.filter(({ check }) => check === 'members').map(({ says }) => says)).toEqual([
      `lets ${me} look for payments, as landbridge-observer`,
      'landbridge-applier lets landbridge-apply-plan in for payments',
    ]);
    expect(new Set(there.map(({ check }) => check))).toEqual(
      new Set(['members', 'regions', 'certificates', 'trails', 'quotas']),
    );
    expect(there.map(({ says }) => says)).toContain('VPCs per Region: 1 of 5');
  });

  test('sees with a plan what is there', async () => {
    const { code, stdout, stderr } = await landbridge(['plan', '--output', 'json'], server.url, keyOf(PLANNER));
    expect(code, stderr).toBe(0);
    expect(Planned.parse(JSON.parse(stdout))).toMatchObject({ steps: [], notLetIn: [] });
  });

  test('is told what is wrong with the role for who writes', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ACCOUNT },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': 'landbridge:ledger' },
            ArnEquals: { 'aws:PrincipalArn': arnOf('landbridge-apply-plan') },
          },
        },
      ],
    });
    await iam(ABROAD, 'UpdateAssumeRolePolicy', { RoleName: 'landbridge-applier', PolicyDocument });
    const { code, there } = await found(DOCTOR);
    expect(code).toBe(1);
    expect(there.filter(({ level }) => level !== 'ok').map(({ level, says }) => `${level} ${says}`)).toEqual([
      'problem landbridge-applier does not let landbridge-apply-plan in for payments: nothing there can be made or mended',
    ]);
  });

  test('and nobody else is let in, nor who is named without the fleet’s name', async () => {
    const { levels } = await found(STRANGER);
    expect(levels).toEqual(new Set(['not-checked']));
    const enter = (role: string, ExternalId: string | undefined) =>
      bed.clock.runUntil(
        bed.world.invoke({
          service: 'sts',
          operation: 'AssumeRole',
          input: { RoleArn: `arn:aws:iam::${ABROAD}:role/landbridge-observer`, RoleSessionName: 'me', ExternalId },
          place: { account: ACCOUNT, region: HOME },
          principal: roleSession(arnOf(role), 'me'),
        }),
      );
    await expect(enter(STRANGER, 'landbridge:payments')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(enter(DOCTOR, undefined)).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(enter(DOCTOR, 'landbridge:ledger')).rejects.toMatchObject({ code: 'AccessDenied' });
    await enter(DOCTOR, 'landbridge:payments');
  });
});

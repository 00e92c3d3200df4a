import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { examineMembers } from '../../cli/doctor/examine.ts';
import { externalIdOf } from '../../control-plane/model/accounts.ts';
import { membersApp, membersFrom } from '../../infra/members-app.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { DEPLOYER, installMembers } from '../../local/install.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { World } from '../../simulator/world.ts';
import type { Resource } from '../support/assembly.ts';

const CONTROL_PLANE = '111122223333';
const ACCOUNT = '222233334444';
const HOME = 'us-east-1';
const given = {
  'member-account': ACCOUNT,
  'control-plane': CONTROL_PLANE,
  fleets: 'payments,ledger',
  home: HOME,
  standby: 'eu-west-1',
  'peer-accounts': '333344445555',
  operators: `arn:aws:iam::${CONTROL_PLANE}:role/olga,arn:aws:iam::${CONTROL_PLANE}:user/oleg`,
};

/** More names than a trust policy has room for. */
const many = Array.from({ length: 60 }, (_, nth) => `a-fleet-of-many-${nth}`).join(',');

function membersOf(changes: Readonly<Record<string, string | undefined>> = {}): MembersDeployed {
  const context: Readonly<Record<string, string | undefined>> = { ...given, ...changes };
  const found = membersFrom((name) => context[name]);
  if ('problems' in found) throw new Error(found.problems.map(({ path, says }) => `${path} ${says}`).join('; '));
  return found.members;
}

let resources: readonly Resource[];
let stackName: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'landbridge-members-')), analyticsReporting: false });
  const { stacks } = membersApp(app, membersOf()).synth();
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) throw new Error(`${stacks.length} stacks`);
  stackName = `${stack.stackName} ${stack.environment.account} ${stack.environment.region}`;
  resources = Object.values((stack.template as { Resources: Record<string, Resource> }).Resources);
});

/** The account as its people have it after a deployment. */
async function installed(members: MembersDeployed): Promise<{ readonly world: World; readonly clock: VirtualClock }> {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed: 'members', account: CONTROL_PLANE, trustedRoles: [DEPLOYER] });
  await clock.runUntil(installMembers(world, members));
  return { world, clock };
}

const ask = async (world: World, operation: string, input: object): Promise<Record<string, never>> =>
  (await world.invoke({
    service: 'iam',
    operation,
    input,
    place: { account: ACCOUNT, region: HOME },
    principal: rootOf(ACCOUNT),
  })) as Record<string, never>;

describe('what an account that has members is deployed', () => {
  test('is one stack of roles, and nothing that runs', () => {
    expect(stackName).toBe(`landbridge-members ${ACCOUNT} ${HOME}`);
    expect(new Set(resources.map(({ Type }) => Type))).toEqual(new Set(['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy']));
  });

  test('is what ran: every role with its trust and its policies', async () => {
    const { world } = await installed(membersOf());
    for (const { Type, Properties } of resources) {
      if (Type === 'AWS::IAM::Role') {
        const { Role } = await ask(world, 'GetRole', { RoleName: Properties['RoleName'] });
        const { AssumeRolePolicyDocument: trust } = Role as unknown as { AssumeRolePolicyDocument: string };
        expect(JSON.parse(decodeURIComponent(trust))).toEqual(Properties['AssumeRolePolicyDocument']);
      } else {
        const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${String(Properties['ManagedPolicyName'])}`;
        const { PolicyVersion } = await ask(world, 'GetPolicyVersion', { PolicyArn, VersionId: 'v1' });
        const { Document } = PolicyVersion as unknown as { Document: string };
        expect(JSON.parse(decodeURIComponent(Document))).toEqual(Properties['PolicyDocument']);
      }
    }
    const { Roles } = await ask(world, 'ListRoles', {});
    const made = (Roles as unknown as { RoleName: string }[]).map(({ RoleName }) => RoleName).toSorted();
    const synthesised = resources.flatMap(({ Properties }) => Properties['RoleName'] ?? []);
    expect(made).toEqual((synthesised as string[]).toSorted());
  });

  test('lets the control plane’s own functions in, for the fleets that it names and for no other', () => {
    const entered = resources.filter(({ Properties }) =>
      ['landbridge-observer', 'landbridge-applier'].includes(String(Properties['RoleName'])),
    );
    expect(entered).toHaveLength(2);
    for (const { Properties } of entered)
      expect(Properties['AssumeRolePolicyDocument']).toMatchObject({
        Statement: [
          {
            Principal: { AWS: `arn:aws:iam::${CONTROL_PLANE}:root` },
            Condition: { StringEquals: { 'sts:ExternalId': ['payments', 'ledger'].map(externalIdOf) } },
          },
        ],
      });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { changes: { 'control-plane': undefined },    path: 'control-plane',  says: 'is missing' },
    { changes: { 'control-plane': ACCOUNT, operators: undefined }, path: 'member-account', says: `“${ACCOUNT}” is the account of the control plane, which has its roles already` },
    { changes: { fleets: 'payments,No Such' },    path: 'fleets',         says: '“payments,No Such” holds what is no name of a fleet' },
    { changes: { fleets: '' },                    path: 'fleets',         says: '“” holds what is no name of a fleet' },
    { changes: { operators: 'olga' },             path: 'operators',      says: '“olga” holds what is no role and no user of the control plane’s account' },
    { changes: { operators: undefined, fleets: many }, path: 'fleets',    says: expect.stringMatching(/^and operators take \d+ characters of a role’s trust policy, which holds 2048$/) as string },
    { changes: { 'peer-accounts': '12' },         path: 'peer-accounts',  says: '“12” is no account: twelve digits' },
  ])('is refused: $path $says', ({ changes, path, says }) => {
    const context: Readonly<Record<string, string | undefined>> = { ...given, ...changes };
    const found = membersFrom((name) => context[name]);
    expect('problems' in found && found.problems).toMatchObject([{ path, says }]);
  });
});

describe('a doctor, signed in there', () => {
  const findings = async (installedFor: MembersDeployed | undefined, askedFor: MembersDeployed) => {
    const { world, clock } = await installed(installedFor ?? membersOf({ 'member-account': '444455556666' }));
    const call = directCaller(world, ACCOUNT, rootOf(ACCOUNT));
    const found = await clock.runUntil(
      examineMembers(askedFor, { call, ...rootOf(ACCOUNT), isAws: false, nowMs: clock.nowMs() }),
    );
    return found.filter(({ check }) => check === 'members');
  };

  test('finds all as it should be', async () => {
    expect(await findings(membersOf(), membersOf())).toMatchObject([
      { level: 'ok', where: ACCOUNT, says: expect.stringContaining('for payments, ledger') as string },
    ]);
  });

  test('finds roles that are not there, and the command that makes them', async () => {
    const found = await findings(undefined, membersOf());
    expect(found.length).toBeGreaterThan(5);
    for (const finding of found)
      expect(finding).toMatchObject({
        level: 'problem',
        says: expect.stringMatching(/^the role landbridge-\S+ is missing$/) as string,
        remedy: `landbridge deploy --member-account ${ACCOUNT} --control-plane ${CONTROL_PLANE} --fleets payments ledger --home ${HOME} --standby eu-west-1 --peer-accounts 333344445555 --operators ${given.operators.replace(',', ' ')}`,
      });
  });

  test('finds that somebody looks who is not named', async () => {
    const says = (await findings(membersOf(), membersOf({ operators: undefined }))).map((finding) => finding.says);
    expect(says).toEqual(['the role landbridge-observer is of another trust']);
  });

  test('finds that a fleet is not let in', async () => {
    const says = (await findings(membersOf({ fleets: 'payments' }), membersOf())).map((finding) => finding.says);
    expect(says).toContain('the role landbridge-observer is of another trust');
    expect(says).toContain('the role landbridge-applier is of another trust');
    expect(says).toContain('the role landbridge-ledger-function is missing');
  });
});

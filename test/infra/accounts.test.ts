import { beforeAll, describe, expect, test } from 'vitest';
import { makeRoles } from '../../local/make-roles.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import { rolesOf } from '../../permissions/roles.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { World } from '../../simulator/world.ts';
import { assemble, settingsOf } from '../support/assembly.ts';
import { type Deployed, deployedByTemplates } from '../support/deployed-by-templates.ts';
import { deployedIn } from '../support/deployed-in-world.ts';

const [ACCOUNT, SECOND, THIRD] = ['111122223333', '222233334444', '333344445555'] as const;
const [REGION, THEIR_REGION] = ['us-east-1', 'eu-west-1'] as const;
const accounts = `${SECOND},${THIRD}`;

/** All that roles of the control plane say; a fleet's own two come with the fleet. */
const rolesIn = (deployed: Deployed): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...deployed].filter(([path]) => /^role (?!landbridge-payments-)/.test(path)));

describe('roles of a deployment whose members live in other accounts', () => {
  let written: Readonly<Record<string, unknown>>;
  let ran: Readonly<Record<string, unknown>>;
  let alone: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    const bed = await virtualBed({ memberAccounts: { [SECOND]: ['payments'], [THIRD]: ['payments'] } });
    const assembly = assemble({ accounts });
    const { home, standby } = assembly.settings;
    written = rolesIn(deployedByTemplates(assembly));
    alone = rolesIn(deployedByTemplates(assemble()));
    ran = rolesIn(await bed.clock.runUntil(deployedIn(bed.world, home, [home, standby ?? home])));
  });

  test('are those that ran', () => {
    expect(Object.keys(written).length).toBeGreaterThan(50);
    expect(written).toEqual(ran);
  });

  test('differ from those of one account in what they say of peerings, and in nothing else', () => {
    const differing = Object.keys(written).filter(
      (path) => JSON.stringify(written[path]) !== JSON.stringify(alone[path]),
    );
    expect(differing.length).toBeGreaterThan(0);
    for (const path of differing) expect(path).toMatch(/^role landbridge-apply-plan may Ec2\w*VpcPeeringConnection/);
  });
});

/** What the function that writes is answered when it asks for a peering between two accounts, and accepts one. */
async function peered(context: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const world: World = createSimulator({ clock, seed: 'accounts', account: ACCOUNT });
  await makeRoles(world, ACCOUNT, rootOf(ACCOUNT), rolesOf(settingsOf(context)));
  const ask = async (account: string, region: string, operation: string, input: object, principal = rootOf(account)) =>
    (await world.invoke({ service: 'ec2', operation, input, place: { account, region }, principal })) as {
      readonly Vpc: { readonly VpcId: string };
      readonly VpcPeeringConnection: { readonly VpcPeeringConnectionId: string };
    };
  const { Vpc: ours } = await ask(ACCOUNT, REGION, 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const { Vpc: theirs } = await ask(SECOND, THEIR_REGION, 'CreateVpc', { CidrBlock: '10.1.0.0/16' });
  const { Vpc: another } = await ask(SECOND, THEIR_REGION, 'CreateVpc', { CidrBlock: '10.2.0.0/16' });
  const { VpcPeeringConnection: offered } = await ask(SECOND, THEIR_REGION, 'CreateVpcPeeringConnection', {
    VpcId: theirs.VpcId,
    PeerVpcId: ours.VpcId,
    PeerOwnerId: ACCOUNT,
    PeerRegion: REGION,
  });
  await clock.runFor(60_000);
  world.authorization = 'enforced';
  const writer = roleSession(`arn:aws:iam::${ACCOUNT}:role/landbridge-apply-plan`, 'landbridge-apply-plan');
  const answered = async (operation: string, input: object): Promise<string> => {
    try {
      await ask(ACCOUNT, REGION, operation, input, writer);
      return `${operation}: done`;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return `${operation}: ${error.code}`;
    }
  };
  const accepts = await answered('AcceptVpcPeeringConnection', {
    VpcPeeringConnectionId: offered.VpcPeeringConnectionId,
  });
  const Tags = [
    { Key: 'landbridge:fleet', Value: 'payments' },
    { Key: 'landbridge:target', Value: `peering/${THEIR_REGION}~${REGION}` },
  ];
  const asks = await answered('CreateVpcPeeringConnection', {
    VpcId: ours.VpcId,
    PeerVpcId: another.VpcId,
    PeerOwnerId: SECOND,
    PeerRegion: THEIR_REGION,
    TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags }],
  });
  return [asks, accepts];
}

// biome-ignore format: a table is read down its columns
test.for([
  { given: accounts, asks: 'done',                  why: 'it is named' },
  { given: THIRD,    asks: 'UnauthorizedOperation', why: 'another is named' },
  { given: 'none',   asks: 'UnauthorizedOperation', why: 'none is' },
])('deployed with accounts=$given, VPCs of 222233334444 are joined with ours: $asks, for $why', async ({ given, asks }) => {
  expect(await peered({ accounts: given })).toEqual([
    `CreateVpcPeeringConnection: ${asks}`,
    `AcceptVpcPeeringConnection: ${asks}`,
  ]);
});

test('as many accounts as home’s bus has room for fit the roles', () => {
  const many = Array.from({ length: 15 }, (_, nth) => String(200_000_000_000 + nth)).join(',');
  expect(() => assemble({ accounts: many })).not.toThrow();
});

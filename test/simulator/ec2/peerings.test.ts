import { beforeEach, describe, expect, test } from 'vitest';
import { known } from '../../support/known.ts';
import { ACCOUNT, IRELAND, SYDNEY, VIRGINIA } from '../service-world.ts';
import { Ec2World } from './ec2-world.ts';

let aws: Ec2World;
let here: { region: string; vpcId: string };
let there: { region: string; vpcId: string };
beforeEach(async () => {
  aws = new Ec2World();
  here = { region: VIRGINIA, vpcId: await aws.vpc('10.0.0.0/16') };
  there = { region: IRELAND, vpcId: await aws.vpc('10.1.0.0/16', IRELAND) };
});

const request = () => ({ VpcId: here.vpcId, PeerVpcId: there.vpcId, PeerRegion: there.region });

describe('the life of a peering', () => {
  test('seen from both sides: requested, pending, provisioning, active, deleting, deleted, gone', async () => {
    const id = await aws.peering(here, there, 'requested');
    const seen = async () => `${await aws.peeringStatus(id)} / ${await aws.peeringStatus(id, IRELAND)}`;
    expect(await seen()).toBe('initiating-request / absent');
    const VpcPeeringConnectionId = id;
    const accept = () => aws.refusal('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
    expect(await accept(), 'too early').toBe('InvalidVpcPeeringConnectionID.NotFound');
    await aws.pass(3);
    expect(await seen()).toBe('pending-acceptance / pending-acceptance');
    expect(await aws.refusal('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }), 'by the requester').toBe(
      'OperationNotPermitted',
    );
    expect(await accept()).toBe('no error');
    expect(await seen()).toBe('provisioning / provisioning');
    await aws.pass(3);
    expect(await seen()).toBe('active / active');
    expect(await accept(), 'twice').toBe('InvalidStateTransition');
    await aws.pass(30 * 24 * 3_600);
    expect(await seen()).toBe('active / active');
    await aws.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
    expect(await seen()).toBe('deleting / deleting');
    expect(await aws.refusal('CreateVpcPeeringConnection', request()), 'it has to drain').toBe(
      'VpcPeeringConnectionAlreadyExists',
    );
    await aws.pass(3);
    expect(await seen()).toBe('deleted / deleted');
    expect(await aws.refusal('DeleteVpcPeeringConnection', { VpcPeeringConnectionId })).toBe('InvalidStateTransition');
    await aws.pass(2 * 3_600);
    expect(await seen()).toBe('absent / absent');
    expect(aws.state().vpcs.get(here.vpcId)?.peerings.size).toBe(0);
    expect(aws.state(IRELAND).vpcs.get(there.vpcId)?.peerings.size).toBe(0);
  });

  test('ends in expired after seven days, and is forgotten two days later', async () => {
    const id = await aws.peering(here, there, 'pending');
    await aws.pass(7 * 24 * 3_600);
    expect(await aws.peeringStatus(id)).toBe('expired');
    await aws.pass(2 * 24 * 3_600);
    expect(await aws.peeringStatus(id)).toBe('absent');
  });

  test('ends in rejected where the accepter says no, and another may be asked for', async () => {
    const VpcPeeringConnectionId = await aws.peering(here, there, 'pending');
    await aws.call('RejectVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
    expect(await aws.peeringStatus(VpcPeeringConnectionId)).toBe('rejected');
    expect(await aws.refusal('DeleteVpcPeeringConnection', { VpcPeeringConnectionId })).toBe('InvalidStateTransition');
    await aws.peering(here, there);
  });

  test('within one Region has no deleting', async () => {
    const next = { region: VIRGINIA, vpcId: await aws.vpc('10.2.0.0/16') };
    const VpcPeeringConnectionId = await aws.peering(here, next);
    await aws.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect(await aws.peeringStatus(VpcPeeringConnectionId)).toBe('deleted');
    await aws.peering(here, next);
  });
});

const failing = async (PeerVpcId: string) => {
  const { VpcPeeringConnection } = await aws.call('CreateVpcPeeringConnection', { ...request(), PeerVpcId });
  const id = known(VpcPeeringConnection?.VpcPeeringConnectionId);
  expect(await aws.peeringStatus(id)).toBe('initiating-request');
  await aws.pass(3);
  expect([await aws.peeringStatus(id), await aws.peeringStatus(id, IRELAND)]).toEqual(['failed', 'absent']);
  await aws.pass(2 * 3_600);
  expect(await aws.peeringStatus(id)).toBe('absent');
};

describe('a request fails, seen by the requester for two hours,', () => {
  test('where the primary CIDRs overlap', async () => failing(await aws.vpc('10.0.0.0/20', IRELAND)));

  test('where any CIDR overlaps', async () => {
    const VpcId = await aws.vpc('10.7.0.0/16', IRELAND);
    await aws.call('AssociateVpcCidrBlock', { VpcId, CidrBlock: '10.0.16.0/20' }, IRELAND);
    await failing(VpcId);
  });

  test('where there is no such VPC in the other Region', () => failing('vpc-00000000000000000'));
});

const peeringsSeen = async (region?: string) => {
  const { VpcPeeringConnections = [] } = await aws.call('DescribeVpcPeeringConnections', {}, region);
  return VpcPeeringConnections.map(({ VpcPeeringConnectionId: id, Status }) => [id, Status?.Code]);
};

test.for(['requested', 'pending', 'active'] as const)(
  'asked for again while %s, the first one is answered with',
  async (until) => {
    const id = await aws.peering(here, there, until);
    const Tags = [{ Key: 'owner', Value: 'the second' }];
    const TagSpecifications = [{ ResourceType: 'vpc-peering-connection' as const, Tags }];
    aws.state().quotas.outstandingPeerings = 1;
    const again = await aws.call('CreateVpcPeeringConnection', { ...request(), TagSpecifications });
    expect(again.VpcPeeringConnection).toMatchObject({ VpcPeeringConnectionId: id, Tags: [] });
    expect(await peeringsSeen()).toHaveLength(1);
  },
);

test('asked for the other way round there are two, of which one can be accepted', async () => {
  const first = await aws.peering(here, there, 'pending');
  const second = await aws.peering(there, here, 'pending');
  expect(second).not.toBe(first);
  await aws.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: first }, IRELAND);
  const refused = await aws.refused('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: second });
  expect(refused).toMatchObject({
    code: 'VpcPeeringConnectionAlreadyExists',
    message: `The vpc peering connection identified by ${second} already exists.`,
  });
  await aws.pass(3);
  for (const region of [VIRGINIA, IRELAND])
    expect(new Map((await peeringsSeen(region)) as [string, string][])).toEqual(
      new Map([
        [first, 'active'],
        [second, 'pending-acceptance'],
      ]),
    );
});

test('what a request names must exist here', async () => {
  const input = request();
  expect(await aws.refusal('CreateVpcPeeringConnection', { ...input, VpcId: 'vpc-0' })).toBe('InvalidVpcID.NotFound');
  expect(await aws.refusal('CreateVpcPeeringConnection', { ...input, PeerRegion: VIRGINIA })).toBe(
    'InvalidVpcID.NotFound',
  );
  expect(await aws.refusal('CreateVpcPeeringConnection', { ...input, PeerRegion: 'mars' })).toBe(
    'InvalidParameterValue',
  );
  expect(await aws.refusal('CreateVpcPeeringConnection', { VpcId: here.vpcId, PeerVpcId: undefined })).toBe(
    'MissingParameter',
  );
});

test('requests nobody has answered are limited, and so are active peerings', async () => {
  const third = { region: SYDNEY, vpcId: await aws.vpc('10.2.0.0/16', SYDNEY) };
  aws.state().quotas.outstandingPeerings = 1;
  const first = await aws.peering(here, there, 'pending');
  const second = { VpcId: here.vpcId, PeerVpcId: third.vpcId, PeerRegion: SYDNEY };
  expect(await aws.refusal('CreateVpcPeeringConnection', second)).toBe('OutstandingVpcPeeringConnectionLimitExceeded');
  await aws.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: first }, IRELAND);
  aws.state(SYDNEY).quotas.activePeeringsPerVpc = 1;
  const VpcPeeringConnectionId = await aws.peering(here, third, 'pending');
  expect(await aws.refusal('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, SYDNEY)).toBe(
    'ActiveVpcPeeringConnectionPerVpcLimitExceeded',
  );
});

test('tags stay on the side that wrote them', async () => {
  const { VpcPeeringConnection } = await aws.call('CreateVpcPeeringConnection', {
    ...request(),
    TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags: [{ Key: 'from', Value: 'requester' }] }],
  });
  const id = known(VpcPeeringConnection?.VpcPeeringConnectionId);
  const Tags = [{ Key: 'from', Value: 'accepter' }];
  expect(await aws.refusal('CreateTags', { Resources: [id], Tags }, SYDNEY)).toBe(
    'InvalidVpcPeeringConnectionID.NotFound',
  );
  await aws.pass(3);
  await aws.call('CreateTags', { Resources: [id], Tags }, IRELAND);
  const tagged = async (value: string, region: string) => {
    const Filters = [{ Name: 'tag:from', Values: [value] }];
    const { VpcPeeringConnections } = await aws.call('DescribeVpcPeeringConnections', { Filters }, region);
    return VpcPeeringConnections?.length;
  };
  expect([await tagged('requester', VIRGINIA), await tagged('accepter', VIRGINIA)]).toEqual([1, 0]);
  expect([await tagged('requester', IRELAND), await tagged('accepter', IRELAND)]).toEqual([0, 1]);
});

test('an active peering tells both sides, with every CIDR', async () => {
  const id = await aws.peering(here, there, 'pending');
  const described = async () => {
    const { VpcPeeringConnections } = await aws.call('DescribeVpcPeeringConnections', {
      VpcPeeringConnectionIds: [id],
    });
    return known(VpcPeeringConnections?.[0]);
  };
  expect((await described()).AccepterVpcInfo, 'not before it is accepted').toEqual({
    OwnerId: ACCOUNT,
    Region: IRELAND,
    VpcId: there.vpcId,
  });
  await aws.call('AssociateVpcCidrBlock', { VpcId: there.vpcId, CidrBlock: '10.9.0.0/16' }, IRELAND);
  await aws.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: id }, IRELAND);
  await aws.pass(3);
  const active = await described();
  expect(active.ExpirationTime).toBeUndefined();
  expect(active.RequesterVpcInfo).toMatchObject({ CidrBlock: '10.0.0.0/16', Region: VIRGINIA, VpcId: here.vpcId });
  expect(active.AccepterVpcInfo?.CidrBlockSet).toEqual([{ CidrBlock: '10.1.0.0/16' }, { CidrBlock: '10.9.0.0/16' }]);
});

test('each side sets its own options, once the peering is active', async () => {
  const VpcPeeringConnectionId = await aws.peering(here, there, 'pending');
  const yes = { AllowDnsResolutionFromRemoteVpc: true };
  const ours = { VpcPeeringConnectionId, RequesterPeeringConnectionOptions: yes };
  expect(await aws.refusal('ModifyVpcPeeringConnectionOptions', ours)).toBe('OperationNotPermitted');
  await aws.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
  await aws.pass(3);
  expect(await aws.refusal('ModifyVpcPeeringConnectionOptions', ours, IRELAND), 'the other side').toBe(
    'OperationNotPermitted',
  );
  const answer = await aws.call('ModifyVpcPeeringConnectionOptions', ours);
  expect(answer.RequesterPeeringConnectionOptions).toMatchObject(yes);
  const { VpcPeeringConnections } = await aws.call('DescribeVpcPeeringConnections', {}, IRELAND);
  expect(VpcPeeringConnections?.[0]?.RequesterVpcInfo?.PeeringOptions).toMatchObject(yes);
  expect(VpcPeeringConnections?.[0]?.AccepterVpcInfo?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc).toBe(false);
});

test('filters look at either end and at the status', async () => {
  const third = { region: SYDNEY, vpcId: await aws.vpc('10.2.0.0/16', SYDNEY) };
  const active = await aws.peering(here, there);
  const pending = await aws.peering(third, here, 'pending');
  const found = async (Name: string, ...Values: string[]) => {
    const { VpcPeeringConnections } = await aws.call('DescribeVpcPeeringConnections', { Filters: [{ Name, Values }] });
    return VpcPeeringConnections?.map(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId);
  };
  expect(await found('requester-vpc-info.vpc-id', here.vpcId)).toEqual([active]);
  expect(await found('accepter-vpc-info.vpc-id', here.vpcId)).toEqual([pending]);
  expect(await found('status-code', 'pending-acceptance', 'provisioning')).toEqual([pending]);
  expect(await found('requester-vpc-info.cidr-block', '10.?.0.0/16')).toEqual([active, pending]);
});

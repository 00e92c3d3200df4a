import { beforeEach, describe, expect, test } from 'vitest';
import { known } from '../../support/known.ts';
import { ACCOUNT, IRELAND, VIRGINIA } from '../service-world.ts';
import { Ec2World } from './ec2-world.ts';

const THEIRS = '222233334444';
const DAY = 24 * 3_600;

let aws: Ec2World;
let here: string;
let there: string;
beforeEach(async () => {
  aws = new Ec2World();
  here = await aws.vpc('10.0.0.0/16');
  there = await aws.as(THEIRS).vpc('10.1.0.0/16', IRELAND);
});

const request = (more: object = {}) => ({
  VpcId: here,
  PeerVpcId: there,
  PeerRegion: IRELAND,
  PeerOwnerId: THEIRS,
  ...more,
});

async function requested(more: object = {}): Promise<string> {
  const { VpcPeeringConnection } = await aws.call('CreateVpcPeeringConnection', request(more));
  await aws.pass(3);
  return known(VpcPeeringConnection?.VpcPeeringConnectionId);
}

async function active(): Promise<string> {
  const VpcPeeringConnectionId = await requested();
  await aws.as(THEIRS).call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
  await aws.pass(3);
  return VpcPeeringConnectionId;
}

/** 'ours / theirs' */
const seen = async (id: string) =>
  `${await aws.peeringStatus(id)} / ${await aws.as(THEIRS).peeringStatus(id, IRELAND)}`;

describe('a peering between accounts', () => {
  test('is pending on both sides, names both owners, and is accepted by the other account in its Region alone', async () => {
    const VpcPeeringConnectionId = await requested();
    expect(await seen(VpcPeeringConnectionId)).toBe('pending-acceptance / pending-acceptance');
    const described = async (account: string, region: string) =>
      (await aws.as(account).call('DescribeVpcPeeringConnections', {}, region)).VpcPeeringConnections?.[0];
    for (const [account, region] of [
      [ACCOUNT, VIRGINIA],
      [THEIRS, IRELAND],
    ] as const)
      expect(await described(account, region)).toMatchObject({
        RequesterVpcInfo: { OwnerId: ACCOUNT, VpcId: here, Region: VIRGINIA },
        AccepterVpcInfo: { OwnerId: THEIRS, VpcId: there, Region: IRELAND },
        Status: { Message: `Pending Acceptance by ${THEIRS}` },
      });
    const accept = (account: string, region: string) =>
      aws.as(account).refusal('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, region);
    expect(await accept(ACCOUNT, VIRGINIA)).toBe('OperationNotPermitted');
    expect(await accept(ACCOUNT, IRELAND), 'their Region, our account').toBe('InvalidVpcPeeringConnectionID.NotFound');
    expect(await accept(THEIRS, VIRGINIA), 'our Region, their account').toBe('InvalidVpcPeeringConnectionID.NotFound');
    expect(await accept('333344445555', IRELAND)).toBe('InvalidVpcPeeringConnectionID.NotFound');
    expect(await accept(THEIRS, IRELAND)).toBe('no error');
    await aws.pass(3);
    expect(await seen(VpcPeeringConnectionId)).toBe('active / active');
  });

  test('who asked hears whose it is to accept', async () => {
    const VpcPeeringConnectionId = await requested();
    const { message } = await aws.refused('AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    expect(message).toBe(`User ${ACCOUNT} cannot accept peering ${VpcPeeringConnectionId}`);
  });

  test.for([
    { why: 'the VPC is of another account than was said', more: { PeerOwnerId: '333344445555' } },
    { why: 'no owner was said, and it is not the requester’s', more: { PeerOwnerId: undefined } },
    { why: 'the VPC is in another Region than was said', more: { PeerRegion: 'ap-southeast-2' } },
    { why: 'there is no such VPC', more: { PeerVpcId: 'vpc-00000000000000000' } },
  ])('fails, seen by who asked, where $why', async ({ more }) => {
    const id = await requested(more);
    expect(await seen(id)).toBe('failed / absent');
    const VpcPeeringConnectionId = id;
    expect(await aws.refusal('DeleteVpcPeeringConnection', { VpcPeeringConnectionId })).toBe('InvalidStateTransition');
  });

  test('fails where the networks overlap', async () => {
    const PeerVpcId = await aws.as(THEIRS).vpc('10.0.128.0/20', IRELAND);
    expect(await seen(await requested({ PeerVpcId }))).toBe('failed / absent');
  });

  test('refuses an owner that is no account', async () => {
    expect(await aws.refusal('CreateVpcPeeringConnection', request({ PeerOwnerId: 'them' }))).toBe(
      'InvalidParameterValue',
    );
  });

  test('expires after seven days on both sides, which see that for two days', async () => {
    const id = await requested();
    await aws.pass(7 * DAY - 4);
    expect(await seen(id)).toBe('pending-acceptance / pending-acceptance');
    await aws.pass(4);
    expect(await seen(id)).toBe('expired / expired');
    const late = { VpcPeeringConnectionId: id };
    expect(await aws.as(THEIRS).refusal('AcceptVpcPeeringConnection', late, IRELAND)).toBe('InvalidStateTransition');
    await aws.pass(2 * DAY);
    expect(await seen(id)).toBe('absent / absent');
  });

  test('turned down, is seen for two hours by who did, for two days by who asked', async () => {
    const VpcPeeringConnectionId = await requested();
    const reject = (account: string, region: string) =>
      aws.as(account).refusal('RejectVpcPeeringConnection', { VpcPeeringConnectionId }, region);
    expect(await reject(ACCOUNT, VIRGINIA)).toBe('OperationNotPermitted');
    expect(await reject(THEIRS, IRELAND)).toBe('no error');
    expect(await seen(VpcPeeringConnectionId)).toBe('rejected / rejected');
    await aws.pass(2 * 3_600);
    expect(await seen(VpcPeeringConnectionId)).toBe('rejected / absent');
    await aws.pass(2 * DAY);
    expect(await seen(VpcPeeringConnectionId)).toBe('absent / absent');
  });

  test.for([
    { who: 'requester', account: ACCOUNT, region: VIRGINIA, later: 'absent / deleted' },
    { who: 'accepter', account: THEIRS, region: IRELAND, later: 'deleted / absent' },
  ])('deleted by the $who, is seen for two hours by them, for two days by the other', async (row) => {
    const VpcPeeringConnectionId = await active();
    await aws.as(row.account).call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId }, row.region);
    expect(await seen(VpcPeeringConnectionId)).toBe('deleting / deleting');
    await aws.pass(3);
    expect(await seen(VpcPeeringConnectionId)).toBe('deleted / deleted');
    await aws.pass(2 * 3_600);
    expect(await seen(VpcPeeringConnectionId)).toBe(row.later);
    await aws.pass(2 * DAY);
    expect(await seen(VpcPeeringConnectionId)).toBe('absent / absent');
  });

  test('a request is withdrawn by who made it, and by nobody else', async () => {
    const VpcPeeringConnectionId = await requested();
    const input = { VpcPeeringConnectionId };
    expect(await aws.as(THEIRS).refusal('DeleteVpcPeeringConnection', input, IRELAND)).toBe('OperationNotPermitted');
    expect(await aws.refusal('DeleteVpcPeeringConnection', input)).toBe('no error');
  });

  test('tags, options and routes are each account’s own', async () => {
    const Tags = [{ Key: 'from', Value: 'us' }];
    const VpcPeeringConnectionId = await requested({
      TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags }],
    });
    const theirs = aws.as(THEIRS);
    await theirs.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
    await aws.pass(3);
    const tagsSeen = async (account: string, region: string) =>
      (await aws.as(account).call('DescribeVpcPeeringConnections', {}, region)).VpcPeeringConnections?.[0]?.Tags;
    expect(await tagsSeen(ACCOUNT, VIRGINIA)).toEqual(Tags);
    expect(await tagsSeen(THEIRS, IRELAND)).toEqual([]);

    const yes = { AllowDnsResolutionFromRemoteVpc: true };
    const requesters = { VpcPeeringConnectionId, RequesterPeeringConnectionOptions: yes };
    expect(await theirs.refusal('ModifyVpcPeeringConnectionOptions', requesters, IRELAND)).toBe(
      'OperationNotPermitted',
    );
    const accepters = { VpcPeeringConnectionId, AccepterPeeringConnectionOptions: yes };
    expect(await theirs.refusal('ModifyVpcPeeringConnectionOptions', accepters, IRELAND)).toBe('no error');

    const ours = await aws.routeTable(here);
    const theirTable = await theirs.routeTable(there, IRELAND);
    const leading = (RouteTableId: string, DestinationCidrBlock: string) => ({
      RouteTableId,
      DestinationCidrBlock,
      VpcPeeringConnectionId,
    });
    await aws.call('CreateRoute', leading(ours, '10.1.0.0/16'));
    await theirs.call('CreateRoute', leading(theirTable, '10.0.0.0/16'), IRELAND);
    expect(await aws.refusal('CreateRoute', leading(theirTable, '10.9.0.0/16'), IRELAND)).toBe(
      'InvalidRouteTableID.NotFound',
    );
    await theirs.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId }, IRELAND);
    expect(await aws.routes(ours)).toContain(`10.1.0.0/16 ${VpcPeeringConnectionId} blackhole`);
    expect(await theirs.routes(theirTable, IRELAND)).toContain(`10.0.0.0/16 ${VpcPeeringConnectionId} blackhole`);
  });

  test('a VPC takes along what it asked of another account, and is held by what another account asked', async () => {
    const id = await requested();
    expect(await aws.as(THEIRS).refusal('DeleteVpc', { VpcId: there }, IRELAND)).toBe('DependencyViolation');
    expect(await aws.refusal('DeleteVpc', { VpcId: here })).toBe('no error');
    await aws.pass(3);
    expect(await aws.as(THEIRS).peeringStatus(id, IRELAND)).toBe('deleted');
    expect(await aws.as(THEIRS).refusal('DeleteVpc', { VpcId: there }, IRELAND)).toBe('no error');
  });
});

import { describe, expect, test } from 'vitest';
import { read, write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { type Principal, roleSession, rootOf } from '../../simulator/principal.ts';
import type { ServiceName } from '../../simulator/service.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { putLedger } from '../support/ledger.ts';

const HOME = 'us-east-1';
const EU = 'eu-west-1';
const ELSEWHERE = '999988887777';
const BUS = `arn:aws:events:${HOME}:${ACCOUNT}:event-bus/default`;
/** CloudTrail tells late. */
const TOLD_MS = 20_000;

async function ask(bed: TestBed, service: ServiceName, operation: string, input: object, principal: Principal) {
  const place = { account: principal.account, region: HOME };
  try {
    return { answer: await bed.clock.runUntil(bed.world.invoke({ service, operation, input, place, principal })) };
  } catch (error) {
    return { code: (error as { code?: string }).code };
  }
}

async function refusalsIn(bed: TestBed, fleet = 'payments'): Promise<string[]> {
  await bed.clock.runFor(TOLD_MS);
  const newest = await bed.clock.runUntil(new Journal(bed.landbridge.operator).newest(fleet, 100));
  return newest.filter(({ what }) => what === 'refused').map(({ says }) => says);
}

describe('is refused, and on record', () => {
  test('a run that is started by a role that may not', async () => {
    const bed = await testBed();
    await putLedger(bed);
    const bit = roleSession(`arn:aws:iam::${ACCOUNT}:role/landbridge-bit`, 'curious');
    const stateMachineArn = `arn:aws:states:${HOME}:${ACCOUNT}:stateMachine:landbridge-offboard-region`;
    const input = JSON.stringify({ fleet: 'payments', region: HOME });
    const refused = await ask(bed, 'sfn', 'StartExecution', { stateMachineArn, input }, bit);
    expect(refused.code).toBe('AccessDeniedException');
    // Nothing says of a run that was not let which fleet it was for.
    for (const fleet of ['payments', 'ledger'])
      expect(await refusalsIn(bed, fleet)).toEqual([
        `StartExecution in ${HOME} by ${bit.arn} was refused: User: ${bit.arn} is not authorized to perform: states:StartExecution on resource: ${stateMachineArn} because no identity-based policy allows the states:StartExecution action`,
      ]);
  });

  test('a role that is assumed without the external id', async () => {
    const bed = await testBed();
    const principal = rootOf(ACCOUNT);
    const RoleName = 'landbridge-member';
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'payments-7f3a' } },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await ask(bed, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }, principal);
    const assume = (more: object) =>
      ask(bed, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'me', ...more }, principal);
    expect(await assume({})).toEqual({ code: 'AccessDenied' });
    expect(await assume({ ExternalId: 'payments' })).toEqual({ code: 'AccessDenied' });
    expect(await assume({ ExternalId: 'payments-7f3a' })).toMatchObject({ answer: { AssumedRoleUser: {} } });
    const said = await refusalsIn(bed);
    expect(said).toHaveLength(2);
    for (const one of said) expect(one).toContain(`not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
  });

  describe('an event of another account', () => {
    const stranger = rootOf(ELSEWHERE);
    const events = [
      {
        Source: 'landbridge.health',
        DetailType: 'Landbridge Health Changed',
        Detail: '{"fleet":"payments","observer":"eu-west-1"}',
      },
    ];
    const put = (bed: TestBed) =>
      ask(
        bed,
        'eventbridge',
        'PutEvents',
        { Entries: events.map((entry) => ({ ...entry, EventBusName: BUS })) },
        stranger,
      );

    test('by the bus, which lets nobody in', async () => {
      const bed = await testBed();
      const { answer } = await put(bed);
      expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'AccessDeniedException' }] });
    });

    test('and by who hears of it, where somebody has opened the bus', async () => {
      const bed = await testBed();
      await putLedger(bed);
      const opened = { StatementId: 'open', Principal: ELSEWHERE, Action: 'events:PutEvents' };
      await ask(bed, 'eventbridge', 'PutPermission', opened, rootOf(ACCOUNT));
      expect(await put(bed)).toMatchObject({ answer: { FailedEntryCount: 0 } });
      expect(await refusalsIn(bed)).toEqual([
        `PutEvents of landbridge.health in ${HOME} by account ${ELSEWHERE} was refused: its events are not of account ${ACCOUNT}, nor of one that eu-west-1 lives in`,
      ]);
      expect(await refusalsIn(bed, 'ledger'), 'it was about the other').toEqual([]);
    });
  });

  test.for([
    { why: 'whose tags say so', untag: false },
    { why: 'whose tags somebody took away', untag: true },
  ])("a fleet file that names another fleet's VPC, $why", async ({ untag }) => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(EU);
    const vpcId = (await bed.state()).ids.get(`vpc/${EU}`) ?? '';
    const { Subnets = [] } = await bed.clock.runUntil(
      converse(read(EU, 'ec2', 'describeSubnets', {}), bed.landbridge.operator.call),
    );
    const { RouteTables = [] } = await bed.clock.runUntil(
      converse(read(EU, 'ec2', 'describeRouteTables', {}), bed.landbridge.operator.call),
    );
    const vpc = {
      vpcId,
      subnetIds: Subnets.filter((subnet) => subnet.VpcId === vpcId).map(({ SubnetId = '' }) => SubnetId),
      routeTableIds: RouteTables.filter((table) => table.VpcId === vpcId).map(({ RouteTableId = '' }) => RouteTableId),
    };
    await putLedger(bed, (fleet) => ({ ...fleet, members: { [EU]: { role: 'serving', vpc } } }));
    if (untag) await bed.asStranger(write(EU, 'ec2', 'deleteTags', { Resources: [vpcId] }));
    const was = await bed.inventory();
    const { status, error, cause } = await bed.run('onboard-region', { fleet: 'ledger', region: EU });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Fault.Rejected' });
    const says = `vpc.vpcId: ${vpcId} belongs to the fleet payments; borrow one that no fleet has made: payments removes it when its member leaves`;
    expect(cause).toBe(says);
    expect(
      (await bed.inventory()).map(({ id }) => id),
      'nothing was made',
    ).toEqual(was.map(({ id }) => id));
    expect(await refusalsIn(bed, 'ledger')).toEqual([says]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  type Dialogue,
  type ReadCall,
  read,
  readOrAbsent,
  type WriteCall,
  write,
} from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { statementsIn } from '../../control-plane/model/policy-statement.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { type CallerSpec, callersIn } from '../../local/callers.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf, linesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import type { ServiceName } from '../../simulator/service.ts';
import { attachHostCode, detachHostCode } from '../../simulator/services/lambda/host.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { putLedger } from '../support/ledger.ts';

const [HOME, EU, ASIA] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
const [SECOND, THIRD, NOBODYS] = ['222233334444', '333344445555', '999988887777'] as const;
const WHERE: Readonly<Record<string, string>> = { [EU]: SECOND, [ASIA]: THIRD };
const URL = 'https://api.payments.example.com/health';
const MINUTE_MS = 60_000;
/** CloudTrail tells late. */
const TOLD_MS = 20_000;

/** The example, with one member at home and two in accounts of their own. */
const abroad = (fleet: Fleet): Fleet => ({
  ...fleet,
  members: {
    [HOME]: { role: 'serving' },
    [EU]: { role: 'serving', account: SECOND },
    [ASIA]: { role: 'serving', account: THIRD },
  },
});
const bedOf = (memberAccounts: Readonly<Record<string, readonly string[]>>): Promise<TestBed> =>
  testBed({ timings: QUICK, declare: abroad, memberAccounts });
const threeAccounts = (): Promise<TestBed> => bedOf({ [SECOND]: ['payments'], [THIRD]: ['payments'] });

async function specsOf(bed: TestBed, ...regions: readonly string[]): Promise<CallerSpec[]> {
  const { ids } = await bed.state();
  return regions.map((region) => ({
    account: WHERE[region] ?? ACCOUNT,
    region,
    vpcId: ids.get(`vpc/${region}`) ?? '',
  }));
}

/** Has the owner of an account make calls there. */
const asOwner = <Result>(
  { clock, world }: TestBed,
  account: string,
  dialogue: Dialogue<ReadCall | WriteCall, Result>,
): Promise<Result> => clock.runUntil(converse(dialogue, directCaller(world, account, rootOf(account))));

const idOf = async (bed: TestBed, key: `${string}/${string}`): Promise<string> =>
  (await bed.state()).ids.get(key) ?? '';

async function refusedIn(bed: TestBed, fleet = 'payments'): Promise<string[]> {
  const newest = await bed.clock.runUntil(new Journal(bed.landbridge.operator).newest(fleet, 500));
  return newest.filter(({ what }) => what === 'refused').map(({ says }) => says);
}

/** What AWS answers, or the code it refuses with. */
async function ask(bed: TestBed, account: string, service: ServiceName, operation: string, input: object) {
  const place = { account, region: HOME };
  const asking = bed.world.invoke({ service, operation, input, place, principal: rootOf(account) });
  try {
    return { answer: await bed.clock.runUntil(asking) };
  } catch (error) {
    return { code: (error as { code?: string }).code };
  }
}

/** What lets other accounts in, of home's bus and the tables. */
function* openings(): Dialogue<ReadCall, readonly string[]> {
  const sids: string[] = [];
  for (const bus of [HOME, EU]) {
    const { Policy } = yield* read(bus, 'eventbridge', 'describeEventBus', { Name: 'default' });
    sids.push(...statementsIn(Policy).map(({ Sid }) => `${bus} bus ${Sid}`));
  }
  for (const region of [HOME, EU, ASIA]) {
    const ResourceArn = `arn:aws:dynamodb:${region}:${ACCOUNT}:table/landbridge-state`;
    const found = yield* readOrAbsent(region, 'dynamodb', 'getResourcePolicy', { ResourceArn });
    sids.push(...statementsIn(found?.Policy).map(({ Sid }) => `${region} table ${Sid}`));
  }
  return sids.toSorted();
}

describe('a fleet whose members live in three accounts', () => {
  test('joins, answers across, mends itself, moves callers, and leaves nothing in any of them', async () => {
    const bed = await threeAccounts();
    await bed.clock.runFor(MINUTE_MS);
    const inventory = async (): Promise<string[]> => {
      const lines: string[] = [];
      for (const account of [ACCOUNT, SECOND, THIRD])
        lines.push(
          ...linesOf(await bed.clock.runUntil(inventoryOf(bed.world, account))).map((line) => `${account} ${line}`),
        );
      return lines;
    };
    const before = await inventory();

    await bed.join(HOME, EU, ASIA);
    const callers = callersIn(bed.world, await specsOf(bed, HOME, EU, ASIA), URL);
    await bed.clock.runFor(3 * MINUTE_MS);
    expect(callers.tolls(), 'it answers across').toMatchObject({ sent: 540, lost: 0 });
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
    expect(await asOwner(bed, SECOND, read(EU, 'ec2', 'describeVpcs', {}))).toMatchObject({
      Vpcs: expect.arrayContaining([
        expect.objectContaining({ VpcId: await idOf(bed, `vpc/${EU}`), OwnerId: SECOND }),
      ]) as object,
    });
    const opened = [
      `${HOME} bus LandbridgeEventsOfpaymentsOf${SECOND}`,
      `${HOME} bus LandbridgeEventsOfpaymentsOf${THIRD}`,
      `${EU} bus LandbridgeEventsOfpaymentsOf${SECOND}`,
      `${EU} bus LandbridgeEventsOfpaymentsOf${THIRD}`,
      ...[EU, ASIA].flatMap((region) =>
        ['WatchReads', 'WatchWrites', 'BitReads'].map((what) => `${region} table Landbridge${what}Ofpayments`),
      ),
    ];
    expect(await asOwner(bed, ACCOUNT, openings())).toEqual(opened.toSorted());
    const { health } = await bed.state();
    expect(health.rows.map(({ observer }) => observer).toSorted(), 'all of them are heard').toEqual([ASIA, EU, HOME]);

    // The requester of this link lives in one of the accounts, and the accepter in the other.
    const link = `peering/${ASIA}~${EU}` as const;
    const VpcPeeringConnectionId = await idOf(bed, link);
    await asOwner(bed, THIRD, write(ASIA, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
    await bed.clock.runFor(10 * MINUTE_MS);
    expect(await idOf(bed, link), 'another one').not.toBe(VpcPeeringConnectionId);
    const RouteTableId = await idOf(bed, `route-table/${EU}/main`);
    const { members } = await bed.state();
    const DestinationCidrBlock = members.find(({ region }) => region === HOME)?.cidrs[0] ?? '';
    await asOwner(bed, SECOND, write(EU, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }));
    await bed.clock.runFor(10 * MINUTE_MS);
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
    const outcomes = (await bed.journal()).filter(({ what }) => what === 'outcome');
    const mended = outcomes.filter(({ outcome }) => outcome === 'repaired').map(({ signal }) => String(signal));
    expect(mended.join('\n'), 'told by the event of that account').toMatch(
      /event: DeleteRoute in eu-west-1 by arn:aws:iam::222233334444:root/,
    );

    // Route 53 takes whoever fails out of everybody's view: its check lies in one account, the records in three.
    callers.tolls();
    const code = `arn:aws:lambda:${ASIA}:${THIRD}:function:landbridge-payments-payments`;
    attachHostCode(bed.world, code, () => Promise.reject(new Error('it is sick')));
    await bed.clock.runFor(5 * MINUTE_MS);
    callers.tolls();
    await bed.clock.runFor(2 * MINUTE_MS);
    expect(callers.tolls(), 'callers are answered by somebody else').toMatchObject({ sent: 360, lost: 0 });
    detachHostCode(bed.world, code);
    await bed.clock.runFor(15 * MINUTE_MS);
    expect(await refusedIn(bed), 'and nobody was refused anything').toEqual([]);

    callers.stop();
    for (const region of [ASIA, EU, HOME])
      expect(await bed.run('offboard-region', { fleet: 'payments', region })).toMatchObject({ status: 'SUCCEEDED' });
    await bed.clock.runFor(MINUTE_MS);
    expect(await inventory()).toEqual(before);
    expect(await asOwner(bed, ACCOUNT, openings())).toEqual([]);
  });

  test('may have its member in the home Region live elsewhere too, and several in one account', async () => {
    const bed = await testBed({
      timings: QUICK,
      memberAccounts: { [SECOND]: ['payments'] },
      declare: (fleet) => ({
        ...fleet,
        members: {
          [HOME]: { role: 'serving', account: SECOND },
          [EU]: { role: 'serving', account: SECOND },
          [ASIA]: { role: 'client' },
        },
      }),
    });
    await bed.join(HOME, EU);
    await bed.run('onboard-region', { fleet: 'payments', region: ASIA });
    const { ids } = await bed.state();
    const specs = [HOME, EU, ASIA].map((region) => ({
      account: region === ASIA ? ACCOUNT : SECOND,
      region,
      vpcId: ids.get(`vpc/${region}`) ?? '',
    }));
    const callers = callersIn(bed.world, specs, URL);
    await bed.clock.runFor(3 * MINUTE_MS);
    expect(callers.tolls()).toMatchObject({ sent: 540, lost: 0 });
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
    const opened = () => asOwner(bed, ACCOUNT, openings());
    const table = ['WatchReads', 'WatchWrites', 'BitReads'].map((what) => `table Landbridge${what}Ofpayments`);
    const inBuses = [HOME, EU].map((region) => `${region} bus LandbridgeEventsOfpaymentsOf${SECOND}`);
    const forBoth = [...inBuses, ...[HOME, EU].flatMap((region) => table.map((one) => `${region} ${one}`))];
    expect(await opened(), 'one opening for both').toEqual(forBoth.toSorted());

    const RouteTableId = await idOf(bed, `route-table/${HOME}/main`);
    const { members } = await bed.state();
    const DestinationCidrBlock = members.find(({ region }) => region === EU)?.cidrs[0] ?? '';
    await asOwner(bed, SECOND, write(HOME, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }));
    await bed.clock.runFor(10 * MINUTE_MS);
    const mended = (await bed.journal()).filter(({ outcome }) => outcome === 'repaired');
    expect(mended.map(({ signal }) => String(signal)).join()).toContain(
      'event: DeleteRoute in us-east-1 by arn:aws:iam::222233334444:root',
    );

    callers.stop();
    await bed.run('offboard-region', { fleet: 'payments', region: EU });
    await bed.clock.runFor(MINUTE_MS);
    const forOne = [...inBuses, ...table.map((one) => `${HOME} ${one}`)];
    expect(await opened(), 'it is kept for the other').toEqual(forOne.toSorted());
  });

  test('is refused an account that does not know it, and says what to do', async () => {
    const bed = await bedOf({ [SECOND]: ['ledger'] });
    await bed.join(HOME);
    for (const [region, account] of [
      [EU, SECOND],
      [ASIA, THIRD],
    ] as const) {
      const { status, error, cause } = await bed.run('onboard-region', { fleet: 'payments', region });
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'Fault.Forbidden' });
      expect(cause).toContain(
        `account ${account} does not let landbridge-admit-member in as arn:aws:iam::${account}:role/landbridge-observer for the fleet payments`,
      );
      expect(cause).toContain(
        `run landbridge deploy --member-account ${account} --control-plane ${ACCOUNT} --fleets payments --home ${HOME} --standby STANDBY-OR-NONE with its credentials`,
      );
    }
    await bed.clock.runFor(TOLD_MS);
    const said = await refusedIn(bed);
    expect(
      said.filter((one) => one.includes(`account ${SECOND} does not let landbridge-admit-member in`)),
    ).toHaveLength(1);
    const trail = `not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${SECOND}:role/landbridge-observer`;
    expect(
      said.filter((one) => one.startsWith('AssumeRole') && one.includes(trail)),
      'CloudTrail tells too',
    ).not.toEqual([]);
    expect(
      (await bed.state()).members.map(({ region }) => region),
      'nothing was changed',
    ).toEqual([HOME]);
  });

  test('is looked at no more where the account has forgotten it: that is on record, and the rest goes on', async () => {
    const bed = await threeAccounts();
    await bed.join(HOME, EU);
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
    });
    await ask(bed, SECOND, 'iam', 'UpdateAssumeRolePolicy', { RoleName: 'landbridge-observer', PolicyDocument });
    // Sessions that are open last an hour.
    await bed.clock.runFor(61 * MINUTE_MS);
    const { status } = await bed.run('reconcile', { fleet: 'payments' });
    expect(status).toBe('SUCCEEDED');
    const said = (await refusedIn(bed)).filter((one) => one.includes('does not let landbridge-look in'));
    expect(said).not.toEqual([]);
  });
});

describe("a second fleet that names the first one's account", () => {
  test('is refused by that account, for it comes in its own name', async () => {
    const bed = await threeAccounts();
    await bed.join(HOME, EU);
    await putLedger(bed, (fleet) => ({
      ...fleet,
      members: { [HOME]: { role: 'client' }, [EU]: { role: 'client', account: SECOND } },
    }));
    const { status, error } = await bed.run('onboard-region', { fleet: 'ledger', region: EU });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Fault.Forbidden' });
    expect((await refusedIn(bed, 'ledger')).join()).toContain(
      `account ${SECOND} does not let landbridge-admit-member in`,
    );
    expect((await refusedIn(bed)).join(), 'it is no business of the first').not.toContain('does not let');
  });

  test("is refused the first one's VPC where both are let in", async () => {
    const bed = await bedOf({ [SECOND]: ['payments', 'ledger'], [THIRD]: ['payments'] });
    await bed.join(HOME, EU);
    const vpcId = await idOf(bed, `vpc/${EU}`);
    const { Subnets = [] } = await asOwner(
      bed,
      SECOND,
      read(EU, 'ec2', 'describeSubnets', { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
    );
    const vpc = {
      vpcId,
      routeTableIds: [await idOf(bed, `route-table/${EU}/main`)],
      subnetIds: Subnets.map(({ SubnetId = '' }) => SubnetId),
    };
    await putLedger(bed, (fleet) => ({
      ...fleet,
      members: { [EU]: { role: 'client', account: SECOND } },
    }));
    const { status, cause } = await bed.run('onboard-region', { fleet: 'ledger', region: EU, vpc });
    expect({ status, cause }).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining(`vpc.vpcId: ${vpcId} belongs to the fleet payments`) as string,
    });
    expect((await refusedIn(bed, 'ledger')).join()).toContain(`${vpcId} belongs to the fleet payments`);
  });
});

describe('roles of a member account', () => {
  const assume = (bed: TestBed, role: string, more: object, as = 'landbridge-look') => {
    const input = { RoleArn: `arn:aws:iam::${SECOND}:role/${role}`, RoleSessionName: 'me', ...more };
    const principal = roleSession(`arn:aws:iam::${ACCOUNT}:role/${as}`, as);
    const place = { account: ACCOUNT, region: HOME };
    return bed.clock.runUntil(
      bed.world.invoke({ service: 'sts', operation: 'AssumeRole', input, place, principal }).then(
        () => 'let in',
        (error: { code?: string }) => error.code,
      ),
    );
  };
  const payments = { ExternalId: 'landbridge:payments' };

  // biome-ignore format: a table is read down its columns
  test.for([
    { role: 'landbridge-observer', more: payments,                             as: 'landbridge-look',       comes: 'let in',       why: 'who looks, for the fleet' },
    { role: 'landbridge-applier',  more: payments,                             as: 'landbridge-apply-plan', comes: 'let in',       why: 'who writes, for the fleet' },
    { role: 'landbridge-observer', more: {},                                   as: 'landbridge-look',       comes: 'AccessDenied', why: 'for nobody' },
    { role: 'landbridge-observer', more: { ExternalId: 'landbridge:ledger' },  as: 'landbridge-look',       comes: 'AccessDenied', why: 'for another fleet' },
    { role: 'landbridge-applier',  more: payments,                             as: 'landbridge-look',       comes: 'AccessDenied', why: 'who looks may not write' },
    { role: 'landbridge-observer', more: payments,                             as: 'landbridge-bit',        comes: 'AccessDenied', why: 'who has nothing to do there' },
  ])('$why: $comes', async ({ role, more, as, comes }) => {
    const bed = await threeAccounts();
    expect(await assume(bed, role, more, as)).toBe(comes);
    await bed.clock.runFor(TOLD_MS);
    const said = await refusedIn(bed);
    expect(said.length, 'and it is on record').toBe(comes === 'let in' ? 0 : 1);
    for (const one of said) expect(one).toContain(`arn:aws:iam::${SECOND}:role/${role}`);
  });
});

describe('an event of another account', () => {
  const bus = `arn:aws:events:${HOME}:${ACCOUNT}:event-bus/default`;
  const event = (fleet: string, observer: string) => ({
    EventBusName: bus,
    Source: 'landbridge.health',
    DetailType: 'Landbridge Health Changed',
    Detail: JSON.stringify({ fleet, observer, atMs: 0, changes: [] }),
  });
  const openedTo = (bed: TestBed, ...accounts: readonly string[]) =>
    Promise.all(
      accounts.map((Principal) =>
        ask(bed, ACCOUNT, 'eventbridge', 'PutPermission', {
          StatementId: `open-${Principal}`,
          Principal,
          Action: 'events:PutEvents',
        }),
      ),
    );

  test('is heard of the member that lives there, and refused and noted of any other', async () => {
    const bed = await threeAccounts();
    await bed.join(HOME, EU, ASIA);
    for (const account of [SECOND, THIRD, NOBODYS]) await openedTo(bed, account);
    const put = async (account: string, fleet: string, observer: string): Promise<string[]> => {
      const seen = (await refusedIn(bed)).length;
      await ask(bed, account, 'eventbridge', 'PutEvents', { Entries: [event(fleet, observer)] });
      await bed.clock.runFor(TOLD_MS);
      return (await refusedIn(bed)).slice(0, -seen || undefined);
    };
    expect(await put(SECOND, 'payments', EU), 'of its own').toEqual([]);
    const no = (account: string, observer: string): string =>
      `PutEvents of landbridge.health in ${HOME} by account ${account} was refused: its events are not of account ${ACCOUNT}, nor of one that ${observer} lives in`;
    expect(await put(SECOND, 'payments', ASIA), "of another account's").toEqual([no(SECOND, ASIA)]);
    expect(await put(THIRD, 'payments', HOME), 'of home').toEqual([no(THIRD, HOME)]);
    expect(await put(NOBODYS, 'payments', EU), "of nobody's").toEqual([no(NOBODYS, EU)]);
  });
});

import { describe, expect, test } from 'vitest';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { BorrowedVpc, Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { maskedLinesOf } from '../../local/inventory.ts';
import { type PutOutcome, putFleet } from '../../operator/put-fleet.ts';
import { policyOf } from '../../permissions/role.ts';
import { fleetRolesOf } from '../../permissions/roles.ts';
import { roleSession } from '../../simulator/principal.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { LEDGER_ROLES, ledgerBeside } from '../support/ledger.ts';
import { mortal } from '../support/mortal.ts';
import { somebodysVpc } from '../support/somebodys-vpc.ts';

const HOME = 'us-east-1';
const EU = 'eu-west-1';
const OLGA = `arn:aws:iam::${ACCOUNT}:user/olga`;
const { function: FUNCTION, invoke: INVOKE } = LEDGER_ROLES;

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** Another fleet than the one that is in force already. */
const ledger = ({ fleet }: TestBed, changes: Partial<Fleet> = {}): Fleet => ({
  ...ledgerBeside(fleet),
  members: {},
  ...changes,
});

const put = (bed: TestBed, fleet: Fleet, leavesRoles = false): Promise<PutOutcome> =>
  bed.clock.runUntil(putFleet({ fleet, artefacts: new Map(), by: OLGA, leavesRoles }, bed.landbridge.operator));

const ask = <Result>(bed: TestBed, dialogue: Dialogue<ReadCall | WriteCall, Result>): Promise<Result> =>
  bed.clock.runUntil(converse(dialogue, bed.landbridge.operator.call));

const policyIn = async (bed: TestBed, RoleName: string): Promise<unknown> => {
  const found = await ask(bed, read(HOME, 'iam', 'getRolePolicy', { RoleName, PolicyName: 'landbridge' }));
  return JSON.parse(decodeURIComponent(found.PolicyDocument ?? ''));
};

const fleetsIn = (bed: TestBed): Promise<string[]> => bed.clock.runUntil(bed.store().fleets());

describe('the two roles of a fleet that is put in force', () => {
  test('are made; and the second time there is nothing to do, and nothing is written', async () => {
    const bed = await testBed();
    expect(await put(bed, ledger(bed))).toMatchObject({
      roles: [
        { name: FUNCTION, did: 'made' },
        { name: INVOKE, did: 'made' },
      ],
    });
    for (const role of fleetRolesOf(ledger(bed)))
      expect(await policyIn(bed, role.name)).toEqual(policyOf(role, { account: ACCOUNT }));
    const writes: string[] = [];
    const { call } = bed.landbridge.operator;
    const watched = {
      ...bed.landbridge.operator,
      call: (made: Parameters<typeof call>[0]) => {
        if (made.access === 'write') writes.push(`${made.service} ${made.method}`);
        return call(made);
      },
    };
    const again = putFleet({ fleet: ledger(bed), artefacts: new Map(), by: OLGA, leavesRoles: false }, watched);
    expect(await bed.clock.runUntil(again)).toMatchObject({
      roles: [
        { name: FUNCTION, did: 'as it was' },
        { name: INVOKE, did: 'as it was' },
      ],
    });
    expect(writes.filter((what) => what.startsWith('iam'))).toEqual([]);
    expect(await fleetsIn(bed)).toEqual(['ledger', 'payments']);
  });

  test('are put right where somebody has changed their trust or their policy, and keep what their owner gave them', async () => {
    const bed = await testBed();
    await put(bed, ledger(bed));
    const open = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [open] });
    const own = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::ledger/*' }],
    });
    await ask(bed, write(HOME, 'iam', 'updateAssumeRolePolicy', { RoleName: FUNCTION, PolicyDocument }));
    await ask(bed, write(HOME, 'iam', 'putRolePolicy', { RoleName: FUNCTION, PolicyName: 'own', PolicyDocument: own }));
    await ask(bed, write(HOME, 'iam', 'deleteRolePolicy', { RoleName: INVOKE, PolicyName: 'landbridge' }));
    expect(await put(bed, ledger(bed))).toMatchObject({
      roles: [
        { name: FUNCTION, did: 'changed' },
        { name: INVOKE, did: 'changed' },
      ],
    });
    const { Role } = await ask(bed, read(HOME, 'iam', 'getRole', { RoleName: FUNCTION }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('lambda.amazonaws.com');
    const { PolicyNames } = await ask(bed, read(HOME, 'iam', 'listRolePolicies', { RoleName: FUNCTION }));
    expect(PolicyNames).toEqual(['landbridge', 'own']);
  });

  test('are left alone where somebody else has made them, and where nobody shall look', async () => {
    const bed = await testBed();
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await ask(bed, write(HOME, 'iam', 'createRole', { RoleName: FUNCTION, AssumeRolePolicyDocument }));
    expect(await put(bed, ledger(bed), true)).toMatchObject({ roles: [] });
    expect(await put(bed, ledger(bed))).toMatchObject({
      roles: [
        { name: FUNCTION, did: 'theirs' },
        { name: INVOKE, did: 'made' },
      ],
    });
    expect((await ask(bed, read(HOME, 'iam', 'listRolePolicies', { RoleName: FUNCTION }))).PolicyNames).toEqual([]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: "another fleet's",       roles: { function: 'landbridge-payments-function', invoke: INVOKE },   says: 'roles: landbridge-payments-function is the fleet payments\'s' },
    { why: 'one for both',          roles: { function: FUNCTION, invoke: FUNCTION },                       says: 'roles: functions and API Gateway cannot share' },
  ])('are refused: $why; and the fleet is not in force', async ({ roles, says }) => {
    const bed = await testBed();
    const named = ledger(bed, { roles: { function: roleArn(roles.function), invoke: roleArn(roles.invoke) } });
    await expect(put(bed, named)).rejects.toThrow(says);
    expect(await fleetsIn(bed)).toEqual(['payments']);
  });

  test('of another account are refused', async () => {
    const bed = await testBed();
    const named = ledger(bed, {
      roles: { function: 'arn:aws:iam::999988887777:role/theirs', invoke: roleArn(INVOKE) },
    });
    await expect(put(bed, named)).rejects.toThrow('is no role of account 111122223333');
    await expect(put(bed, named, true), 'whoever makes them').rejects.toThrow('is no role of account 111122223333');
    expect(await fleetsIn(bed)).toEqual(['payments']);
  });

  test('who may not make them is told the commands for somebody who may, and nothing is in force', async () => {
    const bed = await testBed();
    const { world, landbridge, clock } = bed;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
    });
    await ask(bed, write(HOME, 'iam', 'createRole', { RoleName: 'deputy', AssumeRolePolicyDocument }));
    const state = {
      Effect: 'Allow',
      Action: ['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
      Resource: '*',
    };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [state] });
    await ask(bed, write(HOME, 'iam', 'putRolePolicy', { RoleName: 'deputy', PolicyName: 'state', PolicyDocument }));
    const deputy = { ...landbridge.operator, call: directCaller(world, ACCOUNT, roleSession(roleArn('deputy'), 'me')) };
    const putting = { fleet: ledger(bed), artefacts: new Map(), by: OLGA, leavesRoles: false };
    const refused: unknown = await clock.runUntil(putFleet(putting, deputy)).catch((error: unknown) => error);
    expect(isFault(refused, 'Forbidden')).toBe(true);
    expect((refused as Error).message).toMatch(/^ledger is not in force: .*iam:GetRole/);
    expect((refused as Error).message).toContain(`aws iam create-role --role-name ${INVOKE} `);
    expect(await fleetsIn(bed)).toEqual(['payments']);
    await clock.runUntil(putFleet({ ...putting, leavesRoles: true }, deputy));
    expect(await fleetsIn(bed)).toEqual(['ledger', 'payments']);
  });
});

test('whoever is switched off after any write puts it again, and has what nobody interrupted has', async () => {
  const seenOf = async (bed: TestBed): Promise<object> => {
    const { declared, revision } = await bed.clock.runUntil(bed.store().load('ledger'));
    return {
      fleets: await fleetsIn(bed),
      resources: maskedLinesOf(await bed.inventory()),
      fleet: declared.fleet,
      revision,
    };
  };
  const codes = new Map([['c2hhMjU2', new Uint8Array(800_000)]]);
  const putting = (bed: TestBed) => ({ fleet: ledger(bed), artefacts: codes, by: OLGA, leavesRoles: false });
  const calm = await testBed();
  const { runtime, writes } = mortal(calm.landbridge.operator, Number.POSITIVE_INFINITY);
  await calm.clock.runUntil(putFleet(putting(calm), runtime));
  const undisturbed = await seenOf(calm);
  expect(writes.length).toBeGreaterThan(5);
  for (let after = 0; after < writes.length; after += 1) {
    const bed = await testBed();
    const dying = putFleet(putting(bed), mortal(bed.landbridge.operator, after).runtime);
    await expect(bed.clock.runUntil(dying)).rejects.toThrow('the machine was switched off');
    await bed.clock.runUntil(putFleet(putting(bed), bed.landbridge.operator));
    expect(await seenOf(bed), `after ${after} writes, before ${writes[after]}`).toEqual(undisturbed);
  }
});

describe("a fleet file that names another fleet's VPC is refused before anything is changed, and on record in both journals", () => {
  const naming = (bed: TestBed, region: Region, vpc: BorrowedVpc): Fleet =>
    ledger(bed, { members: { [region]: { role: 'serving', vpc } } });

  async function expectRefused(bed: TestBed, fleet: Fleet, says: string): Promise<void> {
    expect(await put(bed, fleet)).toMatchObject({ refused: [{ path: 'members.eu-west-1.vpc.vpcId' }] });
    expect(await fleetsIn(bed)).toEqual(['payments']);
    await expect(ask(bed, read(HOME, 'iam', 'getRole', { RoleName: FUNCTION }))).rejects.toThrow();
    const { Journal } = await import('../../handlers/runtime/journal.ts');
    for (const name of ['payments', 'ledger']) {
      const newest = await bed.clock.runUntil(new Journal(bed.landbridge.operator).newest(name, 10));
      const [entry] = newest.filter(({ what }) => what === 'refused');
      expect(entry).toMatchObject({ run: 'put/ledger', by: OLGA });
      expect(entry?.says).toBe(`the file of ledger, put by ${OLGA}: ${says}`);
    }
  }

  test.for([
    { why: 'the journal has it', untag: true },
    { why: 'its tags say so, and no journal knows it', untag: false },
  ])('one that it has made: $why', async ({ untag }) => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(EU);
    const vpcId = (await bed.state()).ids.get(`vpc/${EU}`) ?? '';
    if (untag) await bed.asStranger(write(EU, 'ec2', 'deleteTags', { Resources: [vpcId] }));
    else await bed.clock.runUntil(bed.store().remember('payments', { gone: [`vpc/${EU}`] }));
    await expectRefused(
      bed,
      naming(bed, EU, { vpcId, routeTableIds: ['rtb-1'], subnetIds: ['subnet-1', 'subnet-2'] }),
      `members.eu-west-1.vpc.vpcId: ${vpcId} belongs to the fleet payments; borrow one that no fleet has made: payments removes it when its member leaves`,
    );
  });

  test('one that its member borrows; and a join of it is refused in the same words', async () => {
    const bed = await testBed({ timings: QUICK });
    const lent = await bed.asStranger(somebodysVpc(EU));
    await bed.run('onboard-region', { fleet: 'payments', region: EU, role: 'serving', vpc: lent });
    const says = `vpc.vpcId: ${lent.vpcId} is borrowed by the fleet payments; borrow one that no fleet has: both would write routes into its tables, and two VPCs are peered once only`;
    await expectRefused(bed, naming(bed, EU, lent), `members.eu-west-1.${says}`);
    await put(bed, ledger(bed));
    const { cause } = await bed.run('onboard-region', { fleet: 'ledger', region: EU, role: 'serving', vpc: lent });
    expect(cause).toBe(says);
  });

  test('its own, and one that is nobody’s, are not', async () => {
    const bed = await testBed({ timings: QUICK });
    const lent = await bed.asStranger(somebodysVpc(EU));
    expect(await put(bed, naming(bed, EU, lent))).toHaveProperty('roles');
    await bed.run('onboard-region', { fleet: 'ledger', region: EU });
    expect(await put(bed, naming(bed, EU, lent))).toHaveProperty('roles');
  });
});

describe('a fleet file that has members live elsewhere than they do is refused before anything is changed', () => {
  const [SECOND, THIRD] = ['222233334444', '333344445555'];
  const living = (fleet: Fleet, account: string | undefined): Fleet => ({
    ...fleet,
    members: { ...fleet.members, [EU]: { role: 'serving', ...(account !== undefined && { account }) } },
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'out of the control plane’s account', lives: undefined, said: SECOND,    remedy: `leave account out again, or offboard ${EU} first` },
    { why: 'from one account to another',        lives: SECOND,    said: THIRD,     remedy: `write ${SECOND} again, or offboard ${EU} first` },
    { why: 'into the control plane’s account',   lives: SECOND,    said: undefined, remedy: `write ${SECOND} again, or offboard ${EU} first` },
  ])('$why', async ({ lives, said, remedy }) => {
    const bed = await testBed({
      timings: QUICK,
      memberAccounts: { [SECOND]: ['payments'], [THIRD]: ['payments'] },
      declare: (example) => living(example, lives),
    });
    await bed.join(EU);
    const before = await bed.state();
    const file = living({ ...bed.fleet, policies: { ...bed.fleet.policies, repairsPerHour: 1 } }, said);
    const says = `is ${said ?? ACCOUNT}, and ${EU} is a member already, in ${lives ?? ACCOUNT}`;
    expect(await put(bed, file)).toEqual({ refused: [{ path: `members.${EU}.account`, says, remedy }] });
    expect((await bed.state()).declared.fleet, 'the file is not in force').toEqual(before.declared.fleet);
    const refusals = (await bed.journal()).filter(({ what }) => what === 'refused');
    expect(refusals).toMatchObject([
      { by: OLGA, says: `the file of payments, put by ${OLGA}: members.${EU}.account: ${says}; ${remedy}` },
    ]);
    expect(await put(bed, living(bed.fleet, lives)), 'as it was is well').toHaveProperty('roles');
    await bed.run('offboard-region', { fleet: 'payments', region: EU });
    expect(await put(bed, file), 'once it has left it may come back elsewhere').toHaveProperty('roles');
  });

  test('and so is one with more accounts than a bus lets in, with those of other fleets', async () => {
    const bed = await testBed();
    const regions = ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-north-1', EU];
    const inAccounts = (name: string, count: number): Fleet =>
      ledger(bed, {
        name,
        roles: { function: roleArn(`landbridge-${name}-function`), invoke: roleArn(`landbridge-${name}-invoke`) },
        members: Object.fromEntries(
          regions
            .slice(0, count)
            .map((region, at) => [region, { role: 'client', account: `${name.length}2222222222${at}` }]),
        ),
      });
    expect(await put(bed, inAccounts('books', 8))).toHaveProperty('roles');
    expect(await put(bed, inAccounts('ledger', 7))).toHaveProperty('roles');
    const refused = await put(bed, inAccounts('till', 1));
    expect(refused).toMatchObject({
      refused: [
        {
          path: 'members.us-east-1.account',
          says: "asks for 1 account besides the control plane's, other fleets have 15, and the policy of home's event bus has room for 15 (EventBridge: 10,240 bytes)",
        },
      ],
    });
    expect(await fleetsIn(bed)).toEqual(['books', 'ledger', 'payments']);
  });
});

describe('what nobody could bring to members who have joined', () => {
  test('is refused before anything is changed, and on record; once they have left it is put', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME);
    const before = await bed.state();
    const file = { ...bed.fleet, domain: 'api.moved.example.com' };
    expect(await put(bed, file)).toMatchObject({ refused: [{ path: 'domain' }] });
    expect((await bed.state()).declared.fleet).toEqual(before.declared.fleet);
    expect((await bed.journal()).filter(({ what }) => what === 'refused')).toMatchObject([
      { by: OLGA, says: expect.stringContaining(`domain: is api.moved.example.com, and ${HOME} answer`) },
    ]);
    await bed.run('offboard-region', { fleet: 'payments', region: HOME });
    expect(await put(bed, file)).toMatchObject({
      changes: { differs: ['domain: api.payments.example.com → api.moved.example.com'], members: [] },
    });
  });

  test('is not put by whoever looked before they joined', async () => {
    const bed = await testBed({ timings: QUICK });
    const { operator } = bed.landbridge;
    let hasJoined = false;
    const call: typeof operator.call = async (made) => {
      // The join comes between the judgement and the write.
      if (made.access === 'write' && made.method === 'transactWriteItems' && !hasJoined) {
        hasJoined = true;
        await bed.landbridge.ended(
          await bed.landbridge.start('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' }),
        );
      }
      return operator.call(made);
    };
    const putting = { fleet: { ...bed.fleet, domain: 'api.moved.example.com' }, artefacts: new Map(), by: OLGA };
    const late = putFleet({ ...putting, leavesRoles: true }, { ...operator, call });
    await expect(bed.clock.runUntil(late)).rejects.toThrow('payments was changed while this file was looked at');
    expect((await bed.state()).declared.fleet.domain).toBe(bed.fleet.domain);
  });
});

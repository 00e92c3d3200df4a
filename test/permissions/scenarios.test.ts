import { beforeAll, describe, expect, test } from 'vitest';
import { inAccount } from '../../control-plane/model/accounts.ts';
import { type Dialogue, type ReadCall, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { functions } from '../../handlers/index.ts';
import { RESUMED } from '../../handlers/runtime/abandoned.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import { breakages } from '../../local/breakages.ts';
import { throwing } from '../../local/faults/ways.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import { memberRolesOf } from '../../permissions/member-roles.ts';
import { policiesOf } from '../../permissions/policies.ts';
import { rolesOf } from '../../permissions/roles.ts';
import { unproven } from '../../permissions/unproven.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import { attachHostCode, detachHostCode } from '../../simulator/services/lambda/host.ts';
import type { Request, World } from '../../simulator/world.ts';
import { brokenFunction } from '../support/broken-function.ts';
import { ACCOUNT, QUICK } from '../support/landbridge.ts';
import { somebodysVpc } from '../support/somebodys-vpc.ts';
import { meddlings } from './meddlings.ts';

const MINUTE_MS = 60_000;
/** As EC2, Route 53 and STS, the newer services, and SNS say it. */
const REFUSED = /^(UnauthorizedOperation|AccessDenied(Exception)?|AuthorizationError)$/;
const [FROM, TO, CLIENT, LENT, HALF] = [
  'eu-west-1',
  'us-east-1',
  'ap-northeast-1',
  'eu-central-1',
  'us-west-2',
] as const;

const denied: string[] = [];
const outcomes: string[] = [];
/** 'landbridge-look': names of our roles of which some statement was used. */
const seen = new Set<string>();
/** 'landbridge-look Ec2Reads': statements without which somebody would have been refused something. */
const needed = new Set<string>();
/** 'landbridge-look ec2:DescribeVpcs' */
const used = new Set<string>();

/** Where one member lives that is not in the control plane's account. */
const ABROAD = '222233334444';

const deployed = {
  account: ACCOUNT,
  home: TO,
  standby: FROM,
  table: 'landbridge-state',
  memberAccounts: [ABROAD],
};
const roles = rolesOf(deployed);
const there = {
  controlPlane: ACCOUNT,
  account: ABROAD,
  fleets: ['payments'],
  home: TO,
  standby: FROM,
  table: 'landbridge-state',
};
const rolesThere = memberRolesOf(there);
const roleOfPolicy = new Map(
  [...roles, ...rolesThere].flatMap((role) => policiesOf(role, deployed).map(({ name }) => [name, role.name] as const)),
);

/** A caller that has what it needs to be refused by name, and no more. */
const thief = roleSession(`arn:aws:iam::${ACCOUNT}:role/landbridge-bit`, 'thief');
const ELSEWHERE = '999988887777';

/** A function that dies between a write and its note of it, once. */
const dyingOnce = (method: string): ((caller: Caller) => Caller) => {
  let isDead = false;
  return (caller) => async (call) => {
    const answer = await caller(call);
    if (call.method !== method || isDead || !isArmed) return answer;
    isDead = true;
    throw new Error('the function died');
  };
};
let isArmed = false;

function watch(world: World): void {
  let isLetIn = false;
  world.watchers.add(({ service, principal, place, error }) => {
    // A member's bit is there some seconds before the table lets in anybody of its account.
    const isBitAbroad = service === 'dynamodb' && principal.roleArn === `arn:aws:iam::${ABROAD}:role/landbridge-bit`;
    if (isBitAbroad && error === undefined) isLetIn = true;
    const isEarly = isBitAbroad && !isLetIn;
    const isMeant = isEarly || principal === thief || place.account === ELSEWHERE;
    if (!isMeant && error !== undefined && REFUSED.test(error.code)) denied.push(error.message);
  });
  world.onAuthorized = ({ principal, action, resource, allowedBy }) => {
    const role = principal.roleArn?.split('/').at(-1);
    if (role === undefined) return;
    seen.add(role);
    used.add(`${role} ${action}`);
    // Between accounts both sides must allow: what the other's says does not make ours superfluous.
    const owner = /^arn:aws:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1] ?? principal.account;
    const [only, ...others] = allowedBy.filter(({ kind }) => owner === principal.account || kind === 'identity');
    if (only !== undefined && others.length === 0)
      needed.add(`${roleOfPolicy.get(only.policy.split('/').at(-1) ?? '') ?? only.policy} ${only.sid}`);
  };
}

/** Who hears of events cannot read the table: what it does not get done lies in a queue. */
const deaf = ({ service, principal }: Request): void => {
  if (service === 'dynamodb' && /landbridge-on-(signal|health)/.test(principal.roleArn ?? ''))
    throw new AwsError('InternalServerError', 'a bad day', { status: 500 });
};

/** A fleet's life, with IAM in force: joined, broken and meddled with in every way we know, moved about, and gone. */
beforeAll(async () => {
  const bed = await virtualBed({
    seed: 'iam',
    timings: QUICK,
    watch,
    around: dyingOnce('createRoute'),
    memberAccounts: { [ABROAD]: ['payments'] },
    declare: (example) => ({
      ...example,
      members: { ...example.members, [CLIENT]: { role: 'serving', account: ABROAD } },
    }),
  });
  const { world, clock, fleet, landbridge } = bed;
  expect(world.authorization).toBe('enforced');
  const run = async (workflow: string, input: { readonly region?: string; readonly [more: string]: unknown }) => {
    const { status, cause } = await bed.run(workflow, { fleet: fleet.name, ...input });
    outcomes.push([workflow, input.region, cause ?? status].filter((part) => part !== undefined).join(' '));
  };
  const operator = <Result>(dialogue: Dialogue<ReadCall | WriteCall, Result>): Promise<Result> =>
    clock.runUntil(converse(dialogue, landbridge.operator.call));
  const minutes = (count: number): Promise<void> => clock.runFor(count * MINUTE_MS);

  await bed.join(TO, FROM);
  // Twice, as an impatient operator does: the second asks whether the first is still at work.
  const joining = { fleet: fleet.name, region: CLIENT, role: 'serving' };
  await clock.runUntil(landbridge.start('onboard-region', joining));
  await minutes(1);
  expect(await bed.run('onboard-region', joining)).toMatchObject({ status: 'FAILED' });
  await minutes(30);
  // A join that ends half-way is gone on with, until somebody wants the member out.
  const mend = brokenFunction(world, TO, 'prove');
  const half = { fleet: fleet.name, region: HALF, role: 'client' };
  expect(await bed.run('onboard-region', half)).toMatchObject({ status: 'FAILED' });
  mend();
  const hurry = brokenFunction(world, TO, 'prove', () => clock.sleep(MINUTE_MS));
  const isGoneOnWith = async (): Promise<boolean> =>
    (await clock.runUntil(bed.store().load(fleet.name))).runs.some(({ run: name }) => name.startsWith(RESUMED));
  for (let tries = 0; tries < 20 * 60 && !(await isGoneOnWith()); tries += 1) await clock.runFor(1_000);
  hurry();
  await run('offboard-region', { region: HALF });
  await run('onboard-region', { region: LENT, role: 'serving', vpc: await operator(somebodysVpc(LENT)) });
  await minutes(5);
  for (const breakage of breakages) {
    isArmed = breakage.name === 'route deleted';
    const state = await clock.runUntil(bed.store().load(fleet.name));
    await operator(breakage.do({ state, from: FROM, to: TO }));
    await minutes(8);
  }
  const meddle = async (region: string, how: (typeof meddlings)[keyof typeof meddlings]): Promise<void> => {
    const { ids } = await clock.runUntil(bed.store().load(fleet.name));
    const idOf = (kind: string, name: string): string => ids.get(keyOf(kind, name)) ?? '';
    const meddling = how({ region, fleet, idOf });
    await operator(region === CLIENT ? inAccount(fleet.name, ABROAD, meddling) : meddling);
    await minutes(8);
  };
  for (const how of Object.values(meddlings)) await meddle(TO, how);

  // Nothing of the fleet's mends what its own function does: people are told.
  const code = `arn:aws:lambda:${FROM}:${ACCOUNT}:function:landbridge-${fleet.name}-payments`;
  attachHostCode(world, code, throwing);
  await minutes(25);
  // A repair is the first to see that it is over.
  world.weather.before = deaf;
  detachHostCode(world, code);
  for (let minute = 0; minute < 5; minute += 1) {
    await minutes(1);
    await run('repair', {});
  }
  delete world.weather.before;
  await minutes(10);
  // What asks for more than it may is on record, and so is an event that nobody here sent.
  const place = { account: ACCOUNT, region: TO };
  const stateMachineArn = `arn:aws:states:${TO}:${ACCOUNT}:stateMachine:landbridge-reconcile`;
  const theft = { service: 'sfn', operation: 'StartExecution', input: { stateMachineArn }, place, principal: thief };
  await expect(world.invoke(theft as Request)).rejects.toMatchObject({
    code: expect.stringMatching(REFUSED) as string,
  });
  await operator(
    write(
      TO,
      'eventbridge',
      'putPermission' as never,
      {
        StatementId: 'open',
        Principal: ELSEWHERE,
        Action: 'events:PutEvents',
      } as never,
    ),
  );
  const Detail = JSON.stringify({ fleet: fleet.name, observer: FROM, atMs: 0, changes: [] });
  const EventBusName = `arn:aws:events:${TO}:${ACCOUNT}:event-bus/default`;
  const Entries = [{ Source: 'landbridge.health', DetailType: 'Landbridge Health Changed', Detail, EventBusName }];
  await clock.runUntil(
    world.invoke({
      service: 'eventbridge',
      operation: 'PutEvents',
      input: { Entries },
      place: { account: ELSEWHERE, region: TO },
      principal: rootOf(ELSEWHERE),
    }),
  );
  await minutes(5);
  world.weather.before = deaf;
  await operator(
    breakages[0]?.do({ state: await clock.runUntil(bed.store().load(fleet.name)), from: FROM, to: TO }) ??
      expect.fail(),
  );
  await minutes(20);
  delete world.weather.before;

  await run('reconcile', {});
  await run('repair', {});
  // Who answers for it is on record before it is done.
  const override = { policy: 'cool-down', by: 'somebody', why: 'a test', minutes: 1 };
  await run('evacuate-region', { region: FROM, override });
  await minutes(10);
  // Whoever approves is on record before it is done, too.
  await clock.runUntil(bed.store().put({ ...fleet, policies: { ...fleet.policies, approvals: ['restore'] } }));
  await run('restore-region', { region: FROM, approve: true });
  await clock.runUntil(bed.store().put(fleet));
  await minutes(10);
  await run('drill', { region: FROM, minutes: 1 });
  await minutes(10);
  // A way back takes over from another, whose steer for a member that leaves meanwhile nobody wants any more.
  await run('evacuate-region', { region: FROM, override });
  const begin = (workflow: string, region: string): Promise<string> =>
    clock.runUntil(landbridge.start(workflow, { fleet: fleet.name, region }));
  await begin('restore-region', FROM);
  await clock.runFor(10_000);
  const leaving = await begin('offboard-region', LENT);
  await clock.runFor(10_000);
  await run('restore-region', { region: FROM });
  outcomes.push(`offboard-region ${LENT} ${(await clock.runUntil(landbridge.ended(leaving))).status}`);
  // As the dashboard does.
  const Payload = JSON.stringify({ fleet: fleet.name });
  await operator(write(fleet.home, 'lambda', 'invoke', { FunctionName: 'landbridge-fleet-widget', Payload }));
  await meddle(CLIENT, meddlings['every tag is taken off']);
  // Home stays: strangers' things are in its VPC.
  const answeredFor = { ...override, policy: 'last-healthy-member' };
  for (const region of [CLIENT, FROM]) await run('offboard-region', { region, override: answeredFor });
});

test('every workflow does its work', () => {
  expect(outcomes.filter((outcome) => !outcome.endsWith('SUCCEEDED'))).toEqual([]);
});

test('nobody is denied anything', () => expect(denied).toEqual([]));

test('every function does it under its own role', () => {
  const names = functions.map(({ name }) => `landbridge-${name}`);
  expect(names.filter((role) => !seen.has(role))).toEqual([]);
});

test.for(Object.keys(unproven))('no excuse is left of what is used: %s', (excused) => {
  const isUsed = excused.includes(' ') ? used.has(excused) : [...used].some((one) => one.endsWith(` ${excused}`));
  expect(isUsed).toBe(false);
});

describe.for(roles)('$name', ({ name, statements }) => {
  const isExcused = (action: string): boolean => action in unproven || `${name} ${action}` in unproven;

  // Had it not been there, a call of this life would have been refused: no other statement allows it.
  test.for(Object.entries(statements))('somebody is refused something without %s', ([sid, { actions }]) => {
    expect(needed.has(`${name} ${sid}`) || actions.every(isExcused), actions.join(', ')).toBe(true);
  });

  test('may nothing that is never done, but for what is excused', () => {
    const all = Object.values(statements).flatMap(({ actions }) => actions);
    const idle = all.filter((action) => !used.has(`${name} ${action}`) && !isExcused(action));
    expect(idle, idle.join(', ')).toEqual([]);
  });
});

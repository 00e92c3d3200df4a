import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kindNamed, kinds } from '../../control-plane/kinds/index.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import { type AwsCall, type Dialogue, write as writing } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Permission } from '../../control-plane/model/permission.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import { placeIn } from '../../handlers/runtime/look-at.ts';
import { breakages } from '../../local/breakages.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf } from '../../local/inventory.ts';
import { makeRoles } from '../../local/make-roles.ts';
import { memberRolesOf } from '../../permissions/member-roles.ts';
import { merged } from '../../permissions/merged.ts';
import type { Places, RoleSpec } from '../../permissions/role.ts';
import { rolePlaced, rolesOf } from '../../permissions/roles.ts';
import { unproven } from '../../permissions/unproven.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { World } from '../../simulator/world.ts';
import { ACCOUNT } from '../support/landbridge.ts';
import { FIRST, LoneLoop, SECOND } from '../support/lone-loop.ts';
import { meddlings } from './meddlings.ts';

const ABROAD = '222233334444';

type Phase = 'survey' | 'apply' | 'remove';

/** Each kind has a role of its own here, for its survey and for its writes: it may do what it declares, and nothing else. */
const roleNameOf = (kind: string, phase: Phase): string => `kind-${kind}-${phase === 'survey' ? 'reads' : 'writes'}`;

/** Whose dialogue is about to make a call. */
let asking: { readonly kind: string; readonly phase: Phase } | undefined;
const denied: { readonly kind: string; readonly phase: Phase; readonly call: string; readonly says: string }[] = [];
/** 'kind-vpc-writes ec2:CreateVpc' */
const used = new Set<string>();

/** The same dialogue, saying whose it is whenever it asks. */
function* signed<Call extends AwsCall, Result>(
  kind: string,
  phase: Phase,
  dialogue: Dialogue<Call, Result>,
): Dialogue<Call, Result> {
  let step = dialogue.next();
  while (!step.done) {
    asking = { kind, phase };
    let resume: () => typeof step;
    try {
      const answer = yield step.value;
      resume = () => dialogue.next(answer);
    } catch (error) {
      resume = () => dialogue.throw(error);
    }
    step = resume();
  }
  return step.value;
}

const roleFor = (kind: string, phase: Phase, permissions: readonly Permission[]): RoleSpec => ({
  name: roleNameOf(kind, phase),
  description: 'What one kind declares',
  trust: [{ principal: { service: 'lambda.amazonaws.com' } }],
  statements: merged(permissions),
});

/** The owner of each account. */
const rootsOf =
  (world: World): Caller =>
  ({ account, ...call }) => {
    const id = account?.id ?? ACCOUNT;
    return directCaller(world, id, rootOf(id))(call);
  };

/** A kind's calls under the role of that kind, everything else under nobody's. */
const callerOf = (world: World): Caller => {
  const byRoot = rootsOf(world);
  return async (call) => {
    const who = asking;
    asking = undefined;
    if (who === undefined) return byRoot(call);
    const { account, ...asked } = call;
    const id = account?.id ?? ACCOUNT;
    const role = `arn:aws:iam::${id}:role/${roleNameOf(who.kind, who.phase)}`;
    try {
      return await directCaller(world, id, roleSession(role, who.kind))(asked);
    } catch (error) {
      if (isFault(error, 'Forbidden')) denied.push({ ...who, call: call.method, says: error.message });
      throw error;
    }
  };
};

/** A world in which each kind may what it declares, and two members that are to be made in it. */
async function begun(seed: string, roles: readonly RoleSpec[], abroad?: string): Promise<LoneLoop> {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed, account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
  const placed = (places: Omit<Places, 'home'>): RoleSpec[] =>
    roles.map((role) => rolePlaced(role, { home: FIRST, ...places }));
  const deployed = rolesOf({ account: ACCOUNT, home: FIRST, table: STATE_TABLE });
  const peers = abroad === undefined ? [] : [abroad];
  await makeRoles(world, ACCOUNT, rootOf(ACCOUNT), [...deployed, ...placed({ peers })]);
  if (abroad !== undefined) {
    const there = memberRolesOf({
      controlPlane: ACCOUNT,
      account: abroad,
      fleets: [],
      home: FIRST,
      table: STATE_TABLE,
    });
    const kindsThere = placed({ controlPlane: ACCOUNT, peers: [ACCOUNT] });
    await makeRoles(world, abroad, rootOf(abroad), [...there, ...kindsThere]);
  }
  world.authorization = 'enforced';
  world.onAuthorized = ({ principal, action }) => {
    used.add(`${principal.roleArn?.split('/').at(-1)} ${action}`);
  };
  return LoneLoop.begin({
    account: ACCOUNT,
    ...(abroad !== undefined && { abroad }),
    call: callerOf(world),
    stranger: rootsOf(world),
    leftOut: {},
    nowMs: () => clock.nowMs(),
    pass: (ms) => clock.runFor(ms),
    inventory: () => inventoryOf(world),
  });
}

/** Where the second member lives in another account, what lets it in is made, and taken away. */
async function liveAbroad(roles: readonly RoleSpec[]): Promise<void> {
  const loop = await begun('kinds abroad', roles, ABROAD);
  expect((await loop.settle()).plan).toMatchObject({ steps: [], waiting: [] });
  loop.leave(SECOND);
  expect((await loop.settle()).plan).toMatchObject({ steps: [], waiting: [] });
}

/** Two members join, are broken and mended in every way that anybody thought of, and one leaves: with IAM in force. */
beforeAll(async () => {
  const roles: RoleSpec[] = [];
  for (const [name, kind] of kinds) {
    const { read, write } = kind.permissions;
    roles.push(roleFor(name, 'survey', read), roleFor(name, 'apply', write));
    const { survey, apply, remove } = kind;
    vi.spyOn(kind, 'survey').mockImplementation((place) => signed(name, 'survey', survey(place)));
    vi.spyOn(kind, 'apply').mockImplementation((change) => signed(name, 'apply', apply(change)));
    vi.spyOn(kind, 'remove').mockImplementation((removal) => signed(name, 'remove', remove(removal)));
  }
  const loop = await begun('kinds', roles);
  const { call, stranger: byRoot } = loop.ground;
  await loop.settle();
  for (const breakage of breakages) {
    await converse(breakage.do({ state: loop.state, from: FIRST, to: SECOND }), byRoot);
    await loop.settle();
  }
  const { fleet } = loop;
  const idOf = (kind: string, name: string): string => {
    const id = loop.ids.get(keyOf(kind, name));
    if (id === undefined) throw new Error(`${kind}/${name} has no id`);
    return id;
  };
  for (const meddle of Object.values(meddlings)) {
    await converse(meddle({ region: FIRST, fleet, idOf }), byRoot);
    await loop.settle();
  }
  // What a look seldom comes to: a block that was lent by a member that has left, a replica that another fleet uses too.
  await removeOnly('rule', { groupId: idOf('security-group', `${SECOND}/endpoint`), cidr: fleet.network.supernet });
  const replica = { arn: idOf('state-replica', SECOND) };
  const Tags = [{ Key: 'landbridge:fleet/another', Value: 'in use' }];
  await converse(writing(SECOND, 'dynamodb', 'tagResource', { ResourceArn: replica.arn, Tags }), byRoot);
  await removeOnly('state-replica', replica);
  const TagKeys = Tags.map(({ Key }) => Key);
  await converse(writing(SECOND, 'dynamodb', 'untagResource', { ResourceArn: replica.arn, TagKeys }), byRoot);
  const settled = await loop.settle();
  expect(settled.plan).toMatchObject({ steps: [], waiting: [] });
  // Alone, for in a look what one kind has read another is not asked for; and once with nothing known of what there is.
  for (const kind of kinds.keys()) for (const region of [FIRST, SECOND]) await loop.survey(kind, region);
  loop.ids.clear();
  for (const kind of kinds.keys()) for (const region of [FIRST, SECOND]) await loop.survey(kind, region);
  await loop.settle();
  // What bears no tag any more is deleted all the same.
  await converse(meddlings['every tag is taken off']({ region: SECOND, fleet, idOf }), byRoot);
  loop.leave(SECOND);
  const left = await loop.settle();
  expect(left.plan).toMatchObject({ steps: [], waiting: [] });
  await liveAbroad(roles);

  async function removeOnly(kind: string, observed: object): Promise<void> {
    const target = [...wantedTargets(loop.state.declared).values()].find(
      (one) => one.kind === kind && one.region === SECOND,
    );
    if (target === undefined) throw new Error(`no ${kind} in ${SECOND}`);
    const removal = { target, key: target.key, observed, place: placeIn(loop.state, SECOND) };
    await converse(kindNamed(kind).remove(removal), call);
  }
});

afterAll(() => vi.restoreAllMocks());

describe.each([...kinds])('%s', (name, { permissions: { read, write } }) => {
  test('declares every permission that its calls take', () => {
    expect(denied.filter(({ kind }) => kind === name)).toEqual([]);
  });

  test('declares none that its calls do not take', () => {
    const isIdle = (phases: readonly Phase[], action: string): boolean =>
      unproven[action] === undefined && !phases.some((phase) => used.has(`${roleNameOf(name, phase)} ${action}`));
    const idle = [
      ...read.flatMap(({ actions }) => actions.filter((action) => isIdle(['survey'], action))),
      ...write.flatMap(({ actions }) => actions.filter((action) => isIdle(['apply'], action))),
    ];
    expect(idle).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { problemsOfChanges } from '../../../control-plane/model/changes-under-members.ts';
import type { Fleet, Member, MemberDeclaration } from '../../../control-plane/model/fleet.ts';
import { changesOf } from '../../../control-plane/model/fleet-changes.ts';
import { memberOf, payments } from '../../support/payments.ts';

const EU = 'eu-west-1';
const HUB = { kind: 'hub', hub: 'us-east-1' } as const;
const vpc = {
  vpcId: 'vpc-0a1b2c3d',
  routeTableIds: ['rtb-0a1b2c3d'],
  subnetIds: ['subnet-0a1b2c3d', 'subnet-1b2c3d4e'],
};
const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/2';

const serving: MemberDeclaration = { role: 'serving' };
const three: Fleet['members'] = { 'us-east-1': serving, [EU]: serving, 'sa-east-1': { role: 'client' } };
const inForce: Fleet = { ...payments, members: three };
const joined = (but: Partial<Member> = {}): readonly Member[] => [
  memberOf('us-east-1', 1),
  memberOf(EU, 2, but),
  memberOf('sa-east-1', 3, { role: 'client' }),
];
const network = (but: Partial<Fleet['network']>): Partial<Fleet> => ({ network: { ...payments.network, ...but } });
/** The file with another line for Ireland. */
const eu = (but: Partial<MemberDeclaration>): Partial<Fleet> => ({
  members: { ...three, [EU]: { ...serving, ...but } },
});
const withoutEu: Partial<Fleet> = { members: { 'us-east-1': serving, 'sa-east-1': { role: 'client' } } };

const problems = (file: Partial<Fleet>, before: Partial<Fleet> = {}, members = joined()): readonly string[] =>
  [...problemsOfChanges({ ...inForce, ...file }, { fleet: { ...inForce, ...before }, members })].map(
    ({ path, says, remedy }) => `${path} ${says}; ${remedy}`,
  );

describe('what nobody could bring to members who have joined', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'another domain',               file: { domain: 'api.moved.example.com' },                        says: 'domain is api.moved.example.com, and us-east-1, eu-west-1, sa-east-1 answer to api.payments.example.com: views, domains and certificates are made of the name; write api.payments.example.com again; or offboard them all first, or make a second fleet of the new name and move callers to it' },
    { why: 'another role',                 file: eu({ role: 'client' }),                                     says: 'members.eu-west-1.role is client, and eu-west-1 is a member already, as serving; write serving, or offboard eu-west-1 first' },
    { why: 'other addresses',              file: eu({ cidr: '10.70.0.0/16' }),                               says: 'members.eu-west-1.cidr is 10.70.0.0/16, and eu-west-1 is a member already, with 10.65.0.0/16; leave cidr out, or offboard eu-west-1 first' },
    { why: "somebody's VPC",               file: eu({ vpc }),                                                says: 'members.eu-west-1.vpc is vpc-0a1b2c3d, and eu-west-1 is a member already, with a VPC of its own; leave vpc out, or offboard eu-west-1 first' },
    { why: 'another certificate',          file: eu({ certificateArn }),                                     says: 'members.eu-west-1.certificateArn is not the one that eu-west-1 has joined with, arn:aws:acm:eu-west-1:111122223333:certificate/1; leave it out, or offboard eu-west-1 first' },
    { why: 'a member that is gone',        file: withoutEu,                                                  says: 'members.eu-west-1 is gone from the file, and eu-west-1 is a member: it would stay one; offboard eu-west-1 first (landbridge offboard eu-west-1), or write it again' },
    { why: 'a supernet elsewhere',         file: network({ supernet: '10.65.0.0/16' }),                      says: "network.supernet is 10.65.0.0/16, which does not hold 10.64.0.0/16 of us-east-1, 10.66.0.0/16 of sa-east-1; write 10.64.0.0/12 again, or a block that holds every member's, or offboard those members first" },
    { why: 'links that the file leaves out', file: network({ topology: HUB }),                               says: 'network.topology leaves out eu-west-1~sa-east-1, whose members have joined: a link goes only with a member that leaves; write it as it was; or offboard one member of each of those links first, and join it again afterwards' },
  ])('$why', ({ file, says }) => {
    expect(problems(file)).toEqual([says]);
    expect(problems(file, {}, []), 'with no members, all of it is free').toEqual([]);
    expect(problems(file, file), 'who joined otherwise than the file has it does not stand in the way of the next file').toEqual(
      // A domain or a block that nobody has cannot be in force under members.
      [],
    );
  });

  test('of a borrowed VPC: another, other tables of it, and none', () => {
    const members = joined({ borrowed: vpc });
    const before = eu({ vpc });
    expect(problems(before, before, members)).toEqual([]);
    expect(problems(eu({ vpc: { ...vpc, vpcId: 'vpc-1b2c3d4e' } }), before, members)).toEqual([
      'members.eu-west-1.vpc is vpc-1b2c3d4e, and eu-west-1 is a member already, in vpc-0a1b2c3d; write vpc as it was, or offboard eu-west-1 first',
    ]);
    expect(problems(eu({ vpc: { ...vpc, routeTableIds: ['rtb-1b2c3d4e'] } }), before, members)).toEqual([
      'members.eu-west-1.vpc names other route tables or subnets than eu-west-1 has joined with; write vpc as it was, or offboard eu-west-1 first',
    ]);
    const otherwise = { ...vpc, subnetIds: vpc.subnetIds.toReversed() };
    expect(problems(eu({ vpc: otherwise }), before, members), 'the same in another order').toEqual([]);
    expect(problems(eu({}), before, members)).toEqual([
      'members.eu-west-1.vpc is left out, and eu-west-1 is a member already, in vpc-0a1b2c3d; write vpc as it was, or offboard eu-west-1 first',
    ]);
    expect(problems(eu({}), eu({}), members), 'it was joined with --vpc, and the file has never said so').toEqual([]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'a larger supernet',                        file: network({ supernet: '10.64.0.0/11' }) },
    { why: 'more zones, for who joins from now on',    file: network({ zones: 3 }) },
    { why: 'smaller blocks for the next',              file: network({ prefixLength: 20 }) },
    { why: 'the block that it was given',              file: eu({ cidr: '10.65.0.0/16' }) },
    { why: 'one more Region',                          file: { members: { ...three, 'eu-central-1': serving } } },
    { why: 'other functions and another document',     file: { functions: {}, api: { ...payments.api, openapi: {} } } },
  ])('and not: $why', ({ file }) => {
    expect(problems(file)).toEqual([]);
  });

  test('and not: more links', () => {
    expect(problems({}, network({ topology: HUB }))).toEqual([]);
  });

  test.for(['draining', 'leaving'] as const)('who is %s may come back otherwise, or not at all', (phase) => {
    const members = joined({ phase });
    expect(problems(eu({ role: 'client', cidr: '10.70.0.0/16' }), {}, members)).toEqual([]);
    expect(problems(withoutEu, {}, members)).toEqual([]);
    expect(problems({ domain: 'api.moved.example.com' }, {}, members), 'and what is removed has its name').toHaveLength(
      1,
    );
  });
});

describe('what whoever puts a file is told', () => {
  const members = joined();
  const told = (file: Partial<Fleet>, before: Partial<Fleet> = {}) =>
    changesOf({ ...inForce, ...file }, { fleet: { ...inForce, ...before }, members });

  test('of the same file again: nothing', () => {
    expect(told({})).toEqual({ differs: [], later: [], members: Object.keys(three), toJoin: [] });
  });

  test('of the first: who may join', () => {
    expect(changesOf(inForce, undefined)).toEqual({ differs: [], later: [], members: [], toJoin: Object.keys(three) });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { file: { standby: 'eu-west-1' },                                                      says: 'standby: nothing → eu-west-1 (landbridge deploy makes it one where none is deployed yet: until then nobody can take over there)' },
    { file: { api: { ...payments.api, openapi: {} } },                                     says: 'api.openapi: another document' },
    { file: { agents: { codeSha256: 'bmV3' } },                                            says: 'agents: other code' },
    { file: { functions: { ...payments.functions, list: { ...payments.functions['list']!, codeSha256: 'bmV3' } } }, says: 'functions.list: other code' },
    { file: { functions: { ...payments.functions, list: { ...payments.functions['list']!, environment: { TABLE: 'hunter2' } } } }, says: 'functions.list.environment.TABLE: another value' },
    { file: { functions: { ...payments.functions, list: { ...payments.functions['list']!, environment: {} } } }, says: 'functions.list.environment.TABLE: gone' },
    { file: { functions: { list: payments.functions['list']! } },                          says: 'functions.create: gone; nothing calls what members have of it, and nothing deletes it' },
    { file: { members: { ...three, 'eu-central-1': serving } },                            says: 'members.eu-central-1: new' },
    { file: network({ prefixLength: 20 }),                                                 says: 'network.prefixLength: 16 → 20 (for who joins from now on)' },
    { file: { policies: { ...payments.policies, approvals: ['drill'] } },                  says: 'policies.approvals: [] → ["drill"]' },
    { file: eu({ certificateArn }),                                                        says: `members.eu-west-1.certificateArn: nothing → ${certificateArn}` },
  ])('$says', ({ file, says }) => {
    expect(told(file).differs).toEqual([says]);
  });

  test('of a standby that is none any more: that, and nothing to do', () => {
    expect(told({}, { standby: EU }).differs).toEqual(['standby: eu-west-1 → nothing']);
  });

  test('of links: the topology as the file has it', () => {
    expect(told({}, network({ topology: HUB })).differs).toEqual(['network.topology: hub us-east-1 → mesh']);
  });

  test('of zones: who keeps what it has', () => {
    expect(told(network({ zones: 3 }))).toMatchObject({
      differs: ['network.zones: 2 → 3 (for who joins from now on)'],
      later: Object.keys(three).map((region) => `network.zones: ${region} keeps its 2 until it leaves and joins again`),
    });
  });

  test('of what was never so: that it holds for the next join', () => {
    const file = eu({ cidr: '10.70.0.0/16' });
    expect(told(file, file)).toMatchObject({
      differs: [],
      later: [
        'members.eu-west-1.cidr: is 10.70.0.0/16, and eu-west-1 is a member already, with 10.65.0.0/16; the file holds for its next join',
      ],
    });
  });
});

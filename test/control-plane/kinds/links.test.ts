import { describe, expect, test } from 'vitest';
import { peering } from '../../../control-plane/kinds/peering.ts';
import { peeringTags } from '../../../control-plane/kinds/peering-tags.ts';
import { route } from '../../../control-plane/kinds/route.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';
import type { Answers } from '../../support/dialogue.ts';
import { declaredWith, memberOf } from '../../support/payments.ts';
import { borrowed, HERE, here, journal, LINK, look, methods, Tags, THERE, there } from './two-members.ts';

describe('peering', () => {
  const at = (Code: string, but: object = {}) => ({
    VpcPeeringConnectionId: 'pcx-1',
    Status: { Code, Message: 'because' },
    RequesterVpcInfo: { VpcId: 'vpc-1', Region: HERE },
    AccepterVpcInfo: { VpcId: 'vpc-2', Region: THERE },
    Tags: Tags(`peering/${LINK}`),
    ...but,
  });
  const foreign = { VpcPeeringConnectionId: 'pcx-9', Tags: [] };
  const reversed = { ...foreign, RequesterVpcInfo: { VpcId: 'vpc-2' }, AccepterVpcInfo: { VpcId: 'vpc-1' } };
  const answers = (...VpcPeeringConnections: object[]): Answers => ({
    describeVpcPeeringConnections: { VpcPeeringConnections },
    createVpcPeeringConnection: {
      VpcPeeringConnection: { VpcPeeringConnectionId: 'pcx-new', Tags: Tags(`peering/${LINK}`) },
    },
    acceptVpcPeeringConnection: {},
    createTags: {},
    deleteVpcPeeringConnection: {},
  });
  const known = { ...journal, [`peering/${LINK}`]: 'pcx-1' };

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: [at('active')],                 fields: [],            writes: [],                             conflict: false, why: 'as declared' },
    { there: [],                             fields: ['existence'], writes: ['createVpcPeeringConnection'], conflict: false, why: 'none there' },
    { there: [at('deleted')],                fields: ['existence'], writes: ['createVpcPeeringConnection'], conflict: false, why: 'AWS shows the dead for a while' },
    { there: [at('initiating-request')],     fields: [],            writes: [],                             conflict: false, why: 'not there to be accepted yet' },
    { there: [at('pending-acceptance')],     fields: ['status'],    writes: ['acceptVpcPeeringConnection'], conflict: false, why: 'a crash between create and accept' },
    { there: [at('deleting')],               fields: [],            writes: [],                             conflict: false, why: 'it has to be gone first' },
    { there: [at('active', { Tags: [] })],   fields: ['tags'],      writes: ['createTags'],                 conflict: false, why: 'the journal still knows it' },
    { there: [at('active', foreign)],        fields: ['tags'],      writes: [],                             conflict: true,  why: 'somebody joined the same two' },
    { there: [at('pending-acceptance', foreign)], fields: ['status', 'tags'], writes: [],                   conflict: true,  why: 'somebody asked for the same' },
    { there: [at('active', reversed)],       fields: ['tags'],      writes: [],                             conflict: true,  why: 'somebody joined them the other way round' },
    { there: [at('pending-acceptance', reversed)], fields: ['existence'], writes: ['createVpcPeeringConnection'], conflict: false, why: 'somebody asked for the other way round' },
    { there: [at('pending-acceptance'), at('active', reversed)], fields: ['tags'], writes: [],              conflict: true,  why: 'ours cannot be accepted beside it' },
    { there: [at('failed')],                 fields: [],            writes: [],                             conflict: true,  why: 'asking again would fail again' },
    { there: [at('deleted'), at('active', { VpcPeeringConnectionId: 'pcx-2' })], fields: [], writes: [],    conflict: false, why: 'the living before the known' },
  ])('$why', ({ there: peerings, fields, writes, conflict }) => {
    const seen = look(peering, LINK, answers(...peerings), { known });
    expect(seen.fields).toEqual(fields);
    expect(seen.conflict !== undefined).toBe(conflict);
    expect(methods(fields.length === 0 ? [] : seen.repair().writes)).toEqual(writes);
  });

  test('of two accounts is asked for in the one, and accepted in the other', () => {
    const [requester, accepter] = [memberOf(HERE, 1, { account: '222233334444' }), memberOf(THERE, 2)];
    const [target] = peering.targets(declaredWith(requester, accepter));
    expect(target?.want).toMatchObject({ accepterAccount: '111122223333' });
    const [same] = peering.targets(declaredWith(requester, { ...accepter, account: '222233334444' }));
    expect(same?.want).not.toHaveProperty('accepterAccount');
  });

  test('only an active one may be routed through', () => {
    expect(look(peering, LINK, answers(at('provisioning'))).attributes).toEqual({ id: 'pcx-1' });
    expect(look(peering, LINK, answers(at('active'))).attributes).toEqual({ id: 'pcx-1', activeId: 'pcx-1' });
    expect(look(peering, LINK, answers(at('active', foreign))).attributes).toEqual({});
  });

  test('a plan carried out twice makes one', () => {
    const first = look(peering, LINK, {
      ...answers(),
      describeVpcPeeringConnections: twice(answers(), answers(at('active'))),
    });
    expect(first.repair()).toMatchObject({ result: { id: 'pcx-1' }, writes: [] });
  });

  test('what a stranger asked for since the look is answered with, and is not taken for ours', () => {
    const answering = (tags: object[]) => ({
      ...answers(),
      createVpcPeeringConnection: { VpcPeeringConnection: at('pending-acceptance', { Tags: tags }) },
    });
    expect(look(peering, LINK, answering([])).repair().result).toBeUndefined();
    const ours = Tags(`peering/${LINK}`);
    expect(look(peering, LINK, answering(ours)).repair().result, 'its answer had been lost').toEqual({ id: 'pcx-1' });
  });

  test('waits for its turn while 25 requests of the Region are outstanding', () => {
    const request = (index: number) =>
      at('pending-acceptance', {
        VpcPeeringConnectionId: `pcx-${100 + index}`,
        AccepterVpcInfo: { VpcId: `vpc-${100 + index}` },
        Tags: [],
      });
    const requests = (count: number) => answers(...Array.from({ length: count }, (_, index) => request(index)));
    expect(() => look(peering, LINK, requests(25)).repair()).toThrow(/25 peering requests of eu-west-1/);
    expect(methods(look(peering, LINK, requests(24)).repair().writes)).toEqual(['createVpcPeeringConnection']);
  });

  test("of a link that goes, only the fleet's own peering goes", () => {
    const members = [here({ phase: 'leaving' }), there()];
    expect(look(peering, LINK, answers(at('active', foreign)), { members }).observed).toBeUndefined();
    expect(methods(look(peering, LINK, answers(at('active')), { members }).remove().writes)).toEqual([
      'deleteVpcPeeringConnection',
    ]);
  });
});

/** The list of peerings as it is at first, and as it is from then on. */
function twice(first: Answers, then: Answers): () => unknown {
  let asked = 0;
  return () => (asked++ === 0 ? first : then)['describeVpcPeeringConnections'];
}

describe('peering tags', () => {
  const members = [memberOf(THERE, 1), here({ sequence: 2 })];
  const answers = (...VpcPeeringConnections: object[]): Answers => ({
    describeVpcPeeringConnections: { VpcPeeringConnections },
    createTags: {},
  });

  test('are written in one call on all that lack them', () => {
    const wanted = look(peeringTags, HERE, answers({ VpcPeeringConnectionId: 'pcx-1', Tags: [] }), { members });
    expect(wanted.repair().writes).toMatchObject([{ method: 'createTags', input: { Resources: ['pcx-1'] } }]);
    const tagged = { VpcPeeringConnectionId: 'pcx-1', Tags: Tags('peering-tags/eu-west-1') };
    expect(look(peeringTags, HERE, answers(tagged), { members }).drift).toEqual([]);
  });

  test('are not looked for on a member that leaves', () => {
    const [peer, self] = members;
    if (peer === undefined || self === undefined) throw new Error('two members');
    const leaving = [peer, { ...self, phase: 'leaving' } as const];
    expect(look(peeringTags, HERE, answers(), { members: leaving })).toMatchObject({ observed: undefined, reads: [] });
  });
});

describe('route', () => {
  const table = (id: string, key: TargetKey | undefined, ...Routes: object[]) => ({
    RouteTableId: id,
    Routes: Routes.map((each) => ({ DestinationCidrBlock: '10.65.0.0/16', State: 'active', ...each })),
    Tags: key === undefined ? [] : Tags(key),
  });
  const own = (...routes: object[]) => table('rtb-1', 'route-table/eu-west-1/main', ...routes);
  const lent = (...routes: object[]) => table('rtb-lent', undefined, ...routes);
  const answers = (RouteTable: object): Answers => ({
    describeRouteTables: { RouteTables: [RouteTable] },
    describeVpcPeeringConnections: { VpcPeeringConnections: [] },
    createRoute: {},
    replaceRoute: {},
    deleteRoute: {},
  });
  const known = { ...journal, [`peering/${LINK}`]: 'pcx-1' };
  const dead = { State: 'blackhole' };
  const onLoan = [here({ borrowed }), there()];

  // biome-ignore format: a table is read down its columns
  test.for([
    { table: own({ VpcPeeringConnectionId: 'pcx-1' }),          writes: [],               conflict: false, why: 'as declared' },
    { table: own(),                                             writes: ['createRoute'],  conflict: false, why: 'none there' },
    { table: own({ VpcPeeringConnectionId: 'pcx-0', ...dead }), writes: ['replaceRoute'], conflict: false, why: 'its peering was deleted and made anew' },
    { table: own({ VpcPeeringConnectionId: 'pcx-1', ...dead }), writes: ['replaceRoute'], conflict: false, why: 'a blackhole still names its peering' },
    { table: own({ NetworkInterfaceId: 'eni-1', ...dead }),     writes: ['replaceRoute'], conflict: false, why: 'a dead end in our own table' },
    { table: own({ GatewayId: 'igw-1' }),                       writes: [],               conflict: true,  why: "somebody's working route, even there" },
    { table: own({ VpcPeeringConnectionId: 'pcx-9' }),          writes: [],               conflict: true,  why: "somebody's working peering" },
    { table: own({ GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' }), writes: ['createRoute'], conflict: false, why: 'a propagated route yields to a static one' },
  ])('own table: $why', ({ table: seenTable, writes, conflict }) => {
    const seen = look(route, 'eu-west-1/main/10.65.0.0/16', answers(seenTable), { known });
    expect(seen.conflict !== undefined).toBe(conflict);
    expect(methods(seen.drift.length === 0 || conflict ? [] : seen.repair().writes)).toEqual(writes);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { table: lent({ VpcPeeringConnectionId: 'pcx-0', ...dead }), writes: ['replaceRoute'], conflict: false, why: 'a peering that is gone is nobody’s way' },
    { table: lent({ NetworkInterfaceId: 'eni-1', ...dead }),     writes: [],               conflict: true,  why: 'an appliance that is down may come back' },
    { table: lent({ VpcPeeringConnectionId: 'pcx-9' }),          writes: [],               conflict: true,  why: "somebody's working peering" },
  ])('borrowed table: $why', ({ table: seenTable, writes, conflict }) => {
    const seen = look(route, 'eu-west-1/rtb-lent/10.65.0.0/16', answers(seenTable), { known, members: onLoan });
    expect(seen.conflict !== undefined).toBe(conflict);
    expect(methods(seen.drift.length === 0 || conflict ? [] : seen.repair().writes)).toEqual(writes);
  });

  test('of a link that goes, only what leads to its peering goes', () => {
    const members = [here(), there({ phase: 'leaving' })];
    const name = 'eu-west-1/main/10.65.0.0/16';
    const theirs = look(route, name, answers(own({ GatewayId: 'igw-1' })), { known, members });
    expect(theirs.observed).toBeUndefined();
    const ours = look(route, name, answers(own({ VpcPeeringConnectionId: 'pcx-1' })), { known, members });
    expect(ours.remove().writes).toMatchObject([{ method: 'deleteRoute', input: { RouteTableId: 'rtb-1' } }]);
  });

  test("a peering that the journal does not know is proven ours by its tags, on either side's", () => {
    const tagged = { VpcPeeringConnectionId: 'pcx-1', Tags: Tags('peering-tags/eu-west-1') };
    const list = {
      ...answers(own({ VpcPeeringConnectionId: 'pcx-1' })),
      describeVpcPeeringConnections: { VpcPeeringConnections: [tagged] },
    };
    const members = [here(), there({ phase: 'leaving' })];
    expect(look(route, 'eu-west-1/main/10.65.0.0/16', list, { members }).observed).toMatchObject({ isOurs: true });
  });

  test('every block of a peer has one in every table, on both sides', () => {
    const names = [
      ...route.targets(declaredWith(here({ borrowed, cidrs: ['10.1.0.0/16', '10.2.0.0/16'] }), there())),
    ].map(({ name }) => name);
    expect(names).toEqual([
      'eu-west-1/rtb-lent/10.65.0.0/16',
      'us-east-1/main/10.1.0.0/16',
      'us-east-1/main/10.2.0.0/16',
    ]);
  });
});

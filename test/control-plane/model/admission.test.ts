import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, type Evidence, type JoinRequest, type SeenVpc } from '../../../control-plane/model/admission.ts';
import { cidrOf, contains, overlaps } from '../../../control-plane/model/cidr.ts';
import type { Declared, Fleet } from '../../../control-plane/model/fleet.ts';
import { allRegions } from '../../../control-plane/model/region.ts';
import { declaredWith, memberOf, payments } from '../../support/payments.ts';

const HERE = 'eu-west-1';
const seen = (vpcId: string, cidrs: string[], isMembers = false): SeenVpc => ({ vpcId, cidrs, isMembers });
const certificate = (arn: string, ...names: string[]) => ({ arn, names });
const exact = certificate('arn:exact', payments.domain);

const evidence: Evidence = {
  vpcsByRegion: {
    'us-east-1': [seen('vpc-us', ['10.64.0.0/16', '10.80.0.0/16'], true), seen('vpc-default', ['172.31.0.0/16'])],
    [HERE]: [seen('vpc-lent', ['172.20.0.0/16'])],
  },
  zones: ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'],
  certificates: [certificate('arn:wide', '*.payments.example.com'), exact],
  routeTables: [{ id: 'rtb-lent', vpcId: 'vpc-lent' }],
  subnets: [
    { id: 'subnet-a', vpcId: 'vpc-lent', zone: 'eu-west-1a' },
    { id: 'subnet-a2', vpcId: 'vpc-lent', zone: 'eu-west-1a' },
    { id: 'subnet-b', vpcId: 'vpc-lent', zone: 'eu-west-1b' },
  ],
};
const lent = { vpcId: 'vpc-lent', routeTableIds: ['rtb-lent'], subnetIds: ['subnet-a', 'subnet-b'] };
const declared = declaredWith(memberOf('us-east-1', 1), memberOf('sa-east-1', 2, { role: 'client', phase: 'leaving' }));
const withFleet = (but: Partial<Fleet>): Declared => ({ ...declared, fleet: { ...payments, ...but } });
const join = (but: Partial<JoinRequest> = {}): JoinRequest => ({ region: HERE, role: 'serving', ...but });

describe('admission', () => {
  test('gives a member what it did not ask for: a block, zones and a certificate', () => {
    // 10.64 and 10.65 are the members', as declared.
    expect(admit(declared, join(), evidence)).toEqual({
      admitted: {
        region: HERE,
        role: 'serving',
        phase: 'joining',
        inTraffic: false,
        cidrs: ['10.66.0.0/16'],
        zones: ['eu-west-1a', 'eu-west-1b'],
        certificateArn: 'arn:exact',
      },
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { endpointZones: undefined,                      role: 'serving', zones: ['eu-west-1a', 'eu-west-1b'], why: 'nobody says where endpoints may lie' },
    { endpointZones: ['eu-west-1b', 'eu-west-1c'],   role: 'serving', zones: ['eu-west-1b', 'eu-west-1c'], why: 'the first has no endpoint' },
    { endpointZones: ['eu-west-1b', 'eu-west-1d'],   role: 'serving', zones: undefined,                    why: 'one is not enough, and one that is closed is none' },
    { endpointZones: ['eu-west-1b', 'eu-west-1c'],   role: 'client',  zones: ['eu-west-1a', 'eu-west-1b'], why: 'who only calls has no endpoint' },
  ])('takes zones in which an endpoint may lie: $why', ({ endpointZones, role, zones }) => {
    expect(admit(declared, join({ role }), { ...evidence, endpointZones })).toMatchObject(
      zones === undefined
        ? { refused: { path: 'network.zones', says: expect.stringMatching(/has 3 zones open to account \d+, API Gateway's endpoint may lie in 1 of them, and the fleet asks for 2/) } }
        : { admitted: { zones } },
    );
  });

  test('refuses a subnet to borrow in which no endpoint may lie, and only of who serves', () => {
    const seenNow = { ...evidence, endpointZones: ['eu-west-1a', 'eu-west-1c'] };
    expect(admit(declared, join({ vpc: lent }), seenNow)).toEqual({
      refused: {
        path: 'vpc.subnetIds.1',
        says: 'subnet-b lies in eu-west-1b, where API Gateway has no endpoint',
        remedy: 'name subnets of eu-west-1a, eu-west-1c',
      },
    });
    expect(admit(declared, join({ vpc: lent, role: 'client' }), seenNow)).toHaveProperty('admitted');
  });

  test('gives a borrower the blocks of its VPC and the zones of its subnets', () => {
    expect(admit(declared, join({ vpc: lent, role: 'client' }), evidence)).toMatchObject({
      admitted: { cidrs: ['172.20.0.0/16'], zones: ['eu-west-1a', 'eu-west-1b'], borrowed: lent },
    });
  });

  test('takes from the fleet file what the request leaves out', () => {
    const file = withFleet({
      members: {
        [HERE]: { role: 'client', cidr: '10.70.0.0/16' },
        'eu-west-2': { role: 'client', cidr: '10.66.0.0/16' },
      },
    });
    expect(admit(file, { region: HERE }, evidence)).toMatchObject({
      admitted: { role: 'client', cidrs: ['10.70.0.0/16'] },
    });
    expect(admit(file, { region: HERE, role: 'serving' }, evidence)).toMatchObject({ admitted: { role: 'serving' } });
    const elsewhere = admit(file, join({ region: 'eu-west-3' }), evidence);
    expect(elsewhere, 'and keeps what it reserves for others').toMatchObject({ admitted: { cidrs: ['10.67.0.0/16'] } });
  });

  test('is repeated without harm, and refused where the repetition asks for something else', () => {
    const us = join({ region: 'us-east-1' });
    expect(admit(declared, us, evidence)).toEqual({ already: declared.members[0] });
    expect(admit(declared, { ...us, cidr: '10.64.0.0/16' }, evidence)).toHaveProperty('already');
    for (const [path, but] of [
      ['role', { role: 'client' }],
      ['cidr', { cidr: '10.99.0.0/16' }],
      ['vpc.vpcId', { vpc: lent }],
    ] as const)
      expect(admit(declared, { ...us, ...but }, evidence)).toMatchObject({ refused: { path } });
  });

  test('takes the account from the fleet file, and keeps a member in the one it joined in', () => {
    const file = withFleet({ members: { [HERE]: { role: 'client', account: '222233334444' } } });
    expect(admit(file, { region: HERE }, evidence)).toMatchObject({ admitted: { account: '222233334444' } });
    const moved = withFleet({ members: { 'us-east-1': { role: 'serving', account: '222233334444' } } });
    expect(admit(moved, join({ region: 'us-east-1' }), evidence)).toMatchObject({
      refused: {
        path: 'members.us-east-1.account',
        says: 'is 222233334444, and us-east-1 is a member already, in 111122223333',
      },
    });
  });

  const small = withFleet({ network: { ...payments.network, supernet: '10.64.0.0/15' } });
  // biome-ignore format: a table is read down its columns
  test.for([
    { request: join({ region: 'mars-1' }),                       path: 'region',          says: /"mars-1" is not an AWS Region/ },
    { request: join({ region: 'sa-east-1' }),                    path: 'region',          says: /sa-east-1 is leaving/ },
    { request: join({ role: undefined }),                        path: 'role',            says: /is missing/ },
    { request: join({ role: 'boss' }),                           path: 'role',            says: /"boss" is not a role/ },
    { request: join({ cidr: '10.80.128.0/17' }),                 path: 'cidr',            says: /overlaps 10.80.0.0\/16 of us-east-1, where it was added to the VPC/ },
    { request: join({ cidr: '10.65.0.0/20' }),                   path: 'cidr',            says: /overlaps 10.65.0.0\/16 of sa-east-1/ },
    { request: join({ cidr: '10.70.0.0' }),                      path: 'cidr',            says: /not an address, a slash/ },
    { request: join({ cidr: '10.70.0.0/16', vpc: lent }),        path: 'cidr',            says: /beside a borrowed VPC/ },
    { request: join({ vpc: { ...lent, vpcId: 'vpc-no' } }),      path: 'vpc.vpcId',       says: /vpc-no does not exist in eu-west-1/ },
    { request: join({ vpc: { ...lent, vpcId: 'vpc-us' } }),      path: 'vpc.vpcId',       says: /vpc-us lies in us-east-1, not in eu-west-1/ },
    { request: join({ vpc: { ...lent, routeTableIds: ['rtb-no'] } }),               path: 'vpc.routeTableIds.0', says: /rtb-no is not a route table of vpc-lent/ },
    { request: join({ vpc: { ...lent, subnetIds: ['subnet-a', 'subnet-no'] } }),    path: 'vpc.subnetIds.1',     says: /subnet-no is not a subnet of vpc-lent/ },
    { request: join({ vpc: { ...lent, subnetIds: ['subnet-a', 'subnet-a2'] } }),    path: 'vpc.subnetIds.1',     says: /lies in eu-west-1a, as another/ },
    { request: join({ certificateArn: 'arn:no' }),               path: 'certificateArn',  says: /arn:no is not an issued certificate in eu-west-1/ },
    { request: join(), declared: withFleet({ domain: 'api.example.org' }), path: 'certificateArn', says: /no issued certificate for api.example.org/ },
    { request: join({ certificateArn: 'arn:exact' }), declared: withFleet({ domain: 'x.example.com' }), path: 'certificateArn', says: /is for api.payments.example.com, not for/ },
    { request: join(), declared: small,                          path: 'network.supernet', says: /10.64.0.0\/15 is full/ },
    { request: join(), declared: withFleet({ network: { ...payments.network, zones: 4 } }), path: 'network.zones', says: /has 3 zones open .* asks for 4/ },
  ])('refuses: $says', ({ request, declared: given, path, says }) => {
    const decision = admit(given ?? declared, request, evidence);
    expect(decision).toMatchObject({ refused: { path, says: expect.stringMatching(says), remedy: expect.stringMatching(/./) } });
  });

  test('refuses a borrowed VPC whose second block a member has already', () => {
    const vpcsByRegion = { ...evidence.vpcsByRegion, [HERE]: [seen('vpc-lent', ['172.20.0.0/16', '10.64.128.0/20'])] };
    expect(admit(declared, join({ vpc: lent }), { ...evidence, vpcsByRegion })).toMatchObject({
      refused: { path: 'vpc.vpcId', says: '10.64.128.0/20 of vpc-lent overlaps 10.64.0.0/16 of us-east-1' },
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { name: 'api.payments.example.com',  covers: true,  why: 'the name itself' },
    { name: 'API.Payments.example.com',  covers: true,  why: 'names have no case' },
    { name: '*.payments.example.com',    covers: true,  why: 'a wildcard for its first label' },
    { name: '*.example.com',             covers: false, why: 'and for no second one' },
    { name: '*.api.payments.example.com', covers: false, why: 'nor for none' },
    { name: 'payments.example.com',      covers: false, why: 'a parent is somebody else' },
  ])('a certificate for $name covers the domain: $covers, $why', ({ name, covers }) => {
    const decision = admit(declared, join(), { ...evidence, certificates: [certificate('arn:it', name)] });
    expect('admitted' in decision).toBe(covers);
  });

  test('fills the supernet with blocks that never meet, and refuses the first that does not fit', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...allRegions], { minLength: 20 }), (regions) => {
        let now = declaredWith();
        for (const region of regions) {
          const zones = [`${region}a`, `${region}b`];
          const decision = admit(now, { region, role: 'client' }, { ...evidence, vpcsByRegion: {}, zones });
          if ('refused' in decision) {
            expect(decision.refused.path).toBe('network.supernet');
            expect(now.members).toHaveLength(16);
            continue;
          }
          if ('already' in decision) throw new Error('nobody joins twice here');
          now = declaredWith(...now.members, { ...decision.admitted, sequence: now.members.length + 1 });
        }
        const blocks = now.members.flatMap(({ cidrs }) => cidrs.map(cidrOf));
        expect(blocks.every((block) => contains(cidrOf(payments.network.supernet), block))).toBe(true);
        expect(blocks.some((block, i) => blocks.slice(i + 1).some((other) => overlaps(block, other)))).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

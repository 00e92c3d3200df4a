import { describe, expect, test } from 'vitest';
import { endpoint, entranceOf } from '../../../control-plane/kinds/endpoint.ts';
import { routeTable } from '../../../control-plane/kinds/route-table.ts';
import { rule } from '../../../control-plane/kinds/rule.ts';
import { securityGroup } from '../../../control-plane/kinds/security-group.ts';
import { subnet } from '../../../control-plane/kinds/subnet.ts';
import { vpc } from '../../../control-plane/kinds/vpc.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import { markOf } from '../../../control-plane/model/ownership.ts';
import { type Answers, converse, placeIn } from '../../support/dialogue.ts';
import { declaredWith } from '../../support/payments.ts';
import { borrowed, HERE, here, journal, LINK, look, methods, Tags, THERE, there } from './two-members.ts';

describe('vpc', () => {
  const on = { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } };
  const ours = { VpcId: 'vpc-1', CidrBlock: '10.64.0.0/16', Tags: Tags('vpc/eu-west-1') };
  const answers = (Vpcs: object[], attribute: object = on): Answers => ({
    describeVpcs: { Vpcs },
    describeVpcAttribute: attribute,
    createVpc: { Vpc: { VpcId: 'vpc-new' } },
    modifyVpcAttribute: {},
    createTags: {},
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { vpcs: [ours],                 dns: on, known: {},      fields: [],             writes: [],                                   why: 'as declared, found by its tags' },
    { vpcs: [],                     dns: on, known: {},      fields: ['existence'],  writes: ['createVpc', 'modifyVpcAttribute'],  why: 'hostnames are off in a new one' },
    { vpcs: [{ ...ours, Tags: [] }], dns: on, known: journal, fields: ['tags'],      writes: ['createTags'],                       why: 'the journal still knows it' },
    { vpcs: [{ ...ours, Tags: [] }], dns: on, known: {},     fields: ['existence'],  writes: ['createVpc', 'modifyVpcAttribute'],  why: 'nobody knows it: not ours' },
    { vpcs: [ours], dns: { EnableDnsSupport: { Value: false }, EnableDnsHostnames: { Value: false } }, known: journal, fields: ['dnsSupport', 'dnsHostnames'], writes: ['modifyVpcAttribute', 'modifyVpcAttribute'], why: 'one attribute per call' },
  ])('$why', ({ vpcs, dns, known, fields, writes }) => {
    const seen = look(vpc, HERE, answers(vpcs, dns), { known });
    expect(seen.fields).toEqual(fields);
    expect(methods(fields.length === 0 ? [] : seen.repair().writes)).toEqual(writes);
  });

  test('a plan carried out twice makes one', () => {
    const stale = look(vpc, HERE, answers([]), { known: {} });
    const place = placeIn(HERE, declaredWith(here()));
    const target = [...vpc.targets(place.declared)][0];
    if (target === undefined) throw new Error('no target');
    const change = {
      target,
      key: 'vpc/eu-west-1',
      desired: { cidr: '10.64.0.0/16' },
      observed: undefined,
      place,
    } as const;
    const again = converse(
      vpc.apply({ ...change, drift: stale.drift, artefact: () => new Uint8Array() }),
      answers([ours]),
    );
    expect(again.result).toEqual({ id: 'vpc-1' });
    expect(methods(again.writes)).toEqual(['modifyVpcAttribute']);
  });

  test('one that bears our tags with another block is in conflict', () => {
    expect(look(vpc, HERE, answers([{ ...ours, CidrBlock: '10.99.0.0/16' }])).conflict).toMatch(
      /vpc-1 .* 10.99.0.0\/16/,
    );
  });

  test('a borrowed one is found by its id only', () => {
    const lent = { VpcId: 'vpc-lent', CidrBlock: '172.16.0.0/16' };
    const place = placeIn(HERE, declaredWith(here({ borrowed })), journal);
    const [target] = [...vpc.targets(place.declared)];
    expect(target?.borrowed).toBe(true);
    expect([...converse(vpc.survey(place), answers([ours, lent])).result.values()]).toMatchObject([{ id: 'vpc-lent' }]);
  });
});

describe('subnet', () => {
  const at = (SubnetId: string, CidrBlock: string, AvailabilityZone: string, marks: object[] = []) => ({
    SubnetId,
    CidrBlock,
    AvailabilityZone,
    Tags: marks,
  });
  const name = 'eu-west-1/eu-west-1b';
  const second = (but: Partial<ReturnType<typeof at>> = {}) => ({
    ...at('subnet-b', '10.64.16.0/20', 'eu-west-1b', Tags('subnet/eu-west-1/eu-west-1b')),
    ...but,
  });
  const answers = (Subnets: object[]): Answers => ({
    describeSubnets: { Subnets },
    createSubnet: { Subnet: { SubnetId: 'subnet-new' } },
    createTags: {},
  });

  test('the second zone gets the second sixteenth', () => {
    const { writes } = look(subnet, name, answers([])).repair();
    expect(writes).toMatchObject([
      { input: { CidrBlock: '10.64.16.0/20', AvailabilityZone: 'eu-west-1b', VpcId: 'vpc-1' } },
    ]);
  });

  test('one without tags is known by where it stands, and gets them back', () => {
    const seen = look(subnet, name, answers([second({ Tags: [] })]));
    expect(seen.fields).toEqual(['tags']);
    expect(methods(seen.repair().writes)).toEqual(['createTags']);
  });

  test('what stands across its block is in conflict, and is left alone when the member leaves', () => {
    const stranger = at('subnet-z', '10.64.0.0/18', 'eu-west-1c');
    expect(look(subnet, name, answers([stranger])).conflict).toMatch(/subnet-z/);
    const members = [here({ phase: 'leaving' }), there()];
    expect(look(subnet, name, answers([stranger]), { members }).observed).toBeUndefined();
  });
});

describe('route table', () => {
  const associated = (...ids: string[]) => ids.map((id) => ({ SubnetId: id, RouteTableAssociationId: `assoc-${id}` }));
  const ours = (...subnets: string[]) => ({
    RouteTableId: 'rtb-1',
    Associations: associated(...subnets),
    Tags: Tags('route-table/eu-west-1/main'),
  });
  const answers = (...RouteTables: object[]): Answers => ({
    describeRouteTables: { RouteTables },
    createRouteTable: { RouteTable: { RouteTableId: 'rtb-new' } },
    associateRouteTable: {},
    replaceRouteTableAssociation: {},
    disassociateRouteTable: () => {
      throw new Fault('Absent', 'gone');
    },
    deleteRouteTable: {},
  });
  const name = 'eu-west-1/main';

  // biome-ignore format: a table is read down its columns
  test.for([
    { tables: [ours('subnet-a', 'subnet-b')], writes: [],                                                           why: 'as declared' },
    { tables: [],                             writes: ['createRouteTable', 'associateRouteTable', 'associateRouteTable'], why: 'none there' },
    { tables: [ours('subnet-a')],             writes: ['associateRouteTable'],                                      why: 'one subnet fell out' },
    { tables: [ours('subnet-a'), { RouteTableId: 'rtb-9', Associations: associated('subnet-b') }], writes: ['replaceRouteTableAssociation'], why: 'one was led astray' },
  ])('$why', ({ tables, writes }) => {
    const seen = look(routeTable, name, answers(...tables));
    expect(methods(seen.drift.length === 0 ? [] : seen.repair().writes)).toEqual(writes);
  });

  test('its client token is the same for a repeated call, and new after one that was lost', () => {
    const token = (known: Record<string, string>) =>
      look(routeTable, name, answers(), { known: { ...journal, ...known } }).repair().writes[0]?.input['ClientToken'];
    expect(token({})).toBe(token({}));
    expect(token({})).not.toBe(token({ 'route-table/eu-west-1/main': 'rtb-1' }));
  });

  test('goes after its associations, whoever took those away first', () => {
    const { writes } = look(routeTable, name, answers(ours('subnet-a', 'subnet-b'))).remove();
    expect(methods(writes)).toEqual(['disassociateRouteTable', 'disassociateRouteTable', 'deleteRouteTable']);
  });
});

describe('security group and rules', () => {
  const supernetRule = 'eu-west-1/443-10.64.0.0/12';
  const range = (CidrIp: string, Description?: string) => ({ CidrIp, Description });
  const permission = (IpRanges: object[], FromPort = 443) => ({ IpProtocol: 'tcp', FromPort, ToPort: 443, IpRanges });
  const group = (IpPermissions: object[] = [], but: object = {}) => ({
    GroupId: 'sg-1',
    GroupName: 'landbridge-payments-endpoint',
    Tags: Tags('security-group/eu-west-1/endpoint'),
    IpPermissions,
    ...but,
  });
  const answers = (...SecurityGroups: object[]): Answers => ({
    describeSecurityGroups: { SecurityGroups },
    createSecurityGroup: { GroupId: 'sg-new' },
    createTags: {},
    authorizeSecurityGroupIngress: () => {
      throw new Fault('Conflict', 'InvalidPermission.Duplicate');
    },
    revokeSecurityGroupIngress: {},
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { groups: [group()],                          fields: [],            conflict: false, why: 'as declared' },
    { groups: [],                                 fields: ['existence'], conflict: false, why: 'none there' },
    { groups: [group([], { Tags: [], Description: markOf('payments', 'security-group/eu-west-1/endpoint') })], fields: ['tags'], conflict: false, why: 'its description cannot be taken off' },
    { groups: [group([], { Tags: [] })],          fields: ['tags'],      conflict: true,  why: 'a namesake is not ours' },
  ])('$why', ({ groups, fields, conflict }) => {
    const seen = look(securityGroup, 'eu-west-1/endpoint', answers(...groups));
    expect(seen.fields).toEqual(fields);
    expect(seen.conflict !== undefined).toBe(conflict);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { permissions: [permission([range('10.64.0.0/12')])],             there: true,  why: "somebody else's rule serves as well" },
    { permissions: [permission([range('0.0.0.0/0')])],                there: false, why: 'a wider one is not counted' },
    { permissions: [permission([range('10.64.0.0/12')], 80)],         there: false, why: 'nor one for more ports' },
    { permissions: [],                                                there: false, why: 'none there' },
  ])('$why', ({ permissions, there: isThere }) => {
    const seen = look(rule, supernetRule, answers(group(permissions)));
    expect(seen.drift.length === 0).toBe(isThere);
  });

  test('a rule that somebody was faster to write is there', () => {
    const { writes } = look(rule, supernetRule, answers(group())).repair();
    expect(writes).toMatchObject([
      {
        input: {
          GroupId: 'sg-1',
          IpPermissions: [{ FromPort: 443, IpRanges: [{ Description: markOf('payments', `rule/${supernetRule}`) }] }],
        },
      },
    ]);
  });

  test('a peer outside the supernet has a rule of its own, by link, which is revoked with the link if it is ours', () => {
    const name = 'eu-west-1/443-172.16.0.0/16';
    const outside = (phase: Member['phase']) => [here(), there({ borrowed, cidrs: ['172.16.0.0/16'], phase })];
    const targets = [...rule.targets(declaredWith(...outside('joined')))].filter(({ region }) => region === HERE);
    expect(targets.map(({ name: each, owners, lease }) => ({ name: each, owners, lease }))).toEqual([
      { name: supernetRule, owners: [HERE], lease: 'member/eu-west-1' },
      { name, owners: [HERE, THERE], lease: `link/${LINK}` },
    ]);
    const ours = group([permission([range('172.16.0.0/16', markOf('payments', `rule/${name}`))])]);
    const theirs = group([permission([range('172.16.0.0/16', 'mine')])]);
    expect(methods(look(rule, name, answers(ours), { members: outside('leaving') }).remove().writes)).toEqual([
      'revokeSecurityGroupIngress',
    ]);
    expect(look(rule, name, answers(theirs), { members: outside('leaving') }).observed).toBeUndefined();
  });

  test('the rules of a member that leaves go with their group, without a call', () => {
    const members = [here({ phase: 'leaving' }), there()];
    expect(look(rule, supernetRule, answers(group([permission([range('10.64.0.0/12')])])), { members }).reads).toEqual(
      [],
    );
  });
});

describe('endpoint', () => {
  const available = (but: object = {}) => ({
    VpcEndpointId: 'vpce-1',
    State: 'available',
    SubnetIds: ['subnet-b', 'subnet-a'],
    Groups: [{ GroupId: 'sg-1' }],
    PrivateDnsEnabled: false,
    PolicyDocument: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
    DnsEntries: [
      { DnsName: 'vpce-1-abc-eu-west-1a.execute-api.eu-west-1.vpce.amazonaws.com', HostedZoneId: 'Z1' },
      { DnsName: 'vpce-1-abc.execute-api.eu-west-1.vpce.amazonaws.com', HostedZoneId: 'Z1' },
    ],
    NetworkInterfaceIds: ['eni-b', 'eni-a'],
    Tags: Tags('endpoint/eu-west-1'),
    ...but,
  });
  const answers = (...VpcEndpoints: object[]): Answers => ({
    describeVpcEndpoints: { VpcEndpoints },
    describeNetworkInterfaces: {
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-b', SubnetId: 'subnet-b', PrivateIpAddress: '10.64.16.9' },
        { NetworkInterfaceId: 'eni-a', SubnetId: 'subnet-a', PrivateIpAddress: '10.64.0.17' },
      ],
    },
    createVpcEndpoint: { VpcEndpoint: { VpcEndpointId: 'vpce-new' } },
    modifyVpcEndpoint: {},
    createTags: {},
    deleteVpcEndpoints: { Unsuccessful: [{ ResourceId: 'vpce-1', Error: { Code: 'OperationInProgress' } }] },
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: [available()],                                   fields: [],                   writes: [],                    settling: false, why: 'as declared' },
    { there: [],                                              fields: ['existence'],        writes: ['createVpcEndpoint'], settling: false, why: 'none there' },
    { there: [available({ State: 'pending', SubnetIds: [] })], fields: [],                  writes: [],                    settling: true,  why: 'it is being made: wait' },
    { there: [available({ State: 'deleting' })],              fields: ['state'],            writes: ['createVpcEndpoint'], settling: true,  why: 'somebody deletes it: another, at once' },
    { there: [available({ State: 'deleting' }), available({ VpcEndpointId: 'vpce-2' })], fields: [], writes: [],           settling: false, why: 'the other is there already' },
    { there: [available({ State: 'deleted' })],               fields: ['existence'],        writes: ['createVpcEndpoint'], settling: false, why: 'it is gone' },
    { there: [available({ Groups: [] })],                     fields: ['securityGroupIds'], writes: ['modifyVpcEndpoint'], settling: false, why: 'its group was taken off' },
    { there: [available({ SubnetIds: ['subnet-a'] })],        fields: ['subnetIds'],        writes: ['modifyVpcEndpoint'], settling: false, why: 'a zone was taken out' },
    { there: [available({ PrivateDnsEnabled: true })],        fields: ['hasPrivateDns'],    writes: ['modifyVpcEndpoint'], settling: false, why: 'it hides public APIs' },
    { there: [available({ PolicyDocument: '{"Statement":[]}' })], fields: ['hasDefaultPolicy'], writes: ['modifyVpcEndpoint'], settling: false, why: 'it lets nobody call anything' },
    { there: [available({ Tags: [] })],                       fields: ['tags'],             writes: ['createTags'],        settling: false, why: 'the journal still knows it' },
  ])('$why', ({ there: endpoints, fields, writes, settling }) => {
    const seen = look(endpoint, HERE, answers(...endpoints), { known: { ...journal, 'endpoint/eu-west-1': 'vpce-1' } });
    expect(seen.fields).toEqual(fields);
    expect(methods(fields.length === 0 ? [] : seen.repair().writes)).toEqual(writes);
    expect(seen.settling !== undefined).toBe(settling);
  });

  test('may be named as soon as it exists, and pointed at once it answers, by its Regional name', () => {
    expect(look(endpoint, HERE, answers(available({ State: 'pending' }))).attributes).toEqual({ id: 'vpce-1' });
    expect(look(endpoint, HERE, answers(available({ State: 'deleting' }))).attributes).toEqual({});
    expect(look(endpoint, HERE, answers(available())).attributes).toEqual({
      id: 'vpce-1',
      availableId: 'vpce-1',
      dnsName: 'vpce-1-abc.execute-api.eu-west-1.vpce.amazonaws.com',
      addresses: '10.64.0.17,10.64.16.9',
    });
    const DnsEntries = [
      ...available().DnsEntries,
      { DnsName: 'execute-api.eu-west-1.amazonaws.com', HostedZoneId: 'Z2' },
      { DnsName: '*.execute-api.eu-west-1.amazonaws.com', HostedZoneId: 'Z2' },
    ];
    const withPrivateDns = look(endpoint, HERE, answers(available({ PrivateDnsEnabled: true, DnsEntries })));
    expect(withPrivateDns.attributes, "the service's own names are not this endpoint's").toMatchObject({
      dnsName: 'vpce-1-abc.execute-api.eu-west-1.vpce.amazonaws.com',
    });
  });

  test('asks for addresses once: an interface keeps its own for as long as it is', () => {
    const seen = look(endpoint, HERE, answers(available()));
    expect(methods(seen.reads)).toEqual(['describeVpcEndpoints', 'describeNetworkInterfaces']);
    const entrance = entranceOf(seen.observed ?? expect.fail());
    const again = look(endpoint, HERE, answers(available()), { entrance });
    expect(methods(again.reads)).toEqual(['describeVpcEndpoints']);
    expect(again.attributes).toEqual(seen.attributes);
    const replaced = look(endpoint, HERE, answers(available({ NetworkInterfaceIds: ['eni-a', 'eni-c'] })), {
      entrance,
    });
    expect(methods(replaced.reads)).toEqual(['describeVpcEndpoints', 'describeNetworkInterfaces']);
  });

  test('a deletion that AWS did not carry out is a fault, and one under way is waited for', () => {
    expect(() => look(endpoint, HERE, answers(available())).remove()).toThrow(/OperationInProgress/);
    expect(look(endpoint, HERE, answers(available({ State: 'deleting' }))).leaving).toBeDefined();
  });
});

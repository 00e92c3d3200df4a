import { describe, expect, test } from 'vitest';
import { type Reachable, reachability } from '../../../control-plane/health/reachability.ts';
import { pathTargets } from '../../../control-plane/health/reachability-path.ts';
import { type Wanted, wantedTargets } from '../../../control-plane/loop/wanted.ts';
import type { Declared } from '../../../control-plane/model/fleet.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';
import { memberOf, payments } from '../../support/payments.ts';

const borrowed = { vpcId: 'vpc-9', routeTableIds: ['rtb-1', 'rtb-2'], subnetIds: ['subnet-1', 'subnet-2'] };
const declared: Declared = {
  fleet: payments,
  members: [
    memberOf('us-east-1', 1),
    memberOf('eu-west-1', 2),
    memberOf('sa-east-1', 3, { role: 'client' }),
    memberOf('eu-central-1', 4, { borrowed, cidrs: ['10.75.0.0/16', '172.20.0.0/16'] }),
  ],
};
const wanted = wantedTargets(declared);

describe('the targets of a path', () => {
  test('in the order of its hops', () => {
    expect(pathTargets('sa-east-1', 'us-east-1', declared, 'name')).toEqual([
      'vpc/sa-east-1',
      'view/sa-east-1',
      'records/sa-east-1',
      'subnet/sa-east-1/a',
      'subnet/sa-east-1/b',
      'route-table/sa-east-1/main',
      'route/sa-east-1/main/10.64.0.0/16',
      'peering/sa-east-1~us-east-1',
      'vpc/us-east-1',
      'security-group/us-east-1/endpoint',
      'rule/us-east-1/443-10.64.0.0/12',
      'subnet/us-east-1/a',
      'subnet/us-east-1/b',
      'route-table/us-east-1/main',
      'route/us-east-1/main/10.66.0.0/16',
      'endpoint/us-east-1',
      'domain-name/us-east-1',
      'access-association/us-east-1',
      'base-path-mapping/us-east-1',
      'rest-api/us-east-1',
      'stage/us-east-1',
      'function/us-east-1/create',
      'function/us-east-1/list',
    ]);
  });

  test('straight at the endpoint needs no view', () => {
    const kinds = pathTargets('sa-east-1', 'us-east-1', declared, 'path').map((key) => key.split('/')[0]);
    expect(kinds).not.toContain('view');
    expect(kinds).not.toContain('records');
  });

  test('to its own replica a member needs no link', () => {
    const kinds = pathTargets('us-east-1', 'us-east-1', declared, 'name').map((key) => key.split('/')[0]);
    expect(kinds).not.toContain('peering');
    expect(kinds).not.toContain('route');
  });

  test('of a borrowed VPC with two tables and a block outside of the supernet', () => {
    expect(pathTargets('eu-central-1', 'us-east-1', declared, 'name')).toEqual(
      expect.arrayContaining([
        'route/eu-central-1/rtb-1/10.64.0.0/16',
        'route/eu-central-1/rtb-2/10.64.0.0/16',
        'rule/us-east-1/443-10.64.0.0/12',
        'rule/us-east-1/443-172.20.0.0/16',
        'route/us-east-1/main/172.20.0.0/16',
      ]),
    );
  });

  test('are all targets that the fleet wants', () => {
    const serving = declared.members.filter(({ role }) => role === 'serving');
    for (const { region: from } of declared.members)
      for (const { region: to } of serving)
        for (const by of ['name', 'path'] as const)
          for (const key of pathTargets(from, to, declared, by)) expect(wanted.has(key), key).toBe(true);
  });

  test('there are none to or from a stranger', () => {
    expect(pathTargets('us-east-1', 'af-south-1', declared, 'name')).toEqual([]);
    expect(pathTargets('af-south-1', 'us-east-1', declared, 'name')).toEqual([]);
  });
});

describe('one member alone, all of it as it should be but for', () => {
  const own: Declared = { fleet: payments, members: [memberOf('us-east-1', 1)] };
  const wantedHere: ReadonlyMap<TargetKey, Wanted> = wantedTargets(own);
  const at = 'us-east-1';
  const dnsName = 'vpce-1-x.execute-api.us-east-1.vpce.amazonaws.com';
  const everybody = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
  });
  const local = { destination: '10.64.0.0/16', leadsTo: 'local', state: 'active' };
  const record = { Name: `${payments.domain}.`, Type: 'A', SetIdentifier: at, Region: at, TTL: 10 };
  const leadsTo = (Value: string) => ({ ours: [{ ...record, ResourceRecords: [{ Value }] }], foreign: [] });
  const alias = { DNSName: 'vpce-0-y.execute-api.us-east-1.vpce.amazonaws.com.', HostedZoneId: 'Z1' };
  const door = {
    id: 'vpce-1',
    state: 'available',
    subnetIds: ['subnet-a'],
    securityGroupIds: ['sg-1'],
    dnsName,
    interfaces: { 'eni-a': { subnetId: 'subnet-a', address: '10.64.0.17' } },
  };
  const seen: Readonly<Record<TargetKey, object>> = {
    'vpc/us-east-1': { id: 'vpc-1', dnsSupport: true, dnsHostnames: true },
    'view/us-east-1': { id: 'Z9', vpcs: [{ vpcId: 'vpc-1', vpcRegion: at }] },
    'records/us-east-1': leadsTo('10.64.0.17'),
    'subnet/us-east-1/a': { id: 'subnet-a', zone: 'a', cidr: '10.64.0.0/20' },
    'route-table/us-east-1/main': {
      id: 'rtb-1',
      tables: [{ id: 'rtb-1', isMain: true, subnetIds: [], ways: [local] }],
    },
    'security-group/us-east-1/endpoint': { id: 'sg-1', letsIn: { 'sg-1': ['10.64.0.0/12'] } },
    'endpoint/us-east-1': door,
    'domain-name/us-east-1': {
      id: 'd1',
      arn: 'arn:d1',
      domain: payments.domain,
      status: 'AVAILABLE',
      policy: everybody,
    },
    'access-association/us-east-1': { associations: [{ domainNameArn: 'arn:d1', endpointId: 'vpce-1' }] },
    'base-path-mapping/us-east-1': { restApiId: 'api1', stage: 'live' },
    'rest-api/us-east-1': { id: 'api1', specification: 's1', policy: everybody },
    'stage/us-east-1': { stageName: 'live', deploymentId: 'dep1', isOurs: true, specification: 's1' },
    'function/us-east-1/list': { arn: 'arn:list', codeSha256: 'aGFzaA==', handler: 'index.list' },
  };
  const proofWith = (but: Readonly<Record<TargetKey, object | undefined>>): Reachable => {
    const targets = new Map(Object.entries({ ...seen, ...but }).filter(([, value]) => value !== undefined));
    const observation = { targets: targets as ReadonlyMap<TargetKey, unknown>, unseen: new Map() };
    return reachability(at, at, { declared: own, wanted: wantedHere, observation }, 'name');
  };

  test('nothing: it reaches', () => {
    expect(proofWith({})).toEqual({ reaches: true });
  });

  // biome-ignore format: a table is read down its columns
  const rows: readonly { but: Readonly<Record<TargetKey, object | undefined>>; hop: string; target: TargetKey; why: string }[] = [
    { but: { 'vpc/us-east-1': undefined }, hop: 'name', target: 'vpc/us-east-1', why: 'there is no VPC to call from' },
    { but: { 'view/us-east-1': undefined }, hop: 'name', target: 'view/us-east-1', why: 'there is no zone' },
    { but: { 'records/us-east-1': undefined }, hop: 'name', target: 'records/us-east-1', why: 'there is no record' },
    { but: { 'records/us-east-1': undefined, 'endpoint/us-east-1': undefined }, hop: 'name', target: 'endpoint/us-east-1', why: 'a record waits for its endpoint' },
    { but: { 'records/us-east-1': leadsTo('10.64.0.18') }, hop: 'endpoint', target: 'records/us-east-1', why: 'the record leads to an endpoint that was' },
    { but: { 'records/us-east-1': { ours: [{ ...record, AliasTarget: alias }], foreign: [] } }, hop: 'name', target: 'records/us-east-1', why: 'somebody made it an alias to nothing' },
    { but: { 'endpoint/us-east-1': { ...door, interfaces: {} } }, hop: 'endpoint', target: 'endpoint/us-east-1', why: 'the endpoint has no address' },
    { but: { 'endpoint/us-east-1': { ...door, state: 'pending' } }, hop: 'endpoint', target: 'endpoint/us-east-1', why: 'the endpoint is not available yet' },
    { but: { 'security-group/us-east-1/endpoint': undefined }, hop: 'arrival', target: 'security-group/us-east-1/endpoint', why: 'there is no group' },
    { but: { 'security-group/us-east-1/endpoint': { id: 'sg-1', letsIn: { 'sg-1': ['10.64.0.0/21', '10.64.8.0/22'] } } }, hop: 'arrival', target: 'rule/us-east-1/443-10.64.0.0/12', why: 'not all callers are let in' },
    { but: { 'domain-name/us-east-1': undefined }, hop: 'domain', target: 'domain-name/us-east-1', why: 'there is no domain name' },
    { but: { 'domain-name/us-east-1': { ...seen['domain-name/us-east-1'], status: 'PENDING' } }, hop: 'domain', target: 'domain-name/us-east-1', why: 'the domain name is not there yet' },
    { but: { 'rest-api/us-east-1': undefined }, hop: 'api', target: 'rest-api/us-east-1', why: 'there is no API' },
    { but: { 'base-path-mapping/us-east-1': { restApiId: 'api2', stage: 'live' } }, hop: 'api', target: 'base-path-mapping/us-east-1', why: 'the domain stands for another API' },
    { but: { 'stage/us-east-1': { ...seen['stage/us-east-1'], specification: 's0' } }, hop: 'policy', target: 'stage/us-east-1', why: 'what is deployed was made for who knows what' },
    { but: { 'stage/us-east-1': { ...seen['stage/us-east-1'], specification: undefined, isOurs: false }, 'rest-api/us-east-1': { id: 'api1', policy: '' } }, hop: 'policy', target: 'stage/us-east-1', why: 'a stranger deployed an API without a policy' },
    { but: { 'function/us-east-1/list': undefined }, hop: 'integration', target: 'function/us-east-1/list', why: 'there is no function' },
    { but: { 'function/us-east-1/list': { ...seen['function/us-east-1/list'], codeSha256: 'other' } }, hop: 'function', target: 'function/us-east-1/list', why: 'it is other code' },
  ];
  test.for(rows)('$why: it ends at $hop, and $target mends it', ({ but, hop, target }) => {
    expect(proofWith(but)).toMatchObject({ reaches: false, hop, target, kind: target.slice(0, target.indexOf('/')) });
  });

  test('two rules that together let all callers in: it reaches', () => {
    const letsIn = { 'sg-1': ['10.64.0.0/21', '10.64.8.0/21'] };
    expect(proofWith({ 'security-group/us-east-1/endpoint': { id: 'sg-1', letsIn } })).toEqual({ reaches: true });
  });
});

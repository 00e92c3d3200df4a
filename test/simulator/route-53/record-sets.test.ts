import type { ChangeAction, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { recordsAnswering } from '../../../simulator/services/route-53/state.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { IRELAND, refusal, VIRGINIA } from '../service-world.ts';

const newWorld = () => new PrivateApiWorld(route53);
let aws: ReturnType<typeof newWorld>;
let HostedZoneId: string;
beforeEach(async () => {
  aws = newWorld();
  const VPCId = await aws.vpc('10.9.0.0/16');
  const { HostedZone } = await aws.call('CreateHostedZone', {
    Name: 'shop.internal',
    CallerReference: 'zone',
    VPC: { VPCId, VPCRegion: VIRGINIA },
  });
  HostedZoneId = known(HostedZone?.Id);
});

type Step = readonly [ChangeAction, ResourceRecordSet];
const change = (...steps: readonly Step[]) =>
  aws.call('ChangeResourceRecordSets', {
    HostedZoneId,
    ChangeBatch: { Changes: steps.map(([Action, set]) => ({ Action, ResourceRecordSet: set })) },
  });
const list = async (input: object = {}) => aws.call('ListResourceRecordSets', { HostedZoneId, ...input });
const own = async () => ((await list()).ResourceRecordSets ?? []).filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');

const a = (Name: string, rest: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '10.0.0.1' }],
  ...rest,
});
const weighted = (SetIdentifier: string, Weight: number, rest: Partial<ResourceRecordSet> = {}) =>
  a('w.shop.internal', { SetIdentifier, Weight, ...rest });
const latency = (SetIdentifier: string, Region: NonNullable<ResourceRecordSet['Region']>) =>
  a('l.shop.internal', { SetIdentifier, Region });
const failover = (SetIdentifier: string, Failover: 'PRIMARY' | 'SECONDARY') =>
  a('f.shop.internal', { SetIdentifier, Failover });
const cname = (Name: string): ResourceRecordSet => ({
  Name,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value: 'elsewhere.example.com' }],
});

describe('a batch', () => {
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; before?: Step[]; batch: () => Step[]; refused: string | RegExp }>([
    { why: 'a name below the apex',              batch: () => [['CREATE', a('x.shop.internal')]], refused: 'no error' },
    { why: 'the apex itself',                    batch: () => [['CREATE', a('shop.internal.')]], refused: 'no error' },
    { why: 'an UPSERT of what is not there',     batch: () => [['UPSERT', a('x.shop.internal')]], refused: 'no error' },
    { why: 'twice the same UPSERT',              batch: () => [['UPSERT', a('x.shop.internal')], ['UPSERT', a('x.shop.internal')]], refused: 'no error' },
    { why: 'DELETE and CREATE of one name',      before: [['CREATE', cname('x.shop.internal')]], batch: () => [['DELETE', cname('x.shop.internal')], ['CREATE', a('x.shop.internal')]], refused: 'no error' },
    { why: 'one weighted set to another policy, in one batch', before: [['CREATE', weighted('1', 1)]], batch: () => [['DELETE', weighted('1', 1)], ['CREATE', a('w.shop.internal', { SetIdentifier: '1', Region: 'us-east-1' })]], refused: 'no error' },
    { why: 'values in another order are the same', before: [['CREATE', a('x.shop.internal', { ResourceRecords: [{ Value: '10.0.0.1' }, { Value: '10.0.0.2' }] })]], batch: () => [['DELETE', a('X.shop.internal.', { ResourceRecords: [{ Value: '10.0.0.2' }, { Value: '10.0.0.1' }] })]], refused: 'no error' },
    { why: 'nothing to do',                      batch: () => [], refused: /^InvalidInput/ },
    { why: 'there already',                      before: [['CREATE', a('x.shop.internal')]], batch: () => [['CREATE', a('x.shop.internal')]], refused: "InvalidChangeBatch: [Tried to create resource record set [name='x.shop.internal.', type='A'] but it already exists]" },
    { why: 'not there',                          batch: () => [['DELETE', a('x.shop.internal')]], refused: "InvalidChangeBatch: [Tried to delete resource record set [name='x.shop.internal.', type='A'] but it was not found]" },
    { why: 'another TTL is another record',      before: [['CREATE', a('x.shop.internal')]], batch: () => [['DELETE', a('x.shop.internal', { TTL: 61 })]], refused: "InvalidChangeBatch: [Tried to delete resource record set [name='x.shop.internal.', type='A'] but the values provided do not match the current values]" },
    { why: 'deleted twice in one batch',         before: [['CREATE', a('x.shop.internal')]], batch: () => [['DELETE', a('x.shop.internal')], ['DELETE', a('x.shop.internal')]], refused: /was not found/ },
    { why: 'a name of another zone',             batch: () => [['CREATE', a('x.example.com')]], refused: 'InvalidChangeBatch: [RRSet with DNS name x.example.com. is not permitted in zone shop.internal.]' },
    { why: 'a CNAME at the apex',                batch: () => [['CREATE', cname('shop.internal')]], refused: 'InvalidChangeBatch: [RRSet of type CNAME with DNS name shop.internal. is not permitted at apex in zone shop.internal.]' },
    { why: 'a CNAME beside something',           before: [['CREATE', a('x.shop.internal')]], batch: () => [['CREATE', cname('x.shop.internal')]], refused: /conflicts with other records with the same DNS name in zone shop\.internal\./ },
    { why: 'something beside a CNAME',           before: [['CREATE', cname('x.shop.internal')]], batch: () => [['CREATE', a('x.shop.internal')]], refused: /because a conflicting RRSet of type {2}CNAME with the same DNS name already exists/ },
    { why: 'every objection is told',            batch: () => [['DELETE', a('x.shop.internal')], ['DELETE', a('y.shop.internal')]], refused: /x\.shop\.internal.*not found, .*y\.shop\.internal.*not found\]$/ },
    { why: 'no address',                         batch: () => [['CREATE', a('x.shop.internal', { ResourceRecords: [{ Value: 'here' }] })]], refused: /ARRDATAIllegalIPv4Address/ },
    { why: 'text without quotation marks',       batch: () => [['CREATE', a('x.shop.internal', { Type: 'TXT', ResourceRecords: [{ Value: 'word' }] })]], refused: /enclosed in quotation marks/ },
    { why: 'neither values nor alias',           batch: () => [['CREATE', { Name: 'x.shop.internal', Type: 'A' }]], refused: /^InvalidInput: .*found none in Change with \[Action=CREATE, Name=x\.shop\.internal\., Type=A, SetIdentifier=null\]/ },
    { why: 'a policy without an identifier',     batch: () => [['CREATE', a('x.shop.internal', { Weight: 1 })]], refused: /^InvalidInput: .*Missing field 'SetIdentifier'/ },
    { why: 'an identifier without a policy',     batch: () => [['CREATE', a('x.shop.internal', { SetIdentifier: '1' })]], refused: /^InvalidInput: .*found none/ },
    { why: 'two policies at once',               batch: () => [['CREATE', weighted('1', 1, { Region: 'us-east-1' })]], refused: /^InvalidInput: .*more than one/ },
    { why: 'simple beside weighted',             before: [['CREATE', weighted('1', 1)]], batch: () => [['CREATE', a('w.shop.internal')]], refused: 'InvalidChangeBatch: [RRSet with DNS name w.shop.internal., type A cannot be created as other RRSets exist with the same name and type.]' },
    { why: 'weighted beside simple',             before: [['CREATE', a('w.shop.internal')]], batch: () => [['CREATE', weighted('1', 1)]], refused: 'InvalidChangeBatch: [RRSet with DNS name w.shop.internal., type A, SetIdentifier 1 cannot be created as a non-weighted set exists with the same name and type.]' },
    { why: 'weighted with two TTLs',             before: [['CREATE', weighted('1', 1)]], batch: () => [['CREATE', weighted('2', 1, { TTL: 30 })]], refused: /weighted sets must contain the same TTL/ },
    { why: 'latency for two Regions',            batch: () => [['CREATE', latency('a', 'us-east-1')], ['CREATE', latency('b', 'eu-west-1')]], refused: 'no error' },
    { why: 'latency twice for one Region',       batch: () => [['CREATE', latency('a', 'us-east-1')], ['CREATE', latency('b', 'us-east-1')]], refused: /^InvalidChangeBatch: .*region us-east-1/ },
    { why: 'failover, both roles',               batch: () => [['CREATE', failover('a', 'PRIMARY')], ['CREATE', failover('b', 'SECONDARY')]], refused: 'no error' },
    { why: 'failover, one role twice',           batch: () => [['CREATE', failover('a', 'PRIMARY')], ['CREATE', failover('b', 'PRIMARY')]], refused: /^InvalidChangeBatch: .*failover PRIMARY/ },
    { why: 'a health check that is not there',   batch: () => [['CREATE', weighted('1', 1, { HealthCheckId: 'none' })]], refused: /^NoSuchHealthCheck/ },
    { why: 'more than 1,000 records, an UPSERT counting twice', batch: () => Array.from({ length: 501 }, (_, index): Step => ['UPSERT', a(`x${index}.shop.internal`)]), refused: /limit of 1000 exceeded/ },
  ])('$why: $refused', async ({ before = [], batch, refused }) => {
    if (before.length > 0) await change(...before);
    const told = await refusal(change(...batch()));
    if (typeof refused === 'string') expect(told).toBe(refused);
    else expect(told).toMatch(refused);
  });

  test('is all or nothing', async () => {
    await change(['CREATE', a('kept.shop.internal')]);
    const before = await own();
    await refusal(
      change(
        ['CREATE', a('x.shop.internal')],
        ['DELETE', a('kept.shop.internal')],
        ['DELETE', a('none.shop.internal')],
      ),
    );
    expect(await own()).toEqual(before);
  });

  test('cannot take away the records that every zone has', async () => {
    const [ns, soa] = (await list()).ResourceRecordSets ?? [];
    expect(await refusal(change(['DELETE', known(soa)]))).toMatch(/must contain exactly one SOA record/);
    expect(await refusal(change(['DELETE', known(ns)]))).toMatch(/must contain at least one NS record/);
  });

  test('replaces on UPSERT only the set of that identifier', async () => {
    await change(['CREATE', weighted('1', 1)], ['CREATE', weighted('2', 2)]);
    await change(['UPSERT', weighted('1', 7)]);
    expect((await own()).map(({ SetIdentifier, Weight }) => `${SetIdentifier}=${Weight}`)).toEqual(['1=7', '2=2']);
  });

  test('reaches the name servers 35 s later, batch after batch, and the API at once', async () => {
    const zone = known(aws.state().hostedZones.values().next().value);
    const answered = () =>
      recordsAnswering(zone, aws.clock.nowMs())
        .get('x.shop.internal.')
        ?.map(({ TTL }) => TTL);
    const { ChangeInfo } = await change(['CREATE', a('x.shop.internal', { TTL: 1 })]);
    const status = async () => (await aws.call('GetChange', { Id: ChangeInfo?.Id })).ChangeInfo?.Status;
    await aws.pass(20);
    await change(['UPSERT', a('x.shop.internal', { TTL: 2 })]);
    expect((await own()).map(({ TTL }) => TTL)).toEqual([2]);
    expect([answered(), await status()]).toEqual([undefined, 'PENDING']);
    await aws.pass(15);
    expect([answered(), await status()]).toEqual([[1], 'INSYNC']);
    await aws.pass(20);
    expect(answered()).toEqual([2]);
    await change(['DELETE', a('x.shop.internal', { TTL: 2 })]);
    expect(answered()).toEqual([2]);
    await aws.pass(35);
    expect(answered()).toBeUndefined();
    expect(await refusal(aws.call('GetChange', { Id: 'C0' }))).toMatch(/^NoSuchChange/);
  });
});

const alias = (DNSName: string, TargetZoneId: string, rest: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: 'shop.internal',
  Type: 'A',
  AliasTarget: { DNSName, HostedZoneId: TargetZoneId, EvaluateTargetHealth: false },
  ...rest,
});

describe('an alias', () => {
  test('leads to a VPC endpoint that exists, in any Region, by its own zone', async () => {
    const { dnsName, zoneId, id } = await aws.endpoint(IRELAND);
    const set = alias(dnsName, zoneId, { SetIdentifier: 'eu-west-1', Region: 'eu-west-1' });
    expect(await refusal(change(['CREATE', set]))).toBe('no error');
    expect(await own()).toEqual([
      { ...set, Name: 'shop.internal.', AliasTarget: { ...set.AliasTarget, DNSName: `${dnsName}.` } },
    ]);
    expect(
      await refusal(
        change(['UPSERT', alias(dnsName, 'Z0000000000000', { SetIdentifier: 'eu-west-1', Region: 'eu-west-1' })]),
      ),
    ).toMatch(/the alias target name does not lie within the target zone/);
    await aws.ask(ec2, 'DeleteVpcEndpoints', { VpcEndpointIds: [id] }, IRELAND);
    await aws.pass(60);
    expect(await refusal(change(['UPSERT', set]))).toMatch(/but that target was not found/);
    // What already leads there stays, and answers nothing: Route 53 does not look again.
    expect(await refusal(change(['DELETE', set]))).toBe('no error');
  });

  test('leads to a record of its own zone and type, which may come with the same batch', async () => {
    const toX = alias('x.shop.internal', HostedZoneId);
    expect(await refusal(change(['CREATE', toX]))).toMatch(/but that target was not found/);
    expect(await refusal(change(['CREATE', toX], ['CREATE', a('x.shop.internal')]))).toBe('no error');
    expect(await refusal(change(['UPSERT', alias('x.example.com', HostedZoneId)]))).toMatch(
      /does not lie within the target zone/,
    );
  });

  test('has no TTL', async () => {
    expect(await refusal(change(['CREATE', alias('x.shop.internal', HostedZoneId, { TTL: 60 })]))).toMatch(
      /^InvalidInput/,
    );
  });
});

describe('the list of records', () => {
  const names = ['z.shop.internal', 'a.b.shop.internal', 'b.shop.internal', '*.shop.internal'];

  test('is ordered by name from the root down, and escapes what is no letter', async () => {
    await change(...names.map((name): Step => ['CREATE', a(name)]));
    expect((await list()).ResourceRecordSets?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'shop.internal. NS',
      'shop.internal. SOA',
      '\\052.shop.internal. A',
      'b.shop.internal. A',
      'a.b.shop.internal. A',
      'z.shop.internal. A',
    ]);
  });

  test('goes on where a page ended, by name, type and identifier', async () => {
    await change(
      ...names.map((name): Step => ['CREATE', a(name)]),
      ['CREATE', weighted('2', 1)],
      ['CREATE', weighted('1', 1)],
      ['CREATE', weighted('3', 1)],
      ['CREATE', a('b.shop.internal', { Type: 'TXT', ResourceRecords: [{ Value: '"x"' }] })],
    );
    const all = ((await list()).ResourceRecordSets ?? []).map(({ Name, Type, SetIdentifier }) => [
      Name,
      Type,
      SetIdentifier,
    ]);
    const paged: typeof all = [];
    let start: object | undefined = {};
    while (start !== undefined) {
      const page = await list({ MaxItems: 1, ...start });
      paged.push(
        ...(page.ResourceRecordSets ?? []).map(({ Name, Type, SetIdentifier }) => [Name, Type, SetIdentifier]),
      );
      const { NextRecordName, NextRecordType, NextRecordIdentifier } = page;
      start = page.IsTruncated
        ? {
            StartRecordName: NextRecordName,
            StartRecordType: NextRecordType,
            ...(NextRecordIdentifier !== undefined && { StartRecordIdentifier: NextRecordIdentifier }),
          }
        : undefined;
    }
    expect(paged).toEqual(all);
    expect(all).toHaveLength(10);
    expect((await list({ MaxItems: 1_000 })).MaxItems).toBe(300);
  });
});

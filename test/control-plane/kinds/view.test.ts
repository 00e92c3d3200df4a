import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { records } from '../../../control-plane/kinds/records.ts';
import { view } from '../../../control-plane/kinds/view.ts';
import { resolve } from '../../../control-plane/loop/resolve.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import type { Declared, Member } from '../../../control-plane/model/fleet.ts';
import { type Answers, converse, placeIn } from '../../support/dialogue.ts';
import { declaredWith, memberOf, payments } from '../../support/payments.ts';

const REGION = 'eu-west-1';
const KEY = `view/${REGION}`;
const us = memberOf('us-east-1', 1);
const eu = memberOf('eu-west-1', 2);
const client = memberOf('ap-southeast-2', 3, { role: 'client' });
const vpc = { VPCId: 'vpc-1', VPCRegion: REGION };
const gone = () => {
  throw new Fault('Absent', 'NoSuchHostedZone');
};

const zone = (CallerReference: string, but: Partial<HostedZone> = {}): HostedZone => ({
  Id: '/hostedzone/Z1',
  Name: `${payments.domain}.`,
  CallerReference,
  Config: { Comment: `landbridge payments ${KEY}`, PrivateZone: true },
  ...but,
});
const ours = zone('landbridge/payments/eu-west-1/2');

const latency = (region: string, address = `10.${region.length}.0.5`): ResourceRecordSet => ({
  Name: `${payments.domain}.`,
  Type: 'A',
  SetIdentifier: region,
  Region: region as 'us-east-1',
  TTL: 10,
  ResourceRecords: [{ Value: address }],
  HealthCheckId: `health-check ${region}`,
});

describe('view', () => {
  const desired = { domain: payments.domain, vpcId: 'vpc-1', vpcRegion: REGION, comment: `landbridge payments ${KEY}` };
  const place = (known: Record<string, string> = {}) => placeIn(REGION, declaredWith(us, eu), known);
  const survey = (answers: Answers, known?: Record<string, string>) => {
    const { result, reads } = converse(view.survey(place(known)), answers);
    return { observed: result.get(REGION), reads: reads.map(({ method }) => method) };
  };
  const target = [...view.targets(declaredWith(us, eu))][1] ?? expect.fail();
  const repair = (observed: Parameters<typeof view.diff>[1], known?: Record<string, string>) => {
    const drift = view.diff(desired, observed);
    const change = { target, key: KEY, desired, observed, drift, place: place(known), artefact: expect.fail } as const;
    const answers = {
      createHostedZone: { HostedZone: { Id: '/hostedzone/Znew' } },
      associateVPCWithHostedZone: {},
      updateHostedZoneComment: {},
    };
    return converse(view.apply(change), answers).writes;
  };

  test('is wanted of every member, clients too', () => {
    expect([...view.targets(declaredWith(us, eu, client))].map(({ name }) => name)).toEqual([
      'us-east-1',
      'eu-west-1',
      'ap-southeast-2',
    ]);
  });

  test('is one read where the journal knows it', () => {
    const { observed, reads } = survey({ getHostedZone: { HostedZone: ours, VPCs: [vpc] } }, { [KEY]: 'Z1' });
    expect(reads).toEqual(['getHostedZone']);
    expect(view.diff(desired, observed)).toEqual([]);
  });

  test('is found by its caller reference among zones of the name, whatever its comment says', () => {
    const others = [
      zone('a stranger', { Id: '/hostedzone/Z8' }),
      zone('landbridge/payments/eu-west-11/2', { Id: '/hostedzone/Z9' }),
    ];
    const pages = ({ HostedZoneId }: { HostedZoneId?: string }) =>
      HostedZoneId === undefined
        ? { HostedZones: others, NextDNSName: `${payments.domain}.`, NextHostedZoneId: 'Z1' }
        : { HostedZones: [{ ...ours, Config: { Comment: 'mine' } }], NextDNSName: 'b.example.com.' };
    const found = ({ Id }: { Id: string }) => ({ HostedZone: { ...ours, Id, Config: { Comment: 'mine' } }, VPCs: [] });
    const { observed } = survey({ listHostedZonesByName: pages, getHostedZone: found });
    expect(observed?.id).toBe('Z1');
    expect(repair(observed).map(({ method }) => method)).toEqual([
      'associateVPCWithHostedZone',
      'updateHostedZoneComment',
    ]);
  });

  test('leaves a further VPC that somebody associated', () => {
    const VPCs = [{ VPCId: 'vpc-theirs', VPCRegion: 'us-east-1' }, vpc];
    const { observed } = survey({ getHostedZone: { HostedZone: ours, VPCs } }, { [KEY]: 'Z1' });
    expect(view.diff(desired, observed)).toEqual([]);
  });

  test('never gives a caller reference twice: a zone that was deleted keeps its own for ever', () => {
    const { observed } = survey({ getHostedZone: gone, listHostedZonesByName: { HostedZones: [] } }, { [KEY]: 'Z1' });
    expect(observed).toBeUndefined();
    expect(repair(observed)[0]?.input['CallerReference']).toBe('landbridge/payments/eu-west-1/2');
    expect(repair(observed, { [KEY]: 'Z1' })[0]?.input['CallerReference']).toBe(
      'landbridge/payments/eu-west-1/2/after/Z1',
    );
  });

  test('is deleted when nothing but its own records is left, and stays for those of others', () => {
    const soa: ResourceRecordSet = { Name: `${payments.domain}.`, Type: 'SOA' };
    const theirs: ResourceRecordSet = { Name: `db.${payments.domain}.`, Type: 'CNAME' };
    const observed = { id: 'Z1', comment: '', vpcs: [] };
    const remove = (ResourceRecordSets: readonly ResourceRecordSet[]) =>
      converse(view.remove({ target, key: KEY, observed, place: place() }), {
        listResourceRecordSets: { ResourceRecordSets },
        deleteHostedZone: {},
      });
    expect(remove([soa]).writes).toEqual([{ method: 'deleteHostedZone', input: { Id: 'Z1' } }]);
    expect(() => remove([soa, theirs])).toThrow(`db.${payments.domain}. CNAME`);
  });
});

describe('records', () => {
  const viewOf = (declared: Declared, region = REGION) => {
    const target = [...records.targets(declared)].find(({ name }) => name === region) ?? expect.fail();
    const { value, waitsFor } = resolve(target.want, (key, attribute) => {
      const [kind, name] = key.split('/');
      return attribute === 'addresses' ? `10.${name?.length}.0.5` : `${kind} ${name}`;
    });
    expect(waitsFor).toEqual([]);
    return { target, desired: records.desired.parse(value) };
  };
  const answering = (present: readonly ResourceRecordSet[]): Answers => ({
    getHostedZone: { HostedZone: ours, VPCs: [vpc] },
    listResourceRecordSets: { ResourceRecordSets: present },
    changeResourceRecordSets: {},
  });
  const lookAt = (declared: Declared, present: readonly ResourceRecordSet[]) => {
    const { target, desired } = viewOf(declared);
    const place = placeIn(REGION, declared, { [KEY]: 'Z1' });
    const key = `records/${REGION}` as const;
    const observed = converse(records.survey(place), answering(present)).result.get(REGION);
    const drift = records.diff(desired, observed);
    const change = { target, key, desired, observed, drift, place, artefact: expect.fail } as const;
    return {
      drift,
      conflict: observed === undefined ? undefined : records.conflict?.(desired, observed),
      repair: () => converse(records.apply(change), answering(present)).writes,
      remove: () =>
        converse(records.remove({ target, key, observed: observed ?? expect.fail(), place }), answering(present))
          .writes,
    };
  };
  const batchOf = (writes: ReturnType<ReturnType<typeof lookAt>['repair']>) => {
    expect(writes).toHaveLength(1);
    const batch = (writes[0] ?? expect.fail()).input['ChangeBatch'] as {
      Changes: { Action: string; ResourceRecordSet: ResourceRecordSet }[];
    };
    return batch.Changes.map(({ Action, ResourceRecordSet: { SetIdentifier } }) => `${Action} ${SetIdentifier}`);
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { members: [us, eu],                                    names: ['eu-west-1', 'us-east-1'], going: [], why: 'everybody who serves' },
    { members: [us, eu, client],                            names: ['eu-west-1', 'us-east-1'], going: [], why: 'a client answers nobody' },
    { members: [{ ...us, inTraffic: false }, eu],           names: ['eu-west-1'], going: [], why: 'not before requests have crossed' },
    { members: [{ ...us, phase: 'draining' }, eu],          names: ['eu-west-1'], going: ['us-east-1'], why: 'callers are being moved off it' },
    { members: [us, { ...eu, phase: 'draining' }],          names: ['us-east-1'], going: ['eu-west-1'], why: 'its own callers too' },
    { members: [{ ...eu, phase: 'draining' }],              names: [], going: [], why: 'but not where they have nobody else' },
    { members: [{ ...us, phase: 'leaving' }, { ...eu, role: 'client', inTraffic: false }], names: [], going: ['us-east-1'], why: 'a client whose last member leaves: asked for, and kept' },
  ] satisfies { members: Member[]; names: string[]; going: string[]; why: string }[])('name $why', ({ members, names, going }) => {
    const { desired } = viewOf(declaredWith(...members));
    expect(desired.members.map(({ region }) => region)).toEqual(names);
    expect(desired.withdrawn).toEqual(going);
  });

  test('wait for a replica, and for the peering that leads to it', () => {
    const { desired, target } = viewOf(declaredWith(us, eu));
    const remote = desired.members.find(({ region }) => region === 'us-east-1');
    expect(remote?.ready).toEqual(['peering eu-west-1~us-east-1']);
    expect(target).toMatchObject({ owners: [REGION], concerns: ['eu-west-1', 'us-east-1'] });
  });

  test('under a hub name only whom the hub links', () => {
    const topology = { kind: 'hub', hub: 'us-east-1' } as const;
    const fleet = { ...payments, network: { ...payments.network, topology } };
    const third = memberOf('ap-southeast-2', 3);
    const { desired } = viewOf({ fleet, members: [us, eu, third] });
    expect(desired.members.map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('hang on the health check of whom they lead to', () => {
    const { drift, repair } = lookAt(declaredWith(us, eu), [
      latency('us-east-1'),
      { ...latency('eu-west-1'), HealthCheckId: 'somebody-elses' },
    ]);
    expect(drift).toEqual([
      {
        field: 'health check of record eu-west-1',
        desired: 'health-check eu-west-1',
        observed: 'somebody-elses',
        impact: 'risk',
      },
    ]);
    expect(batchOf(repair())).toEqual(['UPSERT eu-west-1']);
  });

  const steered = (...steers: readonly { readonly viewer: string; readonly avoid: string }[]): Declared => ({
    ...declaredWith(us, eu),
    traffic: {
      drains: [{ region: 'us-east-1', sinceMs: 0, by: 'operator', because: 'a test' }],
      steers: steers.map((steer) => ({ ...steer, sinceMs: 0, because: 'a test', cause: 'ramp' })),
    },
  });

  test('are taken from callers that are steered away, in their view and no other', () => {
    const both = [latency('us-east-1'), latency('eu-west-1')];
    const here = lookAt(steered({ viewer: REGION, avoid: 'us-east-1' }), both);
    expect(here.drift.map(({ field, desired }) => `${field}: ${String(desired)}`)).toEqual([
      'record us-east-1: withdrawn',
    ]);
    expect(here.conflict).toBeUndefined();
    expect(batchOf(here.repair())).toEqual(['DELETE us-east-1']);
    const elsewhere = lookAt(steered({ viewer: 'us-east-1', avoid: 'us-east-1' }), both);
    expect({ drift: elsewhere.drift, conflict: elsewhere.conflict }, 'drained, and named all the same').toEqual({
      drift: [],
      conflict: undefined,
    });
  });

  test('stay where nobody else would answer, and say so', () => {
    const all = steered({ viewer: REGION, avoid: 'us-east-1' }, { viewer: REGION, avoid: REGION });
    const { conflict, repair } = lookAt(all, [latency('us-east-1'), latency('eu-west-1')]);
    expect(conflict).toMatch(/^eu-west-1, us-east-1 stays in the view/);
    expect(repair()).toEqual([]);
  });

  test('change in one batch', () => {
    const third = memberOf('ap-southeast-2', 3, { phase: 'draining' });
    const { drift, repair } = lookAt(declaredWith(us, eu, third), [
      latency('eu-west-1', 'wrong'),
      latency('ap-southeast-2'),
    ]);
    expect(drift.map(({ field, impact }) => `${field}: ${impact}`)).toEqual([
      'record eu-west-1: outage',
      'record us-east-1: risk',
      'record ap-southeast-2: risk',
    ]);
    expect(batchOf(repair())).toEqual(['UPSERT eu-west-1', 'UPSERT us-east-1', 'DELETE ap-southeast-2']);
  });

  test('as declared are left alone, with what others put beside them, which is named', () => {
    const theirs = { ...latency('us-east-1'), SetIdentifier: 'theirs', Name: `blue.${payments.domain}.` };
    const { drift, conflict, repair } = lookAt(declaredWith(us, eu), [
      latency('us-east-1'),
      latency('eu-west-1'),
      theirs,
    ]);
    expect(drift).toEqual([]);
    expect(conflict).toContain(`blue.${payments.domain}. A theirs`);
    expect(repair()).toEqual([]);
  });

  test('go with the member whose view it is, but for those of others', () => {
    const theirs: ResourceRecordSet = { Name: `db.${payments.domain}.`, Type: 'CNAME' };
    const leaving = declaredWith(us, { ...eu, phase: 'leaving' });
    const { remove } = lookAt(leaving, [latency('us-east-1'), latency('eu-west-1'), theirs]);
    expect(batchOf(remove())).toEqual(['DELETE us-east-1', 'DELETE eu-west-1']);
    expect(lookAt(leaving, [theirs]).remove).toThrow(`db.${payments.domain}. CNAME`);
  });
});

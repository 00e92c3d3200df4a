import type { ResourceRecordSet, ResourceRecordSetRegion } from '@aws-sdk/client-route-53';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DesiredRecord,
  type DesiredRecords,
  recordChanges,
  recordConflict,
  sortRecords,
} from '../../../control-plane/model/latency-records.ts';

const DOMAIN = 'api.payments.example.com';
const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2', 'eu-central-1'] as const;
const members = new Set<string>(REGIONS);

const addressesIn = (region: string): string => `10.${region.length}.0.5,10.${region.length}.16.5`;
const NEW = '10.99.0.5,10.99.16.5';
const values = (addresses: string) => addresses.split(',').map((Value) => ({ Value }));

const ready = (region: string, addresses = addressesIn(region)): DesiredRecord => ({
  region,
  addresses,
  ready: ['stage', 'mapping'],
});
const checked = (region: string): DesiredRecord => ({ ...ready(region), healthCheckId: `check-${region}` });
const avoided = (region: string, addresses?: string): DesiredRecord => ({
  ...ready(region, addresses),
  isAvoided: true,
});
/** As Route 53 answers: dotted, and its values in any order. */
const present = (region: string, but: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: `${DOMAIN}.`,
  Type: 'A',
  SetIdentifier: region,
  Region: region as ResourceRecordSetRegion,
  TTL: 10,
  ResourceRecords: values(addressesIn(region)).toReversed(),
  ...but,
});
const plain = (but: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: `${DOMAIN}.`,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '10.0.0.1' }],
  ...but,
});
const ns: ResourceRecordSet = { Name: `${DOMAIN}.`, Type: 'NS', TTL: 172_800, ResourceRecords: [{ Value: 'ns-1.' }] };

const wanted = (list: readonly DesiredRecord[], withdrawn: readonly string[] = []): DesiredRecords => ({
  domain: DOMAIN,
  members: list,
  withdrawn,
});
const identifiers = (records: readonly ResourceRecordSet[]) => records.map(({ SetIdentifier }) => SetIdentifier);

describe('changes of a view', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { members: [ready('eu-west-1')], zone: [], upserts: ['eu-west-1'], why: 'an empty view is filled' },
    { members: [ready('eu-west-1')], zone: [present('eu-west-1')], why: 'a dot and the order mean nothing' },
    { members: [ready('eu-west-1', NEW)], zone: [present('eu-west-1')], upserts: ['eu-west-1'], why: 'the endpoint was replaced' },
    { members: [ready('eu-west-1')], zone: [present('eu-west-1', { HealthCheckId: 'h' })], upserts: ['eu-west-1'], why: 'somebody hung a health check on it' },
    { members: [ready('eu-west-1')], zone: [present('eu-west-1', { Region: 'us-east-1' })], upserts: ['eu-west-1'], why: 'somebody moved it to another Region' },
    { members: [ready('eu-west-1')], zone: [present('eu-west-1', { TTL: 300 })], upserts: ['eu-west-1'], why: 'somebody made callers remember it for longer' },
    { members: [ready('eu-west-1')], zone: [present('eu-west-1', { TTL: undefined, ResourceRecords: undefined, AliasTarget: { DNSName: 'vpce-1.vpce.amazonaws.com.', HostedZoneId: 'Z', EvaluateTargetHealth: false } })], upserts: ['eu-west-1'], why: 'an alias is remembered for a minute' },
    { members: [{ ...ready('eu-west-1'), ready: ['stage', null] }], zone: [], why: 'not ready: callers would be lost' },
    { members: [{ ...ready('eu-west-1', NEW), ready: [null] }], zone: [present('eu-west-1')], why: 'not ready now: left as it is' },
    { members: [{ region: 'eu-west-1', addresses: null, ready: [] }], zone: [present('eu-west-1')], why: 'its endpoint is not known now: left as it is' },
    { members: [], zone: [present('eu-west-1')], why: 'in neither list: left as it is' },
    { members: [ready('eu-west-1')], withdrawn: ['us-east-1'], zone: [present('eu-west-1'), present('us-east-1')], deletes: ['us-east-1'], why: 'withdrawn' },
    { members: [ready('eu-west-1')], withdrawn: ['us-east-1'], zone: [present('us-east-1')], upserts: ['eu-west-1'], deletes: ['us-east-1'], why: 'one in and one out, in one batch' },
    { members: [{ region: 'eu-west-1', addresses: null, ready: [] }], withdrawn: ['us-east-1'], zone: [present('eu-west-1'), present('us-east-1')], deletes: ['us-east-1'], why: 'the one that stays answers, ready or not' },
    { members: [], withdrawn: ['us-east-1'], zone: [present('us-east-1')], kept: ['us-east-1'], why: 'never the last' },
    { members: [{ region: 'eu-west-1', addresses: null, ready: [] }], withdrawn: ['us-east-1'], zone: [present('us-east-1')], kept: ['us-east-1'], why: 'nor while the only other is not ready' },
    { members: [checked('eu-west-1')], zone: [present('eu-west-1', { HealthCheckId: 'check-eu-west-1' })], why: 'with its health check' },
    { members: [checked('eu-west-1')], zone: [present('eu-west-1')], upserts: ['eu-west-1'], why: 'a record without its check never leaves the answers' },
    { members: [checked('eu-west-1')], zone: [present('eu-west-1', { HealthCheckId: 'before' })], upserts: ['eu-west-1'], why: 'the check was replaced' },
    { members: [{ ...ready('eu-west-1'), healthCheckId: null }], zone: [], why: 'not before there is a check' },
    { members: [{ ...ready('eu-west-1', NEW), healthCheckId: null }], zone: [present('eu-west-1')], why: 'its check is not known now: left as it is' },
    { members: [ready('eu-west-1'), avoided('us-east-1')], zone: [present('eu-west-1'), present('us-east-1')], deletes: ['us-east-1'], why: 'callers are steered away' },
    { members: [ready('eu-west-1'), avoided('us-east-1')], zone: [present('us-east-1')], upserts: ['eu-west-1'], deletes: ['us-east-1'], why: 'steered in the batch that brings who answers instead' },
    { members: [ready('eu-west-1'), avoided('us-east-1')], zone: [present('eu-west-1')], why: 'steered already' },
    { members: [avoided('us-east-1')], zone: [present('us-east-1')], kept: ['us-east-1'], why: 'a sick one is better than none' },
    { members: [avoided('eu-west-1'), avoided('us-east-1')], zone: [present('eu-west-1'), present('us-east-1')], kept: ['eu-west-1', 'us-east-1'], why: 'and two better than one of them' },
    { members: [avoided('eu-west-1', NEW)], zone: [present('eu-west-1')], upserts: ['eu-west-1'], kept: ['eu-west-1'], why: 'who is kept has to answer' },
    { members: [avoided('eu-west-1')], withdrawn: ['us-east-1'], zone: [present('eu-west-1'), present('us-east-1')], deletes: ['us-east-1'], kept: ['eu-west-1'], why: 'a steer keeps nobody from leaving' },
    { members: [], withdrawn: ['us-east-1'], zone: [present('us-east-1'), present('us-east-1', { SetIdentifier: 'theirs' })], kept: ['us-east-1'], why: "nor for a stranger's record" },
  ])('$why', ({ members: list, withdrawn = [], zone, upserts = [], deletes = [], kept = [] }) => {
    const changes = recordChanges(wanted(list, withdrawn), sortRecords([ns, ...zone], DOMAIN, members));
    expect(identifiers(changes.upserts)).toEqual(upserts);
    expect(identifiers(changes.deletes)).toEqual(deletes);
    expect(changes.kept).toEqual(kept);
  });

  test('keep one batch atomic and exact: a delete gives the record as it was observed', () => {
    const odd = present('us-east-1', { HealthCheckId: 'theirs' });
    const changes = recordChanges(wanted([ready('eu-west-1')], ['us-east-1']), { ours: [odd], foreign: [] });
    expect(changes.deletes).toEqual([odd]);
  });
});

describe('conflicts of a view', () => {
  const foreign = present('us-east-1', { SetIdentifier: 'theirs' });
  // biome-ignore format: a table is read down its columns
  test.for([
    { zone: [present('eu-west-1')], says: undefined, why: 'none' },
    { zone: [plain()], says: /A stands where/, why: 'a simple record holds the name' },
    { zone: [present('eu-west-1', { SetIdentifier: 'theirs' })], says: /theirs stands where/, why: 'a latency record of a stranger holds the Region' },
    { zone: [plain({ SetIdentifier: 'eu-west-1', Weight: 1 })], says: /eu-west-1 stands where/, why: 'under our identifier, with another routing policy' },
    { zone: [foreign], says: undefined, why: 'a stranger elsewhere holds up no repair' },
    { zone: [present('eu-west-1'), foreign], says: /theirs is not the fleet's/, why: 'and is named once there is nothing to repair' },
    { zone: [present('eu-west-1'), plain({ Name: `db.${DOMAIN}.` })], says: /db\.api.* A is not the fleet's/, why: 'another name in our zone' },
    { zone: [present('eu-west-1'), plain({ Type: 'AAAA' })], says: /AAAA is not the fleet's/, why: 'another type may have another policy' },
  ])('$why', ({ zone, says }) => {
    const conflict = recordConflict(wanted([ready('eu-west-1')]), sortRecords([ns, ...zone], DOMAIN, members));
    if (says === undefined) expect(conflict).toBeUndefined();
    else expect(conflict).toMatch(says);
  });

  test('a view that would be empty says who is kept', () => {
    const conflict = recordConflict(wanted([], ['eu-west-1']), { ours: [present('eu-west-1')], foreign: [] });
    expect(conflict).toMatch(/^eu-west-1 stays/);
  });
});

describe('any view', () => {
  const item = fc.record({
    region: fc.constantFrom(...REGIONS),
    isReady: fc.boolean(),
    isAvoided: fc.boolean(),
    healthCheckId: fc.constantFrom('check-old', 'check-new', undefined),
    target: fc.constantFrom('10.98.0.5', NEW),
  });
  const view = fc.record({
    items: fc.uniqueArray(item, { selector: ({ region }) => region }),
    going: fc.uniqueArray(fc.constantFrom(...REGIONS)),
    zone: fc.uniqueArray(item, { selector: ({ region }) => region }),
    strangers: fc.uniqueArray(fc.constantFrom('blue', 'green')),
  });

  test('converges in one batch, deletes only what is withdrawn or avoided, and never ends empty', () => {
    fc.assert(
      fc.property(view, ({ items, going, zone, strangers }) => {
        const staying = items.filter(({ region }) => !going.includes(region));
        const desired = wanted(
          staying.map(({ region, isReady, isAvoided, healthCheckId, target }) => ({
            ...ready(region, target),
            isAvoided,
            healthCheckId,
            ready: [isReady ? 'id' : null],
          })),
          going,
        );
        const before = [
          ns,
          ...zone.map(({ region, target, healthCheckId }) =>
            present(region, {
              ResourceRecords: values(target),
              ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
            }),
          ),
          ...strangers.map((name) => plain({ Name: `${name}.${DOMAIN}.` })),
        ];
        const { upserts, deletes, kept } = recordChanges(desired, sortRecords(before, DOMAIN, members));
        const after = [
          ...before.filter(
            (record) =>
              !deletes.includes(record) &&
              !upserts.some(({ SetIdentifier }) => record.SetIdentifier === SetIdentifier && record.Type === 'A'),
          ),
          ...upserts,
        ];

        const again = recordChanges(desired, sortRecords(after, DOMAIN, members));
        expect([...again.upserts, ...again.deletes], 'one batch is enough').toEqual([]);
        expect(again.kept).toEqual(kept);
        const unwanted = [
          ...going,
          ...desired.members.filter(({ isAvoided }) => isAvoided).map(({ region }) => region),
        ];
        expect(unwanted, 'only the withdrawn and the avoided go').toEqual(expect.arrayContaining(identifiers(deletes)));
        expect(after, 'strangers stay').toEqual(expect.arrayContaining(before.filter(({ TTL }) => TTL !== 10)));
        const answering = (records: readonly ResourceRecordSet[]) => sortRecords(records, DOMAIN, members).ours.length;
        if (answering(before) > 0) expect(answering(after), 'never empty').toBeGreaterThan(0);
        for (const record of after.filter(({ Region }) => Region !== undefined)) {
          const member = items.find(({ region }) => region === record.SetIdentifier);
          const wasThere = before.includes(record);
          expect(wasThere || member?.isReady, 'nobody is named before it is ready').toBe(true);
        }
      }),
    );
  });
});

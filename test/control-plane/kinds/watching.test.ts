import { describe, expect, test } from 'vitest';
import { alarm } from '../../../control-plane/kinds/alarm.ts';
import { healthCheck } from '../../../control-plane/kinds/health-check.ts';
import { stateReplica } from '../../../control-plane/kinds/state-replica.ts';
import { BIT_IS_GOOD } from '../../../control-plane/model/agents.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import { markOf } from '../../../control-plane/model/ownership.ts';
import type { Answers } from '../../support/dialogue.ts';
import { memberOf, payments } from '../../support/payments.ts';
import { client, gone, HOST, look, methods, REGION, serving } from './one-member.ts';

describe('health check', () => {
  const config = {
    Type: 'HTTPS_STR_MATCH',
    FullyQualifiedDomainName: HOST,
    Port: 443,
    ResourcePath: '/',
    SearchString: BIT_IS_GOOD,
    EnableSNI: true,
    Inverted: false,
    Disabled: false,
    RequestInterval: 10,
    FailureThreshold: 3,
    Regions: ['ap-southeast-1', 'eu-west-1', 'us-west-2'],
  };
  const check = (Id: string, CallerReference: string, but: object = {}) => ({
    Id,
    CallerReference,
    HealthCheckConfig: { ...config, ...but },
  });
  const answers = (...checks: object[]): Answers => ({
    listHealthChecks: { HealthChecks: checks, IsTruncated: false },
    createHealthCheck: { HealthCheck: { Id: 'made' } },
    changeTagsForResource: {},
    updateHealthCheck: {},
    deleteHealthCheck: gone,
  });
  const KNOWN = { 'health-check/eu-west-1': 'hc-1' };

  // biome-ignore format: a table is read down its columns
  test.for([
    { checks: [check('hc-1', 'landbridge/payments/eu-west-1/2')], known: {},               id: 'hc-1', fields: ['tags'], writes: ['changeTagsForResource'], why: 'ours, by its reference: who made it died before it was tagged' },
    { checks: [check('hc-1', 'anything')],                                                  id: 'hc-1', fields: [], why: 'ours, by the journal' },
    { checks: [check('hc-9', 'mine')],                                                     known: {}, fields: ['existence'], writes: ['createHealthCheck', 'changeTagsForResource'], why: 'the same, made by a stranger' },
    { checks: [check('hc-9', 'landbridge/payments/eu-west-12/2')],                         known: {}, fields: ['existence'], writes: ['createHealthCheck', 'changeTagsForResource'], why: 'another member’s' },
    { checks: [check('hc-1', 'landbridge/payments/eu-west-1/2', { FullyQualifiedDomainName: 'before' })], id: 'hc-1', fields: ['FullyQualifiedDomainName'], why: 'the bit has another address now' },
    { checks: [check('hc-1', 'landbridge/payments/eu-west-1/2', { Disabled: true, Inverted: true })], id: 'hc-1', fields: ['Inverted', 'Disabled'], why: 'switched off, and turned round' },
    { checks: [check('hc-1', 'landbridge/payments/eu-west-1/2', { SearchString: 'ok' })],  id: 'hc-1', fields: ['SearchString'], why: 'any answer would do' },
    { checks: [check('hc-1', 'landbridge/payments/eu-west-1/2', { Regions: undefined })],  id: 'hc-1', fields: ['Regions'], why: 'from more Regions than are paid for' },
  ])('$why: $fields', ({ checks, known = KNOWN, id, fields, writes = ['updateHealthCheck'] }) => {
    const seen = look(healthCheck, REGION, answers(...checks), { known });
    expect(seen.fields).toEqual(fields);
    expect(seen.attributes?.['checkId']).toBe(id);
    expect(seen.attributes?.['id'], 'for the journal once it is tagged').toBe(fields.includes('tags') ? undefined : id);
    if (fields.length === 0) return;
    const repair = seen.repair();
    expect(methods(repair.writes)).toEqual(writes);
    const [{ input } = expect.fail()] = repair.writes;
    if (writes.includes('updateHealthCheck')) {
      expect(input).toMatchObject({ HealthCheckId: id, Disabled: false });
      expect(Object.keys(input), 'what never can be changed').not.toContain('RequestInterval');
    }
  });

  test('is made with tags, by a reference that names the attempt and fits into 64 characters', () => {
    const referenceBy = (known: Readonly<Record<string, string>>, name: string): string => {
      const fleet = { ...payments, name };
      const { writes } = look(healthCheck, REGION, answers(), { known, fleet }).repair();
      expect(methods(writes)).toEqual(['createHealthCheck', 'changeTagsForResource']);
      return String(writes[0]?.input['CallerReference']);
    };
    expect(referenceBy({}, 'payments')).toBe('landbridge/payments/eu-west-1/2');
    const again = referenceBy({ 'health-check/eu-west-1': 'f'.repeat(36) }, 'p'.repeat(24));
    expect(again).toMatch(/^landbridge\/p{24}\/eu-west-1\/[0-9a-f]{12}$/);
    expect(again.length + 'ap-southeast-2'.length - REGION.length).toBeLessThanOrEqual(64);
    expect(referenceBy({ 'health-check/eu-west-1': 'e'.repeat(36) }, 'p'.repeat(24))).not.toBe(again);
  });

  test('is found on a later page', () => {
    const pages: Answers = {
      listHealthChecks: ({ Marker }: { Marker?: string }) =>
        Marker === undefined
          ? { HealthChecks: [check('a', 'mine')], IsTruncated: true, NextMarker: 'hc-1' }
          : { HealthChecks: [check('hc-1', 'landbridge/payments/eu-west-1/2')], IsTruncated: false, Marker },
    };
    expect(look(healthCheck, REGION, pages).attributes).toEqual({ checkId: 'hc-1' });
  });
});

describe('alarms', () => {
  const settings = (trouble: string, metric: string, but: object = {}) => ({
    AlarmName: `landbridge-payments-${trouble}`,
    AlarmArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:landbridge-payments-${trouble}`,
    AlarmDescription: markOf('payments', `alarm/eu-west-1/${trouble}`),
    Namespace: 'Landbridge',
    MetricName: metric,
    Dimensions: [
      { Name: 'member', Value: REGION },
      { Name: 'fleet', Value: 'payments' },
    ],
    Statistic: 'Minimum',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 50,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'missing',
    ...but,
  });
  const answers = (...MetricAlarms: object[]): Answers => ({
    describeAlarms: { MetricAlarms },
    putMetricAlarm: {},
    deleteAlarms: {},
  });
  const wanted = (member: Member) => [...alarm.targets({ fleet: payments, members: [member] })].map(({ name }) => name);

  // biome-ignore format: a table is read down its columns
  test.for([
    { member: serving,                                             alarms: ['eu-west-1/replica', 'eu-west-1/link'], why: 'a serving member has two' },
    { member: { ...serving, phase: 'joining', inTraffic: false },  alarms: ['eu-west-1/replica', 'eu-west-1/link'], why: 'what was not measured yet sets off none' },
    { member: { ...serving, phase: 'leaving', inTraffic: false },  alarms: ['eu-west-1/replica', 'eu-west-1/link'], why: 'what is to go has to be named' },
    { member: client,                                              alarms: ['eu-west-1/link'],                      why: 'a client has no replica' },
  ] satisfies { member: Member; alarms: string[]; why: string }[])('$why', ({ member, alarms }) => {
    expect(wanted(member)).toEqual(alarms);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: settings('link', 'WorstLink'),                                 fields: [], why: 'as wanted' },
    { there: settings('replica', 'Availability'),                         fields: ['existence'], why: 'only the other one' },
    { there: settings('link', 'WorstLink', { TreatMissingData: 'breaching' }), fields: ['treatMissingData'], why: 'it would go off before anything is measured' },
    { there: settings('link', 'WorstLink', { Threshold: 0 }),               fields: ['threshold'], why: 'it would never go off' },
    { there: settings('link', 'WorstLink', { Dimensions: [] }),             fields: ['dimensions'], why: 'nobody measures that' },
  ])('$why: $fields', ({ there, fields }) => {
    const seen = look(alarm, 'eu-west-1/link', answers(there));
    expect(seen.fields).toEqual(fields);
    if (fields.length > 0)
      expect(seen.repair().writes).toEqual([
        {
          method: 'putMetricAlarm',
          input: expect.objectContaining({ AlarmName: 'landbridge-payments-link', TreatMissingData: 'missing' }),
        },
      ]);
  });

  test('keep whom somebody has them tell', () => {
    const AlarmActions = ['arn:aws:sns:eu-west-1:111122223333:pager'];
    const seen = look(alarm, 'eu-west-1/link', answers(settings('link', 'WorstLink', { Period: 300, AlarmActions })));
    expect(seen.repair().writes[0]?.input).toMatchObject({ Period: 60, AlarmActions });
  });

  test("somebody else's by the same name is let be", () => {
    const seen = look(alarm, 'eu-west-1/link', answers(settings('link', 'Sales', { AlarmDescription: 'mine' })));
    expect(seen.conflict).toContain('alarm:landbridge-payments-link');
    expect(() => seen.remove()).toThrow('not the fleet');
  });
});

describe('replica of the state table', () => {
  const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/landbridge-state';
  const KNOWN = { 'state-replica/eu-west-1': ARN };
  const leaving = { ...serving, phase: 'leaving' } as const;
  const replica = (ReplicaStatus: string, RegionName: string = REGION) => ({ RegionName, ReplicaStatus });
  const OTHER = 'ap-southeast-2';
  /** Home's table first; then what stands in the member's Region by the same name. */
  const answers = (
    there: { readonly status?: string; readonly replicas?: readonly { RegionName: string }[]; readonly own?: string },
    ...marks: readonly string[]
  ): Answers => {
    let asked = 0;
    const { status = 'ACTIVE', replicas = [], own } = there;
    return {
      describeTable: () => {
        asked += 1;
        if (asked === 1 || replicas.some(({ RegionName }) => RegionName === REGION))
          return { Table: { TableStatus: status, Replicas: replicas } };
        return own === undefined ? gone() : { Table: { TableStatus: own } };
      },
      listTagsOfResource: { Tags: marks.map((fleet) => ({ Key: `landbridge:fleet/${fleet}`, Value: 'in use' })) },
      updateTable: {},
      tagResource: {},
      untagResource: {},
    };
  };

  test('is in every member but home, which has the table itself', () => {
    const home = memberOf('us-east-1', 1);
    const targets = [...stateReplica.targets({ fleet: payments, members: [home, serving] })];
    expect(targets.map(({ name }) => name)).toEqual([REGION]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: answers({}),                                              fields: ['existence'], writes: ['updateTable'], reads: ['describeTable', 'describeTable'], why: 'not there' },
    { there: answers({ status: 'UPDATING' }),                          fields: [], settles: true, why: 'another one is being made: one at a time' },
    { there: answers({ replicas: [replica('CREATING', OTHER)] }),      fields: [], settles: true, why: 'another one is being filled, and the table is ACTIVE' },
    { there: answers({ replicas: [replica('UPDATING', OTHER)] }),      fields: [], settles: true, why: 'another one is being changed' },
    { there: answers({ replicas: [replica('DELETING', OTHER)] }),      fields: [], settles: true, why: 'another one is going' },
    { there: answers({ own: 'DELETING' }),                             fields: [], settles: true, why: 'one that was deleted is not gone from its Region yet' },
    { there: answers({ replicas: [replica('CREATING')] }),             fields: [], settles: true, why: 'being made' },
    { there: answers({ replicas: [replica('ACTIVE')] }),               fields: ['mark'], writes: ['tagResource'], why: 'nobody says that this fleet uses it' },
    { there: answers({ replicas: [replica('ACTIVE')] }, 'other'),      fields: ['mark'], writes: ['tagResource'], why: 'made for another fleet of the account' },
    { there: answers({ replicas: [replica('ACTIVE')] }, 'payments'),   fields: [], id: ARN, why: 'marked, and the journal does not know yet' },
    { there: answers({ replicas: [replica('ACTIVE')] }), known: KNOWN, fields: [], id: ARN, reads: ['describeTable'], why: 'the journal knows' },
    { there: answers({ replicas: [replica('ACTIVE')] }), known: { 'state-replica/eu-west-1': `${ARN} unmarked` }, fields: ['mark'], why: 'one in the place of one that was lost' },
  ])('$why: $fields', ({ there, known, fields, writes, settles = false, id, reads }) => {
    const seen = look(stateReplica, REGION, there, { known });
    expect(seen.fields).toEqual(fields);
    expect(seen.settling !== undefined).toBe(settles);
    expect(seen.attributes?.['id']).toBe(id);
    if (reads !== undefined) expect(methods(seen.reads)).toEqual(reads);
    if (writes !== undefined) expect(methods(seen.repair().writes)).toEqual(writes);
  });

  test('a table of its own in its place is named', () => {
    expect(look(stateReplica, REGION, answers({ own: 'ACTIVE' })).conflict).toContain(ARN);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: answers({ replicas: [replica('ACTIVE')] }, 'payments'),          writes: ['updateTable'],   why: 'nobody else uses it' },
    { there: answers({ replicas: [replica('ACTIVE')] }),                      writes: ['updateTable'],   why: 'somebody took its mark off' },
    { there: answers({ replicas: [replica('ACTIVE')] }, 'payments', 'other'), writes: ['untagResource'], why: 'another fleet needs it' },
    { there: answers({ replicas: [replica('ACTIVE')] }, 'other'),             writes: undefined,         why: 'only another fleet uses it: gone, for this one' },
    { there: answers({ replicas: [replica('DELETING')] }, 'payments'),        writes: [],                why: 'going already' },
  ])('goes when its member leaves: $why', ({ there, writes }) => {
    const seen = look(stateReplica, REGION, there, { member: leaving, known: KNOWN });
    if (writes === undefined) expect(seen.observed).toBeUndefined();
    else expect(methods(seen.remove().writes)).toEqual(writes);
  });

  test('stays where another fleet has marked it since the look', () => {
    let asked = 0;
    const there = {
      ...answers({ replicas: [replica('ACTIVE')] }),
      listTagsOfResource: () => {
        const fleets = asked++ === 0 ? ['payments'] : ['payments', 'other'];
        return { Tags: fleets.map((fleet) => ({ Key: `landbridge:fleet/${fleet}`, Value: 'in use' })) };
      },
    };
    const seen = look(stateReplica, REGION, there, { member: leaving, known: KNOWN });
    expect(methods(seen.remove().writes)).toEqual(['untagResource']);
  });

  test.for([
    { status: 'UPDATING', replicas: [replica('ACTIVE')] },
    { status: 'ACTIVE', replicas: [replica('ACTIVE'), replica('CREATING', OTHER)] },
  ])('waits its turn to go: %o', (table) => {
    const there = answers(table, 'payments');
    expect(look(stateReplica, REGION, there, { member: leaving }).leaving).toMatchObject({
      because: expect.stringContaining('another Region'),
    });
  });
});

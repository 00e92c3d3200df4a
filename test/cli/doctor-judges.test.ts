import { describe, expect, test } from 'vitest';
import {
  judgeBootstrap,
  judgeCertificate,
  judgeClock,
  judgeConcurrency,
  judgeIdentity,
  judgeRegions,
  judgeTools,
} from '../../cli/doctor/judge-account.ts';
import { judgeQuotas, type QuotaThere } from '../../cli/doctor/judge-quotas.ts';
import { membersToBe } from '../../cli/doctor/members-to-be.ts';
import { type QuotaName, quotaNeeds, quotas } from '../../cli/doctor/quota-needs.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { allRegions } from '../../control-plane/model/region.ts';
import { memberOf, payments } from '../support/payments.ts';

const [VIRGINIA, IRELAND, PARIS] = ['us-east-1', 'eu-west-1', 'eu-west-3'];
const ACCOUNT = '111122223333';
const DAY_MS = 86_400_000;

describe('what a fleet needs', () => {
  const needOf = (quota: QuotaName, region: string, fleet: Fleet, joining: readonly string[] = []) =>
    quotaNeeds(membersToBe(fleet, [], joining).declared).find((one) => one.quota === quota && one.region === region)
      ?.need;
  const serving = (...regions: readonly string[]): Fleet => ({
    ...payments,
    members: Object.fromEntries(regions.map((region) => [region, { role: 'serving' }])),
  });
  const three = serving(VIRGINIA, IRELAND, PARIS);

  // biome-ignore format: a table is read down its columns
  test.for([
    { quota: 'vpcs',         region: IRELAND,  need: 1, why: 'one network for each member' },
    { quota: 'peerings',     region: IRELAND,  need: 2, why: 'a mesh of three: two peers each' },
    { quota: 'routes',       region: IRELAND,  need: 3, why: 'one for each peer, and the local one' },
    { quota: 'rules',        region: IRELAND,  need: 1, why: 'the supernet is one rule' },
    { quota: 'endpoints',    region: IRELAND,  need: 1, why: 'one door' },
    { quota: 'domains',      region: IRELAND,  need: 1, why: 'one private domain' },
    { quota: 'eventRules',   region: IRELAND,  need: 2, why: 'the schedule of the watch, and what hands events on to home' },
    { quota: 'eventRules',   region: VIRGINIA, need: 6, why: 'the schedule of the watch; five signals come in at home' },
    { quota: 'concurrency',  region: IRELAND,  need: 5, why: 'two functions of the fleet, three agents' },
    { quota: 'hostedZones',  region: VIRGINIA, need: 3, why: 'a view for each member' },
    { quota: 'healthChecks', region: VIRGINIA, need: 3, why: 'a check for each serving member' },
  ] as const)('$quota in $region: $need, $why', ({ quota, region, need }) => {
    expect(needOf(quota, region, three)).toBe(need);
  });

  test('a spoke has one peering, its hub one for each spoke', () => {
    const hub: Fleet = {
      ...three,
      network: { ...three.network, topology: { kind: 'hub', hub: VIRGINIA } },
    };
    expect(needOf('peerings', IRELAND, hub)).toBe(1);
    expect(needOf('peerings', VIRGINIA, hub)).toBe(2);
  });

  test('who only calls has a view, and neither endpoint nor domain nor check', () => {
    const fleet: Fleet = { ...three, members: { ...three.members, [PARIS]: { role: 'client' } } };
    expect(needOf('endpoints', PARIS, fleet)).toBe(0);
    expect(needOf('domains', PARIS, fleet)).toBe(0);
    expect(needOf('hostedZones', VIRGINIA, fleet)).toBe(3);
    expect(needOf('healthChecks', VIRGINIA, fleet)).toBe(2);
  });

  test('who is about to join counts, and who is leaving does not', () => {
    expect(needOf('peerings', IRELAND, three, ['us-west-2'])).toBe(3);
    const members = [memberOf(VIRGINIA, 1), memberOf(IRELAND, 2, { phase: 'leaving' })];
    const { declared } = membersToBe(payments, members);
    expect(declared.members.map(({ region }) => region)).toEqual([VIRGINIA]);
  });

  test('a borrowed VPC is not one of ours', () => {
    const vpc = {
      vpcId: 'vpc-0a1b2c3d',
      routeTableIds: ['rtb-0a1b2c3d'],
      subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
    };
    const fleet: Fleet = { ...three, members: { ...three.members, [PARIS]: { role: 'serving', vpc } } };
    expect(needOf('vpcs', PARIS, fleet)).toBe(0);
    expect(needOf('routes', PARIS, fleet)).toBe(2);
  });

  test('every Region there is still fits', () => {
    const { declared, withoutRoom } = membersToBe(serving(...allRegions.slice(0, 16)), []);
    expect({ members: declared.members.length, withoutRoom }).toEqual({ members: 16, withoutRoom: [] });
    // A /12 has sixteen /16: the seventeenth finds no room, and is named.
    expect(membersToBe(serving(...allRegions.slice(0, 17)), []).withoutRoom).toEqual([allRegions[16]]);
  });
});

describe('quotas', () => {
  const judged = (need: number, there: Partial<QuotaThere>, quota: QuotaName = 'peerings') =>
    judgeQuotas([{ quota, region: IRELAND, need }], [{ quota, region: IRELAND, allowed: 50, others: 0, ...there }]);

  // biome-ignore format: a table is read down its columns
  test.for([
    { need: 40, others: 0,  level: 'ok',      why: 'four fifths are enough' },
    { need: 41, others: 0,  level: 'warning', why: 'the tenth of a step further is tight' },
    { need: 50, others: 0,  level: 'warning', why: 'just enough' },
    { need: 51, others: 0,  level: 'problem', why: 'one too many' },
    { need: 10, others: 41, level: 'problem', why: 'others have the rest' },
  ])('need $need beside $others of 50: $level, $why', ({ need, others, level }) => {
    expect(judged(need, { others })).toMatchObject([{ level, where: IRELAND }]);
  });

  test('the remedy asks for what is needed, in that Region', () => {
    expect(judged(51, { others: 4 })[0]?.remedy).toBe(
      'aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-7E9ECCDB --desired-value 55 --region eu-west-1',
    );
  });

  test('what AWS raises no further is not asked for', () => {
    expect(judged(126, {})[0]?.remedy).toMatch(/to 125 at most: take fewer members, or a hub/);
  });

  test('what is not known is not ok', () => {
    expect(judged(2, { allowed: { unknown: 'no such operation' } })).toMatchObject([
      { level: 'not-checked', says: expect.stringContaining('no such operation') as string },
    ]);
    expect(judged(2, { others: { unknown: 'denied' } })).toMatchObject([{ level: 'not-checked' }]);
    expect(judgeQuotas([{ quota: 'peerings', region: IRELAND, need: 2 }], [])).toMatchObject([
      { level: 'not-checked' },
    ]);
  });

  test('more than is allowed is a problem, whatever others have', () => {
    expect(judged(51, { others: { unknown: 'denied' } })).toMatchObject([{ level: 'problem' }]);
  });

  test("a new account's few concurrent executions are worth a warning", () => {
    expect(judged(5, { allowed: 10 }, 'concurrency')).toMatchObject([
      { level: 'warning', remedy: expect.stringContaining('--desired-value 1000') as string },
    ]);
    expect(judged(5, { allowed: 4 }, 'concurrency')).toMatchObject([{ level: 'problem' }]);
    expect(judged(5, { allowed: 1_000 }, 'concurrency')).toMatchObject([{ level: 'ok' }]);
  });

  test('where all is well in several Regions, one finding names the tightest', () => {
    const there = (region: string, others: number): QuotaThere => ({ quota: 'vpcs', region, allowed: 5, others });
    const needs = [VIRGINIA, IRELAND, PARIS].map((region) => ({ quota: 'vpcs' as const, region, need: 1 }));
    const findings = judgeQuotas(needs, [there(VIRGINIA, 0), there(IRELAND, 2), there(PARIS, 5)]);
    expect(findings).toMatchObject([
      { level: 'problem', where: PARIS },
      { level: 'ok', where: '2 Regions', says: 'VPCs per Region: 3 of 5 at most, in eu-west-1' },
    ]);
  });

  test('each has a code of Service Quotas, and no two the same', () => {
    const codes = Object.values(quotas).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^L-[0-9A-F]{8}$/);
  });
});

describe('credentials', () => {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/me`;

  test('of the account that the fleet names are well', () => {
    expect(judgeIdentity({ account: ACCOUNT, arn }, payments, true)).toMatchObject([{ level: 'ok' }]);
  });

  test('of another are a problem, and say where the file names which', () => {
    const member = { role: 'serving', certificateArn: 'arn:aws:acm:eu-west-1:999900001111:certificate/1' } as const;
    const fleet: Fleet = { ...payments, members: { [IRELAND]: member } };
    expect(judgeIdentity({ account: ACCOUNT, arn }, fleet, true)).toMatchObject([
      {
        level: 'problem',
        where: 'members.eu-west-1.certificateArn',
        remedy: expect.stringContaining('999900001111') as string,
      },
    ]);
    expect(judgeIdentity({ account: '444455556666', arn }, payments, true)).toHaveLength(3);
  });

  test('of root are worth a warning on AWS, and are nothing special elsewhere', () => {
    const root = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` };
    expect(judgeIdentity(root, undefined, true)).toMatchObject([{ level: 'warning' }]);
    expect(judgeIdentity(root, undefined, false)).toMatchObject([{ level: 'ok' }]);
  });
});

describe('the machine and the account', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { offMs: 0,        level: 'ok' },
    { offMs: -59_000,  level: 'ok' },
    { offMs: 61_000,   level: 'warning' },
    { offMs: -300_000, level: 'warning' },
    { offMs: 301_000,  level: 'problem' },
    { offMs: -301_000, level: 'problem' },
  ])('a clock that is $offMs ms off: $level', ({ offMs, level }) => {
    expect(judgeClock(1_000_000_000 + offMs, 1_000_000_000)).toMatchObject({ level });
  });

  test('a clock that nothing can be compared with is not ok', () => {
    expect(judgeClock(1, undefined)).toMatchObject({ level: 'not-checked' });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { version: '6',       isAws: true,  level: 'ok',          why: 'the least that CDK asks for' },
    { version: '33',      isAws: true,  level: 'ok',          why: 'a newer one' },
    { version: '5',       isAws: true,  level: 'problem',     why: 'too old' },
    { version: '5',       isAws: false, level: 'problem',     why: 'too old anywhere' },
    { version: 'banana',  isAws: true,  level: 'problem',     why: 'no version' },
    { version: undefined, isAws: true,  level: 'problem',     why: 'not bootstrapped' },
    { version: undefined, isAws: false, level: 'not-checked', why: 'CDK deploys to no emulator' },
  ])('bootstrapped at $version: $level, $why', ({ version, isAws, level }) => {
    const found = judgeBootstrap(IRELAND, ACCOUNT, version, isAws);
    expect(found).toMatchObject({ level });
    if (level === 'problem') expect(found.remedy).toBe(`npx cdk bootstrap aws://${ACCOUNT}/eu-west-1`);
  });

  test('a Region that nobody opted in to, and one that AWS does not list', () => {
    const statuses = new Map([
      [VIRGINIA, 'opt-in-not-required'],
      ['af-south-1', 'not-opted-in'],
      ['me-south-1', 'opted-in'],
    ]);
    expect(judgeRegions([VIRGINIA, 'me-south-1'], statuses)).toMatchObject([{ level: 'ok' }]);
    expect(judgeRegions([VIRGINIA, 'af-south-1', 'mars-1'], statuses)).toMatchObject([
      {
        where: 'af-south-1',
        level: 'problem',
        remedy: expect.stringContaining('enable-region --region-name af-south-1') as string,
      },
      { where: 'mars-1', level: 'problem' },
    ]);
  });

  test('tools that are missing or others than pinned', () => {
    const good = { node: 'v24.1.0', cdkPinned: '2.1148.1', cdkInstalled: '2.1148.1' };
    const levels = (tools: Parameters<typeof judgeTools>[0]) => judgeTools(tools).map(({ level }) => level);
    expect(levels(good)).toEqual(['ok', 'ok']);
    expect(levels({ ...good, node: 'v20.20.2' })).toEqual(['problem', 'ok']);
    expect(levels({ ...good, cdkInstalled: '3.0.0' })).toEqual(['ok', 'problem']);
    expect(levels({ ...good, cdkInstalled: undefined })).toEqual(['ok', 'problem']);
  });
});

describe('certificates', () => {
  const nowMs = Date.UTC(2026, 5, 1);
  const issued = (days: number, ...names: readonly string[]) => ({
    arn: `arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/${days}`,
    names,
    expiresAtMs: nowMs + days * DAY_MS,
  });
  const DOMAIN = 'api.payments.example.com';
  const judged = (certificates: Parameters<typeof judgeCertificate>[3], wished?: string) =>
    judgeCertificate(IRELAND, DOMAIN, wished, certificates, nowMs);

  // biome-ignore format: a table is read down its columns
  test.for([
    { certificates: [issued(90, DOMAIN)],                           level: 'ok',      why: 'covers the name, for long enough' },
    { certificates: [issued(90, '*.payments.example.com')],         level: 'ok',      why: 'by a wildcard' },
    { certificates: [issued(30, DOMAIN)],                           level: 'ok',      why: 'thirty days are enough' },
    { certificates: [issued(29, DOMAIN)],                           level: 'warning', why: 'and no less' },
    { certificates: [issued(3, DOMAIN), issued(90, DOMAIN)],        level: 'ok',      why: 'the one that lasts longest counts' },
    { certificates: [issued(-1, DOMAIN)],                           level: 'problem', why: 'it is over' },
    { certificates: [issued(90, 'example.com')],                    level: 'problem', why: 'another name' },
    { certificates: [],                                             level: 'problem', why: 'none at all' },
    { certificates: [{ ...issued(90, DOMAIN), expiresAtMs: undefined }], level: 'warning', why: 'nobody says until when' },
  ])('$level: $why', ({ certificates, level }) => {
    expect(judged(certificates)).toMatchObject({ level });
  });

  test('the one that the fleet names must be it', () => {
    expect(judged([issued(90, DOMAIN)], issued(90).arn)).toMatchObject({ level: 'ok' });
    expect(judged([issued(90, DOMAIN)], issued(91).arn)).toMatchObject({ level: 'problem' });
  });
});

test('a new account, whose functions may run ten at a time in all, is told before CloudFormation takes everything back', () => {
  expect(judgeConcurrency(VIRGINIA, 15, { limit: 10, unreserved: 10 })).toMatchObject([
    {
      check: 'concurrency',
      level: 'problem',
      says: expect.stringContaining('runs 10 functions at once') as string,
      remedy: expect.stringContaining('--quota-code L-B99A9384') as string,
    },
  ]);
  expect(judgeConcurrency(VIRGINIA, 15, { limit: 1_000, unreserved: 1_000 })).toEqual([]);
});

// biome-ignore format: a table is read down its columns
test.for([
  { limit: 114,   unreserved: 114, isStandby: false, level: 'problem', why: 'Lambda keeps 100 unreserved' },
  { limit: 115,   unreserved: 115, isStandby: false, level: undefined, why: 'just enough' },
  { limit: 1_000, unreserved: 110, isStandby: false, level: 'warning', why: 'others have reserved most of it; or we have, and it is well' },
  { limit: 10,    unreserved: 10,  isStandby: true,  level: 'warning', why: 'the quota is each Region’s own: it deploys, and could not take over' },
])('of $limit at once, $unreserved unreserved, standby $isStandby: $level, for $why', ({ limit, unreserved, isStandby, level }) => {
  expect(judgeConcurrency(IRELAND, 15, { limit, unreserved }, isStandby).map((one) => one.level)).toEqual(level === undefined ? [] : [level]);
});

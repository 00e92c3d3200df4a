import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { examine } from '../../cli/doctor/examine.ts';
import { type Asking, judgeWaysIn, refusalsIn, type WayIn } from '../../cli/doctor/ways-in.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import { rootOf } from '../../simulator/principal.ts';
import { ec2Home } from '../../simulator/services/ec2/state.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { payments } from '../support/payments.ts';
import { Report } from './doctor-report.ts';
import { folderWith, landbridge } from './landbridge.ts';

const [HOME, EU, ASIA] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
const [SECOND, THIRD] = ['222233334444', '333344445555'] as const;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const MINUTE_MS = 60_000;

/** The example, with two members in accounts of their own. */
const file = (): string => {
  const examples = new URL('../../examples/', import.meta.url).pathname;
  const text = readFileSync(join(examples, 'payments.fleet.yaml'), 'utf8')
    .replaceAll('./', examples)
    .replace(`${EU}: { role: serving }`, `${EU}: { role: serving, account: "${SECOND}" }`)
    .replace(`${ASIA}: { role: serving }`, `${ASIA}: { role: serving, account: "${THIRD}" }`);
  return join(folderWith({ 'fleet.yaml': text }), 'fleet.yaml');
};

describe('a doctor of the control plane’s account looks into those of members', () => {
  let bed: TestBed;
  let server: SimulatorServer;
  beforeAll(async () => {
    bed = await testBed({
      timings: QUICK,
      memberAccounts: { [SECOND]: ['payments'], [THIRD]: ['payments'] },
      declare: (fleet) => ({
        ...fleet,
        members: {
          [HOME]: { role: 'serving' },
          [EU]: { role: 'serving', account: SECOND },
          [ASIA]: { role: 'serving', account: THIRD },
        },
      }),
    });
    await bed.join(HOME, EU, ASIA);
    server = await listen(bed.world, { port: 0 });
  });
  afterAll(() => server.close());

  async function examined(words: readonly string[] = [], account: string = ACCOUNT) {
    const { code, stdout, stderr } = await landbridge(['doctor', '--json', ...words], server.url, account);
    expect(stderr).toBe('');
    const { findings, problems } = Report.parse(JSON.parse(stdout));
    const of = (check: string, where = '') =>
      findings.filter((finding) => finding.check === check && finding.where.endsWith(where));
    return { code, problems, findings, of };
  }

  /** What the people of an account let in. */
  const trust = (account: string, RoleName: string, ...Statement: readonly object[]) =>
    bed.clock.runUntil(
      bed.world.invoke({
        service: 'iam',
        operation: 'UpdateAssumeRolePolicy',
        input: { RoleName, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) },
        place: { account, region: HOME },
        principal: rootOf(account),
      }),
    );
  const letsIn = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' };
  const forPayments = { Condition: { StringEquals: { 'sts:ExternalId': 'landbridge:payments' } } };

  test('that let in functions alone: neither well nor a problem, with what is not seen, and who sees it', async () => {
    const asked: string[] = [];
    const { invoke } = bed.world;
    bed.world.invoke = (request) => {
      if (!/^(Get|List|Describe|Query)/.test(request.operation)) asked.push(request.operation);
      return invoke.call(bed.world, request);
    };
    const { code, problems, of } = await examined();
    bed.world.invoke = invoke;
    expect({ code, problems }).toEqual({ code: 0, problems: 0 });
    expect(new Set(asked), 'it changes nothing').toEqual(new Set(['AssumeRole']));
    for (const [account, region, other] of [
      [SECOND, EU, THIRD],
      [THIRD, ASIA, SECOND],
    ] as const) {
      expect(of('members', account)).toMatchObject([
        {
          level: 'not-checked',
          says: expect.stringContaining(
            `refuses ${ROOT} as landbridge-observer and landbridge-applier for payments`,
          ) as string,
          remedy: `with credentials of ${account}: landbridge doctor --member-account ${account} --control-plane ${ACCOUNT} --fleets payments --home ${HOME} --standby ${EU} --peer-accounts ${other} --fleet-file FILE; name every other fleet besides that has members there, and --operators that may look`,
        },
      ]);
      expect(of('certificates', account)).toMatchObject([{ where: `${region} of ${account}`, level: 'not-checked' }]);
      const [ofRegion] = of('quotas', `${region} of ${account}`);
      expect(ofRegion).toMatchObject({ level: 'not-checked' });
      for (const what of ['VPCs per Region (the fleet needs 1)', 'active peerings per VPC (the fleet needs 2)'])
        expect(ofRegion?.says).toContain(what);
    }
    expect(
      of('peerings')
        .map(({ level, where }) => `${level} ${where}`)
        .toSorted(),
    ).toEqual([`ok ${SECOND}`, `ok ${THIRD}`]);
    // The control plane's own account is judged by what lies there, and by nothing else.
    expect(of('quotas', HOME).map(({ level }) => level)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(of('quotas').find(({ says }) => says.startsWith('hosted zones:'))?.says).toBe('hosted zones: 1 of 500');
  });

  test('that let whoever asks look: it looks there, and says of each quota what it may not read', async () => {
    await trust(SECOND, 'landbridge-observer', { ...letsIn, ...forPayments });
    const { code, of } = await examined();
    expect(code).toBe(0);
    const says = (check: string) =>
      of(check, SECOND).map(({ where, level, says: what }) => `${level} ${where}: ${what}`);
    expect(says('members')).toContain(`ok ${SECOND}: lets ${ROOT} look for payments, as landbridge-observer`);
    expect(says('certificates')).toEqual([
      expect.stringMatching(`^ok ${EU} of ${SECOND}: api.payments.example.com, for \\d+ days$`),
    ]);
    const quotas = says('quotas').join('\n');
    expect(quotas).toMatch(
      new RegExp(`^not-checked ${EU} of ${SECOND}: .*VPCs per Region \\(the fleet needs 1\\).*AccessDenied`, 'm'),
    );
    expect(quotas).not.toMatch(/^ok/m);
    expect(of('members', THIRD), 'of the other nothing more than before').toMatchObject([{ level: 'not-checked' }]);

    const planned = await landbridge(['plan', '--output', 'json'], server.url);
    const { notLetIn } = z
      .object({ notLetIn: z.array(z.object({ account: z.string(), targets: z.array(z.string()) })) })
      .parse(JSON.parse(planned.stdout));
    expect(
      notLetIn.map(({ account }) => account),
      'a plan looks there too',
    ).toEqual([THIRD]);
    expect(notLetIn[0]?.targets).not.toContain(`vpc/${EU}`);
  });

  test('that let it in without an external id, or with any: a problem, for so gets any fleet in', async () => {
    await trust(SECOND, 'landbridge-observer', letsIn);
    const anyId = { Condition: { StringLike: { 'sts:ExternalId': 'landbridge:*' } } };
    await trust(THIRD, 'landbridge-applier', { ...letsIn, ...anyId });
    const { code, of } = await examined();
    expect(code).toBe(1);
    expect(of('members', SECOND).filter(({ level }) => level === 'problem')).toMatchObject([
      {
        says: `landbridge-observer lets ${ROOT} in without an external id: any fleet whose file names ${SECOND} gets in, if it knows that or not`,
        remedy: expect.stringContaining(`landbridge deploy --member-account ${SECOND} `) as string,
      },
    ]);
    expect(of('members', THIRD).map(({ level, says }) => `${level} ${says}`)).toEqual([
      expect.stringMatching(/^problem landbridge-applier lets \S+ in with any external id, such as landbridge:NOBODY:/),
      expect.stringMatching(/^warning landbridge-applier lets \S+ in for payments: one function .* should alone$/),
      expect.stringMatching(/^not-checked .*refuses \S+ as landbridge-observer for payments/),
    ]);
  });

  test('that have refused functions of the control plane of late: a problem, whoever looks', async () => {
    await trust(THIRD, 'landbridge-observer', { ...letsIn, Effect: 'Deny' });
    // Sessions that are open last an hour.
    await bed.clock.runFor(61 * MINUTE_MS);
    expect(await bed.run('reconcile', { fleet: 'payments' })).toMatchObject({ status: 'SUCCEEDED' });
    const { code, of } = await examined();
    expect(code).toBe(1);
    expect(of('members', THIRD).filter(({ says }) => says.startsWith('refused'))).toMatchObject([
      {
        level: 'problem',
        says: expect.stringMatching(
          /^refused landbridge-[a-z-]+ as landbridge-observer for payments at 2026-\S+: the role is missing, or lets in/,
        ) as string,
        remedy: expect.stringContaining(`with credentials of ${THIRD}: landbridge deploy `) as string,
      },
    ]);
  });

  test('by their own people, and with the fleet’s file: its members’ certificates and quotas are judged there', async () => {
    const { quotas } = bed.world.state(ec2Home, { account: SECOND, region: EU });
    Object.assign(quotas, { activePeeringsPerVpc: 1 });
    // The same Region of another account has nothing to do with it.
    Object.assign(bed.world.state(ec2Home, { account: ACCOUNT, region: EU }).quotas, { vpcs: 0 });
    const about = ['--member-account', SECOND, '--control-plane', ACCOUNT, '--fleets', 'payments', '--home', HOME];
    const { of } = await examined([...about, '--standby', EU, '--fleet-file', file()], SECOND);
    expect(of('certificates')).toMatchObject([{ where: `${EU} of ${SECOND}`, level: 'ok' }]);
    const judged = of('quotas').map(({ where, level, says }) => `${level} ${where}: ${says}`);
    expect(judged).toContain(
      `problem ${EU} of ${SECOND}: active peerings per VPC: the fleet needs 2, and AWS allows 1`,
    );
    // Its own VPC is told by its tags: nobody there knows the ids.
    expect(judged).toContain(`ok ${EU} of ${SECOND}: VPCs per Region: 1 of 5`);
    expect(
      of('quotas')
        .map(({ where }) => where)
        .filter((where) => !where.endsWith(SECOND)),
    ).toEqual([]);

    const others = [...about.slice(0, 5), 'ledger', ...about.slice(6), '--fleet-file', file()];
    const refused = await landbridge(['doctor', ...others], server.url, SECOND);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('add payments to --fleets') as string });
  });
});

test('what lets anybody in as anything, as emulators do, is neither well nor a problem', async () => {
  const answering = {
    account: ACCOUNT,
    arn: ROOT,
    isAws: false,
    nowMs: 0,
    call: ({ service }: { service: string }) => {
      if (service === 'sts') return { Credentials: {} };
      throw new Fault('Rejected', 'there is no such operation');
    },
  };
  const fleet = { ...payments, members: { [EU]: { role: 'serving', account: SECOND } } } as const;
  const found = await examine({ fleet, members: [], ids: new Map(), joining: [] }, answering);
  expect(found.filter(({ check }) => check === 'members')).toMatchObject([
    { level: 'not-checked', says: 'not checked: what answers here lets anybody in as anything' },
  ]);
  expect(found.filter(({ level }) => level !== 'not-checked')).toEqual([]);
});

describe('what a member’s account answers', () => {
  const asking: Asking = {
    account: SECOND,
    fleet: { name: 'payments', account: ACCOUNT, home: HOME },
    peers: [],
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/me`,
  };
  const no = { refused: 'AccessDenied' };
  const way = (role: string, but: Partial<WayIn> = {}): WayIn => ({
    role: `landbridge-${role}`,
    inItsName: no,
    inNoName: no,
    inAnyName: no,
    ...but,
  });
  const levels = (...ways: readonly WayIn[]) => judgeWaysIn(asking, ways).map(({ level }) => level);

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'to everybody the same no',        ways: [way('observer'), way('applier')],                                                          comes: ['not-checked'] },
    { why: 'one role opens, the other not',   ways: [way('observer', { inItsName: 'let in' }), way('applier')],                                 comes: ['ok', 'not-checked'] },
    { why: 'both open',                       ways: [way('observer', { inItsName: 'let in' }), way('applier', { inItsName: 'let in' })],        comes: ['ok', 'warning'] },
    { why: 'an open door',                    ways: [way('observer', { inItsName: 'let in', inNoName: 'let in' }), way('applier')],             comes: ['problem', 'ok', 'not-checked'] },
    { why: 'nothing that could be judged',    ways: [way('observer', { inItsName: { unknown: 'nobody answered' } }), way('applier')],           comes: ['not-checked', 'not-checked'] },
  ] as const)('$why: $comes', ({ ways, comes }) => {
    expect(levels(...ways)).toEqual(comes);
  });

  test('is remembered for an hour, the newest of each account', () => {
    const refused = (account: string, by: string, minutesAgo: number): JournalEntry => ({
      run: 'r',
      atMs: -minutesAgo * MINUTE_MS,
      what: 'refused',
      says: `account ${account} does not let ${by} in as arn:aws:iam::${account}:role/landbridge-observer for the fleet payments: no`,
    });
    const journal: readonly JournalEntry[] = [
      refused(SECOND, 'landbridge-look', 1),
      { ...refused(THIRD, 'landbridge-look', 1), what: 'finding' },
      // An operator's own look: that is no function's.
      { ...refused(THIRD, 'landbridge', 1), run: 'plan' },
      refused(SECOND, 'landbridge-sweep-fleet', 2),
      refused(THIRD, 'landbridge-look', 61),
    ];
    expect(refusalsIn(journal, 0)).toEqual([
      { account: SECOND, by: 'landbridge-look', role: 'landbridge-observer', atMs: -MINUTE_MS },
    ]);
  });
});

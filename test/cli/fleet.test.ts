import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsAt, folderWith, landbridge, type Running, startLandbridge } from './landbridge.ts';

/** A join of 33 simulated minutes takes some seconds: long enough that a second command finds it running. */
const SCALE = 500;

/** The commands in the order of a fleet's life, as an operator types them at one simulator. */
let running: Running;
beforeAll(async () => {
  running = await startLandbridge('none', SCALE);
});
afterAll(() => running.stop());

const { say, json } = commandsAt(() => running);

describe('before anybody joined', () => {
  test('status has no member to show, and plan nothing to do', async () => {
    expect(await json('status')).toMatchObject({ fleet: 'payments', home: 'us-east-1', members: [], links: [] });
    expect(await json('plan')).toMatchObject({ targets: 0, steps: [], waiting: [], findings: [] });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { words: ['status', '--fleet', 'nope'],              says: /there is no fleet called "nope"/,     why: 'an unknown fleet' },
    { words: ['incidents', '--fleet', 'nope'],           says: /there is no fleet called "nope"\n.*name one of payments/, why: 'of no fleet there are no incidents, nor none' },
    { words: ['doctor', '--fleet', 'nope'],              says: /there is no fleet called "nope"\n.*name one of payments/, why: 'what was not looked at is not well' },
    { words: ['cost'],                                   says: /nobody has joined the fleet yet: say how many will, with --members/, why: 'no member costs nothing' },
    { words: ['plan', '--region', 'eu-west-1'],          says: /--region eu-west-1 is not a member/,  why: 'a Region that has not joined' },
    { words: ['reconcile', '--region', 'mars'],          says: /--region mars is not a member/,       why: 'no Region at all' },
    { words: ['request', '--from', 'eu-west-1'],         says: /--from eu-west-1 is not a member with a VPC[\s\S]*there is none yet: join one first/, why: 'from where there is nobody' },
    { words: ['onboard', 'mars-1', '--role', 'serving'], says: /region: "mars-1" is not an AWS Region; correct its spelling/, why: 'refused by the workflow, in its words' },
    { words: ['onboard', 'us-east-1', '--cidr', '8.8.0.0/16'], says: /cidr: 8\.8\.0\.0\/16 is not private address space/, why: 'an address that is not private' },
    { words: ['offboard', 'eu-west-1'],                  says: /region: eu-west-1 is not a member of payments/, why: 'who is not in cannot leave' },
    { words: ['put', 'nowhere.yaml'],                    says: /nowhere\.yaml cannot be read/,        why: 'no such file' },
    { words: ['explain', 'reconcile/never'],             says: /there is none called reconcile\/never/, why: 'no such execution' },
    { words: ['explain', 'event-payments-of-old'],       says: /there is none called event-payments-of-old.*\n.*landbridge status names/, why: 'nor by its name alone' },
    { words: ['onboard', 'us-east-1', '--name', 'bad name!'], says: /--name "bad name!" cannot name an execution/, why: 'no name for an execution' },
    { words: ['status', '--home', 'eu-west-2'],          says: /no state table landbridge-state in eu-west-2: name the home of the fleets with --home/, code: 1, why: 'no table there' },
    { words: ['status', '--table', 'nosuch'],            says: /no state table nosuch in us-east-1: .*--table/, code: 1, why: 'no such table' },
  ])('$words is refused: $why', async ({ words, says, code = 2 }) => {
    const ran = await say(...words);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(says);
  });

  test('home is home already: a takeover changes nothing, and says nothing that would', async () => {
    const { code, stdout } = await say('takeover', '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nothing was changed, and nothing is left to do: us-east-1 is home already/m);
    expect(stdout).not.toContain('deploy');
  });
});

test('a second start at the same port says so', async () => {
  const { code, stdout, stderr } = await landbridge(['start', '--once', '--port', new URL(running.url).port]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error --port Port \d+ of 127\.0\.0\.1 is in use.*\n\s+→ name a free one/);
});

describe('a Region', () => {
  test('joins, and the same name again is the same execution', async () => {
    const asked = ['onboard', 'us-east-1', '--name', 'first'] as const;
    const executionArn = 'arn:aws:states:us-east-1:111122223333:execution:landbridge-onboard-region:first';
    expect(await json(...asked, '--no-wait')).toEqual({ executionArn });
    const { code, stdout, stderr } = await say(...asked);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(executionArn);
    expect(stdout).toMatch(/^joined: as declared \(\d+ m(?: \d+ s)?, \d+ rounds, [\d,]+ reads, \d+ writes\)$/m);
    expect(stderr).toMatch(/^ {2}\+0:\d\d:\d\d {2}round \d+: /m);
    expect(stderr).not.toMatch(/round 0|1 steps/);
  });

  test('has joined, and the same name again is the same execution still', async () => {
    const { code, stdout, stderr } = await say('onboard', 'us-east-1', '--name', 'first');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^joined: as declared \(\d+ m(?: \d+ s)?, /m);
    expect(stderr).toContain('asked for before under this name, and ended: nothing was started');
  });

  test('is not joined by the name of another wish', async () => {
    const { code, stderr } = await say('onboard', 'eu-west-1', '--name', 'first');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--name first is the name of an execution that was asked for something else/);
    expect(stderr).toContain('landbridge explain onboard-region/first');
  });

  test('is in the status, and nothing is left to do', async () => {
    const { stdout } = await say('status');
    expect(stdout).toMatch(/us-east-1 +serving +joined +yes +10\.64\.0\.0\/16 +vpc-[0-9a-f]+ +vpce-[0-9a-f]+/);
    expect(await json('plan')).toMatchObject({ steps: [], waiting: [], findings: [] });
    expect(await json('reconcile')).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'as-declared', writes: 0 },
    });
  });

  test('is asked by its name, hop by hop', async () => {
    const { code, stdout, stderr } = await say('request', '--from', 'us-east-1', '--to', 'us-east-1');
    expect(code, stderr).toBe(0);
    for (const hop of ['name', 'egress', 'endpoint', 'domain', 'policy', 'stage', 'function'])
      expect(stdout).toMatch(new RegExp(`✓ +${hop} `));
    expect(stdout).toMatch(/^HTTP 200 after \d+ ms, by landbridge-payments-payments in us-east-1$/m);
    expect(await json('request', '--from', 'us-east-1')).toMatchObject({ outcome: 'answered', status: 200 });
  });

  test('is asked in vain for what it does not have: exit 1, and the hop that says why', async () => {
    const { code, stdout } = await say('request', '--from', 'us-east-1', '--path', '/nowhere');
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ +method /);
    expect(stdout).toMatch(/^failed at method after \d+ ms; the caller sees HTTP 403/m);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { words: ['--to', 'eu-west-1'],    says: /--to eu-west-1 is not a member[\s\S]*name one of us-east-1/,  why: 'who is not in answers nobody' },
    { words: ['--path', 'v1/payments'], says: /--path v1\/payments does not begin with a slash[\s\S]*write \/v1\/payments/, why: 'a path that would be part of the name' },
  ])('is not asked $words: $why', async ({ words, says }) => {
    const { code, stderr } = await say('request', '--from', 'us-east-1', ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  test('is told as a story', async () => {
    const { code, stdout } = await say('explain', 'onboard-region/first');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+0:00:00 {2}asked for: .*"region":"us-east-1"/);
    expect(stdout).toMatch(/the Region was admitted/);
    expect(stdout.trimEnd()).toMatch(/\+0:\d\d:\d\d {2}done$/);
    expect(await json('explain', 'onboard-region/first')).toMatchObject({ ended: 'succeeded' });
    const { outcomes } = (await json('status')) as { outcomes: readonly { run: string }[] };
    expect(outcomes.map(({ run }) => run)).toContain('first');
    for (const { run } of outcomes) expect((await say('explain', run)).code, `${run}, as status prints it`).toBe(0);
  });

  test('takes what its fleet file says from now on', async () => {
    const root = new URL('../../examples/', import.meta.url).pathname;
    const text = readFileSync(join(root, 'payments.fleet.yaml'), 'utf8')
      .replaceAll('./', root)
      .replace('memoryMb: 256', 'memoryMb: 512');
    const file = join(folderWith({ 'fleet.yaml': text }), 'fleet.yaml');
    const roles = ['landbridge-payments-function', 'landbridge-payments-invoke'];
    expect(await json('put', file)).toEqual({
      fleet: 'payments',
      roles: roles.map((name) => ({ name, did: 'as it was' })),
      differs: ['functions.payments.memoryMb: 256 → 512'],
      later: [],
      members: ['us-east-1'],
      toJoin: ['eu-west-1', 'ap-southeast-2'],
    });
    const again = await say('put', file);
    expect(again.stdout).toMatch(
      /^payments is in force\. Nothing differs from what was in force\. Named and not joined: eu-west-1, ap-southeast-2; landbridge onboard eu-west-1$/m,
    );
    // The next sweep notices; at this speed it is over before a plan could be asked for.
    await expect
      .poll(() => json('status'), { timeout: 300_000, interval: 500 })
      .toMatchObject({
        outcomes: expect.arrayContaining([
          expect.objectContaining({ outcome: 'repaired', signal: 'schedule', writes: 1 }),
        ]) as object,
      });
  });

  test('is seen by its own prober, and nothing has gone wrong', async () => {
    // Its first minute of being watched passes in a moment here.
    const seen = async (): Promise<unknown> => {
      const health = (await json('health')) as { rows: readonly unknown[] };
      return health.rows.length > 0 ? health : seen();
    };
    expect(await seen()).toMatchObject({
      rows: [{ observer: 'us-east-1', replicas: { 'us-east-1': { state: 'well' } }, name: { state: 'well' } }],
      findings: [],
      drained: [],
      steers: [],
      incidents: [],
    });
    expect((await say('health')).stdout).toContain('nothing is wrong, as far as probes see');
    expect(await json('incidents')).toEqual({ fleet: 'payments', incidents: [] });
    expect(await say('incidents', 'show')).toMatchObject({
      code: 2,
      stderr: 'error there is no incident of payments\n',
    });
    expect(await json('cost')).toMatchObject({
      members: 1,
      lines: expect.arrayContaining([]),
      dollars: expect.any(Number),
    });
  });

  test('is drawn on a map, in a page that stands by itself', async () => {
    const file = join(folderWith({}), 'fleet.html');
    expect(await say('map', file)).toMatchObject({ code: 0, stdout: `${file} shows payments: open it in a browser\n` });
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en"><head>.*<title>Landbridge: payments<\/title>/);
    expect(page).toContain('1 member, 0 links, no open incident');
    expect(page).not.toMatch(/<script|(?:src|href)=/);
    const { code, stderr } = await say('map', join(file, 'nowhere.html'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/nowhere\.html cannot be written: .*\n.*name a file in a folder that is there/);
  });

  test('is the last one, and not evacuated unless somebody answers for it', async () => {
    const refused = await say('evacuate', 'us-east-1');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/last-healthy-member: .*, give --override last-healthy-member --why "\.\.\."$/m);
    const why = ['--override', 'last-healthy-member', '--why', 'it corrupts payments'];
    const { code, stdout } = await say('evacuate', 'us-east-1', ...why);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('evacuated') });
    expect(await json('health')).toMatchObject({ drained: ['us-east-1'] });
    expect(await json('status')).toMatchObject({ drains: [{ region: 'us-east-1' }], steers: [] });
    const shown = (await say('status')).stdout;
    expect(shown).toMatch(/us-east-1 +serving +joined +evacuated/);
    expect(shown).toMatch(/^evacuated us-east-1, by arn:/m);
    expect(shown).toMatch(/^refused \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+: evacuate us-east-1: last-healthy-member: /m);
    expect(await say('restore', 'us-east-1')).toMatchObject({ code: 0, stdout: expect.stringContaining('restored') });
    expect(await json('health')).toMatchObject({ drained: [] });
  });

  test('a client joins beside it and leaves again', async () => {
    expect(await json('onboard', 'sa-east-1', '--role', 'client')).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'joined', ids: { 'peering/sa-east-1~us-east-1': expect.stringMatching(/^pcx-/) as string } },
    });
    const { stdout } = await say('request', '--from', 'sa-east-1');
    expect(stdout).toMatch(/✓ +peering +sa-east-1/);
    expect(await say('request', '--from', 'us-east-1', '--to', 'sa-east-1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--to sa-east-1 is a client') as string,
    });
    const started = (await json('offboard', 'sa-east-1', '--no-wait')) as { executionArn: string };
    expect(started.executionArn).toContain(':execution:landbridge-offboard-region:');
    await expect
      .poll(async () => ((await json('status')) as { members: unknown[] }).members.length, {
        timeout: 300_000,
        interval: 1_000,
      })
      .toBe(1);
  });
});

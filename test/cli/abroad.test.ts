import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsAt, folderWith, landbridge, type Running, startLandbridge } from './landbridge.ts';

const SCALE = 500;
const [HOME, EU] = ['us-east-1', 'eu-west-1'] as const;
const [CONTROL_PLANE, SECOND, THIRD] = ['111122223333', '222233334444', '333344445555'] as const;

/** The example, with its Irish member in an account of its own. */
const fileWith = (account: string | undefined): string => {
  const examples = new URL('../../examples/', import.meta.url).pathname;
  const lives = account === undefined ? '' : `, account: "${account}"`;
  const text = readFileSync(join(examples, 'payments.fleet.yaml'), 'utf8')
    .replaceAll('./', examples)
    .replace(`${EU}: { role: serving }`, `${EU}: { role: serving${lives} }`);
  return join(folderWith({ 'fleet.yaml': text }), 'fleet.yaml');
};

let running: Running;
beforeAll(async () => {
  running = await startLandbridge('none', SCALE, fileWith(SECOND));
});
afterAll(() => running.stop());

const { say, json } = commandsAt(() => running);

describe('commands about a fleet with a member in another account', () => {
  test('onboard joins it there, side by side with home', async () => {
    const [home, abroad] = await Promise.all([say('onboard', HOME), say('onboard', EU, '--name', 'abroad')]);
    expect(home.code, home.stderr).toBe(0);
    expect(abroad.code, abroad.stderr).toBe(0);
    expect(abroad.stdout).toMatch(/^joined: as declared \(/m);
  });

  test('status says which account each lives in', async () => {
    const { stdout } = await say('status');
    expect(stdout).toMatch(/^ {2}member +account +role +phase/m);
    expect(stdout).toMatch(new RegExp(`^ {2}${HOME} +${CONTROL_PLANE} +serving +joined +yes`, 'm'));
    expect(stdout).toMatch(new RegExp(`^ {2}${EU} +${SECOND} +serving +joined +yes +\\S+ +vpc-[0-9a-f]+ +vpce-`, 'm'));
    expect(await json('status')).toMatchObject({
      members: expect.arrayContaining([expect.objectContaining({ region: EU, account: SECOND })]) as object,
    });
  });

  test('plan says once of an account that it lets nobody but the control plane in; reconcile looks there', async () => {
    const { code, stdout } = await say('plan');
    expect(code, 'nobody saw whether there is something to change').toBe(1);
    const told = stdout.split('\n').filter((line) => line.startsWith('!'));
    expect(told).toEqual([
      expect.stringMatching(
        `^! account ${SECOND} does not let you in: \\d+ targets there, or hanging on those, were not`,
      ),
    ]);
    expect(stdout).toMatch(
      /^\d+ targets looked at with \d+ reads: 0 to change, 0 waiting, 0 findings, \d+ not looked at$/m,
    );
    expect(JSON.parse((await say('plan', '--region', EU, '--output', 'json')).stdout)).toMatchObject({
      steps: [],
      notLetIn: [{ account: SECOND, targets: expect.arrayContaining([`vpc/${EU}`, `endpoint/${EU}`]) as string[] }],
    });
    expect(await json('reconcile')).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'as-declared', writes: 0 },
    });
  });

  test('request follows a packet from one account into the other, and back', async () => {
    for (const [from, to] of [
      [HOME, EU],
      [EU, HOME],
    ] as const) {
      const { code, stdout } = await say('request', '--from', from, '--to', to);
      expect(code).toBe(0);
      expect(stdout).toMatch(/✓ +peering /);
      expect(stdout).toMatch(new RegExp(`^HTTP 200 after \\d+ ms, by landbridge-payments-payments in ${to}$`, 'm'));
    }
  });

  test('health has a row of each, and explain tells the join', async () => {
    await expect
      .poll(
        async () =>
          ((await json('health')) as { rows: { observer: string }[] }).rows.map((row) => row.observer).toSorted(),
        { timeout: 300_000, interval: 500 },
      )
      .toEqual([EU, HOME]);
    expect(await json('explain', 'onboard-region/abroad')).toMatchObject({ ended: 'succeeded' });
  });

  test('doctor has no problem with it from here, nor by the account’s own people', async () => {
    expect((await say('doctor')).code).toBe(0);
    const about = [
      '--member-account',
      SECOND,
      '--control-plane',
      CONTROL_PLANE,
      '--fleets',
      'payments',
      '--home',
      HOME,
    ];
    const more = ['--standby', EU, '--fleet-file', fileWith(SECOND)];
    const { code, stdout } = await landbridge(['doctor', ...about, ...more], running.url, SECOND);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^ {2}members +222233334444 +ok +8 roles are there, and let 111122223333 in for payments$/m);
    expect(stdout).toMatch(/^ {2}quotas +us-east-1 of 222233334444 +ok +hosted zones: 1 of 500$/m);
  });

  test('deploy of its roles is nothing for a stand-in, and wants that account’s credentials', async () => {
    const about = ['--member-account', SECOND, '--control-plane', CONTROL_PLANE, '--fleets', 'payments'];
    expect(await landbridge(['deploy', ...about], running.url, SECOND)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('landbridge deploy works on AWS itself') as string,
    });
    expect(await say('doctor', ...about)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`is ${SECOND}, and these are credentials of ${CONTROL_PLANE}`) as string,
    });
  });

  test.for([
    { why: 'somewhere else', account: THIRD, says: `is ${THIRD}, and ${EU} is a member already, in ${SECOND}` },
    { why: 'home', account: undefined, says: `is ${CONTROL_PLANE}, and ${EU} is a member already, in ${SECOND}` },
  ])('put does not move it $why', async ({ account, says }) => {
    const { code, stderr } = await say('put', fileWith(account));
    expect(code).toBe(2);
    expect(stderr).toContain(`members.${EU}.account ${says}`);
    expect(stderr).toContain(`write ${SECOND} again, or offboard ${EU} first`);
  });

  test('offboard takes it out of there, and then it may be put elsewhere', async () => {
    const { code, stdout, stderr } = await say('offboard', EU);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^left: /m);
    expect(await json('put', fileWith(THIRD))).toMatchObject({ fleet: 'payments' });
    // That account was never told of this fleet.
    const refused = await say('onboard', EU);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`account ${THIRD} does not let landbridge-admit-member in`) as string,
    });
    expect(await json('status')).toMatchObject({ members: [{ region: HOME }] });
  });
});

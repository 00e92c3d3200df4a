import { describe, expect, test } from 'vitest';
import { standingFleets } from '../../cli/commands/destroy.ts';
import type { Deployment } from '../../cli/deploy/cdk.ts';
import { deployWith } from '../../cli/deploy/deploy.ts';
import { type Asking, destroyWith, type Standing } from '../../cli/deploy/destroy.ts';
import { diffWith } from '../../cli/deploy/diff.ts';
import { memberAccounts } from '../../cli/deploy/member-accounts.ts';
import { inProcess, type Runner } from '../../cli/deploy/runner.ts';
import { judgeStandby } from '../../cli/deploy/standby.ts';
import { type OwnerOf, ownerAmong, tableIs } from '../../cli/deploy/state-table.ts';
import { fine, notChecked, problemOf } from '../../cli/doctor/finding.ts';
import type { Printer } from '../../cli/print.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { epochMs } from '../../control-plane/model/units.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { EXAMPLE_FILE } from '../support/landbridge.ts';
import { memberOf, payments } from '../support/payments.ts';
import { runtimeByHand } from '../support/runtime-by-hand.ts';
import { landbridge } from './landbridge.ts';

const ACCOUNT = '111122223333';
const HOME = 'us-east-1';
const deployment: Deployment = { account: ACCOUNT, home: HOME, standby: 'eu-west-1', table: 'new', memberAccounts: [] };

/** Remembers what was run, and ends as told, having said so. */
function fakeRun(code: number | undefined, says = '') {
  const ran: (readonly string[])[] = [];
  const run: Runner = (words, _environment, hear) => {
    ran.push(words);
    hear?.(says);
    return Promise.resolve(code);
  };
  return { ran, run };
}

function fakePrint() {
  const lines: string[] = [];
  const documents: unknown[] = [];
  const print: Printer = {
    isJson: false,
    line: (text = '') => void lines.push(text),
    table: (_head, rows) => void lines.push(...rows.map((row) => row.join('  '))),
    json: (value) => void documents.push(value),
    progress: () => {},
  };
  return { print, text: () => lines.join('\n'), documents };
}

describe('deploy', () => {
  const well = [fine('credentials', ACCOUNT, 'signed in'), notChecked('quotas', 'the fleet', 'no fleet')];
  const notBootstrapped = problemOf('bootstrap', HOME, 'CDK has nothing', 'npx cdk bootstrap');
  const noCertificate = problemOf('certificates', HOME, 'none', 'aws acm request-certificate');
  const options = { requireApproval: 'broadening' };

  test('runs the pinned CDK over every stack, with what the deployment is, and says what is next', async () => {
    const { ran, run } = fakeRun(0);
    const { print, text, documents } = fakePrint();
    expect(await deployWith(deployment, { ...options, fleetFile: 'my.fleet.yaml' }, well, run, print)).toBe(0);
    expect(ran).toEqual([
      'node_modules/aws-cdk/bin/cdk deploy --all --app'
        .split(' ')
        .concat(
          'node_modules/.bin/node infra/app.ts',
          `--context account=${ACCOUNT} --context home=${HOME} --context standby=eu-west-1 --context table=new --context accounts=none`.split(
            ' ',
          ),
          ['--require-approval', 'broadening'],
        ),
    ]);
    expect(text()).toMatch(/deployed.*Next:\n {2}landbridge put my\.fleet\.yaml --home us-east-1 /);
    expect(documents).toMatchObject([{ deployed: true, account: ACCOUNT }]);
  });

  test('without a standby says so to CDK, which would take the one of the example', async () => {
    const { ran, run } = fakeRun(0);
    await deployWith({ ...deployment, standby: undefined, table: 'kept' }, options, well, run, fakePrint().print);
    expect(ran[0]).toEqual(expect.arrayContaining(['standby=none', 'table=kept']));
  });

  test('names the accounts of members, whose VPCs roles may join with ours', async () => {
    const { ran, run } = fakeRun(0);
    const abroad = { ...deployment, memberAccounts: ['222233334444', '333344445555'] };
    const tooFew = problemOf('peerings', '333344445555', 'roles name it not', 'landbridge deploy');
    const { print, text } = fakePrint();
    expect(await deployWith(abroad, options, [...well, tooFew], run, print)).toBe(0);
    expect(ran[0]).toContain('accounts=222233334444,333344445555');
    expect(text(), 'that is mended by it').not.toContain('roles name it not');
  });

  test('runs nothing over a problem of its own', async () => {
    const { ran, run } = fakeRun(0);
    const { print, text } = fakePrint();
    expect(await deployWith(deployment, options, [...well, notBootstrapped], run, print)).toBe(1);
    expect(ran).toEqual([]);
    expect(text()).toMatch(/npx cdk bootstrap[\s\S]*not deployed.*--force "WHY"/);
  });

  test('runs nothing where fleets in force would lose their standby', async () => {
    const { ran, run } = fakeRun(0);
    const lost = problemOf('standby', 'eu-west-1', 'is the standby of payments', '--standby eu-west-1');
    expect(await deployWith(deployment, options, [...well, lost], run, fakePrint().print)).toBe(1);
    expect(ran).toEqual([]);
  });

  test('goes on over it for a reason, which is printed', async () => {
    const { ran, run } = fakeRun(0);
    const { print, text } = fakePrint();
    const forced = { ...options, force: 'the bootstrap stack has another qualifier' };
    expect(await deployWith(deployment, forced, [notBootstrapped], run, print)).toBe(0);
    expect(ran).toHaveLength(1);
    expect(text()).toContain('deploying all the same: the bootstrap stack has another qualifier');
  });

  test('goes on over what only joins depend on, and shows it', async () => {
    const { ran, run } = fakeRun(0);
    const { print, text } = fakePrint();
    expect(await deployWith(deployment, options, [...well, noCertificate], run, print)).toBe(0);
    expect(ran).toHaveLength(1);
    expect(text()).toContain('aws acm request-certificate');
  });

  test.for([1, undefined])('fails where CDK ends with %s, and says where to look', async (code) => {
    const { print, text, documents } = fakePrint();
    expect(await deployWith(deployment, options, well, fakeRun(code).run, print)).toBe(1);
    expect(text()).toMatch(/not deployed.*describe-stack-events --stack-name landbridge-home --region us-east-1/);
    expect(documents).toMatchObject([{ deployed: false }]);
  });
});

describe('diff', () => {
  const counted = (count: number): string =>
    `Stack landbridge-home\n\n✨  Number of stacks with differences: ${count}\n`;

  test.for([
    { code: 0, says: counted(0), exit: 0 },
    { code: 1, says: counted(2), exit: 1 },
  ])('ends with $exit where CDK ends with $code', async ({ code, says, exit }) => {
    const { ran, run } = fakeRun(code, says);
    expect(await diffWith(deployment, run, fakePrint().print)).toBe(exit);
    expect(ran[0]).toEqual(expect.arrayContaining(['diff', '--all', '--fail']));
  });

  test('that could not compare is no difference, and no sameness either', async () => {
    const { run } = fakeRun(1, 'Error: credentials expired');
    await expect(diffWith(deployment, run, fakePrint().print)).rejects.toThrow(/ended with 1 before it compared/);
  });
});

describe('destroy', () => {
  const sure = { isSure: true, ask: undefined };

  test('is refused while a fleet has members, and names the command that takes each out, home last', async () => {
    const { ran, run } = fakeRun(0);
    const standing = [
      { fleet: 'payments', regions: [HOME, 'eu-west-1'] },
      { fleet: 'ledger', regions: [] },
    ];
    const refused = destroyWith(deployment, standing, sure, run, fakePrint().print);
    await expect(refused).rejects.toMatchObject({
      fault: 'Rejected',
      message: expect.stringMatching(
        /payments has us-east-1, eu-west-1[\s\S]*offboard eu-west-1 --fleet payments --home us-east-1\n {2}landbridge offboard us-east-1 --fleet payments/,
      ) as string,
    });
    expect(ran).toEqual([]);
  });

  test.for([
    { typed: 'yes', ok: false },
    { typed: 'landbridge-444455556666', ok: false },
    { typed: `landbridge-${ACCOUNT}\n`, ok: true },
  ])('asked for its name, $typed: $ok', async ({ typed, ok }) => {
    const { ran, run } = fakeRun(0);
    const asking = { isSure: false, ask: () => Promise.resolve(typed) };
    const ending = destroyWith(deployment, [], asking, run, fakePrint().print);
    if (ok) expect(await ending).toBe(0);
    else await expect(ending).rejects.toThrow(/nothing was destroyed: .* is not landbridge-111122223333/);
    expect(ran).toHaveLength(ok ? 1 : 0);
  });

  test('looks again once it is answered: somebody else may have begun a join while the question stood there', async () => {
    const { ran, run } = fakeRun(0);
    const joined: Standing[] = [];
    const asking: Asking = {
      isSure: false,
      ask() {
        joined.push({ fleet: 'payments', regions: [HOME] });
        return Promise.resolve(`landbridge-${ACCOUNT}`);
      },
      standingBy: () => Promise.resolve(joined),
    };
    await expect(destroyWith(deployment, [], asking, run, fakePrint().print)).rejects.toThrow(
      /nothing was destroyed: payments has us-east-1/,
    );
    expect(ran).toEqual([]);
  });

  test('is refused where nobody can be asked, unless somebody is sure', async () => {
    const { ran, run } = fakeRun(0);
    const asking = { isSure: false, ask: undefined };
    await expect(destroyWith(deployment, [], asking, run, fakePrint().print)).rejects.toThrow(/--yes/);
    expect(ran).toEqual([]);
  });

  test('says what stays, and how that goes', async () => {
    const { ran, run } = fakeRun(0);
    const { print, text } = fakePrint();
    expect(await destroyWith(deployment, [], sure, run, print)).toBe(0);
    expect(ran[0]).toEqual(expect.arrayContaining(['destroy', '--all', '--force']));
    expect(text()).toMatch(
      /update-table .*--no-deletion-protection-enabled\n.*delete-table --table-name landbridge-state --region us-east-1/,
    );
    expect(text(), 'each replica is protected for itself').toMatch(
      /update-table --table-name landbridge-state --region eu-west-1 --no-deletion-protection-enabled.*\n.*"RegionName":"eu-west-1"/,
    );
  });

  test('of a home that took over, says how the replica goes that the home before has', async () => {
    const { print, text } = fakePrint();
    const tookOver = { ...deployment, home: 'eu-west-1', standby: undefined, takenOverFrom: HOME };
    expect(await destroyWith(tookOver, [], sure, fakeRun(0).run, print)).toBe(0);
    expect(text()).toMatch(
      /--region us-east-1 --no-deletion-protection-enabled.*\n.*--region eu-west-1 --replica-updates.*"RegionName":"us-east-1"/,
    );
  });

  test('fails where CDK does', async () => {
    const { print, text } = fakePrint();
    expect(await destroyWith(deployment, [], sure, fakeRun(1).run, print)).toBe(1);
    expect(text()).toMatch(/not all was destroyed/);
    expect(text()).not.toMatch(/What stays/);
  });
});

describe('what is there', () => {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed: 'deploy', account: ACCOUNT });
  const call: Caller = directCaller(world, ACCOUNT, rootOf(ACCOUNT));
  const runtime = runtimeByHand({ call, nowMs: () => epochMs(world.clock.nowMs()) });
  const nobody = () => Promise.resolve(undefined);

  test('without a table: no fleets, and the table is to be made', async () => {
    expect(await standingFleets(runtime)).toEqual([]);
    expect(await memberAccounts({}, runtime)).toEqual([]);
    expect(await tableIs(HOME, call, nobody)).toBe('new');
  });

  test('with one: its fleets and whoever is in them; kept, unless a stack owns it', async () => {
    await world.invoke({
      service: 'dynamodb',
      operation: 'CreateTable',
      input: {
        TableName: 'landbridge-state',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
      place: { account: ACCOUNT, region: HOME },
      principal: rootOf(ACCOUNT),
    });
    await clock.runFor(60_000);
    const store = new FleetStore(runtime);
    await store.put(payments);
    const leaving = { ...memberOf('eu-west-1', 2, { phase: 'leaving' }), by: 'arn' };
    await store.change(await store.load('payments'), { put: [{ ...memberOf(HOME, 1), by: 'arn' }, leaving] });
    expect(await standingFleets(runtime)).toEqual([{ fleet: 'payments', regions: [HOME, 'eu-west-1'] }]);
    expect(await tableIs(HOME, call, nobody)).toBe('kept');
    expect(await tableIs(HOME, call, () => Promise.resolve('landbridge-home'))).toBe('new');
  });

  test('a standby that fleets in force have is not taken from them; a table that was kept has the replica it needs, or is told of', async () => {
    const asked = { home: HOME, standby: undefined, table: 'new' } as const;
    const replica = 'eu-west-1';
    expect(await judgeStandby(asked, undefined, runtime, nobody), 'nobody has one').toEqual([]);
    const store = new FleetStore(runtime);
    await store.put({ ...payments, standby: replica });
    expect(await judgeStandby(asked, undefined, runtime, nobody)).toMatchObject([
      {
        check: 'standby',
        level: 'problem',
        where: replica,
        says: expect.stringContaining('standby of payments') as string,
      },
    ]);
    expect(await judgeStandby(asked, 'payments', runtime, nobody), 'whose file says otherwise').toEqual([]);
    expect(await judgeStandby({ ...asked, standby: replica }, undefined, runtime, nobody)).toEqual([]);
    expect(
      await judgeStandby({ home: HOME, standby: replica, table: 'kept' }, undefined, runtime, nobody),
    ).toMatchObject([{ check: 'standby', level: 'warning', remedy: expect.stringContaining('"Create"') as string }]);
    await store.put(payments);
  });

  test('a standby that is deployed stays the standby: its replica is protected, and one is added or removed in an update', async () => {
    await world.invoke({
      service: 'dynamodb',
      operation: 'UpdateTable',
      input: { TableName: 'landbridge-state', ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] },
      place: { account: ACCOUNT, region: HOME },
      principal: rootOf(ACCOUNT),
    });
    await clock.runFor(60_000);
    const asked = { home: HOME, standby: 'ap-southeast-2', table: 'new' } as const;
    const standsIn =
      (region: string): OwnerOf =>
      (where) =>
        Promise.resolve(where === region ? 'landbridge-standby' : undefined);
    expect(await judgeStandby(asked, undefined, runtime, nobody), 'a member’s replica').toEqual([]);
    for (const standby of [asked.standby, undefined])
      expect(await judgeStandby({ ...asked, standby }, undefined, runtime, standsIn('eu-west-1'))).toMatchObject([
        { check: 'standby', level: 'problem', where: 'eu-west-1', remedy: '--standby eu-west-1' },
      ]);
    const same = { ...asked, standby: 'eu-west-1' };
    expect(await judgeStandby(same, undefined, runtime, standsIn('eu-west-1'))).toEqual([]);
    const dark = () => Promise.reject(new Fault('Unavailable', 'no answer'));
    expect(await judgeStandby(asked, undefined, runtime, dark), 'who does not answer says nothing').toEqual([]);
  });

  test('accounts of members: those of every fleet in force, of the file and of the options, and not our own', async () => {
    const store = new FleetStore(runtime);
    const [declared, joined, asked] = ['222233334444', '333344445555', '444455556666'];
    const members = { [HOME]: { role: 'serving' as const, account: declared } };
    await store.put({ ...payments, members });
    const state = await store.load('payments');
    await store.change(state, { put: [{ ...memberOf('ap-southeast-2', 3, { account: joined }), by: 'arn' }] });
    expect(await memberAccounts({ accounts: [`${asked},${declared}`] }, runtime)).toEqual([declared, joined, asked]);
    expect(await memberAccounts({ fleetFile: EXAMPLE_FILE }, runtime), 'of one account').toEqual([declared, joined]);
    for (const wrong of [ACCOUNT, '4444', ''])
      await expect(memberAccounts({ accounts: [wrong] }, runtime)).rejects.toThrow('--accounts');
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { ResourceStatus: 'UPDATE_COMPLETE', owner: 'landbridge-home', why: 'it has it' },
    { ResourceStatus: 'DELETE_FAILED',   owner: 'landbridge-home', why: 'it has it still' },
    { ResourceStatus: 'DELETE_SKIPPED',  owner: undefined,         why: 'its creation was rolled back, and the table stayed' },
  ])('a table that a stack lists as $ResourceStatus: $why', ({ ResourceStatus, owner }) => {
    const StackName = 'landbridge-home';
    const resources = [
      { StackName, PhysicalResourceId: 'landbridge-undelivered', ResourceStatus: 'CREATE_COMPLETE' },
      { StackName, PhysicalResourceId: 'landbridge-state', ResourceStatus },
    ];
    expect(ownerAmong(resources, 'landbridge-state')).toBe(owner);
  });

  test('a question to CloudFormation that failed is no answer', async () => {
    const failing = () => Promise.reject(new Fault('Forbidden', 'AccessDenied'));
    await expect(tableIs(HOME, call, failing)).rejects.toThrow('AccessDenied');
  });
});

test('a program is run with our own Node in the project, heard, and its end told', async () => {
  let heard = '';
  const program = 'console.log(process.version, process.env.AWS_REGION, process.cwd()); process.exitCode = 3';
  const code = await inProcess(['-e', program], { AWS_REGION: 'eu-west-3' }, (text) => (heard += text));
  expect({ code, heard }).toEqual({ code: 3, heard: `${process.version} eu-west-3 ${process.cwd()}\n` });
});

describe('a command line', () => {
  // biome-ignore format: a table is read down its columns
  test.concurrent.for([
    { words: ['deploy', '--simulator'],                                says: /127\.0\.0\.1:4566 stands in the place of AWS, and landbridge deploy works on AWS itself/ },
    { words: ['diff', '--endpoint-url', 'http://127.0.0.1:9'],         says: /127\.0\.0\.1:9 stands in the place of AWS/ },
    { words: ['destroy', '--simulator', '--yes'],                      says: /there is no CloudFormation there, and nothing was done/ },
    { words: ['deploy', '--simulator', '--member-account', '2', '--accounts', '3'], says: /'--accounts <accounts\.\.\.>' cannot be used with option '--member-account/ },
    { words: ['deploy', '--simulator', '--member-account', '2', '--fleet-file', 'x'], says: /'--fleet-file <file>' cannot be used with option '--member-account/ },
    { words: ['deploy', '--simulator', '--require-approval', 'maybe'], says: /Allowed choices are never, any-change, broadening/ },
  ])('$words is refused, exit 2', async ({ words, says }) => {
    const { code, stdout, stderr } = await landbridge(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

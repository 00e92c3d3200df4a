import { describe, expect, test } from 'vitest';
import { landbridge } from './landbridge.ts';

const commands = [
  'start',
  'validate',
  'doctor',
  'deploy',
  'diff',
  'put',
  'onboard',
  'plan',
  'status',
  'health',
  'map',
  'incidents',
  'request',
  'reconcile',
  'evacuate',
  'restore',
  'drill',
  'explain',
  'cost',
  'offboard',
  'destroy',
];

describe('help', () => {
  test('names every command', async () => {
    const { code, stdout } = await landbridge(['--help']);
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test('says what an exit code tells', async () => {
    const { stdout } = await landbridge(['--help']);
    expect(stdout).toMatch(
      /Exit codes:\n +0 .*\n +1 +failed: .* may have changed something[\s\S]*\n +2 .* before anything was changed\n$/,
    );
  });

  test('of a command is found by help, too', async () => {
    const { code, stdout } = await landbridge(['help', 'evacuate']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: landbridge evacuate/);
  });

  test.concurrent.for(commands)('of %s says what it is for, and the options of all', async (command) => {
    const { code, stdout, stderr } = await landbridge([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: landbridge ${command}`));
    expect(stdout).toContain('--endpoint-url <url>');
    expect(stdout).toContain('--output <format>');
  });
});

const NOWHERE = 'http://127.0.0.1:9';

describe('a command line that cannot be used', () => {
  // biome-ignore format: a table is read down its columns
  test.concurrent.for([
    { words: [],                                                code: 2, says: /Usage: landbridge/,                     why: 'nothing was asked for' },
    { words: ['joim'],                                          code: 2, says: /unknown command 'joim'/,                why: 'no such command' },
    { words: ['onboard'],                                       code: 2, says: /missing required argument 'region'/,    why: 'the Region is missing' },
    { words: ['onboard', 'eu-west-1', '--role', 'boss'],        code: 2, says: /Allowed choices are serving, client/,   why: 'no such role' },
    { words: ['status', '--output', 'yaml'],                    code: 2, says: /Allowed choices are text, json/,        why: 'no such output' },
    { words: ['status', '--fast'],                              code: 2, says: /unknown option '--fast'/,               why: 'no such option' },
    { words: ['request'],                                       code: 2, says: /required option '--from <region>'/,     why: 'from where?' },
    { words: ['start', '--scale', 'fast'],                      code: 2, says: /a number above 0 is needed/,            why: 'no number' },
    { words: ['start', '--port', '99999'],                      code: 2, says: /a whole number from 1 to 65535 is needed/, why: 'no such port' },
    { words: ['doctor', '--joining', 'mars', '--endpoint-url', NOWHERE], code: 2, says: /--joining mars is not an AWS Region\n.*correct its spelling/, why: 'a slip is told before AWS is asked' },
    { words: ['start', '--fleet', 'nowhere.yaml'],              code: 2, says: /nowhere\.yaml cannot be read/,          why: 'no such file' },
    { words: ['evacuate', 'eu-west-1', '--override', 'cool-down'], code: 2, says: /--override needs --why/,             why: 'nobody says why' },
    { words: ['evacuate', 'eu-west-1', '--override', 'approval', '--why', 'it is sick'], code: 2, says: /Allowed choices are last-healthy-member, quota-head-room, cool-down/, why: 'nobody answers for not asking' },
    { words: ['restore', 'eu-west-1', '--override', 'cool-down', '--why', 'it is well'], code: 2, says: /unknown option '--override'/, why: 'nothing that can be overridden holds it back' },
    { words: ['evacuate', 'eu-west-1', '--why', 'it is sick'],  code: 2, says: /--why is for --override; --because is/, why: 'the journal would say nothing of it' },
    { words: ['evacuate', 'eu-west-1', '--override-minutes', '-5'], code: 2, says: /a whole number from 1 to 1440 is needed/, why: 'no time at all' },
    { words: ['drill', 'eu-west-1', '--minutes', 'banana'],    code: 2, says: /a whole number from 1 to 120 is needed/, why: 'no number' },
    { words: ['drill', 'eu-west-1', '--minutes', '0'],       code: 2, says: /a whole number from 1 to 120 is needed/,   why: 'not out at all' },
    { words: ['onboard', 'eu-west-1', '--vpc', 'vpc-1'],     code: 2, says: /--route-table is needed.*\n.*\n.*--subnet is needed/, why: 'a VPC without what is to be used of it' },
    { words: ['onboard', 'eu-west-1', '--subnet', 'subnet-1', 'subnet-2'], code: 2, says: /--vpc is needed to borrow a VPC/, why: 'subnets of no VPC' },
    { words: ['status', '--home', 'mars-1'],                 code: 2, says: /--home mars-1 is not an AWS Region/,       why: 'no Region at all' },
    { words: ['cost', '--members', '3', '--fleet', 'payments'], code: 2, says: /'--members <n>' cannot be used with option '--fleet <name>'/, why: 'of which of the two?' },
    { words: ['validate', 'examples'],                       code: 2, says: /examples is a folder[\s\S]*name the file in it/, why: 'a folder' },
    { words: ['cost', '--members', 'many'],                     code: 2, says: /a whole number from 1 to 100 is needed/, why: 'no number either' },
    { words: ['incidents', '--bogus'],                          code: 2, says: /unknown option '--bogus'\n\(landbridge incidents list --help/, why: 'under a command, too' },
    { words: ['incidents', 'show', 'a', 'b'],                   code: 2, says: /too many arguments for 'show'/,         why: 'one incident at a time' },
    { words: ['incidents', 'list', '--limit', 'banana'],        code: 2, says: /a whole number from 1 is needed/,       why: 'no number of incidents' },
    { words: ['incidents', '--limit', '0'],                     code: 2, says: /a whole number from 1 is needed/,       why: 'none is no answer' },
    { words: ['incidents', '--limit', '-3'],                    code: 2, says: /a whole number from 1 is needed/,       why: 'nor is less than none' },
    { words: ['onboard', '--bogus'],                            code: 2, says: /\(landbridge onboard --help tells what there is\)/, why: 'the help of the command itself' },
    { words: ['joim', '--help'],                                code: 2, says: /unknown command 'joim'/,                why: 'help of nothing' },
    { words: ['help', 'joim'],                                  code: 2, says: /unknown command 'joim'/,                why: 'help of nothing, put otherwise' },
    { words: ['status', '--endpoint-url', 'localhost:4566'],    code: 2, says: /"localhost:4566" is no URL/,            why: 'a host alone is no URL' },
    { words: ['status', '--endpoint-url', NOWHERE],             code: 1, says: /nothing answers at http:\/\/127\.0\.0\.1:9: start it/, why: 'the endpoint is not up' },
  ])('$words: exit $code, $why', async ({ words, code, says }) => {
    const ran = await landbridge(words);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(says);
    // A trace is for our own mistakes.
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });

  test.concurrent.for([
    { words: ['status', '--fast', '--output', 'json'], says: "unknown option '--fast'" },
    { words: ['--output=json', 'joim'], says: "unknown command 'joim'" },
    { words: ['incidents', '--limit', 'banana', '--output', 'json'], says: 'a whole number from 1 is needed' },
    { words: ['doctor', '--json', '--bogus'], says: "unknown option '--bogus'" },
    { words: ['--output', 'json'], says: 'no command was named: landbridge --help tells what there is' },
  ])('$words: the same in JSON', async ({ words, says }) => {
    const { code, stdout, stderr } = await landbridge(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({ error: expect.stringContaining(says) as string });
  });

  test('in JSON, one document says so on standard error', async () => {
    const { code, stdout, stderr } = await landbridge(['status', '--endpoint-url', NOWHERE, '--output', 'json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({ error: expect.stringContaining('nothing answers') as string });
  });
});

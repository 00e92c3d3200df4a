import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { breakages } from '../../local/breakages.ts';
import { callersIn } from '../../local/callers.ts';
import { heal } from '../../local/scenario.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { describeWith } from '../support/referee.ts';
import { RequestsSent, type SentRequest } from './requests-sent.ts';

/** Of one finding. */
const MOST_TOLD = 300;
const MINUTE_MS = 60_000;
const MEMBERS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
const [HOME, EU, AP] = MEMBERS;
const FLEET = 'payments';
const URL = 'https://api.payments.example.com/health';

interface Checked {
  readonly findings: readonly (readonly [index: number, where: string, what: string])[];
  /** Patterns that no regular expression of Python's can be made of. */
  readonly unread: readonly string[];
}

function check(requests: readonly Omit<SentRequest, 'by'>[]): Checked {
  const { stdout, stderr, status } = spawnSync(
    'python3',
    ['-B', new globalThis.URL('./request_validity.py', import.meta.url).pathname],
    { input: `${JSON.stringify(requests)}\n`, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Checked;
}

async function watched(sent: RequestsSent): Promise<TestBed> {
  const bed = await testBed({ timings: QUICK });
  sent.watch(bed.world);
  return bed;
}

async function succeeds(bed: TestBed, workflow: string, input: object): Promise<void> {
  const { status, cause } = await bed.run(workflow, { fleet: FLEET, ...input });
  expect(status, `${workflow}: ${cause}`).toBe('SUCCEEDED');
}

/** A fleet's whole life: it joins, is broken in every way there is, moves its callers, and leaves. */
async function life(sent: RequestsSent): Promise<void> {
  const bed = await watched(sent);
  const { clock, world, landbridge, stranger } = bed;
  await bed.join(...MEMBERS);
  await succeeds(bed, 'onboard-region', { region: 'sa-east-1', role: 'client' });
  await succeeds(bed, 'reconcile', {});
  await clock.runFor(5 * MINUTE_MS);
  for (const breakage of breakages) {
    const { ids } = await bed.state();
    const callers = callersIn(
      world,
      MEMBERS.map((region) => ({ region, vpcId: ids.get(`vpc/${region}`) ?? '' })),
      URL,
    );
    const { healed } = await clock.runUntil(heal(breakage, { from: EU, to: HOME }, { landbridge, stranger, callers }));
    callers.stop();
    expect(healed, breakage.name).toBe(true);
  }
  await clock.runFor(10 * MINUTE_MS);
  await succeeds(bed, 'evacuate-region', { region: EU });
  await clock.runFor(10 * MINUTE_MS);
  await succeeds(bed, 'restore-region', { region: EU });
  await clock.runFor(10 * MINUTE_MS);
  await succeeds(bed, 'drill', { region: AP, minutes: 1 });
  await clock.runFor(10 * MINUTE_MS);
  await succeeds(bed, 'offboard-region', { region: 'sa-east-1' });
  await succeeds(bed, 'offboard-region', { region: AP });
  await clock.runFor(5 * MINUTE_MS);
}

/** A Region goes dark, and comes back. */
async function outage(sent: RequestsSent): Promise<void> {
  const bed = await watched(sent);
  await bed.join(...MEMBERS);
  await bed.clock.runFor(5 * MINUTE_MS);
  bed.world.outages.darken(AP);
  await bed.clock.runFor(5 * MINUTE_MS);
  bed.world.outages.lighten(AP);
  await bed.clock.runFor(20 * MINUTE_MS);
}

type Wrong = readonly [why: string, service: string, operation: string, input: object, where: string, what: RegExp];
// biome-ignore format: a table is read down its columns
const WRONG: readonly Wrong[] = [
  ['what is not there but has to be', 'events', 'PutTargets', { Rule: 'r' }, '', /Missing required parameter.*Targets/],
  ['a number for a text',            'ec2', 'CreateVpc', { CidrBlock: 10 }, '', /Invalid type for parameter CidrBlock/],
  ['a parameter that nobody knows',  'sns', 'Publish', { Message: 'a', Topic: 'b' }, '', /Unknown parameter/],
  ['a word of no enumeration',       'ec2', 'CreateVpcEndpoint', { VpcId: 'vpc-1', ServiceName: 's', VpcEndpointType: 'interface' }, '.VpcEndpointType', /none of/],
  ['a name with a blank',            'events', 'PutRule', { Name: 'a b' }, '.Name', /does not match/],
  ['a name that is too long',        'events', 'PutRule', { Name: 'a'.repeat(65) }, '.Name', /65 is more than 64/],
  ['an empty list',                  'events', 'PutTargets', { Rule: 'r', Targets: [] }, '', /valid min length: 1/],
  ['a list that is too long',        'cloudwatch', 'PutMetricAlarm', { AlarmName: 'a', EvaluationPeriods: 1, ComparisonOperator: 'LessThanThreshold', AlarmActions: Array(6).fill('arn:x') }, '.AlarmActions', /6 is more than 5/],
  ['too large a number',             'lambda', 'PutFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 3 }, '.MaximumRetryAttempts', /3 is more than 2/],
  ['a key of a map',                 'lambda', 'CreateFunction', { FunctionName: 'f', Role: `arn:aws:iam::${ACCOUNT}:role/r`, Code: {}, Environment: { Variables: { '1a': 'x' } } }, '.Environment.Variables.1a (key)', /does not match/],
  ['what is deep inside',            'route53', 'ChangeResourceRecordSets', { HostedZoneId: 'Z1', ChangeBatch: { Changes: [{ Action: 'MAKE', ResourceRecordSet: { Name: 'a', Type: 'A' } }] } }, '.ChangeBatch.Changes[0].Action', /none of/],
  ['an operation that there is not', 'ec2', 'MakeVpc', {}, '', /no such operation/],
];

describeWith(['botocore'], 'requests, by the models of AWS', () => {
  const sent = new RequestsSent();
  let wrong: Checked;
  beforeAll(async () => {
    wrong = check(WRONG.map(([, service, operation, input]) => ({ service, operation, input })));
    await life(sent);
    await outage(sent);
  });

  test('every request of ours is one that AWS would not refuse for its shape', () => {
    const { findings, unread } = check(sent.kept);
    expect(
      findings.map(([index, where, what]) => {
        const { service, operation, by } = sent.kept[index] ?? expect.fail();
        return `${service} ${operation}${where} by ${by}: ${what.slice(0, MOST_TOLD)}`;
      }),
    ).toEqual([]);
    expect(unread, 'patterns that were not asked').toEqual([]);
  });

  test('and there were many, of every service that we call', () => {
    const operations = new Set(sent.kept.map(({ service, operation }) => `${service} ${operation}`));
    const services = new Set(sent.kept.map(({ service }) => service));
    expect(sent.sent).toBeGreaterThan(10_000);
    expect(operations.size).toBeGreaterThan(80);
    expect([...services]).toEqual(
      expect.arrayContaining([
        'apigateway',
        'cloudwatch',
        'dynamodb',
        'ec2',
        'events',
        'lambda',
        'route53',
        'sns',
        'stepfunctions',
      ]),
    );
  });

  test.for(WRONG.map((row, at) => [...row, at] as const))('the check finds %s', ([, , , , where, what, at]) => {
    const found = wrong.findings.filter(([index]) => index === at);
    expect(found.map(([, there]) => there)).toContain(where);
    expect(found.map(([, , said]) => said).join('\n')).toMatch(what);
  });
});

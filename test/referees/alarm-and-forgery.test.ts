import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startLandbridge } from '../cli/landbridge.ts';
import { type AwsCli, awsCli } from '../support/aws-cli.ts';
import { describeWith } from '../support/referee.ts';

/** Ten simulated minutes in five seconds: a join ends within seconds, and the AWS CLI still sees one thing after another. */
const SCALE = 120;
const HOME = 'us-east-1';
const MEMBER = 'eu-west-1';
const ALARM = 'landbridge-payments-replica';
const MACHINE = `arn:aws:states:${HOME}:111122223333:stateMachine:landbridge-repair`;

interface Repair {
  readonly executionArn: string;
  readonly name: string;
}

describeWith(['aws'], 'what makes Landbridge look, and what does not, with the stock AWS CLI', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startLandbridge('join', SCALE);
  });
  afterAll(() => running.stop());

  const aws = (region: string, ...words: Parameters<AwsCli>) => awsCli(running.url, region)(...words);
  const repairs = async (): Promise<readonly Repair[]> => {
    const { executions } = (await aws(HOME, 'stepfunctions list-executions', '--state-machine-arn', MACHINE)) as {
      executions: Repair[];
    };
    return executions;
  };
  /** Why each repair was started. */
  const signals = async (): Promise<readonly string[]> =>
    Promise.all(
      (await repairs()).map(async ({ executionArn }) => {
        const described = (await aws(HOME, 'stepfunctions describe-execution', '--execution-arn', executionArn)) as {
          input: string;
        };
        return (JSON.parse(described.input) as { signal: string }).signal;
      }),
    );
  const putEvents = (event: object) =>
    aws(HOME, 'events put-events', '--entries', JSON.stringify([event])) as Promise<{
      FailedEntryCount: number;
      Entries: { EventId?: string; ErrorCode?: string }[];
    }>;

  test("each member's alarms stand", async () => {
    const names = async (): Promise<string[]> => {
      const { MetricAlarms } = (await aws(MEMBER, 'cloudwatch describe-alarms')) as {
        MetricAlarms: { AlarmName: string; StateValue: string }[];
      };
      return MetricAlarms.filter(({ StateValue }) => StateValue === 'OK').map(({ AlarmName }) => AlarmName);
    };
    await expect
      .poll(names, { timeout: 300_000, interval: 500 })
      .toEqual(expect.arrayContaining([ALARM, 'landbridge-payments-link']));
  });

  test('an invented change of health makes somebody look at the probes, and they say that all is well', async () => {
    const before = await signals();
    const changes = ['replica/eu-west-1', 'replica/us-east-1', 'name'].map((about) => ({
      about,
      state: 'sick',
      symptom: 'connect',
      says: `ap-southeast-2 sees ${about} sick (connect): no connection within 2000 ms`,
    }));
    const detail = { fleet: 'payments', observer: 'ap-southeast-2', atMs: Date.parse('2026-01-01T01:00:00Z'), changes };
    const { FailedEntryCount } = await putEvents({
      Source: 'landbridge.health',
      DetailType: 'Landbridge Health Changed',
      Detail: JSON.stringify(detail),
    });
    expect(FailedEntryCount).toBe(0);
    // A minute of simulated time and more: whoever was told has looked by then.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const invented = (await signals()).filter((signal) => signal === 'probes: ap-southeast-2');
    expect(invented).toEqual(before.filter((signal) => signal === 'probes: ap-southeast-2'));
  });

  test("an alarm's event is nobody's to forge", async () => {
    const before = await repairs();
    const detail = { alarmName: ALARM, state: { value: 'ALARM' } };
    const { FailedEntryCount, Entries } = await putEvents({
      Source: 'aws.cloudwatch',
      DetailType: 'CloudWatch Alarm State Change',
      Detail: JSON.stringify(detail),
    });
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([expect.objectContaining({ ErrorCode: 'NotAuthorizedForSourceException' })]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await repairs()).toEqual(before);
  });

  test('an alarm that goes off starts a repair, which says so', async () => {
    const options = ['--alarm-name', ALARM, '--state-value', 'ALARM', '--state-reason', 'somebody wants to see'];
    await aws(MEMBER, 'cloudwatch set-alarm-state', ...options);
    await expect
      .poll(signals, { timeout: 300_000, interval: 500 })
      .toEqual(expect.arrayContaining([`alarm: ${ALARM} in ${MEMBER}`]));
  });
});

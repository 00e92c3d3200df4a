import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { conditionsOf } from '../../../simulator/data-plane/weather.ts';
import { cloudwatch } from '../../../simulator/services/cloudwatch/index.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { known } from '../../support/known.ts';
import { functionUrl } from '../data-plane/url-world.ts';
import { IRELAND, refusal, ServiceWorld, VIRGINIA } from '../service-world.ts';

const EVERYWHERE = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

const newWorld = () => new ServiceWorld(route53, lambda, cloudwatch);
let aws: ReturnType<typeof newWorld>;
/** What the health bit answers, and who asked. */
let bit: { status: number; body: string; delayMs: number; broken: boolean };
let asked: { sourceIp: string; userAgent: string; path: string; atMs: number }[];
let host: string;

beforeEach(async () => {
  aws = newWorld();
  bit = { status: 200, body: 'ok', delayMs: 0, broken: false };
  asked = [];
  const url = await functionUrl(aws, IRELAND, async (event) => {
    const { requestContext } = event as { requestContext: { http: (typeof asked)[number] } };
    const { sourceIp, userAgent, path } = requestContext.http;
    asked.push({ sourceIp, userAgent, path, atMs: aws.clock.nowMs() });
    if (bit.broken) throw new Error('broken');
    const { status: statusCode, body, delayMs } = bit;
    if (delayMs > 0) await aws.clock.sleep(delayMs);
    return { statusCode, body };
  });
  host = new URL(url).hostname;
});

let references = 0;
async function checked(config: Partial<HealthCheckConfig> = {}): Promise<string> {
  references += 1;
  const HealthCheckConfig = {
    Type: 'HTTPS' as const,
    ...(config.Type === 'CALCULATED' || config.Type === 'CLOUDWATCH_METRIC'
      ? {}
      : { FullyQualifiedDomainName: host, ResourcePath: '/health', RequestInterval: 10 }),
    ...config,
  };
  const { HealthCheck } = await aws.call('CreateHealthCheck', { CallerReference: `${references}`, HealthCheckConfig });
  return known(HealthCheck?.Id);
}
const isHealthy = (id: string): boolean => conditionsOf(aws.world).isHealthy(id);
const statuses = async (id: string): Promise<string[]> => {
  const { HealthCheckObservations = [] } = await aws.call('GetHealthCheckStatus', { HealthCheckId: id });
  return HealthCheckObservations.map(({ StatusReport }) => known(StatusReport?.Status));
};

/** How long a check takes to be seen otherwise, in seconds, or undefined after ten minutes. */
async function flips(id: string, to: boolean): Promise<number | undefined> {
  for (let seconds = 0; seconds <= 600; seconds += 1) {
    if (isHealthy(id) === to) return seconds;
    await aws.pass(1);
  }
  return undefined;
}

describe('the checkers', () => {
  test('ask from eight Regions, each at its own pace and phase', async () => {
    const id = await checked();
    const startMs = aws.clock.nowMs();
    await aws.pass(60);
    expect(new Set(asked.map(({ sourceIp }) => sourceIp)).size).toBe(EVERYWHERE.length);
    expect(asked).toHaveLength(6 * EVERYWHERE.length);
    expect(new Set(asked.map(({ atMs }) => (atMs - startMs) % 10_000)).size).toBe(EVERYWHERE.length);
    expect(asked[0]?.path).toBe('/health');
    expect(asked[0]?.userAgent).toContain(`Amazon-Route53-Health-Check-Service (ref ${id}`);
  });

  test('tell what they saw last, and what they saw when it last failed', async () => {
    const id = await checked({ RequestInterval: 30, Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] });
    expect(await statuses(id)).toEqual([]);
    await aws.pass(30);
    bit.status = 503;
    await aws.pass(30);
    bit.status = 200;
    await aws.pass(30);
    expect(await statuses(id)).toEqual(Array(3).fill('Success: HTTP Status Code 200, OK'));
    const { HealthCheckObservations: failures = [] } = await aws.call('GetHealthCheckLastFailureReason', {
      HealthCheckId: id,
    });
    expect(failures.map(({ Region, StatusReport }) => [Region, StatusReport?.Status])).toEqual(
      ['us-east-1', 'eu-west-1', 'sa-east-1'].map((region) => [
        region,
        'Failure: HTTP Status Code 503, Service Unavailable',
      ]),
    );
  });

  test('stop when the check goes', async () => {
    const id = await checked();
    await aws.pass(20);
    await aws.call('DeleteHealthCheck', { HealthCheckId: id });
    const before = asked.length;
    await aws.pass(60);
    expect(asked).toHaveLength(before);
    expect(isHealthy(id)).toBe(true);
  });
});

describe('a check changes its mind', () => {
  test('after as many failures in a row as its threshold, and back after as many successes', async () => {
    const id = await checked({ FailureThreshold: 3 });
    await aws.pass(60);
    bit.status = 500;
    const down = known(await flips(id, false));
    expect(down).toBeGreaterThan(20);
    expect(down).toBeLessThanOrEqual(31);
    bit.status = 302;
    const up = known(await flips(id, true));
    expect(up).toBeGreaterThan(20);
    expect(up).toBeLessThanOrEqual(31);
  });

  test('not after one failure less', async () => {
    const id = await checked({ FailureThreshold: 3 });
    await aws.pass(60);
    bit.status = 500;
    await aws.pass(20);
    bit.status = 200;
    expect(await flips(id, false)).toBeUndefined();
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; config?: Partial<HealthCheckConfig>; make: () => void; says: RegExp }>([
    { why: 'the function throws',                    make: () => (bit.broken = true),  says: /^Failure: HTTP Status Code 502, Bad Gateway$/ },
    { why: 'an answer takes two seconds',            make: () => (bit.delayMs = 2_000), says: /^Failure: .*no answer within two seconds/ },
    { why: 'the Region is dark',                     make: () => aws.world.outages.darken(IRELAND), says: /^Failure: Connection timed out/ },
    { why: 'the answer lacks the string',            config: { Type: 'HTTPS_STR_MATCH', SearchString: 'well' }, make: () => (bit.body = 'ok'), says: /search string/ },
    { why: 'the string begins too late',             config: { Type: 'HTTPS_STR_MATCH', SearchString: 'well' }, make: () => (bit.body = `${'.'.repeat(5_117)}well`), says: /search string/ },
    { why: 'nobody has the name',                    config: { FullyQualifiedDomainName: 'bit.example.com' }, make: () => {}, says: /^Failure: DNS resolution failed/ },
    { why: 'function URLs answer on port 443 alone', config: { Port: 8443 }, make: () => {}, says: /^Failure: Connection timed out/ },
    { why: 'function URLs answer HTTPS alone',       config: { Type: 'HTTP' }, make: () => {}, says: /^Failure: Connection timed out/ },
  ])('where $why', async ({ config = {}, make, says }) => {
    bit.body = 'all is well';
    const id = await checked(config);
    await aws.pass(15);
    make();
    expect(await flips(id, false)).toBeLessThan(45);
    for (const status of await statuses(id)) expect(status).toMatch(says);
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; config?: Partial<HealthCheckConfig>; make: () => void }>([
    { why: 'a slow answer, but within two seconds',  make: () => (bit.delayMs = 800) },
    { why: 'a redirection',                          make: () => (bit.status = 399) },
    { why: 'the string ends at the last byte',       config: { Type: 'HTTPS_STR_MATCH', SearchString: 'well' }, make: () => (bit.body = `${'.'.repeat(5_116)}well`) },
    { why: 'a connection is all that is asked for',  config: { Type: 'TCP', Port: 443 }, make: () => (bit.broken = true) },
    { why: 'it is disabled',                         config: { Disabled: true }, make: () => (bit.broken = true) },
  ])('but not for $why', async ({ config = {}, make }) => {
    bit.body = 'all is well';
    const id = await checked(config);
    await aws.pass(60);
    make();
    expect(await flips(id, false)).toBeUndefined();
  });

  test('seen by name servers a second after it', async () => {
    const id = await checked({ FailureThreshold: 1, Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] });
    await aws.pass(60);
    bit.status = 500;
    const before = asked.length;
    await flips(id, false);
    const third = known(asked[before + 2]);
    const lateMs = aws.clock.nowMs() - third.atMs;
    expect(lateMs).toBeGreaterThanOrEqual(1_000);
    expect(lateMs).toBeLessThan(2_000);
  });
});

describe('more than 18 % of the checkers', () => {
  /** Those of all eight Regions that see it well. */
  const seenFrom = (...regions: readonly string[]) => {
    conditionsOf(aws.world).weather = { extraLatencyMs: (from) => (regions.includes(from) ? 0 : 10_000) };
  };

  test('two of eight keep it healthy, one does not', async () => {
    const id = await checked();
    await aws.pass(60);
    seenFrom('us-east-1', 'sa-east-1');
    expect(await flips(id, false)).toBeUndefined();
    expect((await statuses(id)).filter((status) => status.startsWith('Failure'))).toHaveLength(6);
    seenFrom('sa-east-1');
    expect(await flips(id, false)).toBeLessThan(45);
    seenFrom('sa-east-1', 'eu-west-1');
    expect(await flips(id, true)).toBeLessThan(45);
  });

  test('checkers in dark Regions do not count, and start anew', async () => {
    const id = await checked();
    await aws.pass(60);
    seenFrom('sa-east-1');
    await flips(id, false);
    for (const region of ['us-west-1', 'us-west-2', 'ap-southeast-1']) aws.world.outages.darken(region);
    // One of five is more than 18 %.
    expect(await flips(id, true)).toBeLessThan(15);
    expect(await statuses(id)).toHaveLength(5);
    aws.world.outages.lighten('us-west-1');
    expect(await flips(id, false), 'one of six is not').toBeLessThan(45);
  });

  test('goes on while the control plane of Route 53, and all of Virginia, is out', async () => {
    const id = await checked();
    await aws.pass(60);
    aws.world.outages.controlPlaneDown.add('route-53');
    aws.world.outages.darken(VIRGINIA);
    bit.status = 503;
    expect(await flips(id, false)).toBeLessThan(35);
    bit.status = 200;
    expect(await flips(id, true)).toBeLessThan(35);
  });
});

describe('a new check', () => {
  test('is healthy until there is data; inverted, unhealthy', async () => {
    bit.status = 500;
    const plain = await checked();
    const inverted = await checked({ Inverted: true });
    await aws.pass(15);
    expect([isHealthy(plain), isHealthy(inverted)]).toEqual([true, false]);
    await aws.pass(60);
    expect([isHealthy(plain), isHealthy(inverted)]).toEqual([false, true]);
  });

  test('of another Region set, after an update, keeps what the others saw', async () => {
    const id = await checked({ Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] });
    await aws.pass(60);
    bit.status = 500;
    await flips(id, false);
    await aws.call('UpdateHealthCheck', { HealthCheckId: id, Regions: ['us-east-1', 'us-west-1', 'us-west-2'] });
    expect(await statuses(id)).toHaveLength(1);
    expect(isHealthy(id)).toBe(false);
    await aws.call('UpdateHealthCheck', { HealthCheckId: id, Disabled: true });
    await aws.pass(2);
    expect(isHealthy(id)).toBe(true);
    await aws.call('UpdateHealthCheck', { HealthCheckId: id, Inverted: true });
    await aws.pass(2);
    expect(isHealthy(id), 'disabled and inverted takes traffic away').toBe(false);
  });
});

describe('a calculated check', () => {
  test('is healthy while enough of its children are', async () => {
    const good = await checked();
    const bad = await checked({ ResourcePath: '/', FullyQualifiedDomainName: 'none.example.com' });
    const calculated = (HealthThreshold: number) =>
      checked({ Type: 'CALCULATED', ChildHealthChecks: [good, bad], HealthThreshold });
    const [one, both, none, three] = await Promise.all([1, 2, 0, 3].map(calculated));
    expect(isHealthy(known(both))).toBe(true);
    expect(isHealthy(known(three)), 'more than there are').toBe(false);
    await aws.pass(60);
    expect([one, both, none, three].map((id) => isHealthy(known(id)))).toEqual([true, false, true, false]);
    bit.status = 500;
    await aws.pass(60);
    expect([one, both, none, three].map((id) => isHealthy(known(id)))).toEqual([false, false, true, false]);
    await aws.call('DeleteHealthCheck', { HealthCheckId: bad });
    await aws.pass(2);
    expect(isHealthy(known(one)), 'a child that is gone counts as healthy').toBe(true);
    expect(await refusal(aws.call('GetHealthCheckStatus', { HealthCheckId: one }))).toMatch(/^InvalidInput/);
  });
});

describe('a check of a CloudWatch alarm', () => {
  const put = (value: number) =>
    aws.ask(
      cloudwatch,
      'PutMetricData',
      { Namespace: 'Api', MetricData: [{ MetricName: 'Errors', Value: value }] },
      IRELAND,
    );
  const putAlarm = (more: object = {}) =>
    aws.ask(
      cloudwatch,
      'PutMetricAlarm',
      {
        AlarmName: 'errors',
        Namespace: 'Api',
        MetricName: 'Errors',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        ...more,
      },
      IRELAND,
    );
  const ofAlarm = (InsufficientDataHealthStatus: 'Healthy' | 'Unhealthy' | 'LastKnownStatus') =>
    checked({
      Type: 'CLOUDWATCH_METRIC',
      AlarmIdentifier: { Region: IRELAND, Name: 'errors' },
      InsufficientDataHealthStatus,
    });
  const minutes = async (count: number, value?: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      if (value !== undefined) await put(value);
      await aws.pass(60);
    }
  };

  test('counts as it says while there is no data, and as the metric says once there is', async () => {
    await putAlarm();
    const ids = [await ofAlarm('Healthy'), await ofAlarm('Unhealthy'), await ofAlarm('LastKnownStatus')];
    const seen = () => ids.map(isHealthy);
    await minutes(2);
    expect(seen()).toEqual([true, false, true]);
    await minutes(4, 1);
    expect(seen()).toEqual([true, true, true]);
    await minutes(4, 9);
    expect(seen()).toEqual([false, false, false]);
    await minutes(10);
    expect(seen(), 'the last known status was bad').toEqual([true, false, false]);
  });

  test('follows the metric and not the state of the alarm, as the alarm was when the check was made', async () => {
    await putAlarm();
    const id = await ofAlarm('Healthy');
    await minutes(4, 1);
    const state = { AlarmName: 'errors', StateValue: 'ALARM' as const, StateReason: 'a drill' };
    await aws.ask(cloudwatch, 'SetAlarmState', state, IRELAND);
    await aws.pass(2);
    expect(isHealthy(id)).toBe(true);
    await putAlarm({ Threshold: 0 });
    await minutes(4, 1);
    expect(isHealthy(id), 'a changed alarm takes an update of the check').toBe(true);
    await aws.call('UpdateHealthCheck', { HealthCheckId: id });
    await minutes(4, 1);
    expect(isHealthy(id)).toBe(false);
  });

  test.for<{ why: string; more: object }>([
    { why: 'high resolution', more: { Period: 10 } },
    { why: 'a percentile', more: { Statistic: undefined, ExtendedStatistic: 'p99' } },
    { why: 'M out of N', more: { DatapointsToAlarm: 1 } },
  ])('is refused: $why', async ({ more }) => {
    await putAlarm(more);
    expect(await refusal(ofAlarm('Healthy'))).toMatch(/^InvalidInput/);
  });
});

test('CloudWatch in Virginia has a point a minute', async () => {
  const id = await checked();
  const calculated = await checked({ Type: 'CALCULATED', ChildHealthChecks: [id], HealthThreshold: 1 });
  await aws.pass(300);
  bit.status = 500;
  await aws.pass(300);
  const values = async (MetricName: string, Value: string): Promise<number[]> => {
    const { Datapoints = [] } = await aws.ask(cloudwatch, 'GetMetricStatistics', {
      Namespace: 'AWS/Route53',
      MetricName,
      Dimensions: [{ Name: 'HealthCheckId', Value }],
      StartTime: new Date(aws.clock.nowMs() - 550_000),
      EndTime: new Date(aws.clock.nowMs() + 1),
      Period: 60,
      Statistics: ['Minimum'],
    });
    return Datapoints.map(({ Minimum }) => known(Minimum));
  };
  const status = await values('HealthCheckStatus', id);
  expect(status).toHaveLength(10);
  expect(status.join('')).toMatch(/^11111(0|1)0000$/);
  expect((await values('HealthCheckPercentageHealthy', id)).at(0)).toBe(100);
  expect((await values('HealthCheckPercentageHealthy', id)).at(-1)).toBe(0);
  expect((await values('ChildHealthCheckHealthyCount', calculated)).at(-1)).toBe(0);
});

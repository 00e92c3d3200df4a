import { beforeEach, describe, expect, test } from 'vitest';
import { quotaServices } from '../../../simulator/services/service-quotas/quotas.ts';
import { IRELAND, refusalCode, SYDNEY } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

let it: ReturnType<typeof weatherWorld>;
beforeEach(() => {
  it = weatherWorld();
});

const ask = (...asked: Parameters<typeof it.ask>): Promise<string> => it.clock.runUntil(refusalCode(it.ask(...asked)));

describe('a quota that is used up', () => {
  test.for(quotaServices.flatMap(({ quotas }) => quotas.map(({ code, name }) => ({ code, name }))))(
    '$code, $name, can be',
    ({ code }) => {
      const end = it.storm.exhaust({ quota: code, regions: [IRELAND] });
      expect(it.world.sky).toBeDefined();
      end();
      expect(it.world.sky).toBeUndefined();
    },
  );

  test('that nobody lists is a mistake', () => {
    expect(() => it.storm.exhaust({ quota: 'L-00000000' })).toThrow('Service Quotas does not list L-00000000');
  });

  const zone = { Name: 'a.example.', CallerReference: 'one' };
  const check = {
    CallerReference: 'one',
    HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'a.example', Port: 443 },
  };
  const rule = { Name: 'one', ScheduleExpression: 'rate(1 minute)' };
  // biome-ignore format: a table is read down its columns
  test.for([
    { quota: 'L-F678F1CE', service: 'ec2',         operation: 'CreateVpc',          input: { CidrBlock: '10.0.0.0/16' }, says: 'VpcLimitExceeded' },
    { quota: 'L-A4707A72', service: 'ec2',         operation: 'CreateInternetGateway', input: {},                       says: 'InternetGatewayLimitExceeded' },
    { quota: 'L-4EA4796A', service: 'route-53',    operation: 'CreateHostedZone',   input: zone,                        says: 'TooManyHostedZones' },
    { quota: 'L-ACB674F3', service: 'route-53',    operation: 'CreateHealthCheck',  input: check,                       says: 'TooManyHealthChecks' },
    { quota: 'L-244521F2', service: 'eventbridge', operation: 'PutRule',            input: rule,                        says: 'LimitExceededException' },
    { quota: 'L-24E7E662', service: 'api-gateway', operation: 'CreateDomainName',   input: { domainName: 'a.example' }, says: 'LimitExceededException' },
  ] as const)('$quota: $operation says $says, until it is over', async ({ quota, service, operation, input, says }) => {
    await it.ask('ec2', 'DescribeVpcs');
    const end = it.storm.exhaust({ quota });
    expect(await ask(service, operation, input)).toBe(says);
    expect(it.storm.struck()).toEqual([{ kind: 'quota exhausted', service, operation, times: 1 }]);
    end();
    expect(await ask(service, operation, input)).not.toBe(says);
  });

  test('is shown so by Service Quotas, where it is networking’s, and comes back as it was', async () => {
    const value = async () =>
      (
        await it.get<{ Quota: { Value: number } }>(
          'service-quotas',
          'GetServiceQuota',
          { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' },
          IRELAND,
        )
      ).Quota.Value;
    const one = it.storm.exhaust({ quota: 'L-F678F1CE', regions: [IRELAND] });
    const other = it.storm.exhaust({ quota: 'L-F678F1CE', regions: [IRELAND] });
    expect(await value()).toBe(0);
    one();
    expect(await value()).toBe(0);
    other();
    expect(await value()).toBe(5);
  });

  test('holds in the Regions that are named', async () => {
    it.storm.exhaust({ quota: 'L-F678F1CE', regions: [IRELAND] });
    expect(await ask('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, IRELAND)).toBe('VpcLimitExceeded');
    expect(await ask('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, SYDNEY)).toBe('no error');
  });

  test('lets what is there be put again', async () => {
    await it.get('eventbridge', 'PutRule', rule);
    await it.get('route-53', 'CreateHealthCheck', check);
    it.storm.exhaust({ quota: 'L-244521F2' });
    it.storm.exhaust({ quota: 'L-ACB674F3' });
    expect(await ask('eventbridge', 'PutRule', rule)).toBe('no error');
    expect(await ask('route-53', 'CreateHealthCheck', check)).toBe('no error');
  });

  test('of concurrent executions throttles whoever has nothing reserved', async () => {
    const arn = await it.function('shares', async () => 'ran');
    const own = await it.function('reserves', async () => 'ran');
    await it.get('lambda', 'PutFunctionConcurrency', { FunctionName: own, ReservedConcurrentExecutions: 1 });
    const end = it.storm.exhaust({ quota: 'L-B99A9384' });
    expect(await ask('lambda', 'Invoke', { FunctionName: arn })).toBe('TooManyRequestsException');
    expect(await it.run(own)).toEqual({ failed: false, said: 'ran' });
    end();
    expect(await it.run(arn)).toEqual({ failed: false, said: 'ran' });
  });
});

describe('a batch is done in part', () => {
  beforeEach(async () => {
    await it.get('dynamodb', 'CreateTable', {
      TableName: 'items',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await it.clock.runFor(10_000);
  });
  const keys = Array.from({ length: 20 }, (_, n) => ({ pk: { S: String(n) } }));
  const puts = keys.map((Item) => ({ PutRequest: { Item } }));
  const count = async (): Promise<number> =>
    (await it.get<{ Count: number }>('dynamodb', 'Scan', { TableName: 'items', ConsistentRead: true })).Count;

  test('BatchWriteItem: what it names as unprocessed is not there, and the rest is', async () => {
    it.storm.partialBatches({ share: 1 });
    const { UnprocessedItems } = await it.get<{ UnprocessedItems: { items: typeof puts } }>(
      'dynamodb',
      'BatchWriteItem',
      { RequestItems: { items: puts } },
    );
    const left = UnprocessedItems.items.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(20);
    expect(await count()).toBe(20 - left);
    expect(it.storm.times('partly done')).toBe(1);
  });

  test('BatchWriteItem of which nothing would be done is refused', async () => {
    it.storm.partialBatches({ share: 1 });
    expect(await ask('dynamodb', 'BatchWriteItem', { RequestItems: { items: puts.slice(0, 1) } })).toBe(
      'ProvisionedThroughputExceededException',
    );
    expect(await count()).toBe(0);
  });

  test('BatchGetItem: what is not answered is named', async () => {
    await it.get('dynamodb', 'BatchWriteItem', { RequestItems: { items: puts } });
    it.storm.partialBatches({ share: 1 });
    const { Responses, UnprocessedKeys } = await it.get<{
      Responses: { items: object[] };
      UnprocessedKeys: { items: { Keys: object[] } };
    }>('dynamodb', 'BatchGetItem', { RequestItems: { items: { Keys: keys, ConsistentRead: true } } });
    expect(UnprocessedKeys.items).toMatchObject({ ConsistentRead: true });
    expect(Responses.items.length + UnprocessedKeys.items.Keys.length).toBe(20);
    expect(UnprocessedKeys.items.Keys).not.toEqual([]);
  });

  test('PutEvents: results stand where their entries stood', async () => {
    it.storm.partialBatches({ share: 1 });
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Source: 'test',
      DetailType: 'n',
      Detail: JSON.stringify({ n }),
    }));
    const { FailedEntryCount, Entries: results } = await it.get<{
      FailedEntryCount: number;
      Entries: { EventId?: string; ErrorCode?: string }[];
    }>('eventbridge', 'PutEvents', { Entries });
    expect(results).toHaveLength(10);
    expect(results.filter(({ ErrorCode }) => ErrorCode !== undefined)).toHaveLength(FailedEntryCount);
    expect(results.filter(({ EventId }) => EventId !== undefined)).toHaveLength(10 - FailedEntryCount);
    expect(FailedEntryCount).toBeGreaterThan(0);
  });

  test('PutTargets: what failed is no target', async () => {
    await it.get('eventbridge', 'PutRule', { Name: 'r', ScheduleExpression: 'rate(1 minute)' });
    const arn = await it.function('target', async () => undefined);
    it.storm.partialBatches({ share: 1 });
    const Targets = ['a', 'b', 'c', 'd'].map((Id) => ({ Id, Arn: arn }));
    const { FailedEntryCount, FailedEntries } = await it.get<{
      FailedEntryCount: number;
      FailedEntries: { TargetId: string }[];
    }>('eventbridge', 'PutTargets', { Rule: 'r', Targets });
    const { Targets: there } = await it.get<{ Targets: { Id: string }[] }>('eventbridge', 'ListTargetsByRule', {
      Rule: 'r',
    });
    expect(FailedEntryCount).toBe(FailedEntries.length);
    expect([...there.map(({ Id }) => Id), ...FailedEntries.map(({ TargetId }) => TargetId)].toSorted()).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect(FailedEntryCount).toBeGreaterThan(0);
  });

  test('GetMetricData: some results have no values, and say why', async () => {
    const query = (Id: string) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'a', MetricName: Id }, Period: 60, Stat: 'Sum' },
    });
    it.storm.partialBatches({ share: 1 });
    const now = it.clock.nowMs();
    const { MetricDataResults } = await it.get<{ MetricDataResults: { StatusCode: string }[] }>(
      'cloudwatch',
      'GetMetricData',
      {
        MetricDataQueries: ['a', 'b', 'c', 'd', 'e'].map(query),
        StartTime: new Date(now - 600_000),
        EndTime: new Date(now),
      },
    );
    expect(MetricDataResults).toHaveLength(5);
    expect(MetricDataResults[0]?.StatusCode).toBe('InternalError');
  });
});

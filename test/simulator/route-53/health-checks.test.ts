import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { known, PrivateApiWorld, refusal } from '../private-api-world.ts';

let aws: PrivateApiWorld;
beforeEach(() => {
  aws = new PrivateApiWorld();
});

const bit: HealthCheckConfig = {
  Type: 'HTTPS',
  FullyQualifiedDomainName: 'bit.example.com',
  ResourcePath: '/eu-west-1',
};
const create = (CallerReference: string, HealthCheckConfig: HealthCheckConfig) =>
  aws.call('route-53', 'CreateHealthCheck', { CallerReference, HealthCheckConfig });

describe('a health check', () => {
  test('is filled in with what Route 53 presets', async () => {
    const { HealthCheck } = await create('one', bit);
    expect(HealthCheck).toMatchObject({
      HealthCheckVersion: 1,
      HealthCheckConfig: {
        ...bit,
        Port: 443,
        RequestInterval: 30,
        FailureThreshold: 3,
        EnableSNI: true,
        Inverted: false,
      },
    });
  });

  test('is made once for one reference and configuration, and again once it was deleted', async () => {
    const first = await create('one', bit);
    const again = await create('one', { ...bit });
    expect(again.HealthCheck?.Id).toBe(first.HealthCheck?.Id);
    expect(await refusal(create('one', { ...bit, Port: 444 }))).toMatch(/^HealthCheckAlreadyExists/);
    await aws.call('route-53', 'DeleteHealthCheck', { HealthCheckId: first.HealthCheck?.Id });
    expect((await create('one', bit)).HealthCheck?.Id).not.toBe(first.HealthCheck?.Id);
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; config: HealthCheckConfig }>([
    { why: 'checkers stand on the public internet', config: { Type: 'HTTPS', IPAddress: '10.0.0.1' } },
    { why: 'nothing to ask',                        config: { Type: 'HTTPS' } },
    { why: 'every 10 s or every 30 s',              config: { ...bit, RequestInterval: 20 } },
    { why: 'nothing to look for',                   config: { ...bit, Type: 'HTTPS_STR_MATCH' } },
    { why: 'a child that is not there',             config: { Type: 'CALCULATED', ChildHealthChecks: ['none'] } },
    { why: 'no alarm named',                        config: { Type: 'CLOUDWATCH_METRIC' } },
  ])('is refused: $why', async ({ config }) => {
    expect(await refusal(create('one', config))).toMatch(/^InvalidInput/);
    expect((await aws.call('route-53', 'ListHealthChecks', {})).HealthChecks).toEqual([]);
  });

  test('is changed at the version it was read at only', async () => {
    const HealthCheckId = known((await create('one', bit)).HealthCheck?.Id);
    const update = (HealthCheckVersion: number) =>
      aws.call('route-53', 'UpdateHealthCheck', {
        HealthCheckId,
        HealthCheckVersion,
        FailureThreshold: 5,
        ResetElements: ['ResourcePath'],
      });
    const { HealthCheck } = await update(1);
    expect(HealthCheck?.HealthCheckConfig).toMatchObject({ FailureThreshold: 5 });
    expect(HealthCheck?.HealthCheckConfig?.ResourcePath).toBeUndefined();
    expect(await refusal(update(1))).toMatch(/^HealthCheckVersionMismatch/);
    expect((await aws.call('route-53', 'GetHealthCheckStatus', { HealthCheckId })).HealthCheckObservations).toEqual([]);
  });

  test('is listed in pages', async () => {
    for (const reference of ['a', 'b', 'c']) await create(reference, bit);
    const first = await aws.call('route-53', 'ListHealthChecks', { MaxItems: 2 });
    const second = await aws.call('route-53', 'ListHealthChecks', { Marker: first.NextMarker });
    const ids = [...(first.HealthChecks ?? []), ...(second.HealthChecks ?? [])].map(({ Id }) => Id);
    expect(new Set(ids).size).toBe(3);
  });
});

import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { refusal } from '../service-world.ts';

const newWorld = () => new PrivateApiWorld(route53);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const bit: HealthCheckConfig = {
  Type: 'HTTPS',
  FullyQualifiedDomainName: 'bit.example.com',
  ResourcePath: '/eu-west-1',
};
const create = (CallerReference: string, HealthCheckConfig: HealthCheckConfig) =>
  aws.call('CreateHealthCheck', { CallerReference, HealthCheckConfig });

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

  test('is made once for one reference and configuration', async () => {
    const first = await create('one', bit);
    const again = await create('one', { ...bit });
    expect(again.HealthCheck?.Id).toBe(first.HealthCheck?.Id);
    expect(await refusal(create('one', { ...bit, Port: 444 }))).toMatch(/^HealthCheckAlreadyExists/);
  });

  test('that was deleted leaves a reference behind that makes no other one for days, whatever its settings', async () => {
    const { HealthCheck } = await create('one', bit);
    await aws.call('DeleteHealthCheck', { HealthCheckId: HealthCheck?.Id });
    for (const config of [bit, { ...bit, Port: 444 }])
      expect(await refusal(create('one', config))).toMatch(/^HealthCheckAlreadyExists/);
    expect((await create('two', bit)).HealthCheck?.Id).not.toBe(HealthCheck?.Id);
    await aws.pass(7 * 24 * 3_600);
    expect((await create('one', bit)).HealthCheck?.Id).not.toBe(HealthCheck?.Id);
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
    expect((await aws.call('ListHealthChecks', {})).HealthChecks).toEqual([]);
  });

  test('is changed at the version it was read at only', async () => {
    const HealthCheckId = known((await create('one', bit)).HealthCheck?.Id);
    const update = (HealthCheckVersion: number) =>
      aws.call('UpdateHealthCheck', {
        HealthCheckId,
        HealthCheckVersion,
        FailureThreshold: 5,
        ResetElements: ['ResourcePath'],
      });
    const { HealthCheck } = await update(1);
    expect(HealthCheck?.HealthCheckConfig).toMatchObject({ FailureThreshold: 5 });
    expect(HealthCheck?.HealthCheckConfig?.ResourcePath).toBeUndefined();
    expect(await refusal(update(1))).toMatch(/^HealthCheckVersionMismatch/);
    expect((await aws.call('GetHealthCheckStatus', { HealthCheckId })).HealthCheckObservations).toEqual([]);
  });

  test('is listed in pages', async () => {
    for (const reference of ['a', 'b', 'c']) await create(reference, bit);
    const first = await aws.call('ListHealthChecks', { MaxItems: 2 });
    const second = await aws.call('ListHealthChecks', { Marker: first.NextMarker });
    const ids = [...(first.HealthChecks ?? []), ...(second.HealthChecks ?? [])].map(({ Id }) => Id);
    expect(new Set(ids).size).toBe(3);
  });
});

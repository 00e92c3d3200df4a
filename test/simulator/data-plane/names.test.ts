import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { reach, request } from '../../../simulator/data-plane/request.ts';
import { resolverCacheOf } from '../../../simulator/data-plane/resolver-cache.ts';
import { conditionsOf } from '../../../simulator/data-plane/weather.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { ACCOUNT, DOMAIN, JoinedRegions, STAGE } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';

const HERE = 'us-east-1';
const NEAR = 'eu-west-1';
const FAR = 'ap-southeast-2';

let joined: JoinedRegions;
beforeEach(async () => {
  joined = await JoinedRegions.settled();
});

const leadsTo = (changes = {}) => reach(joined.world, joined.asked(changes)).leadsTo?.region;
const unhealthy = (...ids: string[]) => (conditionsOf(joined.world).isHealthy = (id) => !ids.includes(id));

/** Replaces the records of the caller's view: one per replica, each with what the routing policy needs. */
async function route(sets: readonly Partial<ResourceRecordSet>[]): Promise<void> {
  await joined.changeRecords(HERE, 'DELETE', [NEAR, FAR]);
  const alias = (to: string) => ({
    DNSName: joined.replica(to).endpointDnsName,
    HostedZoneId: joined.replica(to).endpointZoneId,
    EvaluateTargetHealth: false,
  });
  await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
    HostedZoneId: joined.view(HERE),
    ChangeBatch: {
      Changes: sets.map((set) => ({
        Action: 'CREATE' as const,
        ResourceRecordSet: {
          Name: DOMAIN,
          Type: 'A' as const,
          AliasTarget: alias(known(set.SetIdentifier).split('/')[0] ?? ''),
          ...set,
        },
      })),
    },
  });
  await joined.clock.runFor(40_000);
}

const healthChecks = async (...references: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const CallerReference of references) {
    const { HealthCheck } = await joined.call(route53, HERE, 'CreateHealthCheck', {
      CallerReference,
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'bit.example.com', Port: 443, ResourcePath: '/' },
    });
    ids.push(known(HealthCheck?.Id));
  }
  return ids;
};

/** As callers ask who remember answers. */
const asked = () => {
  const { resolverCache: _, ...rest } = joined.asked();
  return rest;
};

const put = async (zoneId: string, sets: readonly ResourceRecordSet[]) => {
  await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: sets.map((ResourceRecordSet) => ({ Action: 'UPSERT' as const, ResourceRecordSet })) },
  });
  await joined.clock.runFor(40_000);
};
const address = async (connectTo: string) => {
  const { hops } = await request(joined.world, joined.asked({ connectTo }));
  return hops[0];
};

describe('routing policies', () => {
  test('latency: the nearest by measured times, the next one once its check fails, any once all fail', async () => {
    const [near = '', far = ''] = await healthChecks('near', 'far');
    await route([
      { SetIdentifier: NEAR, Region: NEAR, HealthCheckId: near },
      { SetIdentifier: FAR, Region: FAR, HealthCheckId: far },
    ]);
    expect(leadsTo()).toBe(NEAR);
    unhealthy(near);
    expect(leadsTo()).toBe(FAR);
    unhealthy(near, far);
    expect(leadsTo(), 'all unhealthy counts as all healthy').toBe(NEAR);
  });

  test('failover: the secondary when the primary is unhealthy, the primary when both are', async () => {
    const [primary = '', secondary = ''] = await healthChecks('primary', 'secondary');
    await route([
      { SetIdentifier: FAR, Failover: 'PRIMARY', HealthCheckId: primary },
      { SetIdentifier: NEAR, Failover: 'SECONDARY', HealthCheckId: secondary },
    ]);
    expect(leadsTo()).toBe(FAR);
    unhealthy(primary);
    expect(leadsTo()).toBe(NEAR);
    unhealthy(primary, secondary);
    expect(leadsTo()).toBe(FAR);
  });

  test('weighted: in proportion; weight 0 only when all others are unhealthy', async () => {
    const [near = ''] = await healthChecks('near');
    await route([
      { SetIdentifier: NEAR, Weight: 3, HealthCheckId: near },
      { SetIdentifier: FAR, Weight: 1 },
    ]);
    const toNear = Array.from({ length: 1000 }, () => leadsTo()).filter((region) => region === NEAR).length;
    expect(toNear).toBeGreaterThan(700);
    expect(toNear).toBeLessThan(800);
    unhealthy(near);
    expect(leadsTo()).toBe(FAR);
  });

  test('weight 0 is chosen only when all others are unhealthy', async () => {
    const [near = ''] = await healthChecks('near');
    await route([
      { SetIdentifier: NEAR, Weight: 1, HealthCheckId: near },
      { SetIdentifier: FAR, Weight: 0 },
    ]);
    expect(leadsTo()).toBe(NEAR);
    unhealthy(near);
    expect(leadsTo()).toBe(FAR);
  });

  test('geolocation: country before continent before everywhere', async () => {
    await route([
      { SetIdentifier: NEAR, GeoLocation: { CountryCode: '*' } },
      { SetIdentifier: FAR, GeoLocation: { ContinentCode: 'NA' } },
    ]);
    expect(leadsTo()).toBe(FAR);
    await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
      HostedZoneId: joined.view(HERE),
      ChangeBatch: {
        Changes: [
          {
            Action: 'CREATE',
            ResourceRecordSet: {
              Name: DOMAIN,
              Type: 'A',
              SetIdentifier: 'us',
              GeoLocation: { CountryCode: 'US' },
              AliasTarget: {
                DNSName: joined.replica(NEAR).endpointDnsName,
                HostedZoneId: joined.replica(NEAR).endpointZoneId,
                EvaluateTargetHealth: false,
              },
            },
          },
        ],
      },
    });
    await joined.clock.runFor(40_000);
    expect(leadsTo()).toBe(NEAR);
  });

  test('a target whose health is evaluated drops out with its Region, whatever checks say', async () => {
    await route([
      {
        SetIdentifier: NEAR,
        Region: NEAR,
        AliasTarget: {
          DNSName: joined.replica(NEAR).endpointDnsName,
          HostedZoneId: joined.replica(NEAR).endpointZoneId,
          EvaluateTargetHealth: true,
        },
      },
      { SetIdentifier: FAR, Region: FAR },
    ]);
    joined.world.outages.darken(NEAR);
    expect(leadsTo()).toBe(FAR);
  });

  test('a pin takes its record, whatever the policy and the checks say', () => {
    expect(leadsTo({ pin: FAR })).toBe(FAR);
    expect(reach(joined.world, joined.asked({ pin: 'eu-north-1' }))).toMatchObject({ failedAt: 'name' });
  });
});

describe('what a VPC remembers', () => {
  test('an answer is followed until its 60 s are over, though the record changed', async () => {
    expect(reach(joined.world, asked()).leadsTo?.region).toBe(NEAR);
    await joined.changeRecords(HERE, 'DELETE', [NEAR]);
    await joined.clock.runFor(50_000);
    expect(leadsTo(), 'asked anew').toBe(FAR);
    expect(reach(joined.world, asked()).leadsTo?.region, 'from the cache').toBe(NEAR);
    await joined.clock.runFor(10_000);
    expect(reach(joined.world, asked()).leadsTo?.region, 'after its TTL').toBe(FAR);
  });

  test('a cached address outlives its endpoint, and then nothing has it', async () => {
    reach(joined.world, asked());
    await joined.call(ec2, NEAR, 'DeleteVpcEndpoints', { VpcEndpointIds: [joined.replica(NEAR).endpointId] });
    await joined.clock.runFor(31_000);
    expect(reach(joined.world, asked())).toMatchObject({ failedAt: 'endpoint', clientError: { code: 'ETIMEDOUT' } });
  });

  test('nothing is kept of a pin or of a failure, and the cache can be emptied', async () => {
    reach(joined.world, { ...asked(), pin: FAR });
    expect(reach(joined.world, asked()).leadsTo?.region).toBe(NEAR);
    await joined.changeRecords(HERE, 'DELETE', [NEAR, FAR]);
    await joined.clock.runFor(61_000);
    expect(reach(joined.world, asked()).failedAt).toBe('name');
    await joined.changeRecords(HERE, 'UPSERT', [FAR]);
    await joined.clock.runFor(36_000);
    expect(reach(joined.world, asked()).leadsTo?.region).toBe(FAR);
    resolverCacheOf(joined.world).clear();
    await joined.changeRecords(HERE, 'UPSERT', [NEAR]);
    await joined.clock.runFor(36_000);
    expect(reach(joined.world, asked()).leadsTo?.region).toBe(NEAR);
  });
});

describe('names', () => {
  test('the most specific private zone answers, and its NXDOMAIN is final', async () => {
    const { HostedZone } = await joined.call(route53, HERE, 'CreateHostedZone', {
      Name: 'example.com',
      CallerReference: 'parent',
      VPC: { VPCId: joined.network(HERE).vpcId, VPCRegion: HERE },
    });
    const parent = known(HostedZone?.Id).replace('/hostedzone/', '');
    await put(parent, [
      { Name: 'x.api.payments.example.com', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.9.9.9' }] },
      { Name: 'other.example.com', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.9.9.8' }] },
    ]);
    expect(await address('other.example.com')).toMatchObject({ ok: true, evidence: { addresses: ['10.9.9.8'] } });
    expect(await address(`x.${DOMAIN}`), 'the longer zone hides the parent').toMatchObject({ ok: false });
  });

  test('wildcards, CNAMEs and aliases within the zone are followed; loops are not followed for ever', async () => {
    const zone = joined.view(HERE);
    await put(zone, [
      { Name: `*.w.${DOMAIN}`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.9.9.1' }] },
      { Name: `c.${DOMAIN}`, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: `a.b.w.${DOMAIN}` }] },
      { Name: `loop.${DOMAIN}`, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: `loop.${DOMAIN}` }] },
    ]);
    await put(zone, [
      {
        Name: `d.${DOMAIN}`,
        Type: 'A',
        AliasTarget: { HostedZoneId: zone, DNSName: DOMAIN, EvaluateTargetHealth: true },
      },
    ]);
    expect(await address(`c.${DOMAIN}`)).toMatchObject({ ok: true, evidence: { addresses: ['10.9.9.1'] } });
    expect(await address(`d.${DOMAIN}`)).toMatchObject({
      ok: true,
      evidence: { endpointId: joined.replica(NEAR).endpointId },
    });
    expect(await address(`loop.${DOMAIN}`)).toMatchObject({
      ok: false,
      says: expect.stringContaining('too long a chain'),
    });
  });

  test('an endpoint’s names resolve anywhere, also by zone; an API’s name at an endpoint only where the API lists it', async () => {
    const { endpointDnsName, endpointId, apiId } = joined.replica(NEAR);
    const zonal = endpointDnsName.replace('.execute-api', '-eu-west-1a.execute-api');
    for (const name of [endpointDnsName, zonal, `${apiId}-${endpointId}.execute-api.${NEAR}.amazonaws.com`])
      expect(await address(name), name).toMatchObject({ ok: true, evidence: { endpointId } });
    const elsewhere = endpointDnsName.replace('.execute-api', '-eu-west-1b.execute-api');
    const unlisted = `${apiId}-${joined.replica(FAR).endpointId}.execute-api.${FAR}.amazonaws.com`;
    for (const name of [elsewhere, unlisted, 'nobody.example.org'])
      expect(await address(name), name).toMatchObject({ ok: false });
  });

  test('private DNS gives a VPC its Region’s default names; without it they are public, and no route leads there', async () => {
    const { vpcId } = joined.network(NEAR);
    const { apiId, endpointId } = joined.replica(NEAR);
    const local = {
      from: { account: ACCOUNT, region: NEAR, vpcId },
      url: `https://${apiId}.execute-api.${NEAR}.amazonaws.com/${STAGE}/payments`,
    };
    expect(await request(joined.world, joined.asked(local))).toMatchObject({ failedAt: 'route' });
    await joined.call(ec2, NEAR, 'ModifyVpcEndpoint', { VpcEndpointId: endpointId, PrivateDnsEnabled: true });
    expect(await request(joined.world, joined.asked(local))).toMatchObject({ outcome: 'answered', status: 200 });
  });

  test('an API that lists an endpoint no longer loses its name there', async () => {
    const { endpointId, apiId } = joined.replica(NEAR);
    await joined.call(apiGateway, NEAR, 'UpdateRestApi', {
      restApiId: apiId,
      patchOperations: [{ op: 'remove', path: '/endpointConfiguration/vpcEndpointIds', value: endpointId }],
    });
    expect(await address(`${apiId}-${endpointId}.execute-api.${NEAR}.amazonaws.com`)).toMatchObject({ ok: false });
  });
});

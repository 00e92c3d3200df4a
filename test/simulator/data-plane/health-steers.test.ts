import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DataPlaneRequest } from '../../../simulator/data-plane/journey.ts';
import { reach } from '../../../simulator/data-plane/request.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { DOMAIN, JoinedRegions } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';
import { functionUrl } from './url-world.ts';

const HERE = 'us-east-1';
const NEAR = 'eu-west-1';
const FAR = 'ap-southeast-2';

let joined: JoinedRegions;
/** What each replica's health bit answers. */
let bits: Map<string, number>;
let checks: Map<string, string>;

/** A check every ten seconds of each replica's bit, made by Route 53's own checkers. */
beforeEach(async () => {
  joined = await JoinedRegions.settled();
  bits = new Map();
  checks = new Map();
  for (const region of [NEAR, FAR]) {
    bits.set(region, 200);
    const url = await functionUrl(joined, region, async () => ({ statusCode: bits.get(region) }));
    const { HealthCheck } = await joined.call(route53, HERE, 'CreateHealthCheck', {
      CallerReference: region,
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: new URL(url).hostname, RequestInterval: 10 },
    });
    checks.set(region, known(HealthCheck?.Id));
  }
  await joined.changeRecords(HERE, 'DELETE', [NEAR, FAR]);
});

async function route(sets: readonly (Partial<ResourceRecordSet> & { SetIdentifier: string })[]): Promise<void> {
  await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
    HostedZoneId: joined.view(HERE),
    ChangeBatch: {
      Changes: sets.map((set) => ({
        Action: 'CREATE' as const,
        ResourceRecordSet: {
          Name: DOMAIN,
          Type: 'A' as const,
          HealthCheckId: known(checks.get(set.SetIdentifier)),
          ...(set.ResourceRecords === undefined && {
            AliasTarget: {
              DNSName: joined.replica(set.SetIdentifier).endpointDnsName,
              HostedZoneId: joined.replica(set.SetIdentifier).endpointZoneId,
              EvaluateTargetHealth: false,
            },
          }),
          ...set,
        },
      })),
    },
  });
  await joined.clock.runFor(60_000);
}

const leadsTo = (changes: Partial<DataPlaneRequest> = {}) => reach(joined.world, joined.asked(changes)).leadsTo?.region;
/** As callers ask who remember answers for their TTL. */
const remembering = () => {
  const { resolverCache: _, ...rest } = joined.asked();
  return reach(joined.world, rest).leadsTo?.region;
};
/** Enough for three failures in a row, seen by name servers. */
const pass = (seconds = 35) => joined.clock.runFor(seconds * 1_000);
const among = (count: number) => new Set(Array.from({ length: count }, () => leadsTo()));

async function addressOf(region: string): Promise<string> {
  const { NetworkInterfaces: interfaces = [] } = await joined.call(ec2, region, 'DescribeNetworkInterfaces', {
    Filters: [{ Name: 'interface-type', Values: ['vpc_endpoint'] }],
  });
  return known(interfaces[0]?.PrivateIpAddress);
}

describe('checks that Route 53 makes steer the records of a private zone', () => {
  test.for<{ policy: string; near: Partial<ResourceRecordSet>; far: Partial<ResourceRecordSet> }>([
    { policy: 'latency', near: { Region: NEAR }, far: { Region: FAR } },
    { policy: 'failover', near: { Failover: 'PRIMARY' }, far: { Failover: 'SECONDARY' } },
    { policy: 'weighted', near: { Weight: 255 }, far: { Weight: 0 } },
    {
      policy: 'geolocation',
      near: { GeoLocation: { ContinentCode: 'NA' } },
      far: { GeoLocation: { CountryCode: '*' } },
    },
  ])('$policy', async ({ near, far }) => {
    await route([
      { ...near, SetIdentifier: NEAR },
      { ...far, SetIdentifier: FAR },
    ]);
    expect(leadsTo()).toBe(NEAR);
    bits.set(NEAR, 503);
    await pass();
    expect(leadsTo(), 'away from the one that is sick').toBe(FAR);
    bits.set(FAR, 503);
    await pass();
    expect(leadsTo(), 'all unhealthy counts as all healthy').toBe(NEAR);
    bits.set(NEAR, 200);
    await pass();
    expect(leadsTo(), 'and back').toBe(NEAR);
  });

  test('multivalue answers: the healthy ones, or all where none is', async () => {
    const value = async (region: string) => ({
      SetIdentifier: region,
      MultiValueAnswer: true,
      TTL: 60,
      ResourceRecords: [{ Value: await addressOf(region) }],
    });
    await route([await value(NEAR), await value(FAR)]);
    expect(among(40)).toEqual(new Set([NEAR, FAR]));
    bits.set(NEAR, 503);
    await pass();
    expect(among(40)).toEqual(new Set([FAR]));
    bits.set(FAR, 503);
    await pass();
    expect(among(40)).toEqual(new Set([NEAR, FAR]));
  });

  test('a dark Region: its callers follow within the check, the flip and the TTL, with no call to any control plane', async () => {
    await route([
      { SetIdentifier: NEAR, Region: NEAR },
      { SetIdentifier: FAR, Region: FAR },
    ]);
    expect(remembering()).toBe(NEAR);
    joined.world.outages.darken(NEAR);
    joined.world.outages.controlPlaneDown.add('route-53');
    let seconds = 0;
    for (; remembering() !== FAR && seconds < 300; seconds += 1) await pass(1);
    // Three checks of ten seconds, four for the last to fail, one for name servers, sixty for what callers remember.
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThanOrEqual(3 * 10 + 4 + 1 + 60);
  });
});

import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Call } from '../../service.ts';
import { endpointAnywhere } from '../ec2/endpoint-anywhere.ts';
import { endpointZoneIdOf } from '../ec2/endpoint-services.ts';
import { bareId } from './answers.ts';
import { canonicalName, liesIn } from './names.ts';
import type { HostedZone, Route53State } from './state.ts';

type RecordSets = readonly Readonly<ResourceRecordSet>[];

/** 'vpce-0abc-1x2y.execute-api.eu-west-1.vpce.amazonaws.com.', with or without a zone after its first label. */
const ENDPOINT_NAME =
  /^((vpce-[0-9a-f]+)-[0-9a-z]+)(?:-[a-z0-9-]+)?\.[a-z0-9.-]+\.([a-z0-9-]+)\.vpce\.amazonaws\.com\.$/;

/** Whether a name is that of a VPC endpoint, of any account, and in the zone that AWS keeps those names in. */
function endpointAnswer(
  { world, place, nowMs }: Call<Route53State>,
  name: string,
  zoneId: string,
): 'found' | 'not-found' | 'elsewhere' {
  const [, label, endpointId = '', region = ''] = ENDPOINT_NAME.exec(name) ?? [];
  if (label === undefined || endpointZoneIdOf(region) !== zoneId) return 'elsewhere';
  const endpoint = endpointAnywhere(world, { account: place.account, region }, endpointId, nowMs);
  return endpoint?.dnsLabel === label ? 'found' : 'not-found';
}

/** Names of AWS services lie in AWS's own zones, of which only those of VPC endpoints are known here. */
const isServiceName = (name: string): boolean => /\.(amazonaws\.com|amazonaws\.com\.cn|cloudfront\.net)\.$/.test(name);

/**
 * Why an alias may not be made; undefined where it may. Its target must exist at that moment.
 *
 * `setsAfter` is what the zone being changed will have under a name, the rest of the batch included.
 * Source: the texts are those that Route 53 gave in github.com/aws/aws-cdk/issues/19643
 */
export function objectionToAlias(
  call: Call<Route53State>,
  zone: HostedZone,
  set: Readonly<ResourceRecordSet>,
  setsAfter: (name: string) => RecordSets,
): string | undefined {
  const { AliasTarget, Type } = set;
  if (AliasTarget === undefined) return undefined;
  const target = canonicalName(AliasTarget.DNSName ?? '');
  const zoneId = bareId(AliasTarget.HostedZoneId);
  const told = `Tried to create an alias that targets ${target}, type ${Type} in zone ${zoneId}`;
  const notFound = `${told}, but that target was not found`;
  const elsewhere = `${told}, but the alias target name does not lie within the target zone`;
  const targetZone = zoneId === zone.id ? zone : call.state.hostedZones.get(zoneId);
  if (targetZone === undefined) {
    if (!isServiceName(target)) return elsewhere;
    if (!target.endsWith('.vpce.amazonaws.com.')) return undefined;
    const answer = endpointAnswer(call, target, zoneId);
    return answer === 'found' ? undefined : answer === 'elsewhere' ? elsewhere : notFound;
  }
  if (!liesIn(target, targetZone.name)) return elsewhere;
  const sets = targetZone === zone ? setsAfter(target) : (targetZone.records.accepted.get(target) ?? []);
  return sets.some((other) => other.Type === Type) ? undefined : notFound;
}

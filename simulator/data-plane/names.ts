import type { WorldMs } from '../clock.ts';
import { formatIp, parseIp } from '../ip.ts';
import { ec2 } from '../services/ec2/index.ts';
import { route53 } from '../services/route-53/index.ts';
import { canonicalName, liesIn } from '../services/route-53/names.ts';
import { answersIn, type HostedZone, recordsAnswering } from '../services/route-53/state.ts';
import {
  answerOf,
  endpointWithPrivateDns,
  findEndpoint,
  plain,
  readAwsName,
  resolveAwsName,
  told,
} from './aws-names.ts';
import { type Asking, LONGEST_CHAIN, type Resolved, Unresolved } from './resolved.ts';
import { choose, type RecordSet } from './routing-choice.ts';
import { conditionsOf } from './weather.ts';

/** What Route 53's "evaluate target health" comes to: whether the endpoint is there and its Region answers, or any record is healthy. */
function targetIsHealthy(
  asking: Asking,
  zone: HostedZone,
  target: string,
  type: string | undefined,
  depth: number,
): boolean {
  const read = readAwsName(target);
  if (read !== undefined) {
    const { weather } = conditionsOf(asking.world);
    if (weather.dark?.(read.region) === true) return false;
    return (
      read.kind === 'api' ||
      findEndpoint(asking.world, asking.account, read.region, read.endpointId, asking.nowMs) !== undefined
    );
  }
  const sets =
    recordsAnswering(zone, asking.nowMs)
      .get(target)
      ?.filter(({ Type }) => Type === type) ?? [];
  return sets.some((set) => isHealthy(asking, zone, set, depth + 1));
}

function isHealthy(asking: Asking, zone: HostedZone, set: RecordSet, depth = 0): boolean {
  if (set.HealthCheckId !== undefined && !conditionsOf(asking.world).isHealthy(set.HealthCheckId)) return false;
  const { AliasTarget } = set;
  if (AliasTarget?.EvaluateTargetHealth !== true || depth > LONGEST_CHAIN) return true;
  return targetIsHealthy(asking, zone, canonicalName(AliasTarget.DNSName ?? ''), set.Type, depth);
}

/** The zone an alias points into: by its id, or `undefined` where that is one of AWS's own. */
const zoneOfAlias = ({ world, account, region }: Asking, zoneId: string | undefined): HostedZone | undefined =>
  world.state(route53, { account, region }).hostedZones.get((zoneId ?? '').replace('/hostedzone/', ''));

/** The record sets of a name, or of the wildcard that stands for it: '*.shop.internal' for 'a.b.shop.internal'. */
function setsOf(zone: HostedZone, name: string, nowMs: WorldMs): readonly RecordSet[] | undefined {
  const records = recordsAnswering(zone, nowMs);
  const exact = records.get(name);
  if (exact !== undefined) return exact;
  for (let rest = name; rest !== zone.name && rest.includes('.'); ) {
    rest = rest.slice(rest.indexOf('.') + 1);
    const wild = records.get(`\\052.${rest}`);
    if (wild !== undefined) return wild;
    if (rest !== zone.name && records.has(rest)) return undefined; // a name on the way ends the wildcard's reach (RFC 4592)
  }
  return undefined;
}

function resolveInZone(asking: Asking, zone: HostedZone, name: string, depth: number): Resolved | Unresolved {
  const resource = zone.id;
  const sets = setsOf(zone, name, asking.nowMs);
  const inZone = `zone ${zone.id} (${plain(zone.name)})`;
  const evidence = { zoneId: zone.id, zoneName: plain(zone.name), private: zone.isPrivate };
  const noFallback = zone.isPrivate ? ', and a private zone that matches leaves nothing to public DNS' : '';
  if (sets === undefined)
    return new Unresolved(
      resource,
      `${plain(name)} does not exist: ${inZone} has no record of it${noFallback}`,
      evidence,
    );
  const cnames = sets.filter(({ Type }) => Type === 'CNAME');
  const candidates = cnames.length > 0 ? cnames : sets.filter(({ Type }) => Type === 'A');
  if (candidates.length === 0) {
    const types = [...new Set(sets.map(({ Type }) => Type))].join(', ');
    const says = `${plain(name)} has no address: ${inZone} has only ${types} records of it${noFallback}`;
    return new Unresolved(resource, says, evidence);
  }
  const { pin } = asking;
  const pinned = pin === undefined ? undefined : candidates.filter(({ SetIdentifier }) => SetIdentifier === pin);
  if (pinned?.length === 0)
    return new Unresolved(resource, `${inZone} has no record ${pin} of ${plain(name)}`, {
      ...evidence,
      records: candidates.map(({ SetIdentifier }) => SetIdentifier),
    });
  const choice =
    pinned === undefined
      ? choose(candidates, {
          region: asking.region,
          random: asking.random,
          isHealthy: (set) => isHealthy(asking, zone, set),
        })
      : { sets: pinned, because: 'pinned' };
  const [chosen] = choice.sets;
  if (chosen === undefined)
    return new Unresolved(resource, `${plain(name)} has no answer in ${inZone}: ${choice.because}`, evidence);
  const record = chosen.SetIdentifier === undefined ? '' : ` record ${chosen.SetIdentifier}`;
  const by = `by${record} in ${inZone}: ${choice.because}`;
  const known = { ...evidence, ...(chosen.SetIdentifier !== undefined && { setIdentifier: chosen.SetIdentifier }) };
  const { AliasTarget } = chosen;
  const target = AliasTarget?.DNSName ?? (cnames.length > 0 ? chosen.ResourceRecords?.[0]?.Value : undefined);
  if (target !== undefined) {
    const followed = follow(
      asking,
      AliasTarget === undefined ? undefined : { zoneId: AliasTarget.HostedZoneId },
      canonicalName(target),
      depth,
    );
    const leadsTo = { ...known, leadsTo: plain(canonicalName(target)), ...followed.evidence };
    if (followed instanceof Unresolved)
      return new Unresolved(resource, `${plain(name)} leads nowhere (${by}): ${followed.says}`, leadsTo);
    const ttlSeconds = AliasTarget === undefined ? Math.min(chosen.TTL ?? 0, followed.ttlSeconds) : followed.ttlSeconds;
    const says = `${plain(name)} is ${told(followed.addresses)} (${plain(canonicalName(target))}), ${by}`;
    return { addresses: followed.addresses, ttlSeconds, resource, says, evidence: leadsTo };
  }
  const addresses = choice.sets
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords)
    .map(({ Value = '' }) => parseIp(Value))
    .filter((ip) => ip !== undefined);
  return {
    addresses,
    ttlSeconds: chosen.TTL ?? 0,
    resource,
    says: `${plain(name)} is ${told(addresses)}, ${by}`,
    evidence: { ...known, addresses: addresses.map(formatIp) },
  };
}

/** An alias is followed by Route 53 itself, a CNAME by the resolver that got it. */
function follow(
  asking: Asking,
  alias: { zoneId: string | undefined } | undefined,
  target: string,
  depth: number,
): Resolved | Unresolved {
  if (depth >= LONGEST_CHAIN)
    return new Unresolved('resolver', `${plain(target)} is at the end of too long a chain of names`);
  const further = { ...asking, pin: undefined };
  if (alias === undefined) return resolveInVpc(further, target, depth + 1);
  const zone = zoneOfAlias(asking, alias.zoneId);
  if (zone !== undefined) return resolveInZone(further, zone, target, depth + 1);
  return (
    resolveAwsName(further, target) ??
    new Unresolved('resolver', `${plain(target)} is none of the names this world knows`, { target: plain(target) })
  );
}

/** The most specific zone that a VPC's resolver answers a name from. */
function zoneFor(asking: Asking, name: string, isPrivate: boolean): HostedZone | undefined {
  const { world, account, region, vpcId, nowMs } = asking;
  let best: HostedZone | undefined;
  for (const zone of world.state(route53, { account, region }).hostedZones.values()) {
    if (zone.isPrivate !== isPrivate || !liesIn(name, zone.name)) continue;
    if (best !== undefined && zone.name.length <= best.name.length) continue;
    if (!isPrivate || answersIn(zone, region, vpcId, nowMs)) best = zone;
  }
  return best;
}

const holdsDefaultNames = (name: string, region: string): boolean =>
  name.endsWith(`.execute-api.${region}.amazonaws.com.`);

/** Private zones first, the most specific of them; then endpoints' private DNS; then what the public knows. */
function resolveInVpc(asking: Asking, name: string, depth: number): Resolved | Unresolved {
  const { world, account, region, vpcId, nowMs, random } = asking;
  const state = world.state(ec2, { account, region });
  const hostnames = state.vpcs.get(vpcId)?.dnsHostnames === true;
  const privateZone = hostnames ? zoneFor(asking, name, true) : undefined;
  const defaults = `execute-api.${region}.amazonaws.com.`;
  if (hostnames && holdsDefaultNames(name, region) && (privateZone?.name.length ?? 0) < defaults.length) {
    const endpoint = endpointWithPrivateDns(state, vpcId, nowMs);
    if (endpoint !== undefined) return answerOf({ endpoint, ec2State: state }, undefined, name, random);
  }
  if (privateZone !== undefined) return resolveInZone(asking, privateZone, name, depth);
  const known = resolveAwsName(asking, name);
  if (known !== undefined) return known;
  const publicZone = zoneFor(asking, name, false);
  if (publicZone !== undefined) return resolveInZone(asking, publicZone, name, depth);
  return hostnames
    ? new Unresolved(
        vpcId,
        `${plain(name)} does not exist: no private zone that matches answers in ${vpcId}, and public DNS has none`,
        {
          vpcId,
        },
      )
    : new Unresolved(
        vpcId,
        `${plain(name)} does not exist: ${vpcId} has DNS host names switched off, so private zones do not answer in it`,
        { vpcId, enableDnsHostnames: false },
      );
}

/**
 * Asks the resolver of a VPC for the IPv4 addresses of a name.
 *
 * Source    docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export function resolve(asking: Asking, hostName: string): Resolved | Unresolved {
  const { world, account, region, vpcId } = asking;
  const vpc = world.state(ec2, { account, region }).vpcs.get(vpcId);
  if (vpc === undefined) return new Unresolved(vpcId, `${vpcId} does not exist in ${region}`, { vpcId }, 'ETIMEDOUT');
  const address = parseIp(hostName);
  if (address !== undefined)
    return { addresses: [address], ttlSeconds: 0, resource: vpcId, says: `${hostName} is an address`, evidence: {} };
  if (conditionsOf(world).weather.dark?.(region) === true)
    return new Unresolved(
      vpcId,
      `${region} is dark: the resolver of ${vpcId} does not answer`,
      { vpcId, region },
      'ETIMEDOUT',
    );
  if (!vpc.dnsSupport)
    return new Unresolved(
      vpcId,
      `nothing answers for ${hostName}: ${vpcId} has DNS support switched off`,
      { vpcId, enableDnsSupport: false },
      'ETIMEDOUT',
    );
  return resolveInVpc(asking, canonicalName(hostName), 0);
}

import type { AliasTarget } from '@aws-sdk/client-route-53';
import type { WorldMs } from '../clock.ts';
import { formatIp, parseIp } from '../ip.ts';
import { ec2Home } from '../services/ec2/state.ts';
import { canonicalName as canonicalNameOf, liesIn } from '../services/route-53/names.ts';
import { answersIn, type HostedZone, recordsAnswering, route53Home } from '../services/route-53/state.ts';
import {
  answerOf,
  endpointWithPrivateDns,
  findEndpoint,
  plain,
  readAwsName,
  resolveAwsName,
  told,
  turned,
} from './aws-names.ts';
import { remembered } from './remembered.ts';
import { type Asking, LONGEST_CHAIN, type Resolved, Unresolved } from './resolved.ts';
import { type Choice, choose, type RecordSet } from './routing-choice.ts';
import type { Evidence } from './trail.ts';
import { conditionsOf } from './weather.ts';

const canonicalName = remembered(canonicalNameOf);

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
    if (asking.world.outages.isDark(read.region)) return false;
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

/** The zone an alias points into: by its id, or `undefined` where that is one of AWS's own. Not always the caller's. */
function zoneOfAlias({ world }: Asking, zoneId: string | undefined): HostedZone | undefined {
  const id = (zoneId ?? '').replace('/hostedzone/', '');
  for (const place of world.placesOf(route53Home)) {
    const zone = world.look(route53Home, place).hostedZones.get(id);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

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

/** The record set that answers for a name, and why that one; or why none does. */
function pick(
  asking: Asking,
  zone: HostedZone,
  name: string,
): (Choice & { readonly candidates: readonly RecordSet[] }) | Unresolved {
  const sets = setsOf(zone, name, asking.nowMs);
  const unresolved = (says: string, more: Evidence = {}): Unresolved =>
    new Unresolved(zone.id, says, { ...evidenceOf(zone), ...more });
  const noFallback = zone.isPrivate ? ', and a private zone that matches leaves nothing to public DNS' : '';
  if (sets === undefined)
    return unresolved(`${plain(name)} does not exist: ${nameOfZone(zone)} has no record of it${noFallback}`);
  const cnames = sets.filter(({ Type }) => Type === 'CNAME');
  const candidates = cnames.length > 0 ? cnames : sets.filter(({ Type }) => Type === 'A');
  if (candidates.length === 0) {
    const types = [...new Set(sets.map(({ Type }) => Type))].join(', ');
    return unresolved(
      `${plain(name)} has no address: ${nameOfZone(zone)} has only ${types} records of it${noFallback}`,
    );
  }
  const { pin, region, random } = asking;
  if (pin !== undefined) {
    const pinned = candidates.filter(({ SetIdentifier }) => SetIdentifier === pin);
    if (pinned.length > 0) return { candidates, sets: pinned, because: 'pinned' };
    const records = candidates.map(({ SetIdentifier }) => SetIdentifier);
    return unresolved(`${nameOfZone(zone)} has no record ${pin} of ${plain(name)}`, { records });
  }
  const choice = choose(candidates, { region, random, isHealthy: (set) => isHealthy(asking, zone, set) });
  return choice.sets.length > 0
    ? { candidates, ...choice }
    : unresolved(`${plain(name)} has no answer in ${nameOfZone(zone)}: ${choice.because}`);
}

const nameOfZone = (zone: HostedZone): string => `zone ${zone.id} (${plain(zone.name)})`;
const evidenceOf = (zone: HostedZone): Evidence => ({
  zoneId: zone.id,
  zoneName: plain(zone.name),
  private: zone.isPrivate,
});

function resolveInZone(asking: Asking, zone: HostedZone, name: string, depth: number): Resolved | Unresolved {
  const choice = pick(asking, zone, name);
  if (choice instanceof Unresolved) return choice;
  const { sets, because } = choice;
  const [{ SetIdentifier, AliasTarget, ResourceRecords = [], TTL = 0, Type } = {}] = sets;
  const by = (): string =>
    `by${SetIdentifier === undefined ? '' : ` record ${SetIdentifier}`} in ${nameOfZone(zone)}: ${because}`;
  const evidence = (): Evidence => ({
    ...evidenceOf(zone),
    ...(SetIdentifier !== undefined && { setIdentifier: SetIdentifier }),
  });
  const target = AliasTarget?.DNSName ?? (Type === 'CNAME' ? ResourceRecords[0]?.Value : undefined);
  if (target === undefined) {
    const addresses = turned(
      sets
        .flatMap((set) => set.ResourceRecords ?? [])
        .map(({ Value = '' }) => parseIp(Value))
        .filter((ip) => ip !== undefined),
      asking.random,
    );
    return {
      addresses,
      ttlSeconds: TTL,
      resource: zone.id,
      tell: () => ({
        says: `${plain(name)} is ${told(addresses)}, ${by()}`,
        evidence: { ...evidence(), addresses: addresses.map(formatIp) },
      }),
    };
  }
  const canonical = canonicalName(target);
  const followed = follow(asking, AliasTarget, canonical, depth);
  const leadsTo = (further: Evidence): Evidence => ({ ...evidence(), leadsTo: plain(canonical), ...further });
  if (followed instanceof Unresolved)
    return new Unresolved(
      zone.id,
      `${plain(name)} leads nowhere (${by()}): ${followed.says}`,
      leadsTo(followed.evidence),
    );
  const { addresses, ttlSeconds } = followed;
  return {
    addresses,
    // An alias has the TTL of what it leads to.
    ttlSeconds: AliasTarget === undefined ? Math.min(TTL, ttlSeconds) : ttlSeconds,
    resource: zone.id,
    tell: () => ({
      says: `${plain(name)} is ${told(addresses)} (${plain(canonical)}), ${by()}`,
      evidence: leadsTo(followed.tell().evidence),
    }),
  };
}

/** An alias is followed by Route 53 itself, a CNAME by the resolver that got it. */
function follow(asking: Asking, alias: AliasTarget | undefined, target: string, depth: number): Resolved | Unresolved {
  if (depth >= LONGEST_CHAIN)
    return new Unresolved('resolver', `${plain(target)} is at the end of too long a chain of names`);
  const further = { ...asking, pin: undefined };
  if (alias === undefined) return resolveInVpc(further, target, depth + 1);
  const zone = zoneOfAlias(asking, alias.HostedZoneId);
  if (zone !== undefined) return resolveInZone(further, zone, target, depth + 1);
  return (
    resolveAwsName(further, target) ??
    new Unresolved('resolver', `${plain(target)} is none of the names this world knows`, { target: plain(target) })
  );
}

/** The most specific zone that a VPC's resolver answers a name from, whosoever it is. */
function zoneFor(asking: Asking, name: string, isPrivate: boolean): HostedZone | undefined {
  const { world, region, vpcId, nowMs } = asking;
  let best: HostedZone | undefined;
  for (const place of world.placesOf(route53Home))
    for (const zone of world.look(route53Home, place).hostedZones.values()) {
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
  const state = world.look(ec2Home, { account, region });
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
  const vpc = world.look(ec2Home, { account, region }).vpcs.get(vpcId);
  if (vpc === undefined) return new Unresolved(vpcId, `${vpcId} does not exist in ${region}`, { vpcId }, 'ETIMEDOUT');
  const address = parseIp(hostName);
  if (address !== undefined)
    return {
      addresses: [address],
      ttlSeconds: 0,
      resource: vpcId,
      tell: () => ({ says: `${hostName} is an address`, evidence: {} }),
    };
  if (world.outages.isDark(region))
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

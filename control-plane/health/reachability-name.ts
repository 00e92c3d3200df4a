import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { endpoint } from '../kinds/endpoint.ts';
import { peering } from '../kinds/peering.ts';
import { type Cidr, cidrOf } from '../model/cidr.ts';
import type { Region } from '../model/region.ts';
import { keyOf, linkName, type TargetKey } from '../model/target.ts';
import { dnsName } from '../model/zone.ts';
import { type Broken, broken } from './reachability-hops.ts';
import type { Sight } from './reachability-sight.ts';

/** What a name leads to: the endpoint of a member, all of it or what it has in some subnets; or addresses that are no endpoint's. */
export type LeadsTo =
  | {
      readonly kind: 'endpoint';
      readonly region: Region;
      readonly subnetIds?: readonly string[];
      readonly zone?: string;
    }
  | { readonly kind: 'addresses'; readonly blocks: readonly Cidr[] };

export interface Path {
  readonly sight: Sight;
  readonly from: Region;
  readonly to: Region;
}

/** What makes the record of `to` in the view of `from` right: the records themselves wait for these two. */
export function mendsRecord({ sight, from, to }: Path): TargetKey {
  const door = sight.see('endpoint', to);
  if (door === undefined || endpoint.attributes(door)['addresses'] === undefined) return keyOf('endpoint', to);
  if (from !== to) {
    const link = linkName(from, to);
    const way = sight.see('peering', link);
    if (way === undefined || peering.attributes(way)['activeId'] === undefined) return keyOf('peering', link);
  }
  return keyOf('records', from);
}

/** Resolvers answer for private zones only in VPCs that have both of these switched on. */
function resolverEnd({ sight, from }: Path, needsPrivateZones: boolean): Broken | undefined {
  const vpc = sight.see('vpc', from);
  const at = keyOf('vpc', from);
  if (vpc === undefined) return broken('name', at, `${from} has no VPC to call from`);
  if (!vpc.dnsSupport) return broken('name', at, `${vpc.id} has DNS support switched off: no name is answered in it`);
  if (needsPrivateZones && !vpc.dnsHostnames)
    return broken('name', at, `${vpc.id} has DNS host names switched off: private zones do not answer in it`);
  return undefined;
}

/** The member of whose endpoint this is a name, and of which zone of it. */
function endpointNamed({ sight, to }: Path, name: string): LeadsTo | undefined {
  const [label = '', ...rest] = dnsName(name).split('.');
  const others = sight.declared.members.map(({ region }) => region).filter((region) => region !== to);
  for (const region of [to, ...others]) {
    const [own = '', ...its] = dnsName(sight.peek('endpoint', region)?.dnsName ?? '').split('.');
    if (own === '' || its.join('.') !== rest.join('.')) continue;
    if (label === own) return { kind: 'endpoint', region };
    if (label.startsWith(`${own}-`)) return { kind: 'endpoint', region, zone: label.slice(own.length + 1) };
  }
  return undefined;
}

/** The member whose endpoint has all of these addresses. */
function endpointAt({ sight, to }: Path, values: readonly string[]): LeadsTo | undefined {
  const others = sight.declared.members.map(({ region }) => region).filter((region) => region !== to);
  for (const region of [to, ...others]) {
    const standing = Object.values(sight.peek('endpoint', region)?.interfaces ?? {});
    const subnetIds = standing.filter(({ address }) => values.includes(address)).map(({ subnetId }) => subnetId);
    if (subnetIds.length > 0 && subnetIds.length === new Set(values).size)
      return { kind: 'endpoint', region, subnetIds };
  }
  return undefined;
}

/** The record of `to`: a CNAME that somebody put there goes before addresses. */
function recordOf({ sight, from, to }: Path): ResourceRecordSet | undefined {
  const { ours, foreign } = sight.see('records', from) ?? { ours: [], foreign: [] };
  const { domain } = sight.declared.fleet;
  const itsOwn = [...foreign, ...ours].filter(
    ({ Name = '', SetIdentifier }) => SetIdentifier === to && dnsName(Name) === dnsName(domain),
  );
  return itsOwn.find(({ Type }) => Type === 'CNAME') ?? itsOwn.find(({ Type }) => Type === 'A');
}

/** Asks the view of `from` for the record of `to`. */
export function byName(path: Path): LeadsTo | Broken {
  const { sight, from, to } = path;
  const end = resolverEnd(path, true);
  if (end !== undefined) return end;
  const view = sight.see('view', from);
  const { domain } = sight.declared.fleet;
  if (view === undefined) return broken('name', keyOf('view', from), `callers in ${from} have no zone for ${domain}`);
  const vpcId = sight.see('vpc', from)?.id;
  if (!view.vpcs.some((vpc) => vpc.vpcId === vpcId && vpc.vpcRegion === from))
    return broken('name', keyOf('view', from), `zone ${view.id} is not associated with ${vpcId}`);
  const record = recordOf(path);
  if (record === undefined)
    return broken('name', mendsRecord(path), `zone ${view.id} has no record of ${to} for ${domain}`);
  const values = (record.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  const alias = record.AliasTarget?.DNSName ?? (record.Type === 'CNAME' ? values[0] : undefined);
  // Seen first of all: without a look at the endpoint, nothing is known of its name and its addresses.
  sight.see('endpoint', to);
  if (alias === undefined)
    return endpointAt(path, values) ?? { kind: 'addresses', blocks: values.map((value) => cidrOf(`${value}/32`)) };
  return (
    endpointNamed(path, alias) ??
    broken('name', mendsRecord(path), `the record of ${to} in zone ${view.id} leads to ${alias}, which is not there`)
  );
}

/** Straight to the endpoint, by its own name. */
export function byPath(path: Path): LeadsTo | Broken {
  const { sight, to } = path;
  const end = resolverEnd(path, false);
  if (end !== undefined) return end;
  return sight.see('endpoint', to)?.dnsName === undefined
    ? broken('name', keyOf('endpoint', to), `${to} has no endpoint with a name`)
    : { kind: 'endpoint', region: to };
}

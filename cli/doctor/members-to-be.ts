import { allocate, cidrOf, formatCidr } from '../../control-plane/model/cidr.ts';
import type { Declared, Fleet, Member, MemberDeclaration } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';

/** Stands in for the certificate that admission will find. */
const anyCertificate = (region: Region, account: string): string => `arn:aws:acm:${region}:${account}:certificate/any`;

/**
 * The fleet as it will be: who is a member, who is declared in its file, and who is about to be joined.
 *
 * In   `joining`: Regions beside those of the file, as serving members
 * Out  members as admission would write them, and the Regions for which the supernet has no block left
 */
export function membersToBe(
  fleet: Fleet,
  members: readonly Member[],
  joining: readonly Region[] = [],
): { readonly declared: Declared; readonly withoutRoom: readonly Region[] } {
  const all = members.filter(({ phase }) => phase !== 'leaving');
  const wanted = new Map<Region, MemberDeclaration>(Object.entries(fleet.members));
  for (const region of joining) if (!wanted.has(region)) wanted.set(region, { role: 'serving' });
  const withoutRoom: Region[] = [];
  const reserved = Object.values(fleet.members).flatMap(({ cidr }) => cidr ?? []);
  for (const [region, { role, account, cidr, vpc, certificateArn }] of wanted) {
    if (all.some((member) => member.region === region)) continue;
    const block = cidr ?? freeBlock(fleet, [...all.flatMap(({ cidrs }) => cidrs), ...reserved]);
    // The addresses of a borrowed VPC are its own: any block stands for them.
    if (block === undefined && vpc === undefined) {
      withoutRoom.push(region);
      continue;
    }
    const zones = vpc?.subnetIds ?? Array.from({ length: fleet.network.zones }, (_, zone) => String(zone));
    all.push({
      region,
      role,
      phase: 'joining',
      inTraffic: role === 'serving',
      sequence: Math.max(0, ...all.map(({ sequence }) => sequence)) + 1,
      cidrs: [block ?? fleet.network.supernet],
      zones: zones.map((zone) => `${region}-${zone}`),
      ...(account !== undefined && { account }),
      ...(vpc !== undefined && { borrowed: vpc }),
      ...(role === 'serving' && { certificateArn: certificateArn ?? anyCertificate(region, account ?? fleet.account) }),
    });
  }
  return { declared: { fleet, members: all }, withoutRoom };
}

function freeBlock({ network: { supernet, prefixLength } }: Fleet, taken: readonly string[]): string | undefined {
  const block = allocate({ supernet: cidrOf(supernet), prefixLength, taken: taken.map(cidrOf) });
  return block && formatCidr(block);
}

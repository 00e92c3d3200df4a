import { type Cidr, subdivide } from './cidr.ts';

/** AWS takes subnets from /16 to /28. Source: docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const SMALLEST_SUBNET = 28;

/** A sixteenth of the VPC each: room for the zones a Region has and for subnets the fleet knows nothing of. */
const subnetPrefixLength = (vpcPrefixLength: number): number => Math.min(vpcPrefixLength + 4, SMALLEST_SUBNET);

/** How many zones a VPC of this size can have a subnet in. */
export const zonesThatFit = (vpcPrefixLength: number): number =>
  2 ** (subnetPrefixLength(vpcPrefixLength) - vpcPrefixLength);

/** The block of each zone's subnet, zones in the order given. A zone that does not fit gets none. */
export function subnetsOf(vpc: Cidr, zones: readonly string[]): { readonly zone: string; readonly block: Cidr }[] {
  const blocks = subdivide(vpc, subnetPrefixLength(vpc.prefixLength));
  return zones.flatMap((zone) => {
    const { value: block } = blocks.next();
    return block === undefined ? [] : [{ zone, block }];
  });
}

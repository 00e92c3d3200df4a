import type { Region } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { type Caller, hopNames, type Journey, type Reach } from '../../simulator/data-plane/journey.ts';
import { reach, request } from '../../simulator/data-plane/request.ts';
import { formatIp } from '../../simulator/ip.ts';
import { ec2Home } from '../../simulator/services/ec2/state.ts';
import { ACCOUNT, type TestBed } from '../support/landbridge.ts';

const URL = 'https://api.payments.example.com/health';
/** Far enough from both ends of a subnet to be some caller's. */
const FROM_THE_END = 10;

export interface WorldsEnd {
  /** A hop, or 'reaches'. */
  readonly end: string;
  readonly says: string | undefined;
  readonly journeys: number;
}

/** Callers in every subnet of the fleet's, at its first addresses and at its last. */
function callersIn({ world }: TestBed, state: FleetState, region: Region): readonly Caller[] {
  const borrowed = state.members.find((member) => member.region === region)?.borrowed;
  const vpcId = borrowed?.vpcId ?? state.ids.get(keyOf('vpc', region)) ?? '';
  const here = { account: ACCOUNT, region, vpcId };
  const { subnets } = world.state(ec2Home, { account: ACCOUNT, region });
  const callers = [...subnets.values()]
    .filter((subnet) => subnet.vpcId === vpcId)
    .flatMap(({ id, cidr: { first, prefixLength } }) =>
      [first + FROM_THE_END, first + 2 ** (32 - prefixLength) - FROM_THE_END].map((ip) => ({
        ...here,
        subnetId: id,
        address: formatIp(ip),
      })),
    );
  return callers.length > 0 ? callers : [here];
}

type Ended = Journey | Reach;
const ip = (address: unknown): string => String(address);

/**
 * Where requests of one member for another's replica end in the world: from every subnet, to every address of the
 * name, the one that ends first.
 */
export async function worldsEnd(
  bed: TestBed,
  state: FleetState,
  { from, to, by }: { readonly from: Region; readonly to: Region; readonly by: 'name' | 'path' },
): Promise<WorldsEnd> {
  const callers = callersIn(bed, state, from);
  const connectTo = by === 'path' ? state.entrances.get(to)?.dnsName : undefined;
  const asked = {
    from: callers[0] as Caller,
    url: URL,
    ...(by === 'name' && { pin: to }),
    ...(connectTo !== undefined && { connectTo }),
    resolverCache: 'bypass' as const,
  };
  const whole = await bed.clock.runUntil(request(bed.world, asked));
  const named = whole.hops.find(({ hop }) => hop === 'name');
  const addresses = (named?.evidence['addresses'] ?? []) as readonly unknown[];
  const others =
    whole.failedAt === 'name'
      ? []
      : callers.flatMap((caller) =>
          addresses.map((address) => reach(bed.world, { ...asked, from: caller, connectTo: ip(address) })),
        );
  const ends: readonly Ended[] = [whole, ...others];
  const [worst] = ends
    .filter(({ failedAt }) => failedAt !== undefined)
    .toSorted((a, b) => hopNames.indexOf(a.failedAt ?? 'name') - hopNames.indexOf(b.failedAt ?? 'name'));
  const journeys = ends.length;
  if (worst !== undefined) return { end: worst.failedAt ?? '', says: worst.hops.at(-1)?.says, journeys };
  const status = whole.status ?? 0;
  if (status >= 500) return { end: 'function', says: `HTTP ${status}`, journeys };
  const answeredIn = whole.answeredBy?.region;
  // It was answered, but not by whom it was meant for: the name led it there.
  if (answeredIn !== to) return { end: 'name', says: `answered in ${answeredIn}`, journeys };
  return { end: 'reaches', says: undefined, journeys };
}

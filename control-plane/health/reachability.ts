import type { Region } from '../model/region.ts';
import { keyOf, kindOf, type TargetKey } from '../model/target.ts';
import { passApi } from './reachability-api.ts';
import { type Broken, broken, firstOf, isBroken, type ReachabilityHop } from './reachability-hops.ts';
import { byName, byPath, type LeadsTo, mendsRecord, type Path } from './reachability-name.ts';
import { arrive, type Crossing, comeBack, cross } from './reachability-packets.ts';
import { type Look, Sight, Unseen } from './reachability-sight.ts';
import { callersOf, doorsOf, type Stand } from './reachability-ways.ts';

/** Whether a request reaches; else where it ends, and the target, of which kind, whose repair lets it pass. */
export type Reachable =
  | { readonly reaches: true }
  | {
      readonly reaches: false;
      readonly hop: ReachabilityHop;
      readonly target: TargetKey;
      readonly kind: string;
      readonly says: string;
    }
  /** A Region that decides about it could not be looked at. */
  | { readonly reaches: 'unknown'; readonly unseen: { readonly survey: string; readonly says: string } };

/** One caller's subnet, and one address that the name leads to. */
interface Way {
  readonly caller: Stand;
  readonly door: Stand;
}

/** Over the network to the endpoint of a member, from every subnet of the caller's to every address of the endpoint. */
function passNetwork({ sight, from }: Path, callers: readonly Stand[], leadsTo: LeadsTo & { kind: 'endpoint' }) {
  const member = sight.memberAt(from);
  const at = leadsTo.region;
  const endpoint = sight.see('endpoint', at);
  const doors = doorsOf(sight, sight.memberAt(at), leadsTo.subnetIds ?? endpoint?.subnetIds ?? [], leadsTo.zone);
  if (endpoint === undefined || doors.length === 0)
    return broken('name', keyOf('endpoint', at), `the endpoint of ${at} has no address`);
  const ways: readonly Way[] = callers.flatMap((caller) => doors.map((door) => ({ caller, door })));
  const crossings = ways.map(({ caller, door }) => cross(sight, member, caller, door.block));
  const outbound = firstOf(crossings.filter(isBroken));
  if (outbound !== undefined) return outbound;
  const inbound = firstOf(callers.map((caller) => arrive(sight, caller, member, at)));
  if (inbound !== undefined) return inbound;
  const back = firstOf(
    ways.map(({ caller, door }, index) => comeBack(caller, member, door, (crossings[index] as Crossing).over)),
  );
  if (back !== undefined) return back;
  return endpoint.state === 'available'
    ? undefined
    : broken('endpoint', keyOf('endpoint', at), `${endpoint.id} is ${endpoint.state}, not available`);
}

/** Where a request for addresses ends that no endpoint of the fleet is known to have. */
function passToNobody(path: Path, callers: readonly Stand[], leadsTo: LeadsTo & { kind: 'addresses' }): Broken {
  const { sight, from } = path;
  const member = sight.memberAt(from);
  const ends = callers.flatMap((caller) => leadsTo.blocks.map((block) => cross(sight, member, caller, block)));
  const nobody = broken(
    'endpoint',
    mendsRecord(path),
    'the record leads to an address that is no endpoint of the fleet',
  );
  return firstOf(ends.filter(isBroken)) ?? nobody;
}

function endOf(path: Path, by: 'name' | 'path'): Broken | undefined {
  const { sight, from, to } = path;
  const leadsTo = by === 'name' ? byName(path) : byPath(path);
  if ('hop' in leadsTo) return leadsTo;
  const callers = callersOf(sight, sight.memberAt(from));
  if (leadsTo.kind === 'addresses') return { ...passToNobody(path, callers, leadsTo), target: mendsRecord(path) };
  const end = passNetwork(path, callers, leadsTo) ?? passApi(sight, leadsTo.region, callers);
  if (leadsTo.region === to) return end;
  // Wherever it ends: the record is what leads it there.
  const says = `the record of ${to} in the view of ${from} leads to ${leadsTo.region}`;
  return { ...(end ?? broken('name', mendsRecord(path), says)), target: mendsRecord(path) };
}

/**
 * Proves from what was observed of a fleet that requests from one member's VPC reach another member's replica, from
 * each of its subnets and over every address of the endpoint; or names the first hop that is broken.
 *
 * `name`: by the fleet's name, as callers do who are sent to that replica. `path`: straight at its endpoint.
 *
 * In      a look at the whole fleet, or at everything that concerns both members: what was not surveyed counts as not there
 * Out     the hop; and of what is in its way, the target that a run would write to, or wait for
 * Bounds  knows nothing of network ACLs, callers' own security groups, certificates, roles and what a function does; what
 *         is deployed is judged by its specification, or else by what stands in the API now
 * Source  docs.aws.amazon.com/vpc/latest/reachability/how-reachability-analyzer-works.html: paths within one Region only
 */
export function reachability(from: Region, to: Region, look: Look, by: 'name' | 'path'): Reachable {
  try {
    const end = endOf({ sight: new Sight(look), from, to }, by);
    return end === undefined ? { reaches: true } : { reaches: false, ...end, kind: kindOf(end.target) };
  } catch (error) {
    if (!(error instanceof Unseen)) throw error;
    return { reaches: 'unknown', unseen: { survey: error.survey, says: error.message } };
  }
}

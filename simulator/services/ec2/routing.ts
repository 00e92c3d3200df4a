import type { WorldMs } from '../../clock.ts';
import { type Cidr, holdsIp, type Ip } from '../../ip.ts';
import { statusOfPeering } from './peering-status.ts';
import type { Ec2State, RouteTable, RouteTarget, Subnet } from './state.ts';

/** A route as it stands now. A blackhole still matches: what it matches is dropped, not sent by a less specific one. */
export interface Route {
  readonly destination: Cidr;
  readonly target: RouteTarget | { readonly kind: 'local' };
  readonly state: 'active' | 'blackhole';
}

const LOCAL = { kind: 'local' } as const;

/** The table that rules a subnet's traffic: its own, or else the VPC's main one. */
export function routeTableOfSubnet(state: Ec2State, subnet: Subnet): RouteTable | undefined {
  const association = subnet.routeTable ?? state.vpcs.get(subnet.vpcId)?.mainRouteTable;
  return association && state.routeTables.get(association.routeTableId);
}

/**
 * A route whose target is not usable is a blackhole, from the moment that it is not.
 * One through a peering is, too, until that is active.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html: a route may be added while the
 *           peering is pending-acceptance, "however, the route has a state of blackhole"
 */
function stateOfTarget(state: Ec2State, vpcId: string, target: RouteTarget, nowMs: WorldMs): Route['state'] {
  switch (target.kind) {
    case 'peering': {
      const peering = state.peerings.get(target.id);
      return peering !== undefined && statusOfPeering(peering, nowMs) === 'active' ? 'active' : 'blackhole';
    }
    case 'internet-gateway':
      return state.internetGateways.get(target.id)?.vpcId === vpcId ? 'active' : 'blackhole';
    case 'network-interface':
      // Only an interface in use forwards anything, and only endpoints' are in use here.
      return state.networkInterfaces.get(target.id)?.endpointId === undefined ? 'blackhole' : 'active';
  }
}

/** Every route of a table, local ones first. */
export function routesOf(state: Ec2State, table: RouteTable, nowMs: WorldMs): Route[] {
  const routes: Route[] = [];
  for (const { cidr } of state.vpcs.get(table.vpcId)?.cidrs ?? [])
    routes.push({ destination: cidr, target: LOCAL, state: 'active' });
  for (const { destination, target } of table.routes.values())
    routes.push({ destination, target, state: stateOfTarget(state, table.vpcId, target, nowMs) });
  return routes;
}

/** The route that traffic to an address takes: the most specific one that matches, whatever its state. */
export function routeTowards(state: Ec2State, table: RouteTable, ip: Ip, nowMs: WorldMs): Route | undefined {
  let best: { readonly destination: Cidr; readonly target: Route['target'] } | undefined;
  for (const { cidr } of state.vpcs.get(table.vpcId)?.cidrs ?? [])
    if (holdsIp(cidr, ip)) best = { destination: cidr, target: LOCAL };
  for (const route of table.routes.values())
    if (holdsIp(route.destination, ip) && route.destination.prefixLength > (best?.destination.prefixLength ?? -1))
      best = route;
  if (best === undefined) return undefined;
  const { destination, target } = best;
  const routeState = target.kind === 'local' ? 'active' : stateOfTarget(state, table.vpcId, target, nowMs);
  return { destination, target, state: routeState };
}

import { functionBehind, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

interface Routed {
  readonly RouteTableId?: string;
  readonly DestinationCidrBlock?: string;
  readonly GatewayId?: string;
  readonly InternetGatewayId?: string;
}

const LEADS: ReadonlySet<string> = new Set(['CreateRoute', 'ReplaceRoute', 'DeleteRoute']);

/**
 * A route that somebody leads to something of theirs, and that works, stays as they made it, though it stands where the fleet's
 * should: we name it and leave it. Once what it led to is gone it is nobody's.
 *
 * Bounds  one look at a map for each change of a route
 */
export const othersRoutesStay: Invariant = {
  name: "others' routes stay",
  says: 'No write of ours changes or deletes a route by which somebody else leads to something of theirs that is there',
  watch(_world, tell) {
    /** By table and destination, the gateway it leads to. */
    const theirs = new Map<string, string>();
    return {
      called(made) {
        const { service, operation, error, principal, input } = made;
        if (service !== 'ec2' || error !== undefined) return;
        const { RouteTableId = '', DestinationCidrBlock = '', GatewayId, InternetGatewayId } = input as Routed;
        if (operation === 'DetachInternetGateway') {
          for (const [route, leadsTo] of theirs) if (leadsTo === InternetGatewayId) theirs.delete(route);
          return;
        }
        if (!LEADS.has(operation)) return;
        const route = `${RouteTableId} ${DestinationCidrBlock}`;
        const by = functionBehind(principal);
        const leadTo = theirs.get(route);
        if (by !== undefined && leadTo !== undefined)
          tell(`${nameOf(made)} by ${by} changed ${route}, which somebody leads to ${leadTo}`);
        if (by === undefined && GatewayId !== undefined) theirs.set(route, GatewayId);
        else theirs.delete(route);
      },
    };
  },
};

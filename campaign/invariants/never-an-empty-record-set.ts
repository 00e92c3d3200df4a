import type { ChangeResourceRecordSetsRequest, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { dnsName, zoneIdIn } from '../../control-plane/model/zone.ts';
import { route53Home } from '../../simulator/services/route-53/state.ts';
import type { MadeCall } from '../../simulator/world.ts';
import { viewerOf } from '../members.ts';
import { functionBehind } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/** What a caller's client connects to. */
const ADDRESSES: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

/**
 * The view of a member that is joined, where callers live, always has a record of the fleet's name: nothing that we write
 * takes the last one away, nor the view itself, nor the view from its VPC. What somebody else took away is somebody
 * else's doing, until it is there again.
 *
 * Bounds  looks at records only after a change of ours that deletes some
 */
export const neverAnEmptyRecordSet: Invariant = {
  name: 'never an empty record set',
  says: 'No write of ours takes the last record of the fleet out of the view of a joined member, or its view from its callers',
  watch({ bed: { world, fleet }, table }, tell) {
    const name = `${fleet.domain.toLowerCase()}.`;
    const isAddress = ({ Name = '', Type }: Partial<ResourceRecordSet>): boolean =>
      dnsName(Name) === dnsName(name) && Type !== undefined && ADDRESSES.has(Type);

    /** The zone that a write took something from, and what. */
    const takenFrom = ({
      operation,
      input,
    }: MadeCall): { readonly zone: string; readonly what: string } | undefined => {
      if (operation === 'ChangeResourceRecordSets') {
        const { HostedZoneId = '', ChangeBatch } = input as Partial<ChangeResourceRecordSetsRequest>;
        const isTaken = ChangeBatch?.Changes?.some(
          ({ Action, ResourceRecordSet: set }) => Action === 'DELETE' && set !== undefined && isAddress(set),
        );
        return isTaken === true ? { zone: zoneIdIn(HostedZoneId), what: 'its last record' } : undefined;
      }
      const { Id, HostedZoneId } = input as { readonly Id?: string; readonly HostedZoneId?: string };
      if (operation === 'DeleteHostedZone') return { zone: zoneIdIn(Id ?? ''), what: 'the view itself' };
      if (operation === 'DisassociateVPCFromHostedZone')
        return { zone: zoneIdIn(HostedZoneId ?? ''), what: 'its association' };
      return undefined;
    };

    return {
      called(made) {
        if (made.service !== 'route-53' || made.readOnly || made.error !== undefined) return;
        const by = functionBehind(made.principal);
        const taken = by === undefined ? undefined : takenFrom(made);
        if (taken === undefined) return;
        const records = world.state(route53Home, made.place).hostedZones.get(taken.zone)?.records.accepted.get(name);
        if (made.operation === 'ChangeResourceRecordSets' && records?.some(isAddress) === true) return;
        const viewer = viewerOf(table, fleet.name, taken.zone);
        if (viewer?.phase === 'joined')
          tell(`${by} took ${taken.what} from callers in ${viewer.region} (${made.operation} of ${taken.zone})`);
      },
    };
  },
};

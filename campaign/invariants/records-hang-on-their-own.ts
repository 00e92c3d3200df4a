import type { ChangeResourceRecordSetsRequest } from '@aws-sdk/client-route-53';
import { dnsName } from '../../control-plane/model/zone.ts';
import { route53Home } from '../../simulator/services/route-53/state.ts';
import { functionBehind } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

/**
 * What takes a member out of every view is its own health check: a record that hangs on another's goes when it should stay, and
 * stays when it should go. Whose a check is, its caller reference says, which nobody can change.
 *
 * Bounds  one look at a map for each record that is put
 */
export const recordsHangOnTheirOwn: Invariant = {
  name: 'records hang on their own',
  says: 'Every record that we put hangs on the health check of the member that it leads to',
  watch({ bed: { world, fleet } }, tell) {
    return {
      called({ service, operation, error, principal, place, input }) {
        if (service !== 'route-53' || operation !== 'ChangeResourceRecordSets' || error !== undefined) return;
        if (functionBehind(principal) === undefined) return;
        const { HostedZoneId, ChangeBatch } = input as Partial<ChangeResourceRecordSetsRequest>;
        for (const { Action, ResourceRecordSet: set } of ChangeBatch?.Changes ?? []) {
          if (Action === 'DELETE' || set?.HealthCheckId === undefined || set.SetIdentifier === undefined) continue;
          if (dnsName(set.Name ?? '') !== dnsName(fleet.domain)) continue;
          const reference = world.state(route53Home, place).healthChecks.get(set.HealthCheckId)?.callerReference;
          // Deleted by somebody in this very moment.
          if (reference === undefined || reference.startsWith(`landbridge/${fleet.name}/${set.SetIdentifier}/`))
            continue;
          tell(
            `the record of ${set.SetIdentifier} in ${HostedZoneId} hangs on ${set.HealthCheckId}, made as ${reference}`,
          );
        }
      },
    };
  },
};

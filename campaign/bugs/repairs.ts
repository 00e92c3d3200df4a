import type { Bug } from './bug.ts';

/** What a repair may do, and how often. */
export const repairs: readonly Bug[] = [
  {
    name: 'a reconcile removes what is to go',
    file: 'control-plane/policies/deletion-guard.ts',
    of: "isRepair(proposal) && proposal.step.action === 'remove'",
    instead: "isRepair(proposal) && proposal.step.key === '/' && proposal.step.action === 'remove'",
    only: ['leave', 'reconcile', 'reconcile', 'reconcile one Region'],
  },
  {
    name: 'a blackhole is taken for a route that works',
    file: 'control-plane/kinds/route.ts',
    of: "    return [...difference('leadsTo', peeringId, leadsTo, 'outage'), ...difference('state', 'active', state, 'outage')];",
    instead: "    return leadsTo === '' ? [...difference('leadsTo', peeringId, state, 'outage')] : [];",
    only: ['peering deleted by its requester', 'route replaced by a blackhole'],
  },
  {
    name: 'a peering that is deleted is taken for one that lives',
    file: 'control-plane/kinds/peering.ts',
    of: "['provisioning', 'active'].includes(status);",
    instead: "['provisioning', 'active', 'deleted'].includes(status);",
    only: ['peering deleted by its requester', 'peering deleted by its accepter'],
  },
  {
    name: 'a member that is not ready loses its record',
    file: 'control-plane/model/latency-records.ts',
    of: '  const unwanted = [...desired.withdrawn, ...(isSteered ? avoided.map(({ region }) => region) : [])];',
    instead:
      '  const unready = desired.members.filter((member) => latencyRecord(desired.domain, member) === undefined);\n  const unwanted = [...desired.withdrawn, ...(isSteered ? avoided.map(({ region }) => region) : []), ...unready.map(({ region }) => region)];',
    only: ['endpoint deleted', 'endpoint deleted', 'peering deleted by its requester', 'Region dark'],
  },
  {
    name: 'records are taken away before they are put',
    file: 'control-plane/kinds/records.ts',
    of: '    if (changes.length === 0) return;\n',
    instead: `    if (changes.length === 0) return;
    if (observed.ours.length > 0)
      yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
        HostedZoneId: desired.zoneId,
        ChangeBatch: { Comment: markOf(place.declared.fleet.name, key), Changes: deletions(observed.ours) },
      });
`,
  },
  {
    name: 'repairs are not counted',
    file: 'control-plane/policies/repairs-per-hour.ts',
    of: 'if (begun < budget || (begun === budget && isUnderWay)) return ALLOW;',
    instead: 'if (begun >= 0 || (begun === budget && isUnderWay)) return ALLOW;',
    only: ['tags removed'],
    anHour: 40,
  },
  {
    name: 'a record hangs on the health check of whoever asks',
    file: 'control-plane/kinds/records.ts',
    of: "healthCheckId: optionalRef('health-check', region, 'checkId'),",
    instead: "healthCheckId: optionalRef('health-check', viewer, 'checkId'),",
  },
];

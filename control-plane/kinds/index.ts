import { accessAssociation } from './access-association.ts';
import { agent } from './agent.ts';
import { agentSchedule } from './agent-schedule.ts';
import { alarm } from './alarm.ts';
import { basePathMapping } from './base-path-mapping.ts';
import { bitUrl } from './bit-url.ts';
import { busPolicy } from './bus-policy.ts';
import { domainName } from './domain-name.ts';
import { endpoint } from './endpoint.ts';
import { eventForward } from './event-forward.ts';
import { functionKind } from './function.ts';
import { healthCheck } from './health-check.ts';
import type { Kind } from './kind.ts';
import { peering } from './peering.ts';
import { peeringTags } from './peering-tags.ts';
import { records } from './records.ts';
import { restApi } from './rest-api.ts';
import { route } from './route.ts';
import { routeTable } from './route-table.ts';
import { rule } from './rule.ts';
import { securityGroup } from './security-group.ts';
import { stage } from './stage.ts';
import { stateReplica } from './state-replica.ts';
import { subnet } from './subnet.ts';
import { tablePolicy } from './table-policy.ts';
import { view } from './view.ts';
import { vpc } from './vpc.ts';

/** Every kind, in the order a reader would build them by hand. A new one is one file and one line here. */
const registry = [
  vpc,
  subnet,
  routeTable,
  securityGroup,
  rule,
  endpoint,
  peering,
  peeringTags,
  route,
  functionKind,
  restApi,
  stage,
  domainName,
  basePathMapping,
  accessAssociation,
  agent,
  agentSchedule,
  eventForward,
  bitUrl,
  healthCheck,
  view,
  records,
  alarm,
  stateReplica,
  tablePolicy,
  busPolicy,
];

export const kinds: ReadonlyMap<string, Kind<unknown, unknown>> = new Map(
  registry.map((kind) => [kind.name, kind as Kind<unknown, unknown>]),
);

export function kindNamed(name: string): Kind<unknown, unknown> {
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`no kind is called ${name}; there are ${[...kinds.keys()].join(', ')}`);
  return kind;
}

import type { Cause } from '../health/finding.ts';
import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { kindOf, linkName, type TargetKey } from '../model/target.ts';

/** One target by its key, and the Region its name begins with. */
interface Named {
  readonly name: string;
  readonly region: Region;
  readonly declared: Declared;
}

type Explains = (target: Named) => Cause;

/** Callers reach the member itself, and nothing beyond it; or it is not reached from elsewhere. */
const network: Explains = ({ region }) => `network/${region}`;
const replica: Explains = ({ region }) => `replica/${region}`;
const view: Explains = ({ region }) => `view/${region}`;
const observer: Explains = ({ region }) => `observer/${region}`;

/** 'us-east-1/222233334444': those who live in that account are not heard of any more. */
const firstThere: Explains = ({ name, region, declared }) => {
  const account = name.split('/').at(-1);
  const there = declared.members.find((member) => member.account === account);
  return `observer/${there?.region ?? region}`;
};

/** 'eu-west-1/main/10.65.0.0/16', 'eu-west-1/443-172.16.0.0/16': of a link where the addresses are another member's. */
const linkOr =
  (otherwise: Explains): Explains =>
  (target) => {
    const { name, region, declared } = target;
    const peer = declared.members.find(
      (member) =>
        member.region !== region &&
        member.cidrs.some((cidr) => /[/-]/.test(name.at(-cidr.length - 1) ?? '') && name.endsWith(cidr)),
    );
    return peer === undefined ? otherwise(target) : `link/${linkName(region, peer.region)}`;
  };

/** What callers feel when a target of each kind is not as it should be. */
export const explains: Readonly<Record<string, Explains>> = {
  vpc: network,
  subnet: network,
  'route-table': network,
  'peering-tags': network,
  peering: ({ name }) => `link/${name as `${Region}~${Region}`}`,
  route: linkOr(network),
  'security-group': (target) => (target.name.endsWith('/probe') ? observer(target) : replica(target)),
  rule: linkOr(replica),
  endpoint: replica,
  function: replica,
  'rest-api': replica,
  stage: replica,
  'domain-name': replica,
  'base-path-mapping': replica,
  'access-association': replica,
  view,
  records: view,
  agent: observer,
  'agent-schedule': observer,
  'event-forward': observer,
  'bit-url': observer,
  'health-check': observer,
  alarm: observer,
  'state-replica': observer,
  'table-policy': observer,
  'bus-policy': firstThere,
};

/**
 * What is the matter where a target has drifted, in the words of the diagnosis. `undefined` for a kind not known here:
 * it is repaired like any other, and opens no incident.
 */
export function causeOf({ key }: { readonly key: TargetKey }, declared: Declared): Cause | undefined {
  const kind = kindOf(key);
  const name = key.slice(kind.length + 1);
  const region = name.split('/')[0] ?? name;
  return explains[kind]?.({ name, region, declared });
}

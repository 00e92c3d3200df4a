import type { Dialogue, ReadCall } from '../../control-plane/model/aws-call.ts';
import type { Member } from '../../control-plane/model/fleet.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import {
  othersDomains,
  othersEventRules,
  othersHealthChecks,
  othersHostedZones,
  othersInVpc,
  othersVpcs,
  quotaValues,
  unreservedConcurrency,
} from './account-reads.ts';
import type { QuotaThere } from './judge-quotas.ts';
import { type QuotaNeed, quotas } from './quota-needs.ts';

type Unknown = { readonly unknown: string };

interface Asking {
  /** By name, as its tags have it. */
  readonly fleet: string;
  readonly domain: string;
  /** What AWS calls the fleet's own targets. Where they are not known, tags and comments tell whose things are. */
  readonly ids: ReadonlyMap<TargetKey, string>;
  readonly members: readonly Member[];
  /** Asks in the account that the needs are of. */
  ask<Answer>(reads: Dialogue<ReadCall, Answer>): Promise<{ readonly value: Answer } | Unknown>;
}

/** Reads what one account is allowed of each quota that is needed, and what others than the fleet have of it. */
export function quotasThere(
  needs: readonly QuotaNeed[],
  { fleet, domain, ids, members, ask }: Asking,
): Promise<readonly QuotaThere[]> {
  const ours = new Set(ids.values());
  const isOurs = (id: string, tagged?: string): boolean => ours.has(id) || tagged === fleet;
  const number = async <Answer>(
    reads: Dialogue<ReadCall, Answer>,
    take: (answer: Answer) => number | undefined,
  ): Promise<number | Unknown> => {
    const answer = await ask(reads);
    if ('unknown' in answer) return answer;
    return take(answer.value) ?? { unknown: 'what answered does not list it' };
  };
  const allowed = ({ quota, region }: QuotaNeed) =>
    quota === 'concurrency'
      ? number(unreservedConcurrency(region), (value) => value)
      : number(quotaValues(region, quotas[quota].service), (values) => values.get(quotas[quota].code));
  const others = async ({ quota, region }: QuotaNeed): Promise<number | Unknown> => {
    const borrowed = members.find((member) => member.region === region)?.borrowed;
    switch (quota) {
      case 'vpcs':
        return number(othersVpcs(region, isOurs), (count) => count);
      case 'domains':
        return number(othersDomains(region, isOurs), (count) => count);
      case 'eventRules':
        return number(othersEventRules(region), (count) => count);
      case 'hostedZones':
        return number(othersHostedZones(domain, fleet), (count) => count);
      case 'healthChecks':
        return number(othersHealthChecks(isOurs), (count) => count);
      case 'peerings':
      case 'endpoints':
      case 'routes':
        // Nobody else is at home in a VPC of our own.
        return borrowed === undefined ? 0 : number(othersInVpc(region, borrowed, isOurs), (count) => count[quota]);
      case 'rules':
      case 'concurrency':
        return 0;
    }
  };
  return Promise.all(
    needs.map(async (need): Promise<QuotaThere> => {
      const { quota, region, account } = need;
      const [most, taken] = await Promise.all([allowed(need), others(need)]);
      return { quota, region, ...(account !== undefined && { account }), allowed: most, others: taken };
    }),
  );
}

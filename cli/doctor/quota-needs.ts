import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import { accountOf, isAbroad } from '../../control-plane/model/accounts.ts';
import type { Declared } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { peersOf } from '../../control-plane/model/topology.ts';
import { signals } from '../../workflows/signals.ts';

/** A quota that a fleet comes up against, by its code in Service Quotas. */
export interface Quota {
  readonly service: 'apigateway' | 'events' | 'lambda' | 'route53' | 'vpc';
  readonly code: string;
  /** For people: 'active peerings per VPC'. */
  readonly what: string;
  /** AWS raises it no further; left out: no such bound is documented. */
  readonly most?: number;
}

/**
 * Source  the links of docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html and .../privatelink/vpc-limits-endpoints.html,
 *         docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html,
 *         docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (rules per bus), docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
 *         docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const quotas = {
  vpcs: { service: 'vpc', code: 'L-F678F1CE', what: 'VPCs per Region' },
  peerings: { service: 'vpc', code: 'L-7E9ECCDB', what: 'active peerings per VPC', most: 125 },
  routes: { service: 'vpc', code: 'L-93826ACB', what: 'routes per route table', most: 1_000 },
  rules: { service: 'vpc', code: 'L-0EA8095F', what: 'rules per security group' },
  endpoints: { service: 'vpc', code: 'L-29B6F2EB', what: 'interface endpoints per VPC' },
  domains: { service: 'apigateway', code: 'L-24E7E662', what: 'private custom domain names' },
  eventRules: { service: 'events', code: 'L-244521F2', what: 'rules per event bus' },
  concurrency: { service: 'lambda', code: 'L-B99A9384', what: 'concurrent executions' },
  hostedZones: { service: 'route53', code: 'L-4EA4796A', what: 'hosted zones' },
  healthChecks: { service: 'route53', code: 'L-ACB674F3', what: 'health checks' },
} as const satisfies Record<string, Quota>;
export type QuotaName = keyof typeof quotas;

/** What the whole fleet takes of one quota in one Region, what it has of it already included. */
export interface QuotaNeed {
  readonly quota: QuotaName;
  readonly region: Region;
  /** Whose quota it is; left out: the control plane's account's. */
  readonly account?: string;
  readonly need: number;
}

/** A table of our own has it besides ours: AWS puts it there. */
const LOCAL_ROUTE = 1;

/**
 * What a fleet needs of AWS, Region by Region: counted on the targets that these members make the fleet want.
 *
 * Source  `wantedTargets`, which is what is created; nothing is estimated but functions, each of which is taken to run once at a time
 */
export function quotaNeeds(declared: Declared): readonly QuotaNeed[] {
  const targets = [...wantedTargets(declared).values()].filter(({ presence }) => presence === 'present');
  const count = (kind: string, region?: Region): number =>
    targets.filter((target) => target.kind === kind && (region === undefined || target.region === region)).length;
  const { fleet, members } = declared;
  const { home } = fleet;
  const regional = members.flatMap((member): QuotaNeed[] => {
    const { region, borrowed, account } = member;
    const peers = peersOf(declared, region);
    const routes = peers.reduce((sum, { cidrs }) => sum + cidrs.length, 0);
    const lives = isAbroad(fleet, member) && account !== undefined ? { account } : {};
    const ofHome = region === home && lives.account === undefined ? signals.length : 0;
    const needs: readonly QuotaNeed[] = [
      { quota: 'vpcs', region, need: count('vpc', region) },
      { quota: 'peerings', region, need: peers.length },
      // Of a borrowed table, what is in it is read; of one to be made, it is known.
      { quota: 'routes', region, need: routes + (borrowed === undefined ? LOCAL_ROUTE : 0) },
      { quota: 'rules', region, need: count('rule', region) },
      { quota: 'endpoints', region, need: count('endpoint', region) },
      { quota: 'domains', region, need: count('domain-name', region) },
      { quota: 'eventRules', region, need: count('agent-schedule', region) + count('event-forward', region) + ofHome },
      { quota: 'concurrency', region, need: count('function', region) + count('agent', region) },
    ];
    return needs.map((need) => ({ ...need, ...lives }));
  });
  // A view lies with its member, and the checks that records of all accounts name in one.
  const byAccount = Map.groupBy(members, (member) => accountOf(fleet, member));
  const views = [...byAccount].map(([account, all]): QuotaNeed => {
    const need = all.reduce(
      (sum, { region }) => sum + targets.filter((one) => one.key === keyOf('view', region)).length,
      0,
    );
    return { quota: 'hostedZones', region: GLOBAL_REGION, need, ...(account !== fleet.account && { account }) };
  });
  return [...regional, ...views, { quota: 'healthChecks', region: GLOBAL_REGION, need: count('health-check') }];
}

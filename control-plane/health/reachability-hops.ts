import { type TargetKey } from '../model/target.ts';

/**
 * The hops of a request in the order in which they are passed, as far as anything the fleet owns decides about them.
 *
 * `name` the resolver of the caller's VPC; `egress` what lets packets out; `route` the caller's route table; `peering`;
 * `arrival` what lets packets in at the endpoint; `return` the way back; `endpoint`; `domain` custom domain, access
 * association and base path; `api`; `policy` of endpoint, domain and API; `stage`; `integration`; `function`.
 *
 * Nothing that is observed breaks `egress`: network ACLs and callers' own security groups are nobody's targets.
 */
export const reachabilityHops = [
  'name',
  'egress',
  'route',
  'peering',
  'arrival',
  'return',
  'endpoint',
  'domain',
  'api',
  'policy',
  'stage',
  'integration',
  'function',
] as const;
export type ReachabilityHop = (typeof reachabilityHops)[number];

/** Where a request ends, and whose repair lets it pass. */
export interface Broken {
  readonly hop: ReachabilityHop;
  readonly target: TargetKey;
  /** One plain sentence. */
  readonly says: string;
}

export const broken = (hop: ReachabilityHop, target: TargetKey, says: string): Broken => ({ hop, target, says });

export const isBroken = (value: object | undefined): value is Broken => value !== undefined && 'hop' in value;

/** Of several ways that all have to work, the one that ends first. */
export const firstOf = (ends: readonly (Broken | undefined)[]): Broken | undefined =>
  ends
    .filter((end) => end !== undefined)
    .toSorted((a, b) => reachabilityHops.indexOf(a.hop) - reachabilityHops.indexOf(b.hop))[0];

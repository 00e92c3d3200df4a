import type { HealthCheckConfig, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Random } from '../../random.ts';
import type { StateHome } from '../../service.ts';
import type { World } from '../../world.ts';
import { batchesArrived, type RecordBook } from './record-book.ts';

/** A VPC whose resolver answers from a private zone. Associating and dissociating both take `recordSyncMs` to show. */
export interface ZoneVpc {
  readonly vpcId: string;
  readonly vpcRegion: string;
  readonly answersFromMs: WorldMs;
  /** Set by a dissociation: gone from every list at once, from the VPC's resolver only then. */
  readonly answersUntilMs?: WorldMs;
}

export interface HostedZone {
  /** 'Z0123456789ABCDEFGHIJ', without the '/hostedzone/' that Route 53 puts before it in answers. */
  readonly id: string;
  /** Lower-case, with a trailing dot: 'payments.internal.' */
  readonly name: string;
  readonly callerReference: string;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  readonly createdAtMs: WorldMs;
  comment: string | undefined;
  /** Associated now, and those that are leaving; see `associatedVpcs`. */
  vpcs: readonly ZoneVpc[];
  /** VPCs of other accounts that their owners may associate: 'eu-west-1/vpc-…'. */
  readonly authorizations: Map<string, { readonly vpcId: string; readonly vpcRegion: string }>;
  readonly records: RecordBook;
}

export interface Change {
  readonly id: string;
  readonly comment: string | undefined;
  readonly submittedAtMs: WorldMs;
  /** INSYNC from then on, PENDING before. */
  readonly inSyncAtMs: WorldMs;
}

export interface HealthCheck {
  readonly id: string;
  readonly callerReference: string;
  readonly createdAtMs: WorldMs;
  config: HealthCheckConfig;
  version: number;
}

/** Route 53 of one account. Global: the place is always us-east-1. */
export interface Route53State {
  /** For ids. */
  readonly random: Random;
  readonly hostedZones: Map<string, HostedZone>;
  readonly changes: Map<string, Change>;
  /**
   * Never freed: a reference stays used after its zone is deleted.
   * Source: github.com/Netflix/denominator/pull/356 ("caller references can never be reused")
   */
  readonly zoneReferences: Set<string>;
  readonly healthChecks: Map<string, HealthCheck>;
  /** Caller references of checks that were deleted, and when: none of them makes another check for a while. */
  readonly deletedCheckReferences: Map<string, WorldMs>;
  /** By 'hostedzone/Z…' and 'healthcheck/…'. */
  readonly tags: Map<string, Map<string, string>>;
}

export const route53Home: StateHome<Route53State> = {
  name: 'route-53',
  scope: 'global',
  newState: ({ account }, { random }) => ({
    random: random.fork(`route-53/${account}`),
    hostedZones: new Map(),
    changes: new Map(),
    zoneReferences: new Set(),
    healthChecks: new Map(),
    deletedCheckReferences: new Map(),
    tags: new Map(),
  }),
};

/** Every hosted zone there is, whosoever it is. */
export function* zonesAnywhere(world: World): Generator<{ readonly account: string; readonly zone: HostedZone }> {
  for (const place of world.placesOf(route53Home))
    for (const zone of world.look(route53Home, place).hostedZones.values()) yield { account: place.account, zone };
}

/**
 * A health check by its id, whosoever it is: a record may name one of another account.
 *
 * Source  repost.aws/knowledge-center/route-53-cross-account-health-checks: by API and CLI; the console does not show it
 */
export function healthCheckAnywhere(world: World, id: string): HealthCheck | undefined {
  for (const place of world.placesOf(route53Home)) {
    const check = world.look(route53Home, place).healthChecks.get(id);
    if (check !== undefined) return check;
  }
  return undefined;
}

/** The VPCs of a zone as Route 53's API tells them, whether or not they answer from it yet. */
export const associatedVpcs = (zone: HostedZone): readonly ZoneVpc[] =>
  zone.vpcs.filter(({ answersUntilMs }) => answersUntilMs === undefined);

/** Whether the resolver of a VPC answers from this zone at this moment. */
export const answersIn = (zone: HostedZone, vpcRegion: string, vpcId: string, nowMs: WorldMs): boolean =>
  zone.vpcs.some(
    (vpc) =>
      vpc.vpcId === vpcId &&
      vpc.vpcRegion === vpcRegion &&
      hasCome(vpc.answersFromMs, nowMs) &&
      (vpc.answersUntilMs === undefined || !hasCome(vpc.answersUntilMs, nowMs)),
  );

/** What resolvers are answered from a zone at this moment, by lower-case name with a trailing dot. */
export const recordsAnswering = (
  zone: HostedZone,
  nowMs: WorldMs,
): ReadonlyMap<string, readonly Readonly<ResourceRecordSet>[]> => batchesArrived(zone.records, nowMs).answered;

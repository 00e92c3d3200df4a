import type { TargetKey } from '../control-plane/model/target.ts';
import { kindOf } from '../control-plane/model/target.ts';
import { Journal } from '../handlers/runtime/journal.ts';
import type { VirtualBed } from '../local/virtual-bed.ts';
import { countedBy } from './read-counts.ts';

/**
 * Kinds that the floor of docs/aws-facts.md does not know, and why a fleet has them. Every other kind's writes count against
 * the bound, a new kind's too, until its reason stands here.
 */
const OWN_KINDS: Readonly<Record<string, string>> = {
  vpc: 'the floor takes a VPC as given; ours is made, and its DNS host names switched on, which endpoints need',
  subnet: 'one per zone of availability: where the endpoint has its addresses',
  'route-table': "one of the fleet's own, so that no stranger's routes are touched, tied to each subnet",
  function: 'one per function in the fleet file: without it the API answers nobody',
  'domain-name': "the fleet's own name in this Region, with its certificate: the floor has no custom domain",
  'base-path-mapping': 'what that name leads to',
  'access-association': 'through which endpoint that name may be used',
  agent:
    'three functions that watch over it: prober, watch and health bit; and the log group of each, with an end to what it keeps',
  'agent-schedule': 'what calls them every minute: a rule, its target, and leave to be called by it',
  'event-forward': "what tells home of its Region's events: a rule, and home's bus as its target",
  'bit-url': 'where the health bit is asked from outside, and the two permissions that public access takes',
  'state-replica': 'the state table in its own Region, for its agents: calls to the state store, counted apart',
};

/** Of kinds that the floor does know, the writes it does not. */
const OWN_AMONG: Readonly<Record<string, { readonly writes: number; readonly why: string }>> = {
  'security-group': { writes: 1, why: 'the floor has the group of the endpoint; the prober has one of its own' },
  'health-check': { writes: 1, why: 'the floor makes it; Route 53 takes its tags in a call of their own' },
  alarm: { writes: 1, why: 'the floor has one; there is one per trouble' },
};

/** How many of a kind's writes are beside the floor. */
export const ownWrites = (kind: string, writes: number): number =>
  kind in OWN_KINDS ? writes : Math.min(writes, OWN_AMONG[kind]?.writes ?? 0);

/** Every kind with writes beside the floor, and why. */
export const OWN_WRITES: readonly (readonly [kind: string, why: string])[] = [
  ...Object.entries(OWN_KINDS),
  ...Object.entries(OWN_AMONG).map(([kind, { why }]) => [kind, why] as const),
];

/** Calls to the state store are counted apart, wherever they are made. */
const STATE_STORE = 'dynamodb ';

/** At most this much above the floor. */
const HEADROOM = 1.1;
/** CreateTags, group, rule, endpoint, import, deployment, alarm, health check, zone, record batch: docs/aws-facts.md. */
const FIXED_WRITES = 10;
const ROUTE_TABLES_PER_VPC = 1;

/** The bound for joining a Region as the N-th member: its links, ten of its own, and a record in every other view. */
export function joinBound(members: number): number {
  const m = members - 1;
  return HEADROOM * (2 * m * (1 + ROUTE_TABLES_PER_VPC) + FIXED_WRITES + m);
}

/** The writes of one run by kind of target, as its journal tells them: each step names the calls it made. */
export async function writesByKind(bed: VirtualBed, executionArn: string): Promise<ReadonlyMap<string, number>> {
  const run = executionArn.split(':').at(-1);
  const { clock, landbridge, fleet } = bed;
  const entries = await clock.runUntil(new Journal(landbridge.operator).newest(fleet.name, 10_000));
  const kinds = entries
    .filter((entry) => entry.run === run && entry.what === 'step' && entry.target !== undefined)
    .flatMap(({ target, calls }) =>
      ((calls ?? []) as readonly string[])
        .filter((call) => !call.startsWith(STATE_STORE))
        .map(() => kindOf(target as TargetKey)),
    );
  return countedBy(kinds, (kind) => kind);
}

import { kinds } from '../control-plane/kinds/index.ts';
import { keyOf } from '../control-plane/model/target.ts';
import type { VirtualBed } from '../local/virtual-bed.ts';
import { emptyMesh, type Outcome, outcomeOf, REGIONS } from './growing-fleet.ts';
import { type Reads, readsOf } from './read-counts.ts';
import type { Bench, Bound, Breakdown, Figure, Row } from './report.ts';
import { joinBound, OWN_WRITES, ownWrites, writesByKind } from './write-budget.ts';

const SIZES = [3, 10, 25, 34] as const;

/**
 * The floor of docs/aws-facts.md, 8 per Region, and its view, subnets, functions, private domain and alarms; 4 for the whole
 * fleet. What a prober's fresh row shows is not read.
 */
const readBound = (members: number): number => 16 * members + 4;
/**
 * A Region's own reads, what watches over it among them, for a scoped look takes no prober's word; and of each peer its end
 * of the link, its endpoint and its view: never the peer as a whole.
 */
const regionReadBound = (members: number): number => 24 + 8 * (members - 1);
/** A route leads through a table and a peering: two reads, with room for one more kind between them. */
const ROUTE_READ_BOUND = 3;

/** A prober has to have seen a few rounds before it is taken at its word. */
const PROBERS_ARE_HEARD_AFTER_MS = 3 * 60_000;

interface AtSize {
  readonly members: number;
  readonly full: Reads;
  readonly region: Reads;
  readonly route: Reads;
  readonly join: Outcome;
  readonly joinWrites: ReadonlyMap<string, number>;
  readonly reconcile: Outcome;
}

/** Grows the fleet to a size, the last member alone so that its join can be counted, and counts. */
async function measure(bed: VirtualBed, from: number, members: number): Promise<AtSize> {
  const fleet = bed.fleet.name;
  await bed.join(...REGIONS.slice(from, members - 1));
  const [last] = await bed.join(...REGIONS.slice(members - 1, members));
  await bed.clock.runFor(PROBERS_ARE_HEARD_AFTER_MS);
  if (last === undefined) throw new Error(`there is no ${members}th Region`);
  const region = REGIONS[1] ?? '';
  const home = (await bed.clock.runUntil(bed.store().load(fleet))).members[0];
  return {
    members,
    full: await readsOf(bed, {}),
    region: await readsOf(bed, { regions: [region] }),
    route: await readsOf(bed, { targets: [keyOf('route', `${region}/main/${home?.cidrs[0]}`)] }),
    join: outcomeOf(last),
    joinWrites: await writesByKind(bed, last.arn),
    reconcile: outcomeOf(await bed.run('reconcile', { fleet })),
  };
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);

function figuresOf(all: readonly AtSize[]): Figure[] {
  const perSize = all.flatMap(({ members, full, region, route, join, joinWrites, reconcile }): Figure[] => {
    const counted = sum(joinWrites.values());
    const own = sum([...joinWrites].map(([kind, count]) => ownWrites(kind, count)));
    const calls = (figure: string, measured: number, bound?: Bound): Figure => ({
      figure: `N = ${members}: ${figure}`,
      measured,
      unit: 'calls',
      ...(bound !== undefined && { bound }),
    });
    return [
      calls('reads of a full look', full.total, { atMost: readBound(members) }),
      calls('further pages of it', full.pages),
      calls('reads of a look at one Region', region.total, { atMost: regionReadBound(members) }),
      calls('reads of a look at one route', route.total, { atMost: ROUTE_READ_BOUND }),
      calls('writes to join the last member', counted - own, { atMost: joinBound(members) }),
      calls('writes of own kinds beside them', own),
      calls('writes of that join untold by its journal', join.writes - counted, { exactly: 0 }),
      calls('writes of a reconcile', reconcile.writes, { exactly: 0 }),
    ];
  });
  const growth = all.slice(1).map((now, index): Figure => {
    const before = all[index] as AtSize;
    return {
      figure: `N = ${before.members} to ${now.members}: reads of a full look per member more`,
      measured: (now.full.total - before.full.total) / (now.members - before.members),
      unit: 'calls',
      bound: { atMost: 16 },
    };
  });
  return [...perSize, ...growth];
}

const sizes = (all: readonly AtSize[]): string[] => all.map(({ members }) => `N = ${members}`);

/** Names that share a row are told one by one as long as they fit; else the first, and how many more. */
const NAMES_FIT = 70;

/** Rows by name, a column per size; names that read alike share a row. */
function bySize(
  all: readonly AtSize[],
  names: readonly string[],
  countIn: (at: AtSize, name: string) => number,
): Row[] {
  const rows = Map.groupBy(names, (name) => JSON.stringify(all.map((at) => countIn(at, name))));
  return [...rows].map(([counts, alike]) => {
    const together = alike.join(', ');
    return [
      together.length <= NAMES_FIT ? together : `${alike[0]} and ${alike.length - 1} more`,
      ...(JSON.parse(counts) as number[]),
    ];
  });
}

function readsByService(all: readonly AtSize[]): Row[] {
  const methods = [...(all.at(-1) as AtSize).full.byMethod.keys()].toSorted();
  const services = Map.groupBy(methods, (method) => method.split(' ')[0] ?? '');
  return [...services].map(([service, its]) => [
    service,
    ...all.map(({ full }) => sum(its.map((method) => full.byMethod.get(method) ?? 0))),
    its
      .map((method) => {
        const perMember = new Set(all.map(({ full, members }) => (full.byMethod.get(method) ?? 0) / members));
        const name = method.split(' ')[1];
        return perMember.size === 1 && perMember.has(1)
          ? name
          : `${name} (${[...perMember].map((share) => share.toPrecision(2)).join(', then ')})`;
      })
      .join(', '),
  ]);
}

function breakdownsOf(all: readonly AtSize[]): Breakdown[] {
  const row = (name: string, of: (at: AtSize) => number): Row => [name, ...all.map(of)];
  const floorKinds = [...kinds.keys()].filter((kind) => ownWrites(kind, Infinity) !== Infinity);
  const ownAt = ({ joinWrites }: AtSize, kind: string): number => ownWrites(kind, joinWrites.get(kind) ?? 0);
  return [
    {
      title: 'Reads of a full look, by service',
      head: ['service', ...sizes(all), 'its calls: one a member, or as many as told'],
      rows: readsByService(all),
    },
    {
      title: "Reads of a full look, by Region (Route 53 of every member is us-east-1's)",
      head: ['Region', ...sizes(all)],
      rows: bySize(all, REGIONS, ({ full }, region) => full.byRegion.get(region) ?? 0),
    },
    {
      title: 'Writes to join the last member, by kind',
      head: ['kind', ...sizes(all)],
      rows: bySize(all, floorKinds, (at, kind) => (at.joinWrites.get(kind) ?? 0) - ownAt(at, kind)),
    },
    {
      title: 'Writes beside those, which the floor does not know',
      head: ['kind', ...sizes(all), 'why'],
      rows: OWN_WRITES.map(([kind, why]) => [...row(kind, (at) => ownAt(at, kind)), why]),
    },
    {
      title: 'Calls to the state table, and what else a run takes',
      head: ['of', ...sizes(all)],
      rows: [
        row('a reconcile: state calls', ({ reconcile }) => reconcile.stateCalls),
        row('a reconcile: reads', ({ reconcile }) => reconcile.reads),
        row('the last join: state calls', ({ join }) => join.stateCalls),
        row('the last join: reads', ({ join }) => join.reads),
        row('the last join: rounds', ({ join }) => join.rounds),
        row('the last join: simulated seconds', ({ join }) => join.seconds),
      ],
    },
  ];
}

/** Calls to AWS: what a look reads, what a join writes, and how both grow. A full mesh, one route table per VPC. */
export const calls: Bench = {
  name: 'calls',
  about: `calls to AWS at N = ${SIZES.join(', ')} settled members: looks, joins, reconciles, and how they grow`,
  async run(tell) {
    const bed = await emptyMesh();
    const all: AtSize[] = [];
    for (const members of SIZES) {
      tell(`growing the mesh to ${members} members`);
      all.push(await measure(bed, all.at(-1)?.members ?? 0, members));
    }
    return { figures: figuresOf(all), breakdowns: breakdownsOf(all) };
  },
};

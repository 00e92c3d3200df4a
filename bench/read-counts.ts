import type { Scope } from '../control-plane/loop/scope.ts';
import type { AwsCall } from '../control-plane/model/aws-call.ts';
import { lookAt } from '../handlers/runtime/look-at.ts';
import type { VirtualBed } from '../local/virtual-bed.ts';

/** The reads of one look, each once: what is left when identical reads of several kinds are made once. */
export interface Reads {
  /** Without further pages. */
  readonly total: number;
  /** Further pages of an answer that did not fit one: counted apart. */
  readonly pages: number;
  /** By 'ec2 describeVpcs'. */
  readonly byMethod: ReadonlyMap<string, number>;
  readonly byRegion: ReadonlyMap<string, number>;
}

/** What each service calls the place where the next page begins. */
const PAGE_MARKS = ['NextToken', 'nextToken', 'position', 'Marker', 'StartRecordName'];

const isFurtherPage = ({ input }: AwsCall): boolean =>
  PAGE_MARKS.some((mark) => (input as Readonly<Record<string, unknown>>)[mark] !== undefined);

/** Looks at a settled fleet once and counts. Throws where it is not settled: then other things are counted than meant. */
export async function readsOf(bed: VirtualBed, scope: Scope): Promise<Reads> {
  const { clock, landbridge, fleet } = bed;
  const state = await clock.runUntil(bed.store().load(fleet.name));
  const made: AwsCall[] = [];
  const { plan } = await clock.runUntil(
    lookAt(state, {
      scope,
      nowMs: clock.nowMs(),
      // As the sweep looks at the whole fleet, and runs at a part of it.
      believesProbes: scope.regions === undefined && scope.targets === undefined,
      call: (call) => {
        made.push(call);
        return landbridge.operator.call(call);
      },
    }),
  );
  const open = plan.steps.length + plan.waiting.length + plan.findings.length;
  if (open > 0) throw new Error(`the fleet is not settled: ${open} steps, waits and findings`);
  const first = made.filter((call) => !isFurtherPage(call));
  return {
    total: first.length,
    pages: made.length - first.length,
    byMethod: countedBy(first, ({ service, method }) => `${service} ${method}`),
    byRegion: countedBy(first, ({ region }) => region),
  };
}

export const countedBy = <Item>(items: Iterable<Item>, nameOf: (item: Item) => string): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(items, nameOf)].map(([name, group]) => [name, group.length]));

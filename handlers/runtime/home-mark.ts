import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Runtime } from './runtime.ts';
import { type Row, Table } from './table.ts';

/** That another Region has become a fleet's home. Left out: the one that its file names has always been. */
export interface HomeMark {
  readonly region: Region;
  /** Where it was before. */
  readonly was: Region;
  readonly sinceMs: number;
  readonly by: string;
  readonly because: string;
}

/** In a fleet's own partition, so that whoever loads the fleet has it without a call more. */
export const HOME_SK = 'home';

export const homeMarkIn = (rows: readonly Row[]): HomeMark | undefined =>
  rows.find(({ sk }) => sk === HOME_SK)?.mark as HomeMark | undefined;

/** Rejected where a control plane that is not at a fleet's home is about to act for it. */
export function refuseUnlessHome(
  { name, home }: Pick<Fleet, 'name' | 'home'>,
  mark: HomeMark | undefined,
  here: Region,
): void {
  if ((mark?.region ?? home) === here) return;
  const since =
    mark === undefined ? '' : ` since ${new Date(mark.sinceMs).toISOString()}, by ${mark.by} (${mark.because})`;
  throw new Fault(
    'Rejected',
    `home: ${name} is at home in ${mark?.region ?? home}${since}, and nothing is done for it from ${here}; use --home ${mark?.region ?? home}`,
  );
}

/** Longer than any Region takes to answer, shorter than anybody waits. */
const STANDBY_ANSWERS_WITHIN_MS = 2_000;

/**
 * Asks the standby's replica whether this is still home: whoever comes back from an outage has a table that does not know yet
 * that the standby has taken over, and its replica there has known it from the first.
 *
 * Faults  Rejected where it is not. A standby that does not answer has not taken over, as far as anybody here can know
 * Bounds  one small query, asked before anything is looked at or changed that would be written down
 */
export async function refuseUnlessStillHome(
  { name, home, standby }: Pick<Fleet, 'name' | 'home' | 'standby'>,
  pk: string,
  runtime: Runtime,
): Promise<void> {
  if (standby === undefined || standby === runtime.settings.home) return;
  const asked = answeredBy(new Table(runtime, standby), pk);
  const rows = await (runtime.within?.(STANDBY_ANSWERS_WITHIN_MS, asked) ?? asked);
  if (rows !== undefined) refuseUnlessHome({ name, home }, homeMarkIn(rows), runtime.settings.home);
}

async function answeredBy(table: Table, pk: string): Promise<Row[] | undefined> {
  try {
    return await table.rows(pk, HOME_SK, { eventually: false });
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

import type { Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import type { MemberRow } from '../handlers/runtime/fleet-state.ts';
import type { TableView } from './table-view.ts';

/** Members of a fleet as the table has them now. */
export const membersIn = (table: TableView, fleet: string): readonly MemberRow[] =>
  table.rows(`fleet#${fleet}`, 'member#').map(({ member }) => member as MemberRow);

/** The id that the table has of a target. */
export function idIn(table: TableView, fleet: string, kind: string, name: string): string | undefined {
  const row = table.row(`fleet#${fleet}`, `target#${keyOf(kind, name)}`);
  return row === undefined ? undefined : String(row['id']);
}

/** The VPC in which a member's callers live, borrowed or made. */
export const vpcIn = (table: TableView, fleet: string, { region, borrowed }: MemberRow): string | undefined =>
  borrowed?.vpcId ?? idIn(table, fleet, 'vpc', region);

/** Views name it, as long as nothing is the matter with it. */
export const isInTraffic = ({ role, phase, inTraffic }: MemberRow): boolean =>
  role === 'serving' && inTraffic && (phase === 'joining' || phase === 'joined');

/** The member whose view a zone is; `undefined`: nobody's. */
export const viewerOf = (table: TableView, fleet: string, zoneId: string): MemberRow | undefined =>
  membersIn(table, fleet).find(
    ({ region }: { readonly region: Region }) => idIn(table, fleet, 'view', region) === zoneId,
  );

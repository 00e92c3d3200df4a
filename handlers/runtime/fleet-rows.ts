import type { Entrance } from '../../control-plane/model/entrance.ts';
import type { Declared, Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Intent } from '../../control-plane/model/intent.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { LeaseScope, TargetKey } from '../../control-plane/model/target.ts';
import type { Traffic } from '../../control-plane/traffic/traffic.ts';
import type { FleetState, MemberRow, Run } from './fleet-state.ts';
import type { Lease } from './lease.ts';
import type { Row } from './table.ts';

/** Everything about a fleet that a look needs lies in one partition, so that one query has it. */
export const fleetPk = (fleet: string): string => `fleet#${fleet}`;

/** Leases sort before all that they guard: a query is no snapshot, and a fence that was read before the rest is never newer than it. */
export const LEASE_SK = '!lease#';

/** What the rows of a fleet's partition say. */
type Parts = Pick<
  FleetState,
  | 'members'
  | 'ids'
  | 'madeAtMs'
  | 'entrances'
  | 'repairsAtMs'
  | 'changedAtMs'
  | 'intents'
  | 'runs'
  | 'fences'
  | 'held'
  | 'revision'
  | 'lastSequence'
> & { readonly document: Fleet };

/** By the header: the rows that were read with it last, and what they said. The same rows say the same. */
const readBefore = new WeakMap<Row, { readonly rows: readonly Row[]; readonly parts: Parts }>();

export function partsOf(header: Row, rows: readonly Row[]): Parts {
  const before = readBefore.get(header);
  if (before !== undefined && sameItems(before.rows, rows)) return before.parts;
  const parts = readParts(header, rows);
  readBefore.set(header, { rows, parts });
  return parts;
}

function readParts(header: Row, rows: readonly Row[]): Parts {
  const members: MemberRow[] = [];
  const ids = new Map<TargetKey, string>();
  const madeAtMs = new Map<TargetKey, number>();
  const repairsAtMs: Record<TargetKey, readonly number[]> = {};
  const changedAtMs: Record<TargetKey, number> = {};
  const entrances = new Map<Region, Entrance>();
  const intents = new Map<TargetKey, Intent>();
  const runs: Run[] = [];
  const fences = new Map<LeaseScope, number>();
  const held: Lease[] = [];
  for (const row of rows) {
    const sk = String(row.sk);
    const what = sk.split('#', 1)[0];
    if (what === 'member') members.push(row.member as MemberRow);
    else if (what === 'target') {
      ids.set(row.key as TargetKey, row.id as string);
      if (row.atMs !== undefined) madeAtMs.set(row.key as TargetKey, row.atMs as number);
    } else if (what === 'repairs') repairsAtMs[row.key as TargetKey] = row.atMs as number[];
    else if (what === 'changed') changedAtMs[row.key as TargetKey] = row.atMs as number;
    else if (what === 'entrance') entrances.set(row.region as Region, row.entrance as Entrance);
    else if (what === 'intent') intents.set(row.key as TargetKey, row.intent as Intent);
    else if (what === 'run') runs.push(row.value as Run);
    else if (sk.startsWith(LEASE_SK)) {
      const [scope, fence] = [row.scope as LeaseScope, row.fence as number];
      fences.set(scope, fence);
      if (row.holder !== undefined)
        held.push({ scope, fence, holder: row.holder as string, expiresAtMs: row.expiresAtMs as number });
    }
  }
  members.sort((a, b) => a.sequence - b.sequence);
  return {
    document: documentOf(header.document as string),
    members,
    ids,
    madeAtMs,
    entrances,
    repairsAtMs,
    changedAtMs,
    intents,
    runs,
    fences,
    held,
    revision: header.revision as number,
    lastSequence: (header.lastSequence as number | undefined) ?? 0,
  };
}

/** Fleets by their text, those read last: every load of one reads the same. */
const documents = new Map<string, Fleet>();
const MOST_DOCUMENTS = 8;

function documentOf(text: string): Fleet {
  let fleet = documents.get(text);
  if (fleet !== undefined) return fleet;
  fleet = JSON.parse(text) as Fleet;
  if (documents.size >= MOST_DOCUMENTS) documents.clear();
  documents.set(text, fleet);
  return fleet;
}

/** What was declared of a fleet when it was loaded last: home, its standby and members may be a moment apart. */
const declaredBefore = new WeakMap<Fleet, Declared[]>();
const MOST_DECLARED = 4;

/** The same declaration while nothing of it has changed: what follows from it is then worked out once. */
export function declaredOf(fleet: Fleet, members: readonly Member[], traffic: Traffic): Declared {
  const before = declaredBefore.get(fleet) ?? [];
  const same = before.find(
    (one) =>
      sameItems(one.members, members) &&
      sameItems(one.traffic?.drains ?? [], traffic.drains) &&
      sameItems(one.traffic?.steers ?? [], traffic.steers),
  );
  if (same !== undefined) return same;
  const declared = { fleet, members, traffic };
  declaredBefore.set(fleet, [declared, ...before.slice(0, MOST_DECLARED - 1)]);
  return declared;
}

const sameItems = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((item, index) => item === others[index]);

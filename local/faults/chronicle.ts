import type { AttributeValue, TransactWriteItem, WriteRequest } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type CompactRow, fullRow } from '../../control-plane/health/compact-row.ts';
import type { Cause } from '../../control-plane/health/finding.ts';
import type { ProbeRow } from '../../control-plane/health/probe-row.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import { watchedHealth } from '../../simulator/services/route-53/health/registry.ts';
import type { MadeCall, World } from '../../simulator/world.ts';

/** Callers were moved, or moved back. */
export interface Move {
  readonly atMs: number;
  readonly what: 'steer' | 'unsteer' | 'drain' | 'undrain';
  /** 'eu-central-1>eu-west-1' for steers, a Region for drains. */
  readonly of: string;
}

/** What became of a fleet, as it was written down: nobody is asked, and nothing is disturbed. */
export interface Chronicle {
  /** In the order in which they were opened, as they are now. */
  readonly incidents: readonly Incident[];
  /** What each of them was taken for at first, by its id. */
  readonly openedAs: ReadonlyMap<string, Cause>;
  /** Causes that people were told of, as they were. */
  readonly escalated: readonly Cause[];
  readonly moves: readonly Move[];
  /** Writes to resources, and the runs they were a part of. */
  readonly steps: readonly JournalEntry[];
  /** Runs that have ended. */
  readonly outcomes: readonly JournalEntry[];
  /** Times at which a health bit was seen out of service by its own member, or Route 53 took it for unhealthy, by Region. */
  readonly outOfService: ReadonlyMap<Region, readonly number[]>;
  /** Observers and when they wrote their newest row, if all of it was well. */
  readonly wellAtMs: ReadonlyMap<Region, number>;
  /** No incident is open, nobody is steered or drained, and Route 53 takes every bit for healthy. */
  readonly isQuiet: boolean;
  /** Why it is not, in words. */
  readonly unquiet: readonly string[];
  /** When any of that changed last. */
  readonly changedAtMs: number;
  stop(): void;
}

type Item = Record<string, AttributeValue>;
interface Written {
  readonly put?: Item | undefined;
  readonly remove?: Item | undefined;
}

interface BatchInput {
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
}
interface TransactInput {
  readonly TransactItems?: readonly TransactWriteItem[];
}

/** Rows of a call that went through. Only these two operations write what is read here. */
function writtenBy({ operation, input }: MadeCall): readonly Written[] {
  if (operation === 'BatchWriteItem')
    return Object.values((input as BatchInput).RequestItems ?? {}).flatMap((requests) =>
      requests.map(({ PutRequest, DeleteRequest }) => ({ put: PutRequest?.Item, remove: DeleteRequest?.Key })),
    );
  if (operation === 'TransactWriteItems')
    return ((input as TransactInput).TransactItems ?? []).map(({ Put, Delete }) => ({
      put: Put?.Item,
      remove: Delete?.Key,
    }));
  return [];
}

const LOOK_EVERY_MS = 1_000;

/** Writes down what becomes of the fleets of one world from now on. */
export function chronicleOf(world: World): Chronicle {
  const incidents = new Map<string, Incident>();
  const openedAs = new Map<string, Cause>();
  const escalated: Cause[] = [];
  const moves: Move[] = [];
  const steps: JournalEntry[] = [];
  const outcomes: JournalEntry[] = [];
  const standing = new Set<string>();
  const outOfService = new Map<Region, number[]>();
  const wellAtMs = new Map<Region, number>();
  let changedAtMs = world.clock.nowMs();

  const changed = (): void => {
    changedAtMs = world.clock.nowMs();
  };
  const move = (what: Move['what'], of: string): void => {
    const key = `${what.replace('un', '')} ${of}`;
    const isOn = !what.startsWith('un');
    if (standing.has(key) === isOn) return;
    if (isOn) standing.add(key);
    else standing.delete(key);
    moves.push({ atMs: world.clock.nowMs(), what, of });
    changed();
  };
  const isOut = (region: Region, atMs: number): void => {
    const times = outOfService.get(region);
    if (times === undefined) outOfService.set(region, [atMs]);
    else times.push(atMs);
  };
  const readRow = (row: ProbeRow): void => {
    const streaks = [...Object.values(row.replicas), row.name, ...(row.bit === null ? [] : [row.bit])];
    if (streaks.every(({ state, recent }) => state === 'well' && recent.endsWith('.')))
      wellAtMs.set(row.observer, world.clock.nowMs());
    else wellAtMs.delete(row.observer);
    if (row.bit?.recent.endsWith('x') === true) isOut(row.observer, world.clock.nowMs());
  };
  const readHealth = (sk: string, put: Item | undefined): void => {
    const [what = '', ...names] = sk.split('#');
    if (what === 'steer') move(put === undefined ? 'unsteer' : 'steer', names.join('>'));
    if (what === 'drain') move(put === undefined ? 'undrain' : 'drain', names.join('>'));
    if (what === 'probe' && put !== undefined) readRow(fullRow(unmarshall(put)['value'] as CompactRow));
  };
  const readIncident = (put: Item): void => {
    const incident = unmarshall(put)['value'] as Incident;
    const before = incidents.get(incident.id);
    // Two that opened the same at once: the one that was refused wrote nothing.
    if (before === undefined) openedAs.set(incident.id, incident.cause);
    if (before?.status !== incident.status) changed();
    if (before?.status !== 'escalated' && incident.status === 'escalated') escalated.push(incident.cause);
    incidents.set(incident.id, incident);
  };
  const read = ({ put, remove }: Written): void => {
    const pk = (put ?? remove)?.['pk']?.S ?? '';
    const sk = (put ?? remove)?.['sk']?.S ?? '';
    if (pk.startsWith('health#')) readHealth(sk, put);
    else if (put === undefined) return;
    else if (pk.startsWith('incidents#') && !sk.includes('#')) readIncident(put);
    else if (pk.startsWith('journal#')) {
      const entry = unmarshall(put)['entry'] as JournalEntry;
      if (entry.what === 'outcome') outcomes.push(entry);
      if (entry.what === 'step') steps.push(entry);
    }
  };
  const watch = (made: MadeCall): void => {
    if (made.service !== 'dynamodb' || made.readOnly || made.error !== undefined) return;
    for (const written of writtenBy(made)) read(written);
  };
  world.watchers.add(watch);

  let unhealthy = '';
  const lookAtChecks = (): void => {
    const sick = [...watchedHealth(world).watches.values()].filter(({ seenHealthy }) => !seenHealthy);
    const now = sick.map(({ check }) => check.id).join(' ');
    if (now !== unhealthy) changed();
    unhealthy = now;
    for (const { check } of sick) isOut(regionOfBit(check.config.FullyQualifiedDomainName), world.clock.nowMs());
  };
  let looking = world.clock.after(LOOK_EVERY_MS, function look() {
    lookAtChecks();
    looking = world.clock.after(LOOK_EVERY_MS, look);
  });

  const openOnes = (): readonly Incident[] => [...incidents.values()].filter(({ status }) => status !== 'closed');

  return {
    get incidents() {
      return [...incidents.values()];
    },
    openedAs,
    escalated,
    moves,
    steps,
    outcomes,
    outOfService,
    wellAtMs,
    get isQuiet() {
      return standing.size === 0 && unhealthy === '' && openOnes().length === 0;
    },
    get unquiet() {
      return [
        ...openOnes().map(({ cause, status }) => `${cause} is ${status}`),
        ...standing,
        ...(unhealthy === '' ? [] : [`unhealthy: ${unhealthy}`]),
      ];
    },
    get changedAtMs() {
      return changedAtMs;
    },
    stop() {
      world.watchers.delete(watch);
      looking.cancel();
    },
  };
}

/** 'abc.lambda-url.eu-west-1.on.aws' */
const regionOfBit = (host = ''): Region => host.split('.')[2] ?? host;

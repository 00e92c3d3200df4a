import { causeKind, causeName } from '../health/finding.ts';
import type { Incident, TimelineEntry } from './incident.ts';

/** What happened at one moment, in the order in which one thing leads to the next. */
const order: Readonly<Record<TimelineEntry['what'], number>> = {
  opened: 0,
  evidence: 1,
  decision: 2,
  mitigation: 3,
  repair: 4,
  proof: 5,
  escalated: 6,
  closed: 7,
};

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** '45 s', '3 min 20 s', '2 h 5 min' */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const parts =
    minutes < 60 ? [`${minutes} min`, `${seconds % 60} s`] : [`${Math.floor(minutes / 60)} h`, `${minutes % 60} min`];
  return parts.filter((part) => !part.startsWith('0 ')).join(' ');
}

const outcomes: Readonly<Record<Incident['status'], string>> = {
  open: 'open: it is being looked into',
  mitigated: 'open: callers are steered round it',
  escalated: 'open: people were told',
  closed: 'over',
};

/**
 * An incident as a person reads it: what, since when, who noticed, how long each part took; then everything that was
 * seen, decided, tried and proven, in order, each entry with its time from the beginning.
 */
export function storyOf(incident: Incident, timeline: readonly TimelineEntry[]): readonly string[] {
  const { id, cause, formerly = [], status, openedAtMs, openedBy, says, repairsAtMs, sinceMs = openedAtMs } = incident;
  const { mitigatedAtMs, repairedAtMs, closedAtMs } = incident;
  const after = (what: string, atMs: number | undefined): readonly string[] =>
    atMs === undefined ? [] : [`${what} after ${duration(atMs - sinceMs)}`];
  const durations = [
    ...after('detected', openedAtMs),
    ...after('mitigated', mitigatedAtMs),
    ...after('repaired', repairedAtMs),
    ...after('closed', closedAtMs),
  ];
  const entries = timeline.toSorted((a, b) => a.atMs - b.atMs || order[a.what] - order[b.what]);
  const width = Math.max(0, ...entries.map(({ what }) => what.length));
  const since = (atMs: number): string => `+${duration(atMs - openedAtMs)}`.padStart(11);
  return [
    `${id}: ${outcomes[status]}`,
    `what          ${says}`,
    `cause         ${causeKind(cause)} ${causeName(cause)}${formerly.length > 0 ? `, also taken for ${formerly.join(', ')}` : ''}`,
    `since         ${instant(sinceMs)}`,
    `first signal  ${openedBy}, ${instant(openedAtMs)}`,
    `repairs       ${repairsAtMs.length === 0 ? 'none was tried' : repairsAtMs.length}`,
    `times         ${durations.join(', ')}`,
    '',
    ...entries.map(({ atMs, what, says: told }) => `${since(atMs)}  ${what.padEnd(width)}  ${told}`),
  ];
}

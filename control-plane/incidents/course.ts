import type { Cause, Finding } from '../health/finding.ts';
import type { TargetKey } from '../model/target.ts';
import type { Steer } from '../traffic/traffic.ts';
import type { Escalation, Incident, TimelineEntry } from './incident.ts';
import type { Matter } from './matters.ts';
import type { FoundSteer, Moves } from './moves.ts';

/** How one incident goes on: what it was, what it becomes, and what is told of it. */
export interface Course {
  /** Left out where it begins. */
  readonly before?: Incident | undefined;
  readonly nowMs: number;
  now: Incident;
  readonly notes: TimelineEntry[];
  /** What is decided of it at present, refusals among it. */
  readonly decisions: string[];
  /** What people are told now. */
  readonly alarms: string[];
}

export const tell = ({ notes, nowMs }: Course, what: TimelineEntry['what'], says: string): void => {
  notes.push({ atMs: nowMs, what, says });
};

export const become = (course: Course, change: Partial<Incident>): void => {
  course.now = { ...course.now, ...change };
};

/** Longer than a message ever takes. Whoever has not put down by then that people heard it has died, or was not let. */
const TELL_AGAIN_AFTER_MS = 30_000;

/**
 * Once for each reason: who was told is not told again. Until they have heard it, it is on record that they have not: who
 * dies between the two has them told twice at worst.
 */
export function escalate(course: Course, reason: Escalation, says: string): void {
  const { escalatedFor = [], untold = [] } = course.now;
  if (escalatedFor.includes(reason)) return;
  become(course, { status: 'escalated', escalatedFor: [...escalatedFor, reason] });
  become(course, { untold: [...untold, says], tellingAtMs: course.nowMs });
  tell(course, 'escalated', `people are told: ${says}`);
  course.alarms.push(says);
}

/** What people did not hear the last time; `atOnce`: nobody will look at it any more. */
export function tellAgain(course: Course, when?: 'atOnce'): void {
  const { untold = [], tellingAtMs = Number.NEGATIVE_INFINITY } = course.now;
  const isDue = when === 'atOnce' || Math.abs(course.nowMs - tellingAtMs) >= TELL_AGAIN_AFTER_MS;
  if (untold.length === 0 || !isDue) return;
  become(course, { tellingAtMs: course.nowMs });
  course.alarms.push(...untold);
}

/** Tells what is decided, where it is not what was decided before. */
export function tellDecisions(course: Course): void {
  const decided = course.decisions.join('; ');
  if (decided === '' || decided === course.now.decided) return;
  become(course, { decided });
  tell(course, 'decision', decided);
}

/** Causes that an incident was ever known by, but for those that something else goes by now: whose steers are its own. */
export const causesOf = ({ cause, formerly = [] }: Incident, elsewhere: ReadonlySet<Cause>): ReadonlySet<Cause> =>
  new Set([cause, ...formerly].filter((one) => !elsewhere.has(one)));

/** Callers were moved, or may not be moved now, because of it. */
export function followMoves(course: Course, moves: Moves, causes: ReadonlySet<Cause>): void {
  const isOwn = ({ cause }: Steer): boolean => cause !== 'ramp' && causes.has(cause);
  const begin = moves.begin.filter(isOwn);
  const end = moves.end.filter(isOwn);
  if (begin.length > 0) tell(course, 'mitigation', begin.map(pairOf).join(', '));
  if (end.length > 0)
    tell(
      course,
      'mitigation',
      end.map(({ viewer, avoid }) => `callers in ${viewer} may be sent to ${avoid} again`).join(', '),
    );
  for (const { what, steer, because } of moves.notNow)
    if (isOwn(steer))
      course.decisions.push(`${what === 'steer' ? 'not done' : 'not ended'}: ${pairOf(steer)} (${because})`);
  if (begin.length > 0 || moves.standing.some(isOwn)) {
    const { status, mitigatedAtMs = course.nowMs } = course.now;
    become(course, { mitigatedAtMs, status: status === 'open' ? 'mitigated' : status });
  }
}

const pairOf = ({ viewer, avoid }: FoundSteer): string => `callers in ${viewer} are kept off ${avoid}`;

const MOST_NAMED = 5;

export const listOf = (names: readonly string[], separator = ', '): string =>
  names.length <= MOST_NAMED
    ? names.join(separator)
    : `${names.slice(0, MOST_NAMED).join(separator)} and ${names.length - MOST_NAMED} more`;

/** The finding that says most of a matter: of its own cause, or else the surest. */
export const leadingFinding = ({ cause, findings }: Matter): Finding | undefined =>
  findings.find((finding) => finding.cause === cause) ?? findings[0];

/** All that is not as declared, or is on its way to be. */
export const amissIn = ({ felt, moving }: Matter): readonly TargetKey[] =>
  [...new Set([...felt.keys(), ...moving])].toSorted();

/** One sentence, without its full stop. What has drifted says more than what is seen, where probes take it for something else. */
export function sentenceOf(matter: Matter): string {
  const finding = leadingFinding(matter);
  const amiss = amissIn(matter);
  const drift = amiss.length === 0 ? '' : `not as declared: ${listOf(amiss)}`;
  if (finding === undefined) return drift;
  const seen = finding.says.replace(/\.$/, '');
  return finding.cause === matter.cause || drift === '' ? seen : `${drift}; ${seen}`;
}

import { type Cause, causeKind, causeName, regionsOf } from '../health/finding.ts';
import { canonicalJson } from '../model/fingerprint.ts';
import { changedBefore } from '../policies/one-by-one.ts';
import { inService } from '../traffic/in-service.ts';
import {
  become,
  type Course,
  causesOf,
  followMoves,
  leadingFinding,
  listOf,
  sentenceOf,
  tell,
  tellAgain,
  tellDecisions,
} from './course.ts';
import { finish, merge } from './ending.ts';
import type { Incident } from './incident.ts';
import { knownDrift } from './known-drift.ts';
import { isPartOf, isRelated, type Matter, mattersOf } from './matters.ts';
import { type Moves, movesOf } from './moves.ts';
import type { Occasion, Repair, Tending } from './occasion.ts';
import { followDrift, repairOf, tellPeople } from './repairing.ts';

/**
 * Decides everything about a fleet's health at one moment: which incidents there are, who is told, which callers are
 * moved, what is repaired, and what is over.
 *
 * Level-triggered: it goes by what is true now and by what open incidents remember, and never by what was announced. The
 * same occasion with its own effects applied yields nothing to do.
 *
 * In   Occasion: before a look, without one; after a look, with its plan; after requests were answered, with their scope
 * Out  Tending. An incident is over by proof, and never by time
 */
export function tend(occasion: Occasion): Tending {
  const { situation } = occasion;
  const { declared, diagnosis, incidents, nowMs } = situation;
  const open = incidents
    .filter(({ status }) => status !== 'closed')
    .toSorted((a, b) => a.openedAtMs - b.openedAtMs || (a.id < b.id ? -1 : 1));
  const drift = knownDrift(occasion, open);
  const matters = mattersOf(declared, diagnosis, drift).filter(
    ({ findings, felt, causes }) => findings.length + felt.size > 0 || open.some(({ cause }) => causes.has(cause)),
  );
  const moves = movesOf(occasion);
  const courses: Course[] = [];
  const repair: Repair[] = [];
  const taken = new Set<string>();
  for (const matter of matters) {
    const own = incidentsOf(matter, matters, open, occasion).filter(({ id }) => !taken.has(id));
    for (const { id } of own) taken.add(id);
    const [before = reopened(matter, occasion), ...others] = own;
    const course = before === undefined ? opened(matter, occasion) : continued(before, matter, occasion);
    courses.push(course, ...others.map((other) => merge(other, course, nowMs)));
    rememberChange(course, occasion);
    rememberCauses(course, matter);
    const unseen = [...drift.unseen].some((cause) => matter.causes.has(cause) || isPartOf(cause, matter.cause));
    followDrift(course, occasion, matter, unseen);
    explainBits(course, matter, occasion, moves);
    const elsewhere = new Set(matters.filter((other) => other !== matter).flatMap((other) => [...other.causes]));
    followMoves(course, moves, new Set([...matter.causes, ...causesOf(course.now, elsewhere)]));
    const begun = repairOf(course, occasion, matter);
    if (begun !== undefined) repair.push(begun);
    tellDecisions(course);
    tellAgain(course);
    tellPeople(course, occasion, matter, unseen);
  }
  const present = new Set(matters.flatMap(({ causes }) => [...causes]));
  for (const incident of open)
    if (!taken.has(incident.id)) courses.push(finish(incident, occasion, moves, causesOf(incident, present)));
  return tendingOf(courses, moves, repair);
}

/** The incident that goes on as this matter, then those that turn out to be of the same. */
function incidentsOf(
  { cause, causes }: Matter,
  matters: readonly Matter[],
  open: readonly Incident[],
  { situation: { declared } }: Occasion,
): readonly Incident[] {
  const labels = new Set<Cause>(matters.map((matter) => matter.cause));
  const same = open.filter((incident) => incident.cause === cause);
  const others = open.filter(
    (incident) =>
      !labels.has(incident.cause) && (causes.has(incident.cause) || isRelated(incident.cause, cause, declared)),
  );
  return [...same, ...others];
}

/** What closed a moment ago and is back is the same incident: its budget and its story go on. */
function reopened({ cause }: Matter, { situation }: Occasion): Incident | undefined {
  const { nowMs, declared, incidents } = situation;
  const coolDownMs = declared.fleet.health.coolDownSeconds * 1_000;
  return incidents
    .filter((incident) => incident.status === 'closed' && incident.cause === cause)
    .filter(({ closedAtMs = Number.NEGATIVE_INFINITY }) => nowMs - closedAtMs < coolDownMs)
    .toSorted((a, b) => (b.closedAtMs ?? 0) - (a.closedAtMs ?? 0))[0];
}

const begun = (nowMs: number): Omit<Course, 'now' | 'before'> => ({ nowMs, notes: [], decisions: [], alarms: [] });

/** '20261121T050000Z-link-eu-west-1~us-east-1' */
const idOf = (cause: Cause, nowMs: number): string => {
  const second = new Date(nowMs).toISOString().slice(0, 19);
  return `${second.replaceAll(/[-:]/g, '')}Z-${causeKind(cause)}-${causeName(cause)}`;
};

function opened(matter: Matter, { situation: { nowMs }, signal }: Occasion): Course {
  const finding = leadingFinding(matter);
  const says = sentenceOf(matter);
  const course: Course = {
    ...begun(nowMs),
    now: {
      id: idOf(matter.cause, nowMs),
      cause: matter.cause,
      status: 'open',
      openedAtMs: nowMs,
      openedBy: signal,
      says,
      confidence: finding?.confidence ?? 1,
      sinceMs: Math.min(nowMs, ...matter.findings.map(({ sinceMs }) => sinceMs)),
      repairsAtMs: [],
      seenByProbes: finding !== undefined,
    },
  };
  tell(course, 'opened', `${signal}: ${says}`);
  tellEvidence(course, matter);
  return course;
}

function tellEvidence(course: Course, { findings }: Matter): void {
  const seen = findings.flatMap(({ evidence }) => evidence);
  if (seen.length > 0) tell(course, 'evidence', `seen: ${listOf(seen, '; ')}`);
}

function continued(before: Incident, matter: Matter, { situation: { nowMs }, signal }: Occasion): Course {
  const course: Course = { ...begun(nowMs), before, now: before };
  const says = sentenceOf(matter);
  const finding = leadingFinding(matter);
  if (before.status === 'closed') {
    tell(course, 'opened', `it is back, by ${signal}: ${says}`);
    const status = (before.escalatedFor ?? []).length > 0 ? 'escalated' : 'open';
    become(course, { status, closedAtMs: undefined, repairedAtMs: undefined });
  }
  if (before.cause !== matter.cause) {
    tell(course, 'evidence', `better explained by ${matter.cause} than by ${before.cause}: ${says}`);
    become(course, { cause: matter.cause });
  } else if (before.says !== says && finding !== undefined && matter.felt.size === 0) tell(course, 'evidence', says);
  if (finding !== undefined && before.seenByProbes !== true) {
    tellEvidence(course, matter);
    become(course, { seenByProbes: true });
  }
  if (before.says !== says) become(course, { says, confidence: finding?.confidence ?? 1 });
  return course;
}

/** What may have brought it about. */
function rememberChange(course: Course, { situation }: Occasion): void {
  const changed = changedBefore(course.now, situation);
  if (changed.length > 0) become(course, { changed });
}

/** Steers stand for what probes call it. */
function rememberCauses(course: Course, { findings }: Matter): void {
  const { cause, formerly = [] } = course.now;
  const before = course.before === undefined ? [] : [course.before.cause];
  const known = new Set([...formerly, ...before, ...findings.map((finding) => finding.cause)]);
  known.delete(cause);
  if (known.size > 0 || formerly.length > 0) become(course, { formerly: [...known] });
}

/** What is decided of callers where no steer is made. */
function explainBits(course: Course, { findings }: Matter, { situation }: Occasion, moves: Moves): void {
  const { declared, diagnosis } = situation;
  for (const { cause } of findings) {
    const kind = causeKind(cause);
    if (kind === 'replica' || kind === 'region') {
      const others = inService(declared, diagnosis).map(({ region }) => region);
      course.decisions.push(
        others.length > 0
          ? `no steer: the health bit of ${causeName(cause)} keeps callers off it, and ${listOf(others)} answer`
          : 'no steer: no other member is in service and well',
      );
    }
    const regions = regionsOf(cause);
    const isMoved = [...moves.begin, ...moves.standing, ...moves.notNow.map(({ steer }) => steer)].some(
      ({ viewer, avoid }) => {
        const isEnd = [viewer, avoid].map((region) => regions.includes(region));
        return kind === 'link' ? isEnd.every(Boolean) : isEnd.some(Boolean);
      },
    );
    if ((kind === 'link' || kind === 'network') && !isMoved)
      course.decisions.push('no steer: callers there have nobody else to ask who is well');
  }
}

function tendingOf(courses: readonly Course[], moves: Moves, repair: readonly Repair[]): Tending {
  const open = courses.filter(({ before }) => before === undefined).map(({ now }) => now);
  const update = courses.flatMap(({ before, now }) =>
    before === undefined || canonicalJson(before) === canonicalJson(now) ? [] : [{ before, after: now }],
  );
  const close = update.map(({ after }) => after).filter(({ status }) => status === 'closed');
  const escalated = courses.flatMap(({ now, alarms }) => alarms.map((says) => ({ incident: now, says })));
  const { begin: steer, end: unsteer } = moves;
  const says = [
    ...open.map((incident) => `${incident.id} begins: ${incident.says}`),
    ...(steer.length > 0 ? [`${steer.length} steers begin`] : []),
    ...(unsteer.length > 0 ? [`${unsteer.length} steers end`] : []),
    ...repair.map(({ cause }) => `${cause} is looked at and repaired`),
    ...escalated.map(({ incident }) => `people are told of ${incident.id}`),
    ...close.map(({ id }) => `${id} is over`),
  ].join('; ');
  return {
    open,
    update,
    notes: courses.flatMap(({ now, notes }) => notes.map((entry) => ({ incident: now.id, entry }))),
    steer,
    unsteer,
    close,
    escalate: escalated,
    repair,
    says: says === '' ? 'nothing to do' : says,
  };
}

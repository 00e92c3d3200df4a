import { type Cause, causeKind, regionsOf } from '../health/finding.ts';
import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { peersOf } from '../model/topology.ts';
import { become, type Course, followMoves, listOf, tell, tellAgain, tellDecisions } from './course.ts';
import type { Incident } from './incident.ts';
import { covers } from './known-drift.ts';
import type { Moves } from './moves.ts';
import type { Occasion } from './occasion.ts';
import { settle } from './repairing.ts';
import { witnesses } from './witnesses.ts';

/** An incident that turns out to be of the same cause as another goes on there. */
export function merge(before: Incident, into: Course, nowMs: number): Course {
  const course: Course = { before, now: before, nowMs, notes: [], decisions: [], alarms: [] };
  tell(course, 'closed', `it is a part of ${into.now.id}, and goes on there`);
  become(course, { status: 'closed', closedAtMs: nowMs, untold: undefined });
  into.alarms.push(...(before.untold ?? []));
  tell(into, 'evidence', `${before.id} is a part of this: ${before.says}`);
  become(into, {
    formerly: [...new Set([...(into.now.formerly ?? []), before.cause, ...(before.formerly ?? [])])],
    mitigatedAtMs: into.now.mitigatedAtMs ?? before.mitigatedAtMs,
  });
  return course;
}

/** What left with a member: no request will ever prove anything about it. */
function goneWith({ cause }: Incident, declared: Declared): string | undefined {
  const isIn = (region: Region): boolean =>
    declared.members.some((member) => member.region === region && member.phase === 'joined');
  const ends = regionsOf(cause);
  if (!ends.every(isIn)) return `${ends.join(' and ')}: a member has left the fleet`;
  const isAlone = (region: Region): boolean => !peersOf(declared, region).some((peer) => isIn(peer.region));
  if (causeKind(cause) === 'network' && ends.every(isAlone))
    return `${ends.join(' and ')} has no links any more: the others have left the fleet`;
  return undefined;
}

/**
 * An incident whose cause is neither seen nor drifting now: ended where that is proven, and its callers are back.
 *
 * What probes had named is over when one of them that counts was answered well, and what only a look had found when
 * requests were, after it was put right.
 */
export function finish(before: Incident, occasion: Occasion, moves: Moves, own: ReadonlySet<Cause>): Course {
  const { nowMs, declared } = occasion.situation;
  const course: Course = { before, now: before, nowMs, notes: [], decisions: [], alarms: [] };
  settle(course);
  const proof = goneWith(before, declared) ?? proofOf(course.now, occasion);
  followMoves(course, moves, own);
  const standing = moves.standing.filter(({ cause }) => own.has(cause));
  const coolDownMs = declared.fleet.health.coolDownSeconds * 1_000;
  for (const { viewer, avoid, sinceMs } of standing)
    if (!moves.notNow.some(({ steer }) => steer.viewer === viewer && steer.avoid === avoid))
      course.decisions.push(
        `callers in ${viewer} stay off ${avoid} until ${new Date(sinceMs + coolDownMs).toISOString()}: what just recovered may fail again`,
      );
  tellDecisions(course);
  const isOver = proof !== undefined && standing.length === 0;
  tellAgain(course, isOver ? 'atOnce' : undefined);
  if (!isOver) return course;
  tell(course, 'proof', proof);
  tell(course, 'closed', 'it is over');
  become(course, { status: 'closed', closedAtMs: nowMs });
  return course;
}

function proofOf(incident: Incident, occasion: Occasion): string | undefined {
  const { cause, seenByProbes, repairedAtMs, openedAtMs, tried = [] } = incident;
  const { proven } = occasion;
  const isProven = covers(proven, cause) || (tried.length > 0 && tried.every((key) => proven?.targets?.includes(key)));
  if (seenByProbes !== true && isProven) return 'requests by the name were answered after the repair';
  const seen = witnesses(occasion, cause, seenByProbes === true ? undefined : (repairedAtMs ?? openedAtMs));
  if (seen.length === 0) return undefined;
  return `probes are answered well again: ${listOf(seen)}`;
}

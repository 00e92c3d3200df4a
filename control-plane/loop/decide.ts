import { howMany } from '../model/how-many.ts';
import type { TargetKey } from '../model/target.ts';
import type { Assessment } from './diff.ts';
import type { Plan } from './plan.ts';

export const purposes = ['onboard', 'offboard', 'reconcile', 'repair', 'evacuate', 'restore', 'drill'] as const;
export const decisions = ['apply', 'wait', 'prove', 'ask-again', 'settled', 'blocked', 'gave-up'] as const;

/** How far a run has come, as far as deciding needs it. */
export interface RunSoFar {
  readonly purpose: (typeof purposes)[number];
  readonly nameProven: boolean;
  readonly writes: number;
  /** Rounds in a row in which nothing that was tried was done, and what AWS said to the last of it. */
  readonly failedRounds?: number;
  readonly lastFailure?: string | undefined;
}

/** What a run does next. */
export interface Next {
  readonly decision: (typeof decisions)[number];
  readonly lookAgainAfterSeconds: number;
  /** In words, for whoever reads the history. */
  readonly says: string;
}

/** A join of thirty at once meets other writers in most rounds, and waits half an hour besides; no run needs this many. */
const MAX_ROUNDS = 240;

/** With the waits between them these take a quarter of an hour: longer than anything that AWS lets go of by itself. */
const MAX_FAILED_ROUNDS = 12;

/** How long a run waits after a failed round: twice as long each time. Asking AWS more often moves nobody who is in the way. */
export const afterFailedRound = { atFirstSeconds: 3, atMostSeconds: 120 } as const;

const next = (decision: Next['decision'], says: string, lookAgainAfterSeconds = 0): Next => ({
  decision,
  says,
  lookAgainAfterSeconds,
});

/** Decides on one look: apply, wait, ask for proof, or end. */
export function decide(
  run: RunSoFar,
  round: number,
  plan: Plan,
  assessments: ReadonlyMap<TargetKey, Assessment>,
): Next {
  const conflicts = plan.findings.filter(({ finding }) => finding === 'conflict');
  const unseen = plan.findings.filter(({ finding }) => finding === 'unseen');
  if (round > MAX_ROUNDS) {
    const left = [...plan.steps.map(({ key }) => key), ...plan.waiting.map(({ target }) => target)];
    return next('gave-up', `not as declared after ${MAX_ROUNDS} rounds: ${briefly(left)}`);
  }
  if (plan.steps.length > 0 && (run.failedRounds ?? 0) >= MAX_FAILED_ROUNDS)
    return next('gave-up', `nothing could be done in ${MAX_FAILED_ROUNDS} rounds: ${run.lastFailure ?? 'no reason'}`);
  if (plan.steps.length > 0)
    return next('apply', `${howMany(plan.steps.length, 'step')}: ${briefly(plan.steps.map(({ key }) => key))}`);
  const isMoving = [...assessments.values()].some(({ state: now }) => now === 'settling');
  if (plan.waiting.length > 0 && conflicts.length > 0 && unseen.length === 0 && !isMoving)
    return next('blocked', conflicts.map(({ says }) => says).join('; '));
  // A join is finished only when everything was seen; a repair of the rest does not wait for a Region that is away.
  const mustBeSeen = (run.purpose === 'onboard' || run.purpose === 'offboard') && unseen.length > 0;
  if (plan.waiting.length > 0 || mustBeSeen)
    return next(
      'wait',
      briefly(plan.waiting.map(({ target, because }) => `${target} ${because}`)),
      plan.lookAgainAfterSeconds,
    );
  if (mustProve(run)) return next('prove', 'as declared; a request is to prove it');
  const leftOut = plan.findings.filter(({ finding }) => finding === 'left-out');
  const exceptions = [
    ...(conflicts.length > 0 ? [howMany(conflicts.length, 'conflict')] : []),
    ...(leftOut.length > 0 ? [`${howMany(leftOut.length, 'target')} that cannot be had here`] : []),
  ];
  return next('settled', exceptions.length > 0 ? `as declared, but for ${exceptions.join(' and ')}` : 'as declared');
}

/** A join is proven always, a repair when it wrote something; of what has left there is nothing to prove. */
const mustProve = ({ nameProven, purpose, writes }: RunSoFar): boolean =>
  !nameProven && purpose !== 'offboard' && (purpose === 'onboard' || writes > 0);

const briefly = (items: readonly string[]): string =>
  items.length <= 5 ? items.join('; ') : `${items.slice(0, 5).join('; ')}; and ${items.length - 5} more`;

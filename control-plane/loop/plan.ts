import type { Drift } from '../model/drift.ts';
import type { Region } from '../model/region.ts';
import type { LeaseScope, TargetKey } from '../model/target.ts';
import type { Assessment } from './diff.ts';
import type { Wanted } from './wanted.ts';

/** One target to be created, changed or removed. */
export interface Step {
  readonly key: TargetKey;
  readonly region: Region;
  readonly lease: LeaseScope;
  readonly action: 'create' | 'change' | 'remove';
  readonly desired: unknown;
  readonly observed: unknown;
  readonly drift: readonly Drift[];
  /** The id that the journal had for it when this was planned. */
  readonly known?: string | undefined;
  /** It changes a replica that is well: one run at a time does, so that each knows what was changed before. */
  readonly inTurn?: true | undefined;
  /** It moves callers, as was decided: no repair is spent on it. */
  readonly isMove?: true | undefined;
}

/** What has to be held for a step: of two runs that change replicas, whoever comes second finds that it was planned too early. */
export const leasesOf = ({ lease, inTurn }: Step): readonly LeaseScope[] =>
  inTurn === true ? [lease, 'rollout'] : [lease];

/** Something a person should know, that no step of this plan mends. `refused`: a policy forbids to mend it. */
export interface Finding {
  readonly finding: 'conflict' | 'unseen' | 'left-out' | 'refused';
  readonly target: TargetKey;
  readonly says: string;
}

export interface Waiting {
  readonly target: TargetKey;
  readonly because: string;
}

/** What this round would do. Empty `steps` and `waiting` mean: as declared. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly waiting: readonly Waiting[];
  readonly findings: readonly Finding[];
  /** When to look again if there is nothing to do but wait, in seconds. */
  readonly lookAgainAfterSeconds: number;
}

const LOOK_AGAIN_AFTER_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 300;

/** Regions whose join is under way, in another run than the one that plans. */
export interface OthersJoins {
  /** What only waits for a target of theirs is theirs to finish. */
  readonly waitingFor: ReadonlySet<Region>;
  /** Whatever is to be done about a target of theirs is theirs to do. */
  readonly leftTo: ReadonlySet<Region>;
}
const NO_OTHERS: OthersJoins = { waitingFor: new Set(), leftTo: new Set() };

/**
 * One round: every step whose dependencies show no drift. What waits for them comes in a later round.
 *
 * `ids`: the journal's, as they were looked at.
 */
export function plan(
  chosen: ReadonlyMap<TargetKey, Wanted>,
  assessments: ReadonlyMap<TargetKey, Assessment>,
  { waitingFor, leftTo }: OthersJoins = NO_OTHERS,
  ids: ReadonlyMap<TargetKey, string> = new Map(),
): Plan {
  const steps: Step[] = [];
  const waiting: Waiting[] = [];
  const findings: Finding[] = [];
  let isSettling = false;
  let lookAgainAfterSeconds = LONGEST_WAIT_SECONDS;
  for (const [key, assessment] of assessments) {
    const target = chosen.get(key);
    if (target === undefined) continue;
    const isOneOf = (regions: ReadonlySet<Region>): boolean => target.owners.some((region) => regions.has(region));
    const isLeft = target.presence !== 'absent' && isOneOf(leftTo);
    if (
      isLeft &&
      (assessment.state === 'drifting' || assessment.state === 'settling' || assessment.state === 'waiting')
    )
      continue;
    switch (assessment.state) {
      case 'settled':
        break;
      case 'drifting': {
        const { action, desired, observed, drift } = assessment;
        const { region, lease } = target;
        steps.push({ key, region, lease, action, desired, observed, drift, known: ids.get(key) });
        break;
      }
      case 'settling':
        isSettling = true;
        waiting.push({ target: key, because: assessment.because });
        lookAgainAfterSeconds = Math.min(lookAgainAfterSeconds, assessment.lookAgainAfterSeconds);
        break;
      case 'waiting':
        if (isOneOf(waitingFor)) break;
        waiting.push({ target: key, because: `waits for ${assessment.for.join(', ')}` });
        break;
      case 'conflict':
      case 'unseen':
      case 'left-out':
        findings.push({ finding: assessment.state, target: key, says: assessment.says });
        break;
    }
  }
  return {
    steps,
    waiting,
    findings,
    lookAgainAfterSeconds: isSettling ? lookAgainAfterSeconds : LOOK_AGAIN_AFTER_SECONDS,
  };
}

import type { Cause } from '../health/finding.ts';
import { judge } from '../policies/judge.ts';
import type { Judgement, Situation } from '../policies/policy.ts';
import { mitigations } from '../traffic/mitigations.ts';
import { NO_TRAFFIC_CHANGES, type Steer } from '../traffic/traffic.ts';
import type { Occasion } from './occasion.ts';

/** A steer that stands for something the diagnosis has found, and for no ramp. */
export type FoundSteer = Steer & { readonly cause: Cause };

export interface Moves {
  /** Those that stand now, without those that end. */
  readonly standing: readonly FoundSteer[];
  readonly begin: readonly FoundSteer[];
  readonly end: readonly FoundSteer[];
  /** What a policy lets nobody do now, and why. */
  readonly notNow: readonly {
    readonly what: 'steer' | 'unsteer';
    readonly steer: FoundSteer;
    readonly because: string;
  }[];
}

const samePair = (a: Steer, b: Steer): boolean => a.viewer === b.viewer && a.avoid === b.avoid;
const isFound = (steer: Steer): steer is FoundSteer => steer.cause !== 'ramp';

/**
 * Which steers begin and which end, as far as every policy allows. Ends are judged first: whoever may be asked again is
 * somebody to ask for those who are to be kept off another.
 */
export function movesOf({ situation, overrides }: Occasion): Moves {
  const { declared, diagnosis, nowMs } = situation;
  const { drains, steers } = declared.traffic ?? NO_TRAFFIC_CHANGES;
  const present = steers.filter(isFound);
  const wanted = mitigations(declared, diagnosis, nowMs).filter(isFound);
  const notNow: { what: 'steer' | 'unsteer'; steer: FoundSteer; because: string }[] = [];
  const isAllowed =
    (what: 'steer' | 'unsteer', at: Situation) =>
    (steer: FoundSteer): boolean => {
      const { viewer, avoid, cause } = steer;
      const judgement = judge({ what, viewer, avoid, cause }, at, overrides);
      if (judgement.verdict !== 'allow') notNow.push({ what, steer, because: reasonsOf(judgement) });
      return judgement.verdict === 'allow';
    };
  const end = present
    .filter((steer) => !wanted.some((other) => samePair(steer, other)))
    .filter(isAllowed('unsteer', situation));
  const ended: Situation = {
    ...situation,
    declared: { ...declared, traffic: { drains, steers: steers.filter((steer) => !end.some((one) => one === steer)) } },
  };
  const begin = wanted
    .filter((steer) => !present.some((other) => samePair(steer, other)))
    .filter(isAllowed('steer', ended));
  return { standing: present.filter((steer) => !end.includes(steer)), begin, end, notNow };
}

export const reasonsOf = ({ reasons }: Judgement): string =>
  reasons.map(({ policy, verdict }) => `${policy}: ${verdict.verdict === 'allow' ? '' : verdict.because}`).join('; ');

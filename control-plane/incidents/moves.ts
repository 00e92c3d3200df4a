import type { Cause, Diagnosis } from '../health/finding.ts';
import type { Declared } from '../model/fleet.ts';
import { judge } from '../policies/judge.ts';
import type { Judgement, Situation } from '../policies/policy.ts';
import { isLeftAlone, isSickFor, reachableFrom } from '../traffic/in-service.ts';
import { mitigations } from '../traffic/mitigations.ts';
import { NO_TRAFFIC_CHANGES, type Steer } from '../traffic/traffic.ts';
import type { Occasion } from './occasion.ts';

/** A steer that stands for something the diagnosis has found, and for no ramp. */
export type FoundSteer = Steer & { readonly cause: Cause };

export interface Moves {
  /** Those that stand now, without those that end. */
  readonly standing: readonly FoundSteer[];
  readonly begin: readonly FoundSteer[];
  /** Those of a ramp among them, under the cause that left their callers with nobody else. */
  readonly end: readonly Steer[];
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
 *
 * A ramp ends by itself, but not for callers who have nobody else by now: a member that gets its callers faster than it
 * should is better than none.
 */
export function movesOf({ situation, overrides }: Occasion): Moves {
  const { declared, diagnosis, nowMs } = situation;
  const { steers } = declared.traffic ?? NO_TRAFFIC_CHANGES;
  const early = steers.filter((steer) => !isFound(steer) && isLeftAlone(steer, declared, diagnosis));
  const unramped: Situation = { ...situation, declared: withoutSteers(declared, early) };
  const present = steers.filter(isFound);
  const wanted = mitigations(unramped.declared, diagnosis, nowMs).filter(isFound);
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
    .filter(isAllowed('unsteer', unramped));
  const ended: Situation = { ...unramped, declared: withoutSteers(unramped.declared, end) };
  const begin = wanted
    .filter((steer) => !present.some((other) => samePair(steer, other)))
    .filter(isAllowed('steer', ended));
  return {
    standing: present.filter((steer) => !end.includes(steer)),
    begin,
    end: [
      ...early.map((steer) => ({ ...steer, cause: whatLeftAlone(steer, declared, diagnosis) ?? steer.cause })),
      ...end,
    ],
    notNow,
  };
}

function withoutSteers(declared: Declared, gone: readonly Steer[]): Declared {
  const { drains, steers } = declared.traffic ?? NO_TRAFFIC_CHANGES;
  return { ...declared, traffic: { drains, steers: steers.filter((steer) => !gone.includes(steer)) } };
}

/** What is found of the first that these callers would be sent to otherwise; undefined: all of those were drained by somebody. */
const whatLeftAlone = ({ viewer }: Steer, declared: Declared, { findings, ...rest }: Diagnosis): Cause | undefined =>
  findings.find((finding) =>
    reachableFrom(declared, viewer).some(({ region }) => isSickFor({ ...rest, findings: [finding] }, viewer, region)),
  )?.cause;

export const reasonsOf = ({ reasons }: Judgement): string =>
  reasons.map(({ policy, verdict }) => `${policy}: ${verdict.verdict === 'allow' ? '' : verdict.because}`).join('; ');

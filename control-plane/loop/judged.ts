import { judge } from '../policies/judge.ts';
import { isInTurn } from '../policies/one-by-one.ts';
import type { Override, Situation } from '../policies/policy.ts';
import { carriesOutMove } from '../traffic/carried-out.ts';
import type { RunSoFar } from './decide.ts';
import type { Plan } from './plan.ts';

/**
 * A plan as policies leave it: what they hold waits, what they refuse becomes a finding, and everything else stays.
 * Pure.
 */
export function judged(
  plan: Plan,
  purpose: RunSoFar['purpose'],
  situation: Situation,
  overrides: readonly Override[],
): Plan {
  const steps: Plan['steps'][number][] = [];
  const waiting = [...plan.waiting];
  const findings = [...plan.findings];
  let { lookAgainAfterSeconds } = plan;
  for (const step of plan.steps) {
    const { verdict, reasons, lookAgainAtMs } = judge({ what: 'repair', step, purpose }, situation, overrides);
    const because = reasons
      .map((reason) => ('because' in reason.verdict ? `${reason.policy}: ${reason.verdict.because}` : reason.policy))
      .join('; ');
    if (verdict === 'allow')
      steps.push({
        ...step,
        ...(isInTurn(step, situation) && { inTurn: true }),
        ...(carriesOutMove(step, situation) && { isMove: true }),
      });
    else if (verdict === 'refuse')
      findings.push({ finding: 'refused', target: step.key, says: `${step.key}: ${because}` });
    else {
      waiting.push({ target: step.key, because });
      const inSeconds = Math.ceil(((lookAgainAtMs ?? situation.nowMs) - situation.nowMs) / 1_000);
      lookAgainAfterSeconds = Math.max(1, Math.min(lookAgainAfterSeconds, inSeconds));
    }
  }
  return { steps, waiting, findings, lookAgainAfterSeconds };
}

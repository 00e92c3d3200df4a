import { neverOverridden, policies } from './index.ts';
import type { Judgement, Override, Proposal, Situation, Verdict } from './policy.ts';

/** What an override calls a proposal: 'evacuate/eu-west-1'. */
export function proposalName(proposal: Proposal): string {
  switch (proposal.what) {
    case 'repair':
      return `repair/${proposal.step.key}`;
    case 'steer':
    case 'unsteer':
      return `${proposal.what}/${proposal.viewer}>${proposal.avoid}`;
    case 'evacuate':
    case 'restore':
    case 'drill':
    case 'offboard':
      return `${proposal.what}/${proposal.region}`;
  }
}

const strictness: Readonly<Record<Verdict['verdict'], number>> = { refuse: 0, hold: 1, allow: 2 };

/**
 * Asks every policy. The strictest verdict wins, and every reason is kept.
 *
 * An override that names the policy and the proposal and has not expired lifts that one policy. Those of `neverOverridden`
 * are never lifted.
 */
export function judge(proposal: Proposal, situation: Situation, overrides: readonly Override[]): Judgement {
  const names = new Set([proposalName(proposal), `${proposal.what}/*`]);
  const overridden: Override[] = [];
  const reasons: { policy: string; verdict: Exclude<Verdict, { readonly verdict: 'allow' }> }[] = [];
  for (const [policy, judgeBy] of policies) {
    const verdict = judgeBy(proposal, situation);
    if (verdict.verdict === 'allow') continue;
    const lifting = neverOverridden.has(policy)
      ? undefined
      : overrides.find(
          (override) =>
            override.policy === policy && names.has(override.proposal) && situation.nowMs < override.expiresAtMs,
        );
    if (lifting === undefined) reasons.push({ policy, verdict });
    else overridden.push(lifting);
  }
  reasons.sort((a, b) => strictness[a.verdict.verdict] - strictness[b.verdict.verdict]);
  const verdict = reasons[0]?.verdict.verdict ?? 'allow';
  const holds = reasons.flatMap((reason) => (reason.verdict.verdict === 'hold' ? [reason.verdict.lookAgainAtMs] : []));
  // Asked again any earlier, the last of those that hold would hold still.
  return { verdict, reasons, overridden, lookAgainAtMs: verdict === 'hold' ? Math.max(...holds) : undefined };
}

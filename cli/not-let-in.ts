import type { Finding } from '../control-plane/loop/plan.ts';
import type { TargetKey } from '../control-plane/model/target.ts';

/** What was not seen because a member's account lets only functions of the control plane in, and not whoever looks. */
export interface NotLetIn {
  readonly account: string;
  /** Those that lie there, and those that hang on them. */
  readonly targets: readonly TargetKey[];
}

/** As `handlers/runtime/member-sessions.ts` has it, and `control-plane/loop/diff.ts`. */
const CLOSED = /account (\d{12}) does not let /;
const HANGS_ON = /hangs on (\S+), which was not seen/;

/** Findings but for those that a closed account explains, which are told once for each account. */
export function notLetIn(findings: readonly Finding[]): {
  readonly others: readonly Finding[];
  readonly closed: readonly NotLetIn[];
} {
  const unseen = findings.filter(({ finding }) => finding === 'unseen');
  const behind = new Map<string, string>();
  for (;;) {
    const known = behind.size;
    for (const { target, says } of unseen) {
      const account = CLOSED.exec(says)?.[1] ?? behind.get(HANGS_ON.exec(says)?.[1] ?? '');
      if (account !== undefined) behind.set(target, account);
    }
    if (behind.size === known) break;
  }
  const byAccount = Map.groupBy(
    unseen.filter(({ target }) => behind.has(target)),
    ({ target }) => behind.get(target) ?? '',
  );
  return {
    others: findings.filter((one) => one.finding !== 'unseen' || !behind.has(one.target)),
    closed: [...byAccount].map(([account, all]) => ({ account, targets: all.map(({ target }) => target) })),
  };
}

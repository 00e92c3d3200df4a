import { kindNamed } from '../../control-plane/kinds/index.ts';
import { inScope, type Scope, surveysFor } from '../../control-plane/loop/scope.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import { accountFor } from '../../control-plane/model/accounts.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import type { FleetState } from './fleet-state.ts';
import type { Invocation } from './task.ts';

/** Whoever stood in line for longer than this knows a fleet that may have changed meanwhile. */
const STILL_FRESH_MS = 1_000;
/** Its surveys of all members read one list, and that once. */
const ASKED_ONCE = 'health-check';

/** How many calls a look at a scope makes to Route 53, by account: one for each of its surveys, and one list. */
function callsToRoute53({ declared }: Pick<FleetState, 'declared'>, scope: Scope): ReadonlyMap<string, number> {
  const wanted = wantedTargets(declared);
  const calls = new Map<string, Set<string>>();
  for (const { kind: name, region } of surveysFor(wanted, inScope(wanted, scope), scope)) {
    const kind = kindNamed(name);
    if (kind.isGlobal !== true) continue;
    const account = accountFor(kind, { declared, region });
    const ofAccount = calls.get(account) ?? new Set();
    calls.set(account, ofAccount.add(name === ASKED_ONCE ? name : `${name} ${region}`));
  }
  return new Map([...calls].map(([account, { size }]) => [account, size]));
}

/**
 * Stands in line for all that a look asks of Route 53, whose bucket is the smallest there is for so many: once, and before it looks.
 * Answers whether that took so long that the fleet has to be read again.
 *
 * Faults  Throttled where the line is too long
 */
export async function standInLine(
  state: Pick<FleetState, 'declared'>,
  scope: Scope,
  runtime: Pick<Invocation, 'nowMs' | 'standInLine'>,
): Promise<boolean> {
  const { fleet } = state.declared;
  const beganMs = runtime.nowMs();
  // In all lines at once: each account has its own, and a look that has the time for one of them has it for all.
  await Promise.all(
    [...callsToRoute53(state, scope)].map(([id, calls]) => {
      const account = id === fleet.account ? undefined : { id, fleet: fleet.name };
      return runtime.standInLine({ service: 'route-53', region: GLOBAL_REGION, account }, calls);
    }),
  );
  return runtime.nowMs() - beganMs > STILL_FRESH_MS;
}

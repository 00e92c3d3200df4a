import { agentPackage } from '../../local/agent-package.ts';
import { type FailedRun, watchFailedRuns } from '../../simulator/services/lambda/failed-runs.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';
import type { World } from '../../simulator/world.ts';
import type { Invariant } from './invariant.ts';

/** Ours by name: of the control plane, or a member's agent. The fleet's own functions are its owner's. */
const isOurs = (name: string, fleet: string): boolean =>
  name.startsWith(`landbridge-${fleet}_`) ||
  (name.startsWith('landbridge-') && !name.startsWith(`landbridge-${fleet}`));

/** Agents stand in everybody's reach: what somebody else's code does is somebody else's mistake. */
function isOurCode(world: World, { functionName, place }: FailedRun): boolean {
  const found = world.state(lambdaHome, place).functions.get(functionName);
  const isAgent = functionName.includes('_');
  return (
    !isAgent ||
    [found?.latest, found?.superseded].every(
      (version) => version === undefined || version.code.sha256 === agentPackage.codeSha256,
    )
  );
}

/** What Lambda says of a function that was killed: the weather's doing, and never ours. */
const KILLED: ReadonlySet<string> = new Set(['Runtime.ExitError', 'Lambda.Unknown']);

/**
 * Whatever goes wrong has a name: a function of ours ends well, or with one of the six faults. Anything else is a mistake in
 * it that nobody has thought of.
 *
 * Bounds  looks at failed runs alone
 */
export const noUnhandledFailure: Invariant = {
  name: 'no unhandled failure',
  says: 'No function of ours ends with an error that is no fault, unless somebody killed it or put other code into it',
  watch({ bed: { world, fleet } }, tell) {
    watchFailedRuns(world, (run) => {
      const { functionName, place, errorType, errorMessage } = run;
      if (!isOurs(functionName, fleet.name) || errorType.startsWith('Fault.') || KILLED.has(errorType)) return;
      if (!isOurCode(world, run)) return;
      tell(`${functionName} in ${place.region} ended with ${errorType}: ${errorMessage}`);
    });
    return {};
  },
};

import { type Command, Option } from 'commander';
import { type Problem, problem } from '../../control-plane/model/problem.ts';
import { isRegion } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import type { GlobalOptions } from '../context.ts';
import { BadInput } from '../exit.ts';

export interface MembersOptions {
  readonly memberAccount?: string;
  readonly controlPlane?: string;
  readonly fleets?: string[];
  readonly peerAccounts?: string[];
}

/** Of commands that are about an account that has members, besides the control plane's. */
export const membersOptions = (command: Command): Command =>
  command
    .addOption(new Option('--member-account <account>', 'an account that members live in; sign in there'))
    .addOption(new Option('--control-plane <account>', 'with it: the account that Landbridge is deployed to'))
    .addOption(new Option('--fleets <names...>', 'with it: the fleets that may have members there'))
    .addOption(new Option('--peer-accounts <accounts...>', 'with it: other accounts these fleets have members in'));

/**
 * Which account's roles are meant; `undefined`: none, it is about the control plane.
 *
 * Faults  bad input: what is missing, or another account than the one whose credentials these are
 */
export function membersToDeploy(
  command: Command,
  { memberAccount: account, controlPlane, fleets = [], peerAccounts: peers }: MembersOptions,
  { standby, signedInTo }: { readonly standby: string | undefined; readonly signedInTo: string },
): MembersDeployed | undefined {
  if (account === undefined) return undefined;
  const { home } = command.optsWithGlobals<GlobalOptions>();
  const problems: Problem[] = [];
  if (account !== signedInTo)
    problems.push(
      problem('--member-account', `is ${account}, and these are credentials of ${signedInTo}`, `sign in to ${account}`),
    );
  if (controlPlane === undefined || controlPlane === account)
    problems.push(
      problem(
        '--control-plane',
        controlPlane === undefined ? 'is missing' : 'is the same account',
        'give the one that Landbridge is deployed to',
      ),
    );
  if (fleets.length === 0)
    problems.push(
      problem('--fleets', 'is missing', 'name the fleets that may have members there: nobody else is let in'),
    );
  if (standby !== undefined && standby !== 'none' && !isRegion(standby))
    problems.push(problem('--standby', `${standby} is not an AWS Region`, 'correct its spelling, or say none'));
  if (problems.length > 0 || controlPlane === undefined) throw new BadInput(problems);
  const table = STATE_TABLE;
  return {
    account,
    controlPlane,
    fleets,
    home,
    standby: standby === 'none' ? undefined : standby,
    table,
    ...(peers !== undefined && { peers }),
  };
}

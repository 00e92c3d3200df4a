import { type Command, Option } from 'commander';
import { type Problem, problem } from '../../control-plane/model/problem.ts';
import { isRegion } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { isOperatorOf, type MembersDeployed } from '../../permissions/member-roles.ts';
import type { GlobalOptions } from '../context.ts';
import { BadInput } from '../exit.ts';

export interface MembersOptions {
  readonly memberAccount?: string;
  readonly controlPlane?: string;
  readonly fleets?: string[];
  readonly peerAccounts?: string[];
  readonly operators?: string[];
}

/** Of commands that are about an account that has members, besides the control plane's. */
export const membersOptions = (command: Command): Command =>
  command
    .addOption(new Option('--member-account <account>', 'an account that members live in; sign in there'))
    .addOption(new Option('--control-plane <account>', 'with it: the account that Landbridge is deployed to'))
    .addOption(new Option('--fleets <names...>', 'with it: the fleets that may have members there'))
    .addOption(new Option('--peer-accounts <accounts...>', 'with it: other accounts these fleets have members in'))
    .addOption(
      new Option(
        '--operators <arns...>',
        'with it: roles and users of the control plane’s account that may look there',
      ),
    );

const isAccount = (text: string): boolean => /^\d{12}$/.test(text);

/**
 * Which account's roles are meant; `undefined`: none, it is about the control plane.
 *
 * Faults  bad input: what is missing, or another account than the one whose credentials these are; options that are about an
 *         account's roles without the account, for a whole control plane would be put into that account in their place
 */
export function membersToDeploy(
  command: Command,
  options: MembersOptions,
  { standby, signedInTo }: { readonly standby: string | undefined; readonly signedInTo: string },
): MembersDeployed | undefined {
  const { memberAccount: account, controlPlane, fleets = [], operators = [] } = options;
  // With blanks or with commas between them, as --accounts takes them.
  const peers = options.peerAccounts?.flatMap((text) => text.split(','));
  if (account === undefined) {
    const inVain = problemsWithoutAccount(options);
    if (inVain.length > 0) throw new BadInput(inVain);
    return undefined;
  }
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
  if (controlPlane !== undefined && !isAccount(controlPlane))
    problems.push(problem('--control-plane', `“${controlPlane}” is no account`, 'give its twelve digits'));
  for (const peer of peers ?? [])
    if (!isAccount(peer))
      problems.push(problem('--peer-accounts', `“${peer}” is no account`, 'give twelve digits of each'));
  if (fleets.length === 0)
    problems.push(
      problem('--fleets', 'is missing', 'name the fleets that may have members there: nobody else is let in'),
    );
  if (standby !== undefined && standby !== 'none' && !isRegion(standby))
    problems.push(problem('--standby', `${standby} is not an AWS Region`, 'correct its spelling, or say none'));
  for (const arn of operators)
    if (controlPlane !== undefined && !isOperatorOf(controlPlane, arn))
      problems.push(
        problem(
          '--operators',
          `“${arn}” is no role and no user of ${controlPlane}`,
          `give arn:aws:iam::${controlPlane}:role/NAME, or user/NAME: of a session, its role’s`,
        ),
      );
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
    ...(operators.length > 0 && { operators }),
  };
}

const problemsWithoutAccount = ({ controlPlane, fleets, peerAccounts, operators }: MembersOptions): Problem[] =>
  Object.entries({
    '--control-plane': controlPlane,
    '--fleets': fleets,
    '--peer-accounts': peerAccounts,
    '--operators': operators,
  })
    .filter(([, given]) => given !== undefined)
    .map(([path]) =>
      problem(path, 'goes with --member-account', 'name the account whose roles are meant, or leave this out'),
    );

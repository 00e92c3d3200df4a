import { Option } from 'commander';
import { accountOf, accountsAbroad } from '../../control-plane/model/accounts.ts';
import { problem } from '../../control-plane/model/problem.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { readFleetFile, WITHOUT_AGENTS } from '../../operator/read-fleet-file.ts';
import { BadInput } from '../exit.ts';
import { unlessAbsent } from './state-table.ts';

export interface AccountsOptions {
  readonly fleetFile?: string;
  readonly accounts?: readonly string[];
}

/** Of commands that deploy the control plane, whose roles name the accounts that VPCs may be joined across. */
export const accountsOption = (): Option =>
  new Option(
    '--accounts <accounts...>',
    'accounts that members are to live in, besides those that the fleet file and the fleets in force name',
    // The accounts that a member's account knows besides are its --peer-accounts.
  ).conflicts('memberAccount');

/** In   with spaces or commas between. Faults  bad input: no account, or the control plane's own */
function given(accounts: readonly string[], account: string): readonly string[] {
  const all = accounts.flatMap((text) => text.split(','));
  const remedy = `give twelve digits each, and not ${account}`;
  const wrong = all.filter((one) => !/^\d{12}$/.test(one));
  const own = all.filter((one) => one === account);
  const problems = [
    ...wrong.map((one) => problem('--accounts', `“${one}” is no account`, remedy)),
    ...own.map((one) =>
      problem('--accounts', `${one} is the account of the control plane, which is meant anyway`, remedy),
    ),
  ];
  if (problems.length > 0) throw new BadInput(problems);
  return all;
}

/** Accounts that fleets in force have members in, or name in their files. None where there is no state table yet. */
async function inForce(runtime: Runtime): Promise<readonly string[]> {
  const store = new FleetStore(runtime);
  const fleets = (await unlessAbsent(store.fleets())) ?? [];
  const states = await Promise.all(fleets.map((fleet) => store.load(fleet)));
  return states.flatMap(({ declared: { fleet }, members }) => [
    ...accountsAbroad(fleet),
    ...members.map((member) => accountOf(fleet, member)),
  ]);
}

/**
 * The accounts besides the control plane's that its roles are to let VPCs be joined with.
 *
 * In   the file of a fleet to be; accounts that no file names yet; `runtime`: at home
 * Out  once each and in one order, so that who asks in another order deploys the same
 */
export async function memberAccounts(
  { fleetFile, accounts = [] }: AccountsOptions,
  runtime: Runtime,
): Promise<readonly string[]> {
  const { account } = runtime.settings;
  const asked = given(accounts, account);
  const found = fleetFile === undefined ? undefined : readFleetFile(fleetFile, account, WITHOUT_AGENTS);
  if (found !== undefined && 'problems' in found) throw new BadInput(found.problems);
  const ofFile = found === undefined ? [] : accountsAbroad(found.fleet);
  const all = new Set([...asked, ...ofFile, ...(await inForce(runtime))]);
  all.delete(account);
  return [...all].toSorted();
}

import type { Region } from '../../control-plane/model/region.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import type { Runner } from './runner.ts';

/** Where a deployment is, and what it is made with: `infra/settings.ts` reads these. */
export interface Deployment {
  readonly account: string;
  readonly home: Region;
  readonly standby: Region | undefined;
  /** `kept`: the state table is there from an earlier deployment that left it behind, and no stack's. */
  readonly table: 'new' | 'kept';
  /** Home until this one, its standby, took over. */
  readonly takenOverFrom?: Region | undefined;
  /** Where members live besides: roles let VPCs be joined with those there, and nowhere else. */
  readonly memberAccounts: readonly string[];
}

/** What an operator types to show that it is this one that is meant. */
export const nameOf = ({ account }: Pick<Deployment, 'account'>): string => `landbridge-${account}`;

const CDK = 'node_modules/aws-cdk/bin/cdk';

type Verb = 'deploy' | 'diff' | 'destroy';

/** Runs the CDK CLI that package.json pins, over the app in `infra/`, for every stack of one deployment. */
export const cdk = (
  verb: Verb,
  { account, home, standby, table, takenOverFrom, memberAccounts }: Deployment,
  options: readonly string[],
  run: Runner,
  hear?: (text: string) => void,
): Promise<number | undefined> => {
  const from = takenOverFrom === undefined ? {} : { 'taken-over-from': takenOverFrom };
  const accounts = memberAccounts.length === 0 ? 'none' : memberAccounts.join(',');
  const context = { account, home, standby: standby ?? 'none', table, accounts, ...from };
  return cdkAbout(context, [verb, ...options], home, run, hear);
};

/** The same, for the roles of an account that has members. */
export const cdkForMembers = (
  verb: Verb,
  { account, controlPlane, fleets, home, standby, peers = [], operators = [] }: MembersDeployed,
  options: readonly string[],
  run: Runner,
): Promise<number | undefined> => {
  const who = { 'member-account': account, 'control-plane': controlPlane, fleets: fleets.join(',') };
  const peerAccounts = peers.length === 0 ? {} : { 'peer-accounts': peers.join(',') };
  const whoLooks = operators.length === 0 ? {} : { operators: operators.join(',') };
  const context = { ...who, home, standby: standby ?? 'none', ...peerAccounts, ...whoLooks };
  return cdkAbout(context, [verb, ...options], home, run);
};

const cdkAbout = (
  context: Readonly<Record<string, string>>,
  [verb = '', ...options]: readonly string[],
  region: string,
  run: Runner,
  hear?: (text: string) => void,
): Promise<number | undefined> => {
  const given = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const app = ['--app', 'node_modules/.bin/node infra/app.ts'];
  return run([CDK, verb, '--all', ...app, ...given, ...options], { AWS_REGION: region }, hear);
};

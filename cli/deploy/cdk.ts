import type { Region } from '../../control-plane/model/region.ts';
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
}

/** What an operator types to show that it is this one that is meant. */
export const nameOf = ({ account }: Pick<Deployment, 'account'>): string => `landbridge-${account}`;

const CDK = 'node_modules/aws-cdk/bin/cdk';

/** Runs the CDK CLI that package.json pins, over the app in `infra/`, for every stack of one deployment. */
export function cdk(
  verb: 'deploy' | 'diff' | 'destroy',
  { account, home, standby, table, takenOverFrom }: Deployment,
  options: readonly string[],
  run: Runner,
  hear?: (text: string) => void,
): Promise<number | undefined> {
  const context = {
    account,
    home,
    standby: standby ?? 'none',
    table,
    ...(takenOverFrom !== undefined && { 'taken-over-from': takenOverFrom }),
  };
  return run(
    [
      CDK,
      verb,
      '--all',
      '--app',
      'node_modules/.bin/node infra/app.ts',
      ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
      ...options,
    ],
    { AWS_REGION: home },
    hear,
  );
}

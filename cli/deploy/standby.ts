import { readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { type Finding, problemOf, warning } from '../doctor/finding.ts';
import type { Deployment } from './cdk.ts';
import { unlessAbsent } from './state-table.ts';

type Asked = Pick<Deployment, 'home' | 'standby' | 'table'>;

/** A fleet in force, and the Region that is to take it over. */
export interface StandsBy {
  readonly fleet: string;
  readonly standby: string;
}

/** Fleets in force that have another standby than a deployment: it would take away what they are to be taken over with. */
export async function otherStandbys(
  { standby }: Pick<Asked, 'standby'>,
  runtime: Runtime,
): Promise<readonly StandsBy[]> {
  const store = new FleetStore(runtime);
  const fleets = (await unlessAbsent(store.fleets())) ?? [];
  const states = await Promise.all(fleets.map((fleet) => store.load(fleet)));
  return states.flatMap(({ declared: { fleet } }) =>
    fleet.standby === undefined || fleet.standby === standby ? [] : [{ fleet: fleet.name, standby: fleet.standby }],
  );
}

/**
 * What a deployment would take away of a standby, or not bring: the table's replica goes with a standby that is no longer
 * named, and the roles forget the Region; a table that was kept is no stack's, so that no stack makes it a replica.
 *
 * In   `ofFile`: the fleet whose file says so, which may well be about to change its own; `runtime`: at home
 */
export async function judgeStandby(
  asked: Asked,
  ofFile: string | undefined,
  runtime: Runtime,
): Promise<readonly Finding[]> {
  const { home, standby, table } = asked;
  const others = (await otherStandbys(asked, runtime)).filter(({ fleet }) => fleet !== ofFile);
  const findings = others.map((one) =>
    problemOf(
      'standby',
      one.standby,
      `is the standby of ${one.fleet}, which is in force; this deployment has ${standby ?? 'none'}, and nobody could take ${one.fleet} over`,
      `--standby ${one.standby}, or put a file of ${one.fleet} that says otherwise first`,
    ),
  );
  if (table === 'new' || standby === undefined) return findings;
  const found = await converse(
    readOrAbsent(home, 'dynamodb', 'describeTable', { TableName: STATE_TABLE }),
    runtime.call,
  );
  if (found?.Table?.Replicas?.some(({ RegionName }) => RegionName === standby) === true) return findings;
  const update = `[{"Create":{"RegionName":"${standby}"}}]`;
  return [
    ...findings,
    warning(
      'standby',
      standby,
      `has no replica of ${STATE_TABLE}, which is kept from before and is no stack's: nothing could be taken over there`,
      `aws dynamodb update-table --table-name ${STATE_TABLE} --region ${home} --replica-updates '${update}'`,
    ),
  ];
}

import { readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { type Finding, problemOf, warning } from '../doctor/finding.ts';
import type { Deployment } from './cdk.ts';
import { type OwnerOf, unlessAbsent } from './state-table.ts';

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

/** What home's stack and the standby's both have, under this name; and the one that stands ready. */
const GROUND = 'alias/landbridge-records';
const STANDBY_STACK = 'landbridge-standby';

/** Of Regions that have a replica, those in which one stands ready: the others are members'. Who does not answer says nothing. */
async function deployedAmong(regions: readonly Region[], ownerOf: OwnerOf): Promise<readonly Region[]> {
  const owners = await Promise.all(
    regions.map((region) =>
      ownerOf(region, GROUND).catch((error: unknown) => {
        if (isFault(error, 'Unavailable')) return undefined;
        throw error;
      }),
    ),
  );
  return regions.filter((_, index) => owners[index] === STANDBY_STACK);
}

/**
 * What a deployment would take away of a standby, or not bring: the table's replica goes with a standby that is no longer
 * named, and the roles forget the Region; a table that was kept is no stack's, so that no stack makes it a replica.
 *
 * A table that is the stack's keeps the standby that it has: its replica there is protected against deletion, and CloudFormation
 * adds or removes one replica in an update. It would take home's stack back after the roles have forgotten the old standby.
 *
 * In      `ofFile`: the fleet whose file says so, which may well be about to change its own; `runtime`: at home
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html (Replicas),
 *         docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html (deletion protection)
 */
export async function judgeStandby(
  asked: Asked,
  ofFile: string | undefined,
  runtime: Runtime,
  ownerOf: OwnerOf,
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
  const found = await converse(
    readOrAbsent(home, 'dynamodb', 'describeTable', { TableName: STATE_TABLE }),
    runtime.call,
  );
  const replicas = (found?.Table?.Replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []);
  if (table === 'new') {
    const elsewhere = replicas.filter((region) => region !== home && region !== standby);
    const deployed = await deployedAmong(elsewhere, ownerOf);
    return [
      ...findings,
      ...deployed.map((region) =>
        problemOf(
          'standby',
          region,
          `is the standby that is deployed, and this deployment has ${standby ?? 'none'}: the replica of ${STATE_TABLE} there is protected against deletion, so that home's stack would be taken back when the roles have forgotten ${region} already`,
          `--standby ${region}`,
        ),
      ),
    ];
  }
  if (standby === undefined || replicas.includes(standby)) return findings;
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

import type { Fleet } from '../../control-plane/model/fleet.ts';
import { allRegions, type Region } from '../../control-plane/model/region.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { ACCOUNT, EXAMPLE_FILE, type VirtualBed, virtualBed } from '../../local/virtual-bed.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ec2Home } from '../../simulator/services/ec2/state.ts';
import { awsTimings } from '../../simulator/timings.ts';
import type { World } from '../../simulator/world.ts';

/** One of the fleets of an account, with the members it is to have, home first. */
export interface Tenant {
  readonly fleet: Fleet;
  readonly regions: readonly Region[];
}

export interface LoadOptions {
  readonly seed: string;
  /** How many fleets the account has. The first is in every Region that `members` leaves room for, the others in two each. */
  readonly fleets: number;
  readonly members: number;
  /** Of the burst; 10,000 where left out. */
  readonly events?: number;
}

const HOME: Region = 'us-east-1';

/** The example fleet under another name, with roles of its own. */
function renamed(example: Fleet, name: string): Fleet {
  const role = (what: string): string => `arn:aws:iam::${ACCOUNT}:role/landbridge-${name}-${what}`;
  return {
    ...example,
    name,
    domain: `api.${name}.example.com`,
    roles: { function: role('function'), invoke: role('invoke') },
  };
}

/** What an operator asks AWS for, before there are twenty VPCs in one Region where five are allowed. */
function raiseQuotas(world: World): void {
  for (const region of allRegions) {
    const { quotas } = world.state(ec2Home, { account: ACCOUNT, region });
    quotas.vpcs = 100;
  }
}

/** An account in which every fleet is in force, and none has a member yet. */
export async function manyFleets({ seed, fleets, members }: LoadOptions): Promise<{
  readonly bed: VirtualBed;
  readonly tenants: readonly Tenant[];
}> {
  const roomForAll = (fleet: Fleet): Fleet => ({ ...fleet, network: { ...fleet.network, supernet: '10.64.0.0/10' } });
  // DynamoDB makes one replica at a time: as many as these would take five hours to join.
  const bed = await virtualBed({
    seed,
    declare: roomForAll,
    timings: { replicaActiveMs: awsTimings.emptyReplicaActiveMs },
  });
  raiseQuotas(bed.world);
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  const elsewhere = allRegions.filter((region) => region !== HOME);
  const tenants: Tenant[] = [{ fleet: bed.fleet, regions: [HOME, ...elsewhere.slice(0, members - 1)] }];
  for (let index = 1; index < fleets; index += 1) {
    const fleet = renamed(found.fleet, `tenant-${String(index + 1).padStart(2, '0')}`);
    await bed.clock.runUntil(bed.landbridge.put(fleet, found.artefacts));
    tenants.push({ fleet, regions: [HOME, ...elsewhere.slice(index, index + 1)] });
  }
  return { bed, tenants };
}

import type { Fleet } from '../control-plane/model/fleet.ts';
import { allRegions, type Region } from '../control-plane/model/region.ts';
import type { Execution } from '../local/local-landbridge.ts';
import { type VirtualBed, type VirtualBedOptions, virtualBed } from '../local/virtual-bed.ts';
import { awsTimings, type Timings } from '../simulator/timings.ts';

const FIRST: readonly Region[] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];

/** Every Region there is, in the order in which a fleet grows: the example's own first. */
export const REGIONS: readonly Region[] = [...FIRST, ...allRegions.filter((region) => !FIRST.includes(region))];

/** As if a replica of the state table took as long as one of an empty table: DynamoDB makes one at a time, 34 in five hours. */
const REPLICAS_ARE_QUICK: Partial<Timings> = { replicaActiveMs: awsTimings.emptyReplicaActiveMs };

/** The example's supernet has room for 16 members, and there are 34 Regions. */
const roomForAll = (fleet: Fleet): Fleet => ({ ...fleet, network: { ...fleet.network, supernet: '10.64.0.0/10' } });

/** A full mesh that can hold every Region, in virtual time, with nobody in it yet. */
export const emptyMesh = (options: Omit<VirtualBedOptions, 'declare'> = {}): Promise<VirtualBed> =>
  virtualBed({
    seed: 'bench',
    declare: roomForAll,
    ...options,
    timings: { ...REPLICAS_ARE_QUICK, ...options.timings },
  });

/** What record-outcome says of a run: the execution's own output. */
export interface Outcome {
  readonly rounds: number;
  readonly reads: number;
  readonly writes: number;
  readonly stateCalls: number;
  readonly seconds: number;
}

export const outcomeOf = ({ status, output, cause }: Execution): Outcome => {
  if (status !== 'SUCCEEDED') throw new Error(`a run ${status}: ${cause ?? 'no cause given'}`);
  return output as Outcome;
};

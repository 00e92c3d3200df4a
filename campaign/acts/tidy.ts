import { read, write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { FLEET_TAG } from '../../control-plane/model/ownership.ts';
import { kindOf } from '../../control-plane/model/target.ts';
import { byHand } from '../../local/faults/trial.ts';
import type { Stage } from './act.ts';

/**
 * Whoever left something of theirs in a member's VPC takes it away again: route tables that nothing uses, and routes to
 * network interfaces. The fleet touches neither, and a VPC with them in it cannot be deleted.
 *
 * Faults  Conflict where one of the tables is in use still: then it is tried again later
 */
export async function tidy({ trial }: Stage, region: string): Promise<void> {
  const vpcId = [...trial.state.ids].find(([key]) => key === `vpc/${region}`)?.[1];
  if (vpcId === undefined) return;
  const { RouteTables = [] } = await byHand(
    trial,
    read(region, 'ec2', 'describeRouteTables', { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const ours = new Set([...trial.state.ids].filter(([key]) => kindOf(key) === 'route-table').map(([, id]) => id));
  for (const { RouteTableId = '', Associations = [], Routes = [], Tags = [] } of RouteTables) {
    const isFleets = ours.has(RouteTableId) || Tags.some(({ Key }) => Key === FLEET_TAG);
    const isMain = Associations.some(({ Main }) => Main === true);
    if (!isFleets && !isMain) {
      if (Associations.length > 0) throw new Fault('Conflict', `${RouteTableId} is in use still`);
      await byHand(trial, write(region, 'ec2', 'deleteRouteTable', { RouteTableId }));
    }
    for (const { NetworkInterfaceId, DestinationCidrBlock } of Routes)
      if (isFleets && NetworkInterfaceId !== undefined && DestinationCidrBlock !== undefined)
        await byHand(trial, write(region, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }));
  }
}

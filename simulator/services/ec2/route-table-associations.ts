import { AwsError } from '../../aws-error.ts';
import { notSimulated } from './errors.ts';
import { find } from './find.ts';
import { newId } from './ids.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { RouteTable, RouteTableAssociation, Subnet } from './state.ts';

/** Binds a table to a subnet; without one, as its VPC's main table. */
export function associateRouteTable(
  table: RouteTable,
  subnet: Subnet | undefined,
  call: Ec2Call,
): RouteTableAssociation {
  const association: RouteTableAssociation = {
    id: newId('rtbassoc', call),
    routeTableId: table.id,
    vpcId: table.vpcId,
    subnetId: subnet?.id,
  };
  call.state.routeTableAssociations.set(association.id, association);
  if (subnet !== undefined) subnet.routeTable = association;
  return association;
}

export const associate: Operation<'AssociateRouteTable'> = (input, call) => {
  if (input.GatewayId !== undefined) throw notSimulated('A route table of a gateway');
  const table = find(call.state, 'route-table', input.RouteTableId);
  const subnet = find(call.state, 'subnet', input.SubnetId);
  if (subnet.vpcId !== table.vpcId)
    throw new AwsError(
      'InvalidParameterValue',
      `Route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    );
  if (subnet.routeTable?.routeTableId === table.id) return answerFor(subnet.routeTable);
  if (subnet.routeTable !== undefined)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    );
  return answerFor(associateRouteTable(table, subnet, call));
};

const answerFor = ({ id }: RouteTableAssociation) => ({
  AssociationId: id,
  AssociationState: { State: 'associated' as const },
});

export const disassociate: Operation<'DisassociateRouteTable'> = (input, { state }) => {
  const association = find(state, 'route-table-association', input.AssociationId);
  if (association.subnetId === undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `cannot disassociate the main route table association ${association.id}`,
    );
  find(state, 'subnet', association.subnetId).routeTable = undefined;
  state.routeTableAssociations.delete(association.id);
  return {};
};

/** Puts another table in the place of the associated one, without a gap; the association gets a new id. */
export const replaceAssociation: Operation<'ReplaceRouteTableAssociation'> = (input, call) => {
  const { state } = call;
  const old = find(state, 'route-table-association', input.AssociationId);
  const table = find(state, 'route-table', input.RouteTableId);
  if (table.vpcId !== old.vpcId)
    throw new AwsError(
      'InvalidParameterValue',
      `Route table ${table.id} and association ${old.id} belong to different networks`,
    );
  state.routeTableAssociations.delete(old.id);
  const subnet = old.subnetId === undefined ? undefined : find(state, 'subnet', old.subnetId);
  const association = associateRouteTable(table, subnet, call);
  if (subnet === undefined) find(state, 'vpc', table.vpcId).mainRouteTable = association;
  return { NewAssociationId: association.id, AssociationState: { State: 'associated' } };
};

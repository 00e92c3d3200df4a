import { beforeEach, describe, expect, test } from 'vitest';
import { parseIp } from '../../../simulator/ip.ts';
import { routeTableOfSubnet, routeTowards } from '../../../simulator/services/ec2/routing.ts';
import { known } from '../../support/known.ts';
import { IRELAND, VIRGINIA } from '../service-world.ts';
import { Ec2World } from './ec2-world.ts';

let aws: Ec2World;
let vpcId: string;
let table: string;
let pcx: string;
beforeEach(async () => {
  aws = new Ec2World();
  vpcId = await aws.vpc('10.0.0.0/16');
  table = await aws.routeTable(vpcId);
  const peer = { region: IRELAND, vpcId: await aws.vpc('10.1.0.0/16', IRELAND) };
  pcx = await aws.peering({ region: VIRGINIA, vpcId }, peer);
});

const DestinationCidrBlock = '10.1.0.0/16';

describe('a route', () => {
  test('is created, replaced and deleted by its canonical destination', async () => {
    const route = { RouteTableId: table, DestinationCidrBlock: '10.1.2.3/16', VpcPeeringConnectionId: pcx };
    await aws.call('CreateRoute', route);
    expect(await aws.routes(table)).toEqual(['10.0.0.0/16 local active', `10.1.0.0/16 ${pcx} active`]);
    expect(await aws.refusal('CreateRoute', route)).toBe('RouteAlreadyExists');
    await aws.call('DeleteRoute', { RouteTableId: table, DestinationCidrBlock });
    expect(await aws.refusal('DeleteRoute', { RouteTableId: table, DestinationCidrBlock })).toBe(
      'InvalidRoute.NotFound',
    );
    expect(await aws.refusal('ReplaceRoute', route)).toBe('InvalidParameterValue');
  });

  test('through a peering that goes becomes a blackhole, and is there to be replaced', async () => {
    await aws.call('CreateRoute', { RouteTableId: table, DestinationCidrBlock, VpcPeeringConnectionId: pcx });
    await aws.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId: pcx });
    expect(await aws.routes(table)).toContain(`10.1.0.0/16 ${pcx} blackhole`);
    const again = { RouteTableId: table, DestinationCidrBlock, VpcPeeringConnectionId: pcx };
    expect(await aws.refusal('ReplaceRoute', again), 'not to a dead peering').toBe(
      'InvalidVpcPeeringConnectionID.NotFound',
    );
    await aws.pass(24 * 3_600);
    expect(await aws.routes(table), 'even when the peering is forgotten').toContain(`10.1.0.0/16 ${pcx} blackhole`);
  });

  test('through a peering that is pending is a blackhole until that is active', async () => {
    const third = { region: IRELAND, vpcId: await aws.vpc('10.2.0.0/16', IRELAND) };
    const pending = await aws.peering({ region: VIRGINIA, vpcId }, third, 'pending');
    const route = { DestinationCidrBlock: '10.2.0.0/16', VpcPeeringConnectionId: pending };
    await aws.call('CreateRoute', { RouteTableId: table, ...route });
    expect(await aws.routes(table)).toContain(`10.2.0.0/16 ${pending} blackhole`);
    await aws.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId: pending }, IRELAND);
    await aws.pass(3);
    expect(await aws.routes(table)).toContain(`10.2.0.0/16 ${pending} active`);
  });

  test('to a gateway or an interface lasts longer than what it leads to', async () => {
    const { InternetGateway } = await aws.call('CreateInternetGateway', {});
    const InternetGatewayId = known(InternetGateway?.InternetGatewayId);
    const toGateway = { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId };
    expect(await aws.refusal('CreateRoute', toGateway), 'not attached').toBe('InvalidParameterValue');
    await aws.call('AttachInternetGateway', { InternetGatewayId, VpcId: vpcId });
    await aws.call('CreateRoute', toGateway);
    const SubnetId = await aws.subnet(vpcId, '10.0.0.0/24');
    const { NetworkInterface } = await aws.call('CreateNetworkInterface', { SubnetId });
    const NetworkInterfaceId = known(NetworkInterface?.NetworkInterfaceId);
    await aws.call('CreateRoute', { RouteTableId: table, DestinationCidrBlock, NetworkInterfaceId });
    expect(await aws.routes(table)).toEqual([
      '10.0.0.0/16 local active',
      `0.0.0.0/0 ${InternetGatewayId} active`,
      `10.1.0.0/16 ${NetworkInterfaceId} blackhole`,
    ]);
    await aws.call('DetachInternetGateway', { InternetGatewayId, VpcId: vpcId });
    await aws.call('DeleteInternetGateway', { InternetGatewayId });
    await aws.call('DeleteNetworkInterface', { NetworkInterfaceId });
    expect(await aws.routes(table)).toEqual([
      '10.0.0.0/16 local active',
      `0.0.0.0/0 ${InternetGatewayId} blackhole`,
      `10.1.0.0/16 ${NetworkInterfaceId} blackhole`,
    ]);
  });

  test('is refused with its reason', async () => {
    const stranger = await aws.vpc('10.5.0.0/16');
    const RouteTableId = table;
    const VpcPeeringConnectionId = pcx;
    // biome-ignore format: a table is read down its columns
    const rows = [
      { input: { RouteTableId: 'rtb-0', DestinationCidrBlock, VpcPeeringConnectionId }, code: 'InvalidRouteTableID.NotFound' },
      { input: { RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId: 'pcx-0' }, code: 'InvalidVpcPeeringConnectionID.NotFound' },
      { input: { RouteTableId, DestinationCidrBlock, NatGatewayId: 'nat-0' }, code: 'InvalidNatGatewayID.NotFound' },
      { input: { RouteTableId, DestinationCidrBlock }, code: 'MissingParameter' },
      { input: { RouteTableId, VpcPeeringConnectionId }, code: 'MissingParameter' },
      { input: { RouteTableId, DestinationCidrBlock: 'x', VpcPeeringConnectionId }, code: 'InvalidParameterValue' },
      { input: { RouteTableId, DestinationCidrBlock: '10.0.0.0/16', VpcPeeringConnectionId }, code: 'RouteAlreadyExists' },
      { input: { RouteTableId, DestinationCidrBlock: '10.0.1.0/24', VpcPeeringConnectionId }, code: 'InvalidParameterValue' },
      { input: { RouteTableId: await aws.routeTable(stranger), DestinationCidrBlock, VpcPeeringConnectionId }, code: 'InvalidParameterValue' },
    ];
    for (const { input, code } of rows)
      expect(await aws.refusal('CreateRoute', input), JSON.stringify(input)).toBe(code);
    const local = { RouteTableId, DestinationCidrBlock: '10.0.0.0/16' };
    expect(await aws.refusal('DeleteRoute', local)).toBe('InvalidParameterValue');
  });

  test('is one of five hundred', async () => {
    aws.state().quotas.routesPerTable = 1;
    const route = { RouteTableId: table, VpcPeeringConnectionId: pcx };
    await aws.call('CreateRoute', { ...route, DestinationCidrBlock: '10.1.0.0/17' });
    expect(await aws.refusal('CreateRoute', { ...route, DestinationCidrBlock: '10.1.128.0/17' })).toBe(
      'RouteLimitExceeded',
    );
  });
});

describe('a route table', () => {
  test('of a subnet is its own, or else the main one', async () => {
    const SubnetId = await aws.subnet(vpcId, '10.0.0.0/24');
    const ruling = () => routeTableOfSubnet(aws.state(), known(aws.state().subnets.get(SubnetId)))?.id;
    const main = known(aws.state().vpcs.get(vpcId)).mainRouteTable;
    expect(ruling()).toBe(main.routeTableId);
    const { AssociationId } = await aws.call('AssociateRouteTable', { RouteTableId: table, SubnetId });
    expect(ruling()).toBe(table);
    expect(await aws.refusal('DeleteRouteTable', { RouteTableId: table })).toBe('DependencyViolation');
    const other = await aws.routeTable(vpcId);
    expect(await aws.refusal('AssociateRouteTable', { RouteTableId: other, SubnetId })).toBe(
      'Resource.AlreadyAssociated',
    );
    const replaced = await aws.call('ReplaceRouteTableAssociation', { AssociationId, RouteTableId: other });
    expect(ruling()).toBe(other);
    expect(await aws.refusal('DisassociateRouteTable', { AssociationId })).toBe('InvalidAssociationID.NotFound');
    await aws.call('DisassociateRouteTable', { AssociationId: replaced.NewAssociationId });
    expect(ruling()).toBe(main.routeTableId);
    await aws.call('ReplaceRouteTableAssociation', { AssociationId: main.id, RouteTableId: other });
    expect(ruling(), 'a new main table').toBe(other);
    expect(await aws.refusal('DeleteRouteTable', { RouteTableId: other })).toBe('DependencyViolation');
    await aws.call('DeleteRouteTable', { RouteTableId: main.routeTableId });
  });

  test('sends by the longest prefix, even into a blackhole', async () => {
    const third = { region: IRELAND, vpcId: await aws.vpc('10.1.128.0/17', IRELAND) };
    const other = await aws.peering({ region: VIRGINIA, vpcId }, third);
    const route = { RouteTableId: table };
    await aws.call('CreateRoute', { ...route, DestinationCidrBlock: '10.0.0.0/8', VpcPeeringConnectionId: pcx });
    await aws.call('CreateRoute', { ...route, DestinationCidrBlock: '10.1.128.0/17', VpcPeeringConnectionId: other });
    await aws.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId: other });
    const towards = (address: string) => {
      const state = aws.state();
      const found = routeTowards(
        state,
        known(state.routeTables.get(table)),
        known(parseIp(address)),
        aws.clock.nowMs(),
      );
      return found && `${found.target.kind === 'peering' ? found.target.id : found.target.kind} ${found.state}`;
    };
    expect(towards('10.0.3.4')).toBe('local active');
    expect(towards('10.1.3.4')).toBe(`${pcx} active`);
    expect(towards('10.1.200.4')).toBe(`${other} blackhole`);
    expect(towards('8.8.8.8')).toBeUndefined();
  });

  test('is found by what is in it', async () => {
    await aws.call('CreateRoute', { RouteTableId: table, DestinationCidrBlock, VpcPeeringConnectionId: pcx });
    const found = async (Name: string, Value: string) => {
      const { RouteTables } = await aws.call('DescribeRouteTables', { Filters: [{ Name, Values: [Value] }] });
      return RouteTables?.map(({ RouteTableId }) => RouteTableId);
    };
    expect(await found('route.vpc-peering-connection-id', pcx)).toEqual([table]);
    expect(await found('route.destination-cidr-block', '10.1.*')).toEqual([table]);
    expect(await found('route.state', 'blackhole')).toEqual([]);
    expect(await found('vpc-id', 'vpc-0')).toEqual([]);
  });

  test('is made once per client token', async () => {
    const input = { VpcId: vpcId, ClientToken: 'once' };
    const first = await aws.call('CreateRouteTable', input);
    const second = await aws.call('CreateRouteTable', input);
    expect(second.RouteTable?.RouteTableId).toBe(first.RouteTable?.RouteTableId);
    expect(second.ClientToken).toBe('once');
  });
});

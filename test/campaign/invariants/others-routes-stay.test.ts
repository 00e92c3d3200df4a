import { expect, test } from 'vitest';
import { othersRoutesStay } from '../../../campaign/invariants/others-routes-stay.ts';
import { functionOf, HOME, InvariantScene, stranger } from './scene.ts';

const WAY = { DestinationCidrBlock: '10.80.0.0/16' };

/** A route table of ours with a gateway of somebody's and one of ours beside it, and nothing in it yet. */
async function routeTable() {
  const scene = await InvariantScene.of(othersRoutesStay);
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  const { RouteTable } = await scene.call<{ RouteTable: { RouteTableId: string } }>('ec2', 'CreateRouteTable', Vpc);
  const { InternetGateway } = await scene.call<{ InternetGateway: { InternetGatewayId: string } }>(
    'ec2',
    'CreateInternetGateway',
    {},
    { by: stranger },
  );
  const { InternetGatewayId: GatewayId } = InternetGateway;
  const gate = { VpcId: Vpc.VpcId, InternetGatewayId: GatewayId };
  await scene.call('ec2', 'AttachInternetGateway', gate, { by: stranger });
  const way = { ...WAY, RouteTableId: RouteTable.RouteTableId };
  const lead = (operation: string, by = functionOf('apply-plan')) =>
    scene.call('ec2', operation, operation === 'DeleteRoute' ? way : { ...way, GatewayId }, { by });
  const detach = () => scene.call('ec2', 'DetachInternetGateway', gate, { by: stranger });
  return { scene, lead, detach, route: `${way.RouteTableId} ${WAY.DestinationCidrBlock}`, GatewayId };
}

test.for(['ReplaceRoute', 'DeleteRoute'])(
  'a %s of a route that somebody leads elsewhere is told',
  async (operation) => {
    const { scene, lead, route, GatewayId } = await routeTable();
    await lead('CreateRoute', stranger);
    await lead(operation);
    const call = `ec2 ${operation.charAt(0).toLowerCase()}${operation.slice(1)} in ${HOME}`;
    expect(scene.told).toEqual([`${call} by apply-plan changed ${route}, which somebody leads to ${GatewayId}`]);
  },
);

test('a route of ours that somebody led elsewhere is theirs from then on', async () => {
  const { scene, lead } = await routeTable();
  await lead('CreateRoute');
  await lead('ReplaceRoute', stranger);
  expect(scene.told).toEqual([]);
  await lead('ReplaceRoute');
  expect(scene.told).toHaveLength(1);
});

test('our own routes, and what they themselves change or delete, are nobody’s affair', async () => {
  const { scene, lead } = await routeTable();
  for (const operation of ['CreateRoute', 'ReplaceRoute', 'DeleteRoute']) await lead(operation);
  await lead('CreateRoute', stranger);
  await lead('DeleteRoute', stranger);
  await lead('CreateRoute');
  expect(scene.told).toEqual([]);
});

test('once what it led to is gone a route is nobody’s', async () => {
  const { scene, lead, detach } = await routeTable();
  await lead('CreateRoute', stranger);
  await detach();
  await lead('DeleteRoute');
  expect(scene.told).toEqual([]);
});

test('a change that AWS refused has changed nothing', async () => {
  const { scene, lead } = await routeTable();
  await lead('CreateRoute', stranger);
  await expect(lead('CreateRoute')).rejects.toThrow();
  expect(scene.told).toEqual([]);
});

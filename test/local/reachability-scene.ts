import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import type { BorrowedVpc } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import { keyOf, linkName } from '../../control-plane/model/target.ts';
import type { Scene } from '../../local/breakages.ts';

/*
 * What strangers' hands are made of: `reachability-mutations.ts` lists what they do.
 */

export type Call = ReadCall | WriteCall;

export const id = ({ state }: Scene, kind: string, name: string): string => state.ids.get(keyOf(kind, name)) ?? 'none';
export const cidrOf = ({ state }: Scene, region: Region): string =>
  state.members.find((member) => member.region === region)?.cidrs[0] ?? '';
const zonesOf = ({ state }: Scene, region: Region): readonly string[] =>
  state.members.find((member) => member.region === region)?.zones ?? [];
const borrowedOf = ({ state }: Scene, region: Region): BorrowedVpc | undefined =>
  state.members.find((member) => member.region === region)?.borrowed;
export const subnetsOf = (scene: Scene, region: Region): readonly string[] =>
  borrowedOf(scene, region)?.subnetIds ??
  zonesOf(scene, region).map((zone) => id(scene, 'subnet', `${region}/${zone}`));
export const tableOf = (scene: Scene, region: Region): string =>
  borrowedOf(scene, region)?.routeTableIds[0] ?? id(scene, 'route-table', `${region}/main`);
export const vpcOf = (scene: Scene, region: Region): string =>
  borrowedOf(scene, region)?.vpcId ?? id(scene, 'vpc', region);
export const routeTo = (scene: Scene, near = scene.from, far = scene.to) => ({
  RouteTableId: tableOf(scene, near),
  DestinationCidrBlock: cidrOf(scene, far),
});
export const peeringOf = (scene: Scene, a = scene.from, b = scene.to): string => id(scene, 'peering', linkName(a, b));

export function* tablesIn(scene: Scene, region: Region) {
  const Filters = [{ Name: 'vpc-id', Values: [vpcOf(scene, region)] }];
  const { RouteTables = [] } = yield* read(region, 'ec2', 'describeRouteTables', { Filters });
  const associations = RouteTables.flatMap(({ Associations = [] }) => Associations);
  const main = associations.find(({ Main }) => Main === true);
  return { main, associations };
}

/** Takes subnets off the fleet's table: they fall back to the VPC's main one. */
export function* ledAstray(scene: Scene, region: Region, many: number): Dialogue<Call, void> {
  const { associations } = yield* tablesIn(scene, region);
  for (const subnetId of subnetsOf(scene, region).slice(0, many)) {
    const AssociationId = associations.find(({ SubnetId }) => SubnetId === subnetId)?.RouteTableAssociationId;
    if (AssociationId !== undefined) yield* write(region, 'ec2', 'disassociateRouteTable', { AssociationId });
  }
}

export function* recordsIn(HostedZoneId: string) {
  const { ResourceRecordSets = [] } = yield* read(GLOBAL_REGION, 'route-53', 'listResourceRecordSets', {
    HostedZoneId,
  });
  return ResourceRecordSets;
}

export function* pointed(
  scene: Scene,
  toWhat: { alias: string; zone: string } | { address: string },
): Dialogue<Call, void> {
  const HostedZoneId = id(scene, 'view', scene.from);
  const record = (yield* recordsIn(HostedZoneId)).find(({ SetIdentifier }) => SetIdentifier === scene.to);
  if (record === undefined) return;
  const { AliasTarget: _, ResourceRecords: __, TTL: ___, ...rest } = record;
  const leads =
    'alias' in toWhat
      ? { AliasTarget: { DNSName: toWhat.alias, HostedZoneId: toWhat.zone, EvaluateTargetHealth: false } }
      : { TTL: 60, ResourceRecords: [{ Value: toWhat.address }] };
  yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
    HostedZoneId,
    ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: { ...rest, ...leads } }] },
  });
}

export function* endpointNames(scene: Scene, region: Region) {
  const { VpcEndpoints = [] } = yield* read(region, 'ec2', 'describeVpcEndpoints', {
    VpcEndpointIds: [id(scene, 'endpoint', region)],
  });
  return (VpcEndpoints[0]?.DnsEntries ?? []).map(({ DnsName = '', HostedZoneId = '' }) => ({
    alias: DnsName,
    zone: HostedZoneId,
  }));
}

export const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
export const ANY = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
export const allow = { Effect: 'Allow', ...ANY };

export function* policyOfApi(scene: Scene, value: string, isDeployed: boolean): Dialogue<Call, void> {
  const restApiId = id(scene, 'rest-api', scene.to);
  yield* write(scene.to, 'api-gateway', 'updateRestApi', {
    restApiId,
    patchOperations: [{ op: 'replace', path: '/policy', value }],
  });
  if (isDeployed)
    yield* write(scene.to, 'api-gateway', 'createDeployment', {
      restApiId,
      stageName: scene.state.declared.fleet.api.stage,
    });
}

export const domainOf = (scene: Scene) => ({
  domainName: scene.state.declared.fleet.domain,
  domainNameId: id(scene, 'domain-name', scene.to),
});
export const mappingOf = (scene: Scene) => ({ ...domainOf(scene), basePath: '(none)' });

export function* rulesReplaced(scene: Scene, CidrIp: string, IpProtocol = 'tcp'): Dialogue<Call, void> {
  const GroupId = id(scene, 'security-group', `${scene.to}/endpoint`);
  const { SecurityGroups = [] } = yield* read(scene.to, 'ec2', 'describeSecurityGroups', { GroupIds: [GroupId] });
  const IpPermissions = SecurityGroups[0]?.IpPermissions ?? [];
  if (IpPermissions.length > 0) yield* write(scene.to, 'ec2', 'revokeSecurityGroupIngress', { GroupId, IpPermissions });
  const ports = IpProtocol === '-1' ? {} : { FromPort: 400, ToPort: 500 };
  yield* write(scene.to, 'ec2', 'authorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol, ...ports, IpRanges: [{ CidrIp }] }],
  });
}

export const functionOf = (scene: Scene): string =>
  id(scene, 'function', `${scene.to}/${Object.keys(scene.state.declared.fleet.functions)[0]}`);

export function* peeringDeleted(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.from, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId: peeringOf(scene) });
}

export function* peeringAnew(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.from, 'ec2', 'createVpcPeeringConnection', {
    VpcId: vpcOf(scene, scene.from),
    PeerVpcId: vpcOf(scene, scene.to),
    PeerRegion: scene.to,
  });
}

/** The one between the two that nobody has accepted yet. */
function* pendingPeering(scene: Scene) {
  const { VpcPeeringConnections = [] } = yield* read(scene.to, 'ec2', 'describeVpcPeeringConnections', {});
  const pending = VpcPeeringConnections.find(
    ({ Status, RequesterVpcInfo }) =>
      Status?.Code === 'pending-acceptance' && RequesterVpcInfo?.VpcId === vpcOf(scene, scene.from),
  );
  return { VpcPeeringConnectionId: pending?.VpcPeeringConnectionId ?? 'pcx-00000000' };
}

export function* peeringAccepted(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.to, 'ec2', 'acceptVpcPeeringConnection', yield* pendingPeering(scene));
}

export function* peeringRejected(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.to, 'ec2', 'rejectVpcPeeringConnection', yield* pendingPeering(scene));
}

export function* routeToTheNew(scene: Scene): Dialogue<Call, void> {
  const { VpcPeeringConnectionId } = yield* pendingPeering(scene);
  yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), VpcPeeringConnectionId });
}

export const attribute = (name: 'EnableDnsSupport' | 'EnableDnsHostnames') =>
  function* (scene: Scene): Dialogue<Call, void> {
    yield* write(scene.from, 'ec2', 'modifyVpcAttribute', {
      VpcId: vpcOf(scene, scene.from),
      [name]: { Value: false },
    });
  };

export const endpointChanged = (change: (scene: Scene) => object) =>
  function* (scene: Scene): Dialogue<Call, void> {
    const VpcEndpointId = id(scene, 'endpoint', scene.to);
    yield* write(scene.to, 'ec2', 'modifyVpcEndpoint', { VpcEndpointId, ...change(scene) });
  };

/** A VPC of somebody's: a block in the supernet and one outside of it, a subnet in each with a table of its own. */
export function* somebodysVpc(region: Region): Dialogue<Call, BorrowedVpc> {
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock: '10.75.0.0/16' });
  const vpcId = Vpc?.VpcId ?? '';
  yield* write(region, 'ec2', 'modifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
  yield* write(region, 'ec2', 'associateVpcCidrBlock', { VpcId: vpcId, CidrBlock: '172.20.0.0/16' });
  const { InternetGateway } = yield* write(region, 'ec2', 'createInternetGateway', {});
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  yield* write(region, 'ec2', 'attachInternetGateway', { InternetGatewayId: GatewayId, VpcId: vpcId });
  const routeTableIds: string[] = [];
  const subnetIds: string[] = [];
  for (const [CidrBlock, zone] of [
    ['10.75.0.0/20', 'a'],
    ['172.20.0.0/20', 'b'],
  ]) {
    const AvailabilityZone = `${region}${zone}`;
    const { Subnet } = yield* write(region, 'ec2', 'createSubnet', { VpcId: vpcId, CidrBlock, AvailabilityZone });
    const { RouteTable } = yield* write(region, 'ec2', 'createRouteTable', { VpcId: vpcId });
    const [SubnetId = '', RouteTableId = ''] = [Subnet?.SubnetId, RouteTable?.RouteTableId];
    yield* write(region, 'ec2', 'associateRouteTable', { RouteTableId, SubnetId });
    yield* write(region, 'ec2', 'createRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId });
    routeTableIds.push(RouteTableId);
    subnetIds.push(SubnetId);
  }
  return { vpcId, routeTableIds, subnetIds };
}

import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import type { BorrowedVpc } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import { keyOf, linkName } from '../../control-plane/model/target.ts';
import { breakages, type Scene } from '../../local/breakages.ts';
import type { Timings } from '../../simulator/timings.ts';

type Call = ReadCall | WriteCall;

/** One way in which somebody changes a fleet by hand, whether or not callers feel it. */
export interface Mutation {
  readonly name: string;
  /** What has to pass, so that the world is as the lists of AWS say that it is. */
  readonly showsAfter?: keyof Timings;
  do(scene: Scene): Dialogue<Call, void>;
  /** What is done once that has passed; it passes again after each. */
  readonly thereafter?: readonly ((scene: Scene) => Dialogue<Call, void>)[];
}

const id = ({ state }: Scene, kind: string, name: string): string => state.ids.get(keyOf(kind, name)) ?? 'none';
const cidrOf = ({ state }: Scene, region: Region): string =>
  state.members.find((member) => member.region === region)?.cidrs[0] ?? '';
const zonesOf = ({ state }: Scene, region: Region): readonly string[] =>
  state.members.find((member) => member.region === region)?.zones ?? [];
const borrowedOf = ({ state }: Scene, region: Region): BorrowedVpc | undefined =>
  state.members.find((member) => member.region === region)?.borrowed;
const subnetsOf = (scene: Scene, region: Region): readonly string[] =>
  borrowedOf(scene, region)?.subnetIds ??
  zonesOf(scene, region).map((zone) => id(scene, 'subnet', `${region}/${zone}`));
const tableOf = (scene: Scene, region: Region): string =>
  borrowedOf(scene, region)?.routeTableIds[0] ?? id(scene, 'route-table', `${region}/main`);
const vpcOf = (scene: Scene, region: Region): string => borrowedOf(scene, region)?.vpcId ?? id(scene, 'vpc', region);
const routeTo = (scene: Scene, near = scene.from, far = scene.to) => ({
  RouteTableId: tableOf(scene, near),
  DestinationCidrBlock: cidrOf(scene, far),
});
const peeringOf = (scene: Scene, a = scene.from, b = scene.to): string => id(scene, 'peering', linkName(a, b));

function* tablesIn(scene: Scene, region: Region) {
  const Filters = [{ Name: 'vpc-id', Values: [vpcOf(scene, region)] }];
  const { RouteTables = [] } = yield* read(region, 'ec2', 'describeRouteTables', { Filters });
  const associations = RouteTables.flatMap(({ Associations = [] }) => Associations);
  const main = associations.find(({ Main }) => Main === true);
  return { main, associations };
}

/** Takes subnets off the fleet's table: they fall back to the VPC's main one. */
function* ledAstray(scene: Scene, region: Region, many: number): Dialogue<Call, void> {
  const { associations } = yield* tablesIn(scene, region);
  for (const subnetId of subnetsOf(scene, region).slice(0, many)) {
    const AssociationId = associations.find(({ SubnetId }) => SubnetId === subnetId)?.RouteTableAssociationId;
    if (AssociationId !== undefined) yield* write(region, 'ec2', 'disassociateRouteTable', { AssociationId });
  }
}

function* recordsIn(HostedZoneId: string) {
  const { ResourceRecordSets = [] } = yield* read(GLOBAL_REGION, 'route-53', 'listResourceRecordSets', {
    HostedZoneId,
  });
  return ResourceRecordSets;
}

function* pointed(scene: Scene, toWhat: { alias: string; zone: string } | { address: string }): Dialogue<Call, void> {
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

function* endpointNames(scene: Scene, region: Region) {
  const { VpcEndpoints = [] } = yield* read(region, 'ec2', 'describeVpcEndpoints', {
    VpcEndpointIds: [id(scene, 'endpoint', region)],
  });
  return (VpcEndpoints[0]?.DnsEntries ?? []).map(({ DnsName = '', HostedZoneId = '' }) => ({
    alias: DnsName,
    zone: HostedZoneId,
  }));
}

const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const ANY = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const allow = { Effect: 'Allow', ...ANY };

function* policyOfApi(scene: Scene, value: string, isDeployed: boolean): Dialogue<Call, void> {
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

const domainOf = (scene: Scene) => ({
  domainName: scene.state.declared.fleet.domain,
  domainNameId: id(scene, 'domain-name', scene.to),
});
const mappingOf = (scene: Scene) => ({ ...domainOf(scene), basePath: '(none)' });

function* rulesReplaced(scene: Scene, CidrIp: string, IpProtocol = 'tcp'): Dialogue<Call, void> {
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

const functionOf = (scene: Scene): string =>
  id(scene, 'function', `${scene.to}/${Object.keys(scene.state.declared.fleet.functions)[0]}`);

function* peeringDeleted(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.from, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId: peeringOf(scene) });
}

function* peeringAnew(scene: Scene): Dialogue<Call, void> {
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

function* peeringAccepted(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.to, 'ec2', 'acceptVpcPeeringConnection', yield* pendingPeering(scene));
}

function* peeringRejected(scene: Scene): Dialogue<Call, void> {
  yield* write(scene.to, 'ec2', 'rejectVpcPeeringConnection', yield* pendingPeering(scene));
}

function* routeToTheNew(scene: Scene): Dialogue<Call, void> {
  const { VpcPeeringConnectionId } = yield* pendingPeering(scene);
  yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), VpcPeeringConnectionId });
}

const attribute = (name: 'EnableDnsSupport' | 'EnableDnsHostnames') =>
  function* (scene: Scene): Dialogue<Call, void> {
    yield* write(scene.from, 'ec2', 'modifyVpcAttribute', {
      VpcId: vpcOf(scene, scene.from),
      [name]: { Value: false },
    });
  };

const endpointChanged = (change: (scene: Scene) => object) =>
  function* (scene: Scene): Dialogue<Call, void> {
    const VpcEndpointId = id(scene, 'endpoint', scene.to);
    yield* write(scene.to, 'ec2', 'modifyVpcEndpoint', { VpcEndpointId, ...change(scene) });
  };

const further: readonly Mutation[] = [
  {
    name: 'the way back deleted',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteRoute', routeTo(scene, scene.to, scene.from));
    },
  },
  {
    name: 'route replaced by one to the internet',
    *do(scene) {
      const { InternetGateway } = yield* write(scene.from, 'ec2', 'createInternetGateway', {});
      const GatewayId = InternetGateway?.InternetGatewayId ?? '';
      yield* write(scene.from, 'ec2', 'attachInternetGateway', {
        InternetGatewayId: GatewayId,
        VpcId: vpcOf(scene, scene.from),
      });
      yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), GatewayId });
    },
  },
  {
    name: "route replaced by one through another member's peering",
    *do(scene) {
      const third = scene.state.members.find(
        ({ region }) => region !== scene.from && region !== scene.to && peeringOf(scene, scene.from, region) !== 'none',
      );
      if (third === undefined) return;
      const VpcPeeringConnectionId = peeringOf(scene, scene.from, third.region);
      yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), VpcPeeringConnectionId });
    },
  },
  { name: "one of the callers' subnets led astray", do: (scene) => ledAstray(scene, scene.from, 1) },
  { name: "all of the callers' subnets led astray", do: (scene) => ledAstray(scene, scene.from, 9) },
  { name: "one of the endpoint's subnets led astray", do: (scene) => ledAstray(scene, scene.to, 1) },
  { name: "all of the endpoint's subnets led astray", do: (scene) => ledAstray(scene, scene.to, 9) },
  {
    name: "the fleet's table made the main one, and its subnets let go",
    *do(scene) {
      const { main } = yield* tablesIn(scene, scene.from);
      yield* write(scene.from, 'ec2', 'replaceRouteTableAssociation', {
        AssociationId: main?.RouteTableAssociationId,
        RouteTableId: tableOf(scene, scene.from),
      });
      yield* ledAstray(scene, scene.from, 9);
    },
  },
  {
    name: 'the main table knows the way, and a subnet is let go',
    *do(scene) {
      const { main } = yield* tablesIn(scene, scene.from);
      yield* write(scene.from, 'ec2', 'createRoute', {
        RouteTableId: main?.RouteTableId,
        DestinationCidrBlock: cidrOf(scene, scene.to),
        VpcPeeringConnectionId: peeringOf(scene),
      });
      yield* ledAstray(scene, scene.from, 1);
    },
  },
  { name: 'rule narrowed to one member', do: (scene) => rulesReplaced(scene, cidrOf(scene, scene.to)) },
  {
    name: 'rule narrowed to some addresses of a subnet',
    do: (scene) => rulesReplaced(scene, cidrOf(scene, scene.from).replace('/16', '/24')),
  },
  { name: 'rule widened to everybody', do: (scene) => rulesReplaced(scene, '0.0.0.0/0', '-1') },
  {
    name: "endpoint given the VPC's default group",
    *do(scene) {
      const Filters = [{ Name: 'vpc-id', Values: [vpcOf(scene, scene.to)] }];
      const { SecurityGroups = [] } = yield* read(scene.to, 'ec2', 'describeSecurityGroups', { Filters });
      const other = SecurityGroups.find(({ GroupName }) => GroupName === 'default')?.GroupId ?? '';
      const own = id(scene, 'security-group', `${scene.to}/endpoint`);
      yield* endpointChanged(() => ({ AddSecurityGroupIds: [other], RemoveSecurityGroupIds: [own] }))(scene);
    },
  },
  {
    name: 'endpoint taken out of a subnet',
    do: endpointChanged((scene) => ({ RemoveSubnetIds: subnetsOf(scene, scene.to).slice(0, 1) })),
  },
  {
    name: 'endpoint policy denies all',
    do: endpointChanged(() => ({ PolicyDocument: policy({ ...ANY, Effect: 'Deny', Action: '*', Resource: '*' }) })),
  },
  {
    name: 'endpoint policy lets in this API only',
    do: endpointChanged((scene) => ({
      PolicyDocument: policy({
        ...allow,
        Resource: `arn:aws:execute-api:${scene.to}:*:${id(scene, 'rest-api', scene.to)}/*`,
      }),
    })),
  },
  {
    name: "endpoint policy lets in some callers' addresses only",
    do: endpointChanged((scene) => ({
      PolicyDocument: policy({
        ...allow,
        Resource: '*',
        Condition: { IpAddress: { 'aws:VpcSourceIp': cidrOf(scene, scene.from) } },
      }),
    })),
  },
  {
    name: 'endpoint deleted, and gone',
    showsAfter: 'endpointDeletedMs',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteVpcEndpoints', { VpcEndpointIds: [id(scene, 'endpoint', scene.to)] });
    },
  },
  {
    name: 'peering replaced by one that nobody accepted',
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew],
  },
  {
    name: 'peering replaced by one that was rejected',
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, peeringRejected],
  },
  {
    name: "peering replaced by a stranger's, which no route leads to",
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, peeringAccepted],
  },
  {
    name: "peering replaced by a stranger's, which the route there leads to",
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, routeToTheNew, peeringAccepted],
  },
  { name: 'DNS support switched off', do: attribute('EnableDnsSupport') },
  { name: 'DNS host names switched off', do: attribute('EnableDnsHostnames') },
  {
    name: 'record leads to another member',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const other = scene.state.members.find(({ region, role }) => region !== scene.to && role === 'serving')?.region;
      const [name] = other === undefined ? [] : yield* endpointNames(scene, other);
      if (name !== undefined) yield* pointed(scene, name);
    },
  },
  {
    name: 'record leads to one zone of the endpoint',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const name = (yield* endpointNames(scene, scene.to)).find(({ alias }) => alias.includes(`-${scene.to}a.`));
      if (name !== undefined) yield* pointed(scene, name);
    },
  },
  {
    name: "record leads to an address in the replica's VPC",
    showsAfter: 'recordSyncMs',
    do: (scene) => pointed(scene, { address: cidrOf(scene, scene.to).replace('.0.0/16', '.255.9') }),
  },
  {
    name: 'zone deleted',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const HostedZoneId = id(scene, 'view', scene.from);
      const records = (yield* recordsIn(HostedZoneId)).filter(({ Type }) => Type === 'A');
      const Changes = records.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
      if (Changes.length > 0)
        yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } });
      yield* write(GLOBAL_REGION, 'route-53', 'deleteHostedZone', { Id: HostedZoneId });
    },
  },
  {
    name: 'base path mapping deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteBasePathMapping', mappingOf(scene));
    },
  },
  {
    name: 'base path mapping of no stage',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'updateBasePathMapping', {
        ...mappingOf(scene),
        patchOperations: [{ op: 'replace', path: '/stage', value: '' }],
      });
    },
  },
  {
    name: 'access association deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: id(scene, 'access-association', scene.to),
      });
    },
  },
  {
    name: 'domain name deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: id(scene, 'access-association', scene.to),
      });
      yield* write(scene.to, 'api-gateway', 'deleteDomainName', domainOf(scene));
    },
  },
  {
    name: "domain name's policy lets in another endpoint",
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'updateDomainName', {
        ...domainOf(scene),
        patchOperations: [
          {
            op: 'replace',
            path: '/policy',
            value: policy({ ...allow, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } } }),
          },
        ],
      });
    },
  },
  {
    name: 'API deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteBasePathMapping', mappingOf(scene));
      yield* write(scene.to, 'api-gateway', 'deleteRestApi', { restApiId: id(scene, 'rest-api', scene.to) });
    },
  },
  {
    name: 'resource policy denies, and is deployed',
    do: (scene) => policyOfApi(scene, policy(allow, { ...allow, Effect: 'Deny' }), true),
  },
  {
    name: 'resource policy lets in one VPC, and is deployed',
    do: (scene) =>
      policyOfApi(
        scene,
        policy({ ...allow, Condition: { StringEquals: { 'aws:SourceVpc': vpcOf(scene, scene.to) } } }),
        true,
      ),
  },
  {
    name: 'resource policy denies some callers, and is deployed',
    do: (scene) =>
      policyOfApi(
        scene,
        policy(allow, {
          ...allow,
          Effect: 'Deny',
          Condition: { IpAddress: { 'aws:VpcSourceIp': [cidrOf(scene, scene.from)] } },
        }),
        true,
      ),
  },
  {
    name: 'an older deployment served',
    *do(scene) {
      const restApiId = id(scene, 'rest-api', scene.to);
      const stageName = scene.state.declared.fleet.api.stage;
      const { items = [] } = yield* read(scene.to, 'api-gateway', 'getDeployments', { restApiId });
      const now = id(scene, 'stage', scene.to);
      const older = items.find(
        ({ id: one, description = '' }) => one !== now && description.startsWith('landbridge '),
      )?.id;
      if (older !== undefined)
        yield* write(scene.to, 'api-gateway', 'updateStage', {
          restApiId,
          stageName,
          patchOperations: [{ op: 'replace', path: '/deploymentId', value: older }],
        });
    },
  },
  {
    name: 'function deleted',
    *do(scene) {
      yield* write(scene.to, 'lambda', 'deleteFunction', { FunctionName: functionOf(scene) });
    },
  },
  {
    name: 'function entered elsewhere',
    showsAfter: 'functionActiveMs',
    *do(scene) {
      yield* write(scene.to, 'lambda', 'updateFunctionConfiguration', {
        FunctionName: functionOf(scene),
        Handler: 'index.nothing',
      });
    },
  },
];

export const mutations: readonly Mutation[] = [...breakages, ...further];

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

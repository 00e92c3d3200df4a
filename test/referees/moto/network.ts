import { answered, type Dialogue, read, write } from '../../../control-plane/model/aws-call.ts';
import { cidrOf, contains } from '../../../control-plane/model/cidr.ts';
import { type Behaviour, type Call, HERE, refusalOf, subnetIn, THERE, vpcWith } from './behaviour.ts';

const EXECUTE_API = `com.amazonaws.${HERE}.execute-api`;

/** A peering requested here, of VPCs with these addresses, and where the two are. */
function* requested(here: string, there: string): Dialogue<Call, { id: string; VpcId: string; PeerVpcId: string }> {
  const VpcId = yield* vpcWith(HERE, here);
  const PeerVpcId = yield* vpcWith(THERE, there);
  const { VpcPeeringConnection } = yield* write(HERE, 'ec2', 'createVpcPeeringConnection', {
    VpcId,
    PeerVpcId,
    PeerRegion: THERE,
  });
  return { id: answered(VpcPeeringConnection?.VpcPeeringConnectionId, 'createVpcPeeringConnection'), VpcId, PeerVpcId };
}

function* active(): Dialogue<Call, { id: string; VpcId: string; PeerVpcId: string }> {
  const peering = yield* requested('10.1.0.0/16', '10.2.0.0/16');
  yield* write(THERE, 'ec2', 'acceptVpcPeeringConnection', { VpcPeeringConnectionId: peering.id });
  return peering;
}

/** A route through a peering, and the peering gone. */
function* orphaned(): Dialogue<Call, { id: string; RouteTableId: string }> {
  const { id, VpcId } = yield* active();
  const { RouteTable } = yield* write(HERE, 'ec2', 'createRouteTable', { VpcId });
  const RouteTableId = answered(RouteTable?.RouteTableId, 'createRouteTable');
  const route = { RouteTableId, VpcPeeringConnectionId: id };
  yield* write(HERE, 'ec2', 'createRoute', { ...route, DestinationCidrBlock: '10.2.0.0/16' });
  yield* write(HERE, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId: id });
  return { id, RouteTableId };
}

function* endpointIn(
  VpcId: string,
  but: { readonly ClientToken?: string; readonly SecurityGroupIds?: string[]; readonly SubnetIds?: string[] } = {},
): Dialogue<Call, string> {
  const { VpcEndpoint } = yield* write(HERE, 'ec2', 'createVpcEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId,
    ServiceName: EXECUTE_API,
    PrivateDnsEnabled: false,
    ...but,
  });
  return answered(VpcEndpoint?.VpcEndpointId, 'createVpcEndpoint');
}

function* groupIn(VpcId: string): Dialogue<Call, string> {
  const { GroupId } = yield* write(HERE, 'ec2', 'createSecurityGroup', { VpcId, GroupName: 'g', Description: 'g' });
  return answered(GroupId, 'createSecurityGroup');
}

export const networkBehaviours: readonly Behaviour[] = [
  {
    of: 'VPC',
    aws: 'a dry run creates nothing',
    moto: 'a dry run creates the VPC',
    *isAsOnAws() {
      const { Vpcs: before = [] } = yield* read(HERE, 'ec2', 'describeVpcs', {});
      yield* refusalOf(write(HERE, 'ec2', 'createVpc', { CidrBlock: '10.9.0.0/16', DryRun: true }));
      const { Vpcs: after = [] } = yield* read(HERE, 'ec2', 'describeVpcs', {});
      return after.length === before.length;
    },
  },
  {
    of: 'VPC',
    aws: 'its network ACL goes with it',
    moto: 'its network ACL stays',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      yield* write(HERE, 'ec2', 'deleteVpc', { VpcId });
      const { NetworkAcls = [] } = yield* read(HERE, 'ec2', 'describeNetworkAcls', {});
      return NetworkAcls.every((acl) => acl.VpcId !== VpcId);
    },
  },
  {
    of: 'security group',
    aws: 'one that an endpoint has cannot be deleted',
    moto: 'one that an endpoint has can be deleted',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const GroupId = yield* groupIn(VpcId);
      yield* endpointIn(VpcId, { SubnetIds: [yield* subnetIn(VpcId, '10.1.1.0/24')], SecurityGroupIds: [GroupId] });
      return (yield* refusalOf(write(HERE, 'ec2', 'deleteSecurityGroup', { GroupId }))) === 'DependencyViolation';
    },
  },
  {
    of: 'peering',
    aws: 'describing one that is not there is an error',
    moto: 'describing one that is not there answers with none',
    *isAsOnAws() {
      const VpcPeeringConnectionIds = ['pcx-0123456789abcdef0'];
      const asked = read(HERE, 'ec2', 'describeVpcPeeringConnections', { VpcPeeringConnectionIds });
      return (yield* refusalOf(asked)) === 'InvalidVpcPeeringConnectionID.NotFound';
    },
  },
  {
    of: 'peering',
    aws: 'filters are heeded',
    moto: 'filters are ignored',
    *isAsOnAws() {
      const { id } = yield* active();
      const Filters = [{ Name: 'requester-vpc-info.cidr-block', Values: ['192.0.2.0/24'] }];
      const found = yield* read(HERE, 'ec2', 'describeVpcPeeringConnections', { Filters });
      return found.VpcPeeringConnections?.some((peering) => peering.VpcPeeringConnectionId === id) !== true;
    },
  },
  {
    of: 'peering',
    aws: 'one asked for again is the one that there is',
    moto: 'one asked for again is another one',
    *isAsOnAws() {
      const { id, VpcId, PeerVpcId } = yield* active();
      const again = { VpcId, PeerVpcId, PeerRegion: THERE };
      const { VpcPeeringConnection } = yield* write(HERE, 'ec2', 'createVpcPeeringConnection', again);
      return VpcPeeringConnection?.VpcPeeringConnectionId === id;
    },
  },
  {
    of: 'peering',
    aws: 'two VPCs have one that is active at most',
    moto: 'two VPCs may have several',
    *isAsOnAws() {
      const { VpcId, PeerVpcId } = yield* active();
      const back = { VpcId: PeerVpcId, PeerVpcId: VpcId, PeerRegion: HERE };
      const { VpcPeeringConnection } = yield* write(THERE, 'ec2', 'createVpcPeeringConnection', back);
      const VpcPeeringConnectionId = answered(
        VpcPeeringConnection?.VpcPeeringConnectionId,
        'createVpcPeeringConnection',
      );
      const accepted = write(HERE, 'ec2', 'acceptVpcPeeringConnection', { VpcPeeringConnectionId });
      return (yield* refusalOf(accepted)) === 'VpcPeeringConnectionAlreadyExists';
    },
  },
  {
    of: 'peering',
    aws: 'one of VPCs that share addresses fails',
    moto: 'one of VPCs that share addresses is as good as any',
    *isAsOnAws() {
      const { id } = yield* requested('10.1.0.0/16', '10.1.0.0/16');
      const which = { VpcPeeringConnectionIds: [id] };
      const { VpcPeeringConnections = [] } = yield* read(HERE, 'ec2', 'describeVpcPeeringConnections', which);
      return VpcPeeringConnections[0]?.Status?.Code === 'failed';
    },
  },
  {
    of: 'peering',
    aws: 'each side has tags of its own',
    moto: 'both sides have the tags of the requester, and those of the accepter are lost',
    *isAsOnAws() {
      const { id } = yield* active();
      yield* write(THERE, 'ec2', 'createTags', { Resources: [id], Tags: [{ Key: 'side', Value: 'accepter' }] });
      const which = { VpcPeeringConnectionIds: [id] };
      const { VpcPeeringConnections = [] } = yield* read(THERE, 'ec2', 'describeVpcPeeringConnections', which);
      return VpcPeeringConnections[0]?.Tags?.some(({ Key }) => Key === 'side') === true;
    },
  },
  {
    of: 'peering',
    aws: 'a side sets its own options only',
    moto: 'a side sets those of the other too',
    *isAsOnAws() {
      const { id } = yield* active();
      const others = { AccepterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: true } };
      const set = write(HERE, 'ec2', 'modifyVpcPeeringConnectionOptions', { VpcPeeringConnectionId: id, ...others });
      return (yield* refusalOf(set)) !== undefined;
    },
  },
  {
    of: 'route',
    aws: 'one into a peering that is gone is a blackhole',
    moto: 'one into a peering that is gone stays active',
    *isAsOnAws() {
      const { RouteTableId, id } = yield* orphaned();
      const { RouteTables = [] } = yield* read(HERE, 'ec2', 'describeRouteTables', { RouteTableIds: [RouteTableId] });
      const route = RouteTables[0]?.Routes?.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === id);
      return route?.State === 'blackhole';
    },
  },
  {
    of: 'route',
    aws: 'none can be made into a peering that is gone',
    moto: 'one can be made into a peering that is gone',
    *isAsOnAws() {
      const { RouteTableId, id } = yield* orphaned();
      const route = { RouteTableId, VpcPeeringConnectionId: id, DestinationCidrBlock: '10.3.0.0/16' };
      return (yield* refusalOf(write(HERE, 'ec2', 'createRoute', route))) !== undefined;
    },
  },
  {
    of: 'route',
    aws: 'the code for an unknown peering is InvalidVpcPeeringConnectionID.NotFound',
    moto: 'the code for an unknown peering is InvalidVpcPeeringConnectionId.NotFound',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const { RouteTable } = yield* write(HERE, 'ec2', 'createRouteTable', { VpcId });
      const RouteTableId = answered(RouteTable?.RouteTableId, 'createRouteTable');
      const route = {
        RouteTableId,
        DestinationCidrBlock: '10.3.0.0/16',
        VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
      };
      return (yield* refusalOf(write(HERE, 'ec2', 'createRoute', route))) === 'InvalidVpcPeeringConnectionID.NotFound';
    },
  },
  {
    of: 'endpoint',
    aws: 'its addresses are in its subnets',
    moto: 'its addresses are anywhere',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const id = yield* endpointIn(VpcId, { SubnetIds: [yield* subnetIn(VpcId, '10.1.1.0/24')] });
      const { VpcEndpoints = [] } = yield* read(HERE, 'ec2', 'describeVpcEndpoints', { VpcEndpointIds: [id] });
      const NetworkInterfaceIds = VpcEndpoints[0]?.NetworkInterfaceIds ?? [];
      const { NetworkInterfaces = [] } = yield* read(HERE, 'ec2', 'describeNetworkInterfaces', { NetworkInterfaceIds });
      return (
        NetworkInterfaces.length > 0 &&
        NetworkInterfaces.every(({ PrivateIpAddress = '' }) =>
          contains(cidrOf('10.1.1.0/24'), cidrOf(`${PrivateIpAddress}/32`)),
        )
      );
    },
  },
  {
    of: 'endpoint',
    aws: 'the same client token makes it once',
    moto: 'the same client token makes it again',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const once = { SubnetIds: [yield* subnetIn(VpcId, '10.1.1.0/24')], ClientToken: 'once' };
      return (yield* endpointIn(VpcId, once)) === (yield* endpointIn(VpcId, once));
    },
  },
  {
    of: 'endpoint',
    aws: 'one that was deleted is gone from the list',
    moto: 'one that was deleted stays in the list',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const id = yield* endpointIn(VpcId, { SubnetIds: [yield* subnetIn(VpcId, '10.1.1.0/24')] });
      yield* write(HERE, 'ec2', 'deleteVpcEndpoints', { VpcEndpointIds: [id] });
      const { VpcEndpoints = [] } = yield* read(HERE, 'ec2', 'describeVpcEndpoints', {});
      return VpcEndpoints.every(({ VpcEndpointId }) => VpcEndpointId !== id);
    },
  },
  {
    of: 'endpoint',
    aws: 'pages are as long as asked for',
    moto: 'there is one page',
    *isAsOnAws() {
      const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
      const SubnetIds = [yield* subnetIn(VpcId, '10.1.1.0/24')];
      yield* endpointIn(VpcId, { SubnetIds });
      yield* endpointIn(VpcId, { SubnetIds });
      const { VpcEndpoints = [] } = yield* read(HERE, 'ec2', 'describeVpcEndpoints', { MaxResults: 1 });
      return VpcEndpoints.length === 1;
    },
  },
];

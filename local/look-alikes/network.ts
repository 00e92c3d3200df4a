import { answered, read, write } from '../../control-plane/model/aws-call.ts';
import { type LookAlike, strangersEndpoint } from './look-alike.ts';

/** Looks the part, and bears none of the fleet's tags. */
const NAMED_ALIKE = [{ Key: 'Name', Value: 'landbridge payments' }];

const permission = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp }] });

/** Of what is EC2's. */
export const network: Readonly<Record<string, LookAlike>> = {
  vpc: {
    what: 'a VPC with the same addresses and a name like ours',
    stands: 'beside',
    *make({ region, cidr }) {
      const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: NAMED_ALIKE }];
      const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock: cidr, TagSpecifications });
      const id = answered(Vpc?.VpcId, 'createVpc');
      return {
        id,
        *see() {
          return (yield* read(region, 'ec2', 'describeVpcs', { VpcIds: [id] })).Vpcs;
        },
      };
    },
  },

  subnet: {
    what: 'a smaller subnet of the same VPC and zone at the same addresses',
    stands: 'in the way',
    *make({ region, cidr, zone, id: ourId }) {
      const { Subnet } = yield* write(region, 'ec2', 'createSubnet', {
        VpcId: ourId('vpc', region),
        AvailabilityZone: zone,
        CidrBlock: cidr.replace('/16', '/28'),
      });
      const id = answered(Subnet?.SubnetId, 'createSubnet');
      return {
        id,
        *see() {
          return (yield* read(region, 'ec2', 'describeSubnets', { SubnetIds: [id] })).Subnets;
        },
      };
    },
  },

  'route-table': {
    what: 'another table of the same VPC, with a name like ours',
    stands: 'beside',
    *make({ region, id: ourId }) {
      const { RouteTable } = yield* write(region, 'ec2', 'createRouteTable', {
        VpcId: ourId('vpc', region),
        TagSpecifications: [{ ResourceType: 'route-table', Tags: NAMED_ALIKE }],
      });
      const id = answered(RouteTable?.RouteTableId, 'createRouteTable');
      return {
        id,
        *see() {
          return (yield* read(region, 'ec2', 'describeRouteTables', { RouteTableIds: [id] })).RouteTables;
        },
      };
    },
  },

  'security-group': {
    what: 'a group of the same VPC that has taken our name',
    stands: 'in the way',
    *make({ region, fleet, id: ourId }) {
      const { GroupId } = yield* write(region, 'ec2', 'createSecurityGroup', {
        VpcId: ourId('vpc', region),
        GroupName: `landbridge-${fleet.name}-endpoint`,
        Description: 'mine',
      });
      const id = answered(GroupId, 'createSecurityGroup');
      return {
        id,
        *see() {
          return (yield* read(region, 'ec2', 'describeSecurityGroups', { GroupIds: [id] })).SecurityGroups;
        },
      };
    },
  },

  rule: {
    what: 'a wider rule in our group',
    stands: 'beside',
    within: true,
    *make({ region, id: ourId }) {
      const GroupId = ourId('security-group', `${region}/endpoint`);
      const wide = '10.0.0.0/8';
      yield* write(region, 'ec2', 'authorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission(wide)] });
      return {
        id: wide,
        *see() {
          const { SecurityGroups = [] } = yield* read(region, 'ec2', 'describeSecurityGroups', { GroupIds: [GroupId] });
          const ranges = SecurityGroups[0]?.IpPermissions?.flatMap(({ IpRanges = [] }) => IpRanges) ?? [];
          return ranges.filter(({ CidrIp }) => CidrIp === wide);
        },
      };
    },
  },

  endpoint: {
    what: 'another endpoint to the same service in the same VPC and subnet',
    stands: 'beside',
    *make({ region, zone, id: ourId }) {
      const id = yield* strangersEndpoint(region, ourId('vpc', region), ourId('subnet', `${region}/${zone}`));
      return {
        id,
        *see() {
          const { VpcEndpoints = [] } = yield* read(region, 'ec2', 'describeVpcEndpoints', { VpcEndpointIds: [id] });
          // It becomes available meanwhile, by itself.
          return VpcEndpoints.map(({ Tags, SubnetIds, Groups, PolicyDocument }) => ({
            Tags,
            SubnetIds,
            Groups,
            PolicyDocument,
          }));
        },
      };
    },
  },

  peering: {
    what: 'a peering of the same two VPCs',
    stands: 'in the way',
    *make({ region, account, peerRegion, id: ourId }) {
      const { VpcPeeringConnection } = yield* write(peerRegion, 'ec2', 'createVpcPeeringConnection', {
        ...(account !== undefined && { PeerOwnerId: account }),
        VpcId: ourId('vpc', peerRegion),
        PeerVpcId: ourId('vpc', region),
        PeerRegion: region,
      });
      const id = answered(VpcPeeringConnection?.VpcPeeringConnectionId, 'createVpcPeeringConnection');
      return {
        id,
        *see() {
          const which = { VpcPeeringConnectionIds: [id] };
          const { VpcPeeringConnections = [] } = yield* read(peerRegion, 'ec2', 'describeVpcPeeringConnections', which);
          // Nobody accepts it: it reaches the other side by itself, and stays.
          return VpcPeeringConnections.map(({ Tags, Status }) => [
            Tags,
            Status?.Code?.replace('initiating-request', 'pending-acceptance'),
          ]);
        },
      };
    },
  },

  'peering-tags': {
    what: 'a tag of somebody else on our peering',
    stands: 'beside',
    within: true,
    *make({ region, peerRegion, id: ourId }) {
      const id = ourId('peering', [region, peerRegion].toSorted().join('~'));
      yield* write(region, 'ec2', 'createTags', {
        Resources: [id],
        Tags: [{ Key: 'owner', Value: 'the network team' }],
      });
      return {
        id,
        *see() {
          const which = { VpcPeeringConnectionIds: [id] };
          const { VpcPeeringConnections = [] } = yield* read(region, 'ec2', 'describeVpcPeeringConnections', which);
          return VpcPeeringConnections.flatMap(({ Tags = [] }) => Tags).filter(({ Key }) => Key === 'owner');
        },
      };
    },
  },

  route: {
    what: 'a route to the same addresses through an internet gateway',
    stands: 'in the way',
    within: true,
    *make({ region, peerCidr, id: ourId }) {
      const { InternetGateway } = yield* write(region, 'ec2', 'createInternetGateway', {});
      const id = answered(InternetGateway?.InternetGatewayId, 'createInternetGateway');
      yield* write(region, 'ec2', 'attachInternetGateway', { InternetGatewayId: id, VpcId: ourId('vpc', region) });
      const RouteTableId = ourId('route-table', `${region}/main`);
      yield* write(region, 'ec2', 'createRoute', { RouteTableId, DestinationCidrBlock: peerCidr, GatewayId: id });
      return {
        id,
        *see() {
          const { RouteTables = [] } = yield* read(region, 'ec2', 'describeRouteTables', {
            RouteTableIds: [RouteTableId],
          });
          return RouteTables[0]?.Routes?.filter(({ DestinationCidrBlock }) => DestinationCidrBlock === peerCidr);
        },
      };
    },
  },
};

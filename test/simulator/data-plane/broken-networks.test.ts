import { test } from 'vitest';
import { conditionsOf } from '../../../simulator/data-plane/weather.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import type { JoinedRegions } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';
import { type Breakage, failsAsTold, HERE, THERE } from './breakage.ts';

const ingress = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.64.0.0/10' }] };

const isolate = async (joined: JoinedRegions, region: string, Egress: boolean, from: number, to: number) => {
  const { NetworkAcls } = await joined.call(ec2, region, 'DescribeNetworkAcls', {
    Filters: [{ Name: 'vpc-id', Values: [joined.network(region).vpcId] }],
  });
  await joined.call(ec2, region, 'CreateNetworkAclEntry', {
    NetworkAclId: NetworkAcls?.[0]?.NetworkAclId,
    RuleNumber: 10,
    Protocol: '6',
    PortRange: { From: from, To: to },
    RuleAction: 'deny',
    Egress,
    CidrBlock: '10.0.0.0/8',
  });
};

/** Between the caller and the endpoint: names, subnets, routes, peerings, security groups, and the way back. */
const breakages: readonly Breakage[] = [
  {
    what: 'DNS support switched off',
    why: 'there is no resolver to ask, so nothing says that the name is wrong either',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'ModifyVpcAttribute', {
        VpcId: joined.network(HERE).vpcId,
        EnableDnsSupport: { Value: false },
      }),
    failedAt: 'name',
    seen: 'ETIMEDOUT',
    says: /DNS support switched off/,
  },
  {
    what: 'DNS host names switched off',
    why: 'private zones need both attributes; public DNS knows nothing of the name',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'ModifyVpcAttribute', {
        VpcId: joined.network(HERE).vpcId,
        EnableDnsHostnames: { Value: false },
      }),
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /host names switched off/,
  },
  {
    what: 'zone disassociated',
    why: 'the zone is there, but not for this VPC',
    breaks: async (joined) => {
      const HostedZoneId = joined.view(HERE);
      // The last VPC of a zone cannot be taken away, so another has to come first.
      await joined.call(ec2, 'eu-west-1', 'CreateVpc', { CidrBlock: '10.99.0.0/16' }).then(({ Vpc }) =>
        joined.call(route53, HERE, 'AssociateVPCWithHostedZone', {
          HostedZoneId,
          VPC: { VPCId: known(Vpc?.VpcId), VPCRegion: 'eu-west-1' },
        }),
      );
      await joined.call(route53, HERE, 'DisassociateVPCFromHostedZone', {
        HostedZoneId,
        VPC: { VPCId: joined.network(HERE).vpcId, VPCRegion: 'us-east-1' },
      });
    },
    after: 40,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /no private zone that matches/,
  },
  {
    what: 'records deleted',
    why: 'a private zone that matches without a record is NXDOMAIN: public DNS is not asked',
    breaks: (joined) => joined.changeRecords(HERE, 'DELETE', ['eu-west-1', 'ap-southeast-2']),
    after: 40,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /has only NS, SOA records of it, and a private zone that matches leaves nothing to public DNS/,
  },
  {
    what: 'record pointing elsewhere',
    why: 'the name is an address, only nobody has a route to it',
    breaks: async (joined) => {
      await joined.changeRecords(HERE, 'DELETE', ['eu-west-1', 'ap-southeast-2']);
      await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
        HostedZoneId: joined.view(HERE),
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name: 'api.payments.example.com',
                Type: 'A',
                TTL: 60,
                ResourceRecords: [{ Value: '172.16.0.9' }],
              },
            },
          ],
        },
      });
    },
    after: 40,
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /has no route to 172\.16\.0\.9/,
  },
  {
    what: 'network ACL of the caller keeps packets in',
    why: 'the first packet dies before any route is looked at',
    breaks: (joined) => isolate(joined, HERE, true, 443, 443),
    failedAt: 'egress',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps packets/,
  },
  {
    what: 'route deleted',
    why: 'nothing but the local route is left, which does not match',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'DeleteRoute', {
        RouteTableId: joined.network(HERE).routeTableId,
        DestinationCidrBlock: joined.network(THERE).cidr,
      }),
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /route table rtb-\w+ of subnet-\w+ has no route to 10\.65\./,
  },
  {
    what: 'route replaced by a blackhole',
    why: 'the peering is well, so it is the route that is wrong',
    breaks: async (joined) => {
      const { NetworkInterface } = await joined.call(ec2, HERE, 'CreateNetworkInterface', {
        SubnetId: joined.network(HERE).subnetId,
      });
      const NetworkInterfaceId = known(NetworkInterface?.NetworkInterfaceId);
      await joined.call(ec2, HERE, 'ReplaceRoute', {
        RouteTableId: joined.network(HERE).routeTableId,
        DestinationCidrBlock: joined.network(THERE).cidr,
        NetworkInterfaceId,
      });
    },
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /sends 10\.65\.0\.0\/16 to eni-\w+, a blackhole/,
  },
  {
    what: 'route left behind by a peering that was made anew',
    why: 'the old route still names the old peering: a blackhole beside a peering that would do',
    breaks: async (joined) => {
      await joined.call(ec2, HERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      });
      await joined.clock.runFor(60_000);
      const { VpcPeeringConnection } = await joined.call(ec2, HERE, 'CreateVpcPeeringConnection', {
        VpcId: joined.network(HERE).vpcId,
        PeerVpcId: joined.network(THERE).vpcId,
        PeerRegion: THERE,
      });
      await joined.clock.runFor(10_000);
      const { VpcPeeringConnectionId } = known(VpcPeeringConnection);
      await joined.call(ec2, THERE, 'AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    },
    after: 60,
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /to pcx-\w+, a blackhole: that peering is not active, while pcx-\w+ is/,
  },
  {
    what: 'peering deleted',
    why: 'its route became a blackhole, yet what is wrong is the peering',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      }),
    after: 60,
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /is deleted, not active/,
  },
  {
    what: 'peering deleted and forgotten',
    why: 'two hours on, AWS shows it no longer, while the route still names it',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      }),
    after: 3 * 3600,
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /deleted, not active|does not exist any more/,
  },
  {
    what: 'peering eats packets on the way there',
    why: 'a peering stays active when a Regional event stops its traffic',
    breaks: ({ world }) => {
      conditionsOf(world).weather = { eats: ({ fromRegion, toRegion }) => fromRegion === HERE && toRegion === THERE };
    },
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /is active, but packets from us-east-1 to eu-west-1 do not arrive/,
  },
  {
    what: 'peering eats packets on the way back',
    why: 'the request arrived; it is the answer that is lost',
    breaks: ({ world }) => {
      conditionsOf(world).weather = { eats: ({ fromRegion, toRegion }) => fromRegion === THERE && toRegion === HERE };
    },
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /is active, but packets from eu-west-1 to us-east-1 do not arrive/,
  },
  {
    what: 'rule revoked',
    why: 'security groups drop without a word',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'RevokeSecurityGroupIngress', {
        GroupId: joined.network(THERE).groupId,
        IpPermissions: [ingress],
      }),
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /sg-\w+ of eni-\w+ lets nothing in from 10\.64\.1\.10 on tcp\/443/,
  },
  {
    what: 'rule narrowed to other callers',
    why: 'the port is right and the source is not',
    breaks: async (joined) => {
      const GroupId = joined.network(THERE).groupId;
      await joined.call(ec2, THERE, 'RevokeSecurityGroupIngress', { GroupId, IpPermissions: [ingress] });
      await joined.call(ec2, THERE, 'AuthorizeSecurityGroupIngress', {
        GroupId,
        IpPermissions: [{ ...ingress, IpRanges: [{ CidrIp: '10.66.0.0/16' }] }],
      });
    },
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /lets nothing in from 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the endpoint keeps packets out',
    why: 'it stands before the security group',
    breaks: (joined) => isolate(joined, THERE, false, 443, 443),
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps packets from 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the endpoint keeps answers in',
    why: 'network ACLs remember no connections: answers to the ephemeral port need a rule of their own',
    breaks: (joined) => isolate(joined, THERE, true, 1024, 65_535),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps answers to 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the caller keeps answers out',
    why: 'the last hop of the way back is the caller’s own subnet',
    breaks: (joined) => isolate(joined, HERE, false, 1024, 65_535),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /keeps answers from 10\.65\.\d+\.\d+ out of subnet-/,
  },
  {
    what: 'return route gone',
    why: 'the request arrived, and the answer has no way back',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteRoute', {
        RouteTableId: joined.network(THERE).routeTableId,
        DestinationCidrBlock: joined.network(HERE).cidr,
      }),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /has no route back to 10\.64\.1\.10/,
  },
];

test.for(breakages)('$what: $failedAt, as $why', failsAsTold);

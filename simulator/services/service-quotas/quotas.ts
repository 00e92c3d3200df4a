import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { defaultQuotas, type Quotas } from '../ec2/quotas.ts';
import { ec2Home } from '../ec2/state.ts';

/** One quota as Service Quotas lists it: its code and name there, and what it is here. */
export interface ListedQuota {
  readonly code: string;
  readonly name: string;
  readonly byDefault: number;
  readonly isAdjustable: boolean;
  /** What the simulator holds the account to; left out: the default, which nothing changes. */
  readonly applied?: (world: World, place: Place) => number;
  /** Holds the account to another value, where the simulator can. */
  readonly set?: (world: World, place: Place, value: number) => void;
}

export interface QuotaService {
  readonly code: string;
  readonly name: string;
  /** Listed in us-east-1 and nowhere else. */
  readonly isGlobal?: true;
  readonly quotas: readonly ListedQuota[];
}

/** EC2 holds every account and Region to quotas of its own, which a test may raise. */
const ofVpc = (code: string, name: string, key: keyof Quotas): ListedQuota => ({
  code,
  name,
  byDefault: defaultQuotas[key],
  isAdjustable: true,
  applied: (world, place) => world.state(ec2Home, place).quotas[key],
  set(world, place, value) {
    world.state(ec2Home, place).quotas[key] = value;
  },
});

/**
 * The quotas that the simulator's services keep, by the codes and names of Service Quotas.
 *
 * Source  the links of docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html and .../privatelink/vpc-limits-endpoints.html,
 *         docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html,
 *         docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
 *         docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html (listed in US East (N. Virginia) only)
 */
export const quotaServices: readonly QuotaService[] = [
  {
    code: 'apigateway',
    name: 'Amazon API Gateway',
    quotas: [{ code: 'L-24E7E662', name: 'Private Custom Domain Names', byDefault: 50, isAdjustable: true }],
  },
  {
    code: 'events',
    name: 'Amazon EventBridge (CloudWatch Events)',
    quotas: [{ code: 'L-244521F2', name: 'Number of rules', byDefault: 300, isAdjustable: true }],
  },
  {
    code: 'lambda',
    name: 'AWS Lambda',
    quotas: [{ code: 'L-B99A9384', name: 'Concurrent executions', byDefault: 1_000, isAdjustable: true }],
  },
  {
    code: 'route53',
    name: 'Amazon Route 53',
    isGlobal: true,
    quotas: [
      { code: 'L-4EA4796A', name: 'Hosted zones', byDefault: 500, isAdjustable: true },
      { code: 'L-ACB674F3', name: 'Health checks', byDefault: 200, isAdjustable: true },
    ],
  },
  {
    code: 'vpc',
    name: 'Amazon Virtual Private Cloud (Amazon VPC)',
    quotas: [
      ofVpc('L-F678F1CE', 'VPCs per Region', 'vpcs'),
      ofVpc('L-407747CB', 'Subnets per VPC', 'subnetsPerVpc'),
      ofVpc('L-83CA0A9D', 'IPv4 CIDR blocks per VPC', 'cidrsPerVpc'),
      ofVpc('L-589F43AA', 'Route tables per VPC', 'routeTablesPerVpc'),
      ofVpc('L-93826ACB', 'Routes per route table', 'routesPerTable'),
      ofVpc('L-B4A6D682', 'Network ACLs per VPC', 'networkAclsPerVpc'),
      ofVpc('L-2AEEBF1A', 'Rules per network ACL', 'rulesPerNetworkAcl'),
      ofVpc('L-E79EC296', 'VPC security groups per Region', 'securityGroups'),
      ofVpc('L-0EA8095F', 'Inbound or outbound rules per security group', 'rulesPerSecurityGroup'),
      ofVpc('L-2AFB9258', 'Security groups per network interface', 'groupsPerInterface'),
      ofVpc('L-A4707A72', 'Internet gateways per Region', 'internetGateways'),
      ofVpc('L-29B6F2EB', 'Interface VPC endpoints per VPC', 'interfaceEndpointsPerVpc'),
      ofVpc('L-7E9ECCDB', 'Active VPC peering connections per VPC', 'activePeeringsPerVpc'),
      ofVpc('L-DC9F7029', 'Outstanding VPC peering connection requests', 'outstandingPeerings'),
    ],
  },
];

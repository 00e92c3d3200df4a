/**
 * What one account may have in one Region. AWS raises most of these on request: so may a test, on the state.
 *
 * Source    docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
 *           docs.aws.amazon.com/vpc/latest/peering/vpc-peering-connection-quotas.html (active: up to 125)
 */
export interface Quotas {
  vpcs: number;
  cidrsPerVpc: number;
  subnetsPerVpc: number;
  routeTablesPerVpc: number;
  routesPerTable: number;
  networkAclsPerVpc: number;
  rulesPerNetworkAcl: number;
  securityGroups: number;
  rulesPerSecurityGroup: number;
  groupsPerInterface: number;
  internetGateways: number;
  interfaceEndpointsPerVpc: number;
  activePeeringsPerVpc: number;
  outstandingPeerings: number;
}

export const defaultQuotas: Readonly<Quotas> = {
  vpcs: 5,
  cidrsPerVpc: 5,
  subnetsPerVpc: 200,
  routeTablesPerVpc: 200,
  routesPerTable: 500,
  networkAclsPerVpc: 200,
  rulesPerNetworkAcl: 20,
  securityGroups: 2_500,
  rulesPerSecurityGroup: 60,
  groupsPerInterface: 5,
  internetGateways: 5,
  interfaceEndpointsPerVpc: 50,
  activePeeringsPerVpc: 50,
  outstandingPeerings: 25,
};

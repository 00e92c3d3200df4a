import type { WorldMs } from '../../clock.ts';
import type { Cidr, Ip } from '../../ip.ts';
import type { Place, StateHome } from '../../service.ts';
import { defaultQuotas, type Quotas } from './quotas.ts';

/**
 * EC2 networking of one account in one Region.
 *
 * What changes by itself with time is not stored as a status but as the instants at which it changes:
 * `statusOfPeering`, `stateOfEndpoint` and `routesOf` say what that comes to at a given one.
 */
export interface Ec2State {
  readonly place: Place;
  readonly quotas: Quotas;
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: Map<string, RouteTable>;
  /** By association id; a VPC and its subnets point at theirs. */
  readonly routeTableAssociations: Map<string, RouteTableAssociation>;
  readonly networkAcls: Map<string, NetworkAcl>;
  readonly securityGroups: Map<string, SecurityGroup>;
  /** One object stands in the maps of both Regions: what one side does to it, the other sees. */
  readonly peerings: Map<string, Peering>;
  readonly endpoints: Map<string, Endpoint>;
  /** By service, as in 'execute-api', the zones in which AWS does not offer it to this account. */
  readonly zonesWithout: Map<string, ReadonlySet<string>>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
  readonly internetGateways: Map<string, InternetGateway>;
  /** Tags by resource id, as this account wrote them in this Region: those of a peering differ by side. */
  readonly tags: Map<string, Map<string, string>>;
  /** What client tokens made, by token. */
  readonly clientTokens: {
    readonly routeTables: Map<string, ClientTokenUse<RouteTable>>;
    readonly networkAcls: Map<string, ClientTokenUse<NetworkAcl>>;
    readonly networkInterfaces: Map<string, ClientTokenUse<NetworkInterface>>;
    readonly endpoints: Map<string, ClientTokenUse<Endpoint>>;
  };
}

export interface ClientTokenUse<Made> {
  /** The parameters the token came with, as text. */
  readonly parameters: string;
  /** Kept even when it has been deleted since. */
  readonly made: Made;
  readonly usedAtMs: WorldMs;
}

interface CidrAssociation {
  /** 'vpc-cidr-assoc-…' */
  readonly id: string;
  readonly cidr: Cidr;
}

export interface Vpc {
  readonly id: string;
  readonly ownerId: string;
  /** The primary first. */
  readonly cidrs: CidrAssociation[];
  readonly tenancy: 'default' | 'dedicated';
  dnsSupport: boolean;
  dnsHostnames: boolean;
  networkAddressUsageMetrics: boolean;
  mainRouteTable: RouteTableAssociation;
  readonly defaultNetworkAclId: string;
  readonly defaultSecurityGroupId: string;
  /** Every peering that names this VPC and is still visible, whichever side asked for it. */
  readonly peerings: Set<Peering>;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: Cidr;
  /** 'eu-west-1a' */
  readonly zone: string;
  /** Its explicit association; without one the VPC's main table rules. */
  routeTable: RouteTableAssociation | undefined;
  networkAcl: NetworkAclAssociation;
  /** Addresses in use, besides the five that AWS keeps. */
  readonly taken: Set<Ip>;
}

export interface RouteTableAssociation {
  /** 'rtbassoc-…' */
  readonly id: string;
  readonly routeTableId: string;
  readonly vpcId: string;
  /** Absent in the association that makes a table the VPC's main one. */
  readonly subnetId: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** By destination in canonical text. Local routes are not in here: they follow from the VPC's CIDRs. */
  readonly routes: Map<string, StoredRoute>;
}

export type RouteTarget =
  | { readonly kind: 'peering'; readonly id: string }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'network-interface'; readonly id: string };

export interface StoredRoute {
  readonly destination: Cidr;
  readonly target: RouteTarget;
}

export type PeeringStatus =
  | 'initiating-request'
  | 'pending-acceptance'
  | 'provisioning'
  | 'active'
  | 'deleting'
  | 'deleted'
  | 'rejected'
  | 'expired'
  | 'failed';

export interface PeeringSide {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** The VPC's own CIDRs, shared with it: a secondary one added later shows at once. Undefined where there is no such VPC. */
  readonly cidrs: readonly CidrAssociation[] | undefined;
  allowRemoteDnsResolution: boolean;
}

/** A peering by its instants; `statusOfPeering` tells its status at one of them. */
export interface Peering {
  readonly id: string;
  readonly requester: PeeringSide;
  readonly accepter: PeeringSide;
  readonly createdAtMs: WorldMs;
  /** From then on it is pending-acceptance, or failed. */
  readonly initiatedAtMs: WorldMs;
  readonly expiresAtMs: WorldMs;
  /** Overlapping CIDRs, or no such VPC there: it will never be active. */
  failed: boolean;
  rejectedAtMs: WorldMs | undefined;
  acceptedAtMs: WorldMs | undefined;
  activeAtMs: WorldMs | undefined;
  /** Who asked for its deletion, and when it is deleted. */
  deletion: { readonly byAccount: string; readonly deletedAtMs: WorldMs } | undefined;
  /** From then on a side does not see it: after an end of any kind AWS keeps it in sight for a while. */
  goneAtMs: { readonly requester: WorldMs; readonly accepter: WorldMs };
}

/** Who a rule lets in, or out to. */
export type RulePeer =
  | { readonly kind: 'ipv4'; readonly cidr: Cidr }
  | { readonly kind: 'ipv6'; readonly text: string }
  | {
      readonly kind: 'group';
      readonly groupId: string;
      readonly account: string;
      readonly peeringId: string | undefined;
    }
  | { readonly kind: 'prefix-list'; readonly id: string };

export interface SecurityGroupRule {
  /** 'sgr-…' */
  readonly id: string;
  readonly groupId: string;
  readonly egress: boolean;
  /** 'tcp', 'udp', 'icmp', 'icmpv6', a protocol number as text, or '-1' for all. */
  protocol: string;
  /** Ports, or ICMP type and code; -1 for all. */
  fromPort: number;
  toPort: number;
  peer: RulePeer;
  description: string | undefined;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  /** Both directions, by rule id, in the order they were added. */
  readonly rules: Map<string, SecurityGroupRule>;
}

interface NetworkAclAssociation {
  /** 'aclassoc-…' */
  readonly id: string;
  readonly networkAclId: string;
}

export interface NetworkAclEntry {
  /** 1 to 32766, evaluated from the lowest; what no entry matches is denied. */
  readonly number: number;
  readonly egress: boolean;
  /** A protocol number as text, or '-1' for all. */
  readonly protocol: string;
  readonly action: 'allow' | 'deny';
  readonly cidr: Cidr;
  readonly ports: { readonly from: number; readonly to: number } | undefined;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
}

export interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  /** Both directions, ascending by number. */
  entries: NetworkAclEntry[];
}

/** An interface endpoint: gateway endpoints are not simulated. */
export interface Endpoint {
  readonly id: string;
  readonly vpcId: string;
  /** 'com.amazonaws.eu-west-1.execute-api' */
  readonly serviceName: string;
  readonly createdAtMs: WorldMs;
  readonly availableAtMs: WorldMs;
  deletion: { readonly goneAtMs: WorldMs } | undefined;
  policyDocument: string;
  /** One network interface per subnet, by subnet id. */
  readonly interfaces: Map<string, NetworkInterface>;
  readonly groupIds: Set<string>;
  privateDnsEnabled: boolean;
  /** 'vpce-0abc…-x1y2z3ab': the first label of its own DNS name. */
  readonly dnsLabel: string;
}

export interface NetworkInterface {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly address: Ip;
  readonly mac: string;
  readonly type: 'interface' | 'vpc_endpoint';
  readonly description: string;
  /** An interface endpoint shares its set with its interfaces. */
  readonly groupIds: Set<string>;
  /** The endpoint it belongs to; such an interface is in use, and nobody else may delete it. */
  readonly endpointId: string | undefined;
}

export interface InternetGateway {
  readonly id: string;
  vpcId: string | undefined;
}

export const ec2Home: StateHome<Ec2State> = {
  name: 'ec2',
  scope: 'regional',
  newState: (place) => ({
    place,
    quotas: { ...defaultQuotas },
    vpcs: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    routeTableAssociations: new Map(),
    networkAcls: new Map(),
    securityGroups: new Map(),
    peerings: new Map(),
    endpoints: new Map(),
    networkInterfaces: new Map(),
    internetGateways: new Map(),
    zonesWithout: new Map(),
    tags: new Map(),
    clientTokens: {
      routeTables: new Map(),
      networkAcls: new Map(),
      networkInterfaces: new Map(),
      endpoints: new Map(),
    },
  }),
};

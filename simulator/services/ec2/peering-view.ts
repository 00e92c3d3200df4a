import type {
  VpcPeeringConnection,
  VpcPeeringConnectionStateReason,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import { formatCidr } from '../../ip.ts';
import type { FilterTable } from './filters.ts';
import { findAll, notFound } from './find.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import { statusOfPeering } from './peering-status.ts';
import { isVisible } from './peering-visibility.ts';
import type { Peering, PeeringSide, PeeringStatus } from './state.ts';
import { tagsOf } from './tags.ts';

const messageOf = (peering: Peering, status: PeeringStatus): string => {
  switch (status) {
    case 'initiating-request':
      return `Initiating Request to ${peering.accepter.account}`;
    case 'pending-acceptance':
      return `Pending Acceptance by ${peering.accepter.account}`;
    case 'provisioning':
      return 'Provisioning';
    case 'active':
      return 'Active';
    case 'deleting':
      return 'Deleting';
    case 'deleted':
      return `Deleted by ${peering.deletion?.byAccount}`;
    case 'rejected':
      return `Rejected by ${peering.accepter.account}`;
    case 'expired':
      return 'Expired';
    case 'failed':
      return 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range';
  }
};

const reasonOf = (peering: Peering, status: PeeringStatus): VpcPeeringConnectionStateReason => ({
  Code: status,
  Message: messageOf(peering, status),
});

const primaryOf = ({ cidrs }: PeeringSide): string | undefined => cidrs?.[0] && formatCidr(cidrs[0].cidr);

const sideView = (side: PeeringSide, withCidrs: boolean): VpcPeeringConnectionVpcInfo => {
  const CidrBlock = withCidrs ? primaryOf(side) : undefined;
  return {
    OwnerId: side.account,
    VpcId: side.vpcId,
    Region: side.region,
    ...(CidrBlock !== undefined && {
      CidrBlock,
      CidrBlockSet: (side.cidrs ?? []).map(({ cidr }) => ({ CidrBlock: formatCidr(cidr) })),
      PeeringOptions: {
        AllowDnsResolutionFromRemoteVpc: side.allowRemoteDnsResolution,
        AllowEgressFromLocalClassicLinkToRemoteVpc: false,
        AllowEgressFromLocalVpcToRemoteClassicLink: false,
      },
    }),
  };
};

/** Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnection.html: the accepter's CIDRs "only when describing an active" one */
export function peeringView(peering: Peering, { state, nowMs }: Ec2Call): VpcPeeringConnection {
  const status = statusOfPeering(peering, nowMs);
  return {
    VpcPeeringConnectionId: peering.id,
    RequesterVpcInfo: sideView(peering.requester, true),
    AccepterVpcInfo: sideView(peering.accepter, status === 'active'),
    Status: reasonOf(peering, status),
    ...((status === 'initiating-request' || status === 'pending-acceptance') && {
      ExpirationTime: new Date(peering.expiresAtMs),
    }),
    Tags: tagsOf(state, peering.id),
  };
}

const filters: FilterTable<Peering> = {
  'accepter-vpc-info.cidr-block': ({ accepter }) => primaryOf(accepter),
  'accepter-vpc-info.owner-id': ({ accepter }) => accepter.account,
  'accepter-vpc-info.vpc-id': ({ accepter }) => accepter.vpcId,
  'expiration-time': ({ expiresAtMs }) => new Date(expiresAtMs).toISOString(),
  'requester-vpc-info.cidr-block': ({ requester }) => primaryOf(requester),
  'requester-vpc-info.owner-id': ({ requester }) => requester.account,
  'requester-vpc-info.vpc-id': ({ requester }) => requester.vpcId,
  'status-code': (peering, { nowMs }) => statusOfPeering(peering, nowMs),
  'status-message': (peering, { nowMs }) => messageOf(peering, statusOfPeering(peering, nowMs)),
  'vpc-peering-connection-id': ({ id }) => id,
};

export const describePeerings: Operation<'DescribeVpcPeeringConnections'> = (input, call) => {
  const { state, nowMs } = call;
  const found = findAll(state, 'peering', input.VpcPeeringConnectionIds);
  const hidden = found.find((peering) => !isVisible(peering, state, nowMs));
  if (hidden !== undefined && input.VpcPeeringConnectionIds?.includes(hidden.id) === true)
    throw notFound('peering', hidden.id);
  const visible = hidden === undefined ? found : found.filter((peering) => isVisible(peering, state, nowMs));
  const page = listed(visible, input, filters, call);
  return { VpcPeeringConnections: page.items.map((peering) => peeringView(peering, call)), ...furtherPages(page) };
};

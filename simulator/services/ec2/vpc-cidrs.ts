import { AwsError } from '../../aws-error.ts';
import { type Cidr, formatCidr, holdsCidr, overlap } from '../../ip.ts';
import { cidrIn } from './cidr-parameters.ts';
import { notSimulated, required } from './errors.ts';
import { find } from './find.ts';
import { newId } from './ids.ts';
import type { Ec2Call, Operation } from './operation.ts';
import { failPeering, statusOfPeering } from './peering-status.ts';
import type { Vpc } from './state.ts';

/** Source    docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: /16 to /28 */
export function refuseVpcSize(cidr: Cidr): void {
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28)
    throw new AwsError('InvalidVpc.Range', `The CIDR '${formatCidr(cidr)}' is invalid.`);
}

const conflict = (cidr: Cidr, what: string): AwsError =>
  new AwsError('InvalidVpc.Range', `The CIDR '${formatCidr(cidr)}' conflicts with ${what}`);

/** Adds a secondary block, unless it is in the way of the VPC itself, of its routes or of its peers. */
export const associateVpcCidrBlock: Operation<'AssociateVpcCidrBlock'> = (input, call) => {
  const { state } = call;
  const vpc = find(state, 'vpc', input.VpcId);
  if (input.AmazonProvidedIpv6CidrBlock === true || input.Ipv6CidrBlock !== undefined) throw notSimulated('IPv6');
  const cidr = cidrIn(input.CidrBlock, 'cidrBlock');
  refuseVpcSize(cidr);
  if (vpc.cidrs.length >= state.quotas.cidrsPerVpc)
    throw new AwsError(
      'CidrLimitExceeded',
      `This network '${vpc.id}' has met its maximum number of allowed CIDRs: ${state.quotas.cidrsPerVpc}`,
    );
  if (vpc.cidrs.some((own) => overlap(own.cidr, cidr))) throw conflict(cidr, `another CIDR of ${vpc.id}`);
  refuseOnRoutes(vpc, cidr, call);
  refuseOnPeers(vpc, cidr, call);
  const association = { id: newId('vpc-cidr-assoc', call), cidr };
  vpc.cidrs.push(association);
  return {
    VpcId: vpc.id,
    CidrBlockAssociation: {
      AssociationId: association.id,
      CidrBlock: formatCidr(cidr),
      CidrBlockState: { State: 'associating' },
    },
  };
};

/** Source    docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: "must not be the same or larger than a destination CIDR range in a route" */
function refuseOnRoutes(vpc: Vpc, cidr: Cidr, { state }: Ec2Call): void {
  for (const table of state.routeTables.values()) {
    if (table.vpcId !== vpc.id) continue;
    for (const { destination } of table.routes.values())
      if (holdsCidr(cidr, destination)) throw conflict(cidr, `the route to ${formatCidr(destination)} in ${table.id}`);
  }
}

/**
 * A block that a peer has is refused once the peering is accepted. Before that the requester may add none at all;
 * the accepter may, and a request that then overlaps fails.
 *
 * Source    docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html, "VPC CIDR block association restrictions"
 */
function refuseOnPeers(vpc: Vpc, cidr: Cidr, { nowMs, world }: Ec2Call): void {
  for (const peering of vpc.peerings) {
    const isRequester = peering.requester.vpcId === vpc.id;
    const peer = isRequester ? peering.accepter : peering.requester;
    const overlaps = peer.cidrs?.some((theirs) => overlap(theirs.cidr, cidr)) === true;
    switch (statusOfPeering(peering, nowMs)) {
      case 'provisioning':
      case 'active':
        if (overlaps) throw conflict(cidr, `the peer of ${peering.id}`);
        break;
      case 'initiating-request':
      case 'pending-acceptance':
        if (isRequester) throw conflict(cidr, `${peering.id}, which is not accepted yet`);
        if (overlaps) failPeering(peering, nowMs, world.timings);
        break;
      case 'deleting':
      case 'deleted':
      case 'rejected':
      case 'expired':
      case 'failed':
    }
  }
}

export const disassociateVpcCidrBlock: Operation<'DisassociateVpcCidrBlock'> = (input, { state }) => {
  const id = required(input.AssociationId, 'associationId');
  for (const vpc of state.vpcs.values()) {
    const index = vpc.cidrs.findIndex((association) => association.id === id);
    const association = vpc.cidrs[index];
    if (association === undefined) continue;
    if (index === 0)
      throw new AwsError(
        'OperationNotPermitted',
        `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    if (state.subnets.values().some((subnet) => subnet.vpcId === vpc.id && holdsCidr(association.cidr, subnet.cidr)))
      throw new AwsError(
        'DependencyViolation',
        `The vpc CIDR block with association ID ${id} has dependencies and cannot be disassociated`,
      );
    vpc.cidrs.splice(index, 1);
    return {
      VpcId: vpc.id,
      CidrBlockAssociation: {
        AssociationId: id,
        CidrBlock: formatCidr(association.cidr),
        CidrBlockState: { State: 'disassociating' },
      },
    };
  }
  throw new AwsError(
    'InvalidVpcCidrBlockAssociationID.NotFound',
    `The vpc CIDR block association ID '${id}' does not exist`,
  );
};

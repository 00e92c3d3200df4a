import { accountOf } from './accounts.ts';
import { allocate, cidrOf, formatCidr, overlaps } from './cidr.ts';
import { certificateNameCovers } from './domain-name.ts';
import type { BorrowedVpc, Declared, Fleet, Member, Role } from './fleet.ts';
import { problemOfVpcBlock } from './fleet-checks.ts';
import { problemOfMove } from './openings.ts';
import { type Problem, problem } from './problem.ts';
import { isRegion, type Region } from './region.ts';

/** A wish to join. What it leaves out is taken from the fleet file, if that knows the Region. */
export interface JoinRequest {
  readonly region: string;
  readonly role?: string | undefined;
  readonly cidr?: string | undefined;
  readonly vpc?: BorrowedVpc | undefined;
  readonly certificateArn?: string | undefined;
}

export interface SeenVpc {
  readonly vpcId: string;
  /** The primary first. */
  readonly cidrs: readonly string[];
  /** It is the VPC of this Region's member: by its tags, by the journal, or because the member borrows it. */
  readonly isMembers: boolean;
  /** Another fleet has it: by its tags, or because that fleet's journal names it. */
  readonly owner?: VpcOwner | undefined;
}

/** Which other fleet a VPC is of: it has made it, or its member borrows it. */
export interface VpcOwner {
  readonly fleet: string;
  readonly isBorrowed: boolean;
}

/** Why a fleet may not borrow what another has: for whoever joins, and for whoever puts a file in force. */
export const problemOfOwnedVpc = (vpcId: string, { fleet, isBorrowed }: VpcOwner): Problem =>
  isBorrowed
    ? problem(
        'vpc.vpcId',
        `${vpcId} is borrowed by the fleet ${fleet}`,
        `borrow one that no fleet has: both would write routes into its tables, and two VPCs are peered once only`,
      )
    : problem(
        'vpc.vpcId',
        `${vpcId} belongs to the fleet ${fleet}`,
        `borrow one that no fleet has made: ${fleet} removes it when its member leaves`,
      );

/** What there is in AWS that a decision on a join depends on. */
export interface Evidence {
  /** Every VPC in the Regions of the members and in the joining one. */
  readonly vpcsByRegion: Readonly<Record<Region, readonly SeenVpc[]>>;
  /** In the joining Region: zones open to this account, issued certificates, and what the VPC to be borrowed consists of. */
  readonly zones: readonly string[];
  /** Those in which an endpoint of API Gateway's may lie. Left out: nobody says. */
  readonly endpointZones?: readonly string[] | undefined;
  readonly certificates: readonly { readonly arn: string; readonly names: readonly string[] }[];
  readonly routeTables: readonly { readonly id: string; readonly vpcId: string }[];
  readonly subnets: readonly { readonly id: string; readonly vpcId: string; readonly zone: string }[];
  /** Attributes of the VPC to be borrowed that are off, and without which no private zone answers in it. */
  readonly dnsOff?: readonly string[];
}

export type Decision =
  /** Its sequence is given when it is written down. */
  | { readonly admitted: Omit<Member, 'sequence'> }
  /** It asked for what is so: a repeated request is not an error. */
  | { readonly already: Member }
  | { readonly refused: Problem };

/** Thrown within this file only: the first reason to refuse ends the decision. */
class Refusal extends Error {
  readonly problem: Problem;
  constructor(because: Problem) {
    super(because.says);
    this.problem = because;
  }
}
const refuse = (path: string, says: string, remedy: string): never => {
  throw new Refusal(problem(path, says, remedy));
};

/**
 * Decides whether a Region may join, and as what.
 *
 * In   who is in the fleet, what is asked for, and what was seen in AWS just now
 * Out  the member to write down; or the one it already is; or the field that stands in the way, and the remedy
 */
export function admit(declared: Declared, request: JoinRequest, evidence: Evidence): Decision {
  try {
    return decide(declared, request, evidence);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.problem };
    throw error;
  }
}

function decide(declared: Declared, request: JoinRequest, evidence: Evidence): Decision {
  const { fleet, members } = declared;
  const { region } = request;
  if (!isRegion(region)) refuse('region', `"${region}" is not an AWS Region`, 'correct its spelling, like eu-west-1');
  const inFile = fleet.members[region];
  const role = roleOf(request.role ?? inFile?.role);
  const member = members.find((one) => one.region === region);
  if (member !== undefined) {
    sameAccount(fleet, member);
    return { already: sameMember(member, role, request) };
  }

  const cidr = request.cidr ?? inFile?.cidr;
  const borrowed = request.vpc ?? inFile?.vpc;
  if (borrowed !== undefined && cidr !== undefined)
    refuse('cidr', 'stands beside a borrowed VPC, which has its blocks already', 'leave out cidr, or vpc');
  const network =
    borrowed === undefined
      ? { cidrs: [ownBlock(declared, region, cidr, evidence)], zones: ownZones(declared, region, role, evidence) }
      : { ...borrowedNetwork(declared, region, { role, borrowed }, evidence), borrowed };
  const account = inFile?.account;
  const admitted = {
    region,
    role,
    phase: 'joining',
    inTraffic: false,
    ...(account !== undefined && { account }),
    ...network,
  } as const;
  if (role === 'client') return { admitted };
  const wished = request.certificateArn ?? inFile?.certificateArn;
  return { admitted: { ...admitted, certificateArn: certificateFor(fleet.domain, region, wished, evidence) } };
}

function roleOf(role: string | undefined): Role {
  if (role === 'serving' || role === 'client') return role;
  return refuse(
    'role',
    role === undefined ? 'is missing' : `"${role}" is not a role`,
    'say serving, or client for a Region that only has callers',
  );
}

/** What there is of a member lies where it was made: the file may not say that it is elsewhere. */
function sameAccount(fleet: Fleet, member: Member): void {
  const found = problemOfMove(accountOf(fleet, fleet.members[member.region]), fleet, member);
  if (found !== undefined) throw new Refusal(found);
}

/** The member as it is, if that is what was asked for. */
function sameMember(member: Member, role: Role, request: JoinRequest): Member {
  const { region, phase } = member;
  if (phase === 'leaving' || phase === 'draining')
    refuse(
      'region',
      `${region} is ${phase}`,
      'wait until it has left, or offboard it again if nothing is at work on it, then join it again',
    );
  if (member.role !== role)
    refuse('role', `${region} is a member already, as ${member.role}`, `offboard it first, then join it as ${role}`);
  const [primary] = member.cidrs;
  if (request.cidr !== undefined && request.cidr !== primary)
    refuse('cidr', `${region} is a member already, with ${primary}`, `leave it out, or offboard ${region} first`);
  if (request.vpc !== undefined && request.vpc.vpcId !== member.borrowed?.vpcId)
    refuse(
      'vpc.vpcId',
      `${region} is a member already, ${member.borrowed === undefined ? 'with a VPC of its own' : `in ${member.borrowed.vpcId}`}`,
      `leave it out, or offboard ${region} first`,
    );
  return member;
}

interface Taken {
  readonly cidr: string;
  readonly by: string;
}

/** Every block a member's VPC has: as declared, and as seen, for somebody may have added one since. */
function blocksOfMembers(members: readonly Member[], { vpcsByRegion }: Evidence): Taken[] {
  return members.flatMap(({ region, cidrs }) => {
    const seen = (vpcsByRegion[region] ?? []).filter(({ isMembers }) => isMembers).flatMap((vpc) => vpc.cidrs);
    const secondary = seen.filter((cidr) => !cidrs.includes(cidr));
    return [
      ...cidrs.map((cidr) => ({ cidr, by: region })),
      ...secondary.map((cidr) => ({ cidr, by: `${region}, where it was added to the VPC` })),
    ];
  });
}

const inTheWayOf = (cidr: string, taken: readonly Taken[]): Taken | undefined =>
  taken.find((other) => overlaps(cidrOf(other.cidr), cidrOf(cidr)));

function ownBlock(
  { fleet, members }: Declared,
  region: Region,
  wished: string | undefined,
  evidence: Evidence,
): string {
  const taken = blocksOfMembers(members, evidence);
  if (wished !== undefined) {
    const wrong = problemOfVpcBlock('cidr', wished, fleet.network.zones);
    if (wrong !== undefined) throw new Refusal(wrong);
    const other = inTheWayOf(wished, taken);
    if (other !== undefined)
      refuse(
        'cidr',
        `${wished} overlaps ${other.cidr} of ${other.by}`,
        'ask for another block, or leave it out to have one allocated',
      );
    return wished;
  }
  // Strangers' VPCs and what the file reserves for others are in nobody's way yet, and are best kept so.
  const strangers = Object.values(evidence.vpcsByRegion).flatMap((vpcs) => vpcs.flatMap(({ cidrs }) => cidrs));
  const reserved = Object.entries(fleet.members).flatMap(([other, { cidr }]) =>
    cidr === undefined || other === region ? [] : [cidr],
  );
  const { supernet, prefixLength } = fleet.network;
  const avoid = [...taken.map(({ cidr }) => cidr), ...strangers, ...reserved].map(cidrOf);
  const block = allocate({ supernet: cidrOf(supernet), prefixLength, taken: avoid });
  if (block !== undefined) return formatCidr(block);
  return refuse(
    'network.supernet',
    `${supernet} is full: no /${prefixLength} is left for ${region}`,
    'ask for a cidr outside of it, or widen the supernet in the fleet file',
  );
}

/**
 * AWS does not offer every service in every zone, and which it is differs between accounts. Only who serves has an endpoint.
 *
 * Source  docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html (Subnets and Availability Zones)
 */
const mayHaveEndpoint = (zone: string, role: Role, { endpointZones }: Evidence): boolean =>
  role === 'client' || endpointZones === undefined || endpointZones.includes(zone);

function ownZones({ fleet }: Declared, region: Region, role: Role, evidence: Evidence): string[] {
  const wanted = fleet.network.zones;
  const { zones } = evidence;
  const fit = zones.filter((zone) => mayHaveEndpoint(zone, role, evidence));
  const few = fit.length < zones.length ? `, API Gateway's endpoint may lie in ${fit.length} of them` : '';
  if (fit.length < wanted)
    refuse(
      'network.zones',
      `${region} has ${zones.length} zones open to account ${accountOf(fleet, fleet.members[region])}${few}, and the fleet asks for ${wanted}`,
      'ask for fewer zones in the fleet file, or enable the Region for the account',
    );
  return fit.toSorted().slice(0, wanted);
}

function borrowedNetwork(
  { members }: Declared,
  region: Region,
  { role, borrowed }: { readonly role: Role; readonly borrowed: BorrowedVpc },
  evidence: Evidence,
): Pick<Member, 'cidrs' | 'zones'> {
  const { vpcId, routeTableIds, subnetIds } = borrowed;
  const vpc = evidence.vpcsByRegion[region]?.find((seen) => seen.vpcId === vpcId);
  if (vpc === undefined) {
    const elsewhere = Object.entries(evidence.vpcsByRegion).find(([, vpcs]) =>
      vpcs.some((seen) => seen.vpcId === vpcId),
    );
    return elsewhere === undefined
      ? refuse(
          'vpc.vpcId',
          `${vpcId} does not exist in ${region}`,
          `name a VPC of ${region}, or leave out vpc to have one made`,
        )
      : refuse(
          'vpc.vpcId',
          `${vpcId} lies in ${elsewhere[0]}, not in ${region}`,
          `name a VPC of ${region}, or join ${elsewhere[0]}`,
        );
  }
  if (vpc.owner !== undefined) throw new Refusal(problemOfOwnedVpc(vpcId, vpc.owner));
  const { dnsOff = [] } = evidence;
  if (dnsOff.length > 0)
    refuse(
      'vpc.vpcId',
      `${vpcId} has ${dnsOff.join(' and ')} off, and private zones do not answer in it`,
      'switch it on: what is borrowed is not changed by the fleet',
    );
  const other = vpc.cidrs
    .map((cidr) => ({ cidr, taken: inTheWayOf(cidr, blocksOfMembers(members, evidence)) }))
    .find(({ taken }) => taken !== undefined);
  if (other !== undefined)
    refuse(
      'vpc.vpcId',
      `${other.cidr} of ${vpcId} overlaps ${other.taken?.cidr} of ${other.taken?.by}`,
      'borrow a VPC with other addresses: peered VPCs may not share any',
    );

  for (const [index, id] of routeTableIds.entries())
    if (!evidence.routeTables.some((table) => table.id === id && table.vpcId === vpcId))
      refuse(`vpc.routeTableIds.${index}`, `${id} is not a route table of ${vpcId}`, 'name one that is');

  const zones: string[] = [];
  for (const [index, id] of subnetIds.entries()) {
    const path = `vpc.subnetIds.${index}`;
    const subnet = evidence.subnets.find((seen) => seen.id === id && seen.vpcId === vpcId);
    if (subnet === undefined) return refuse(path, `${id} is not a subnet of ${vpcId}`, 'name one that is');
    if (zones.includes(subnet.zone))
      refuse(
        path,
        `${id} lies in ${subnet.zone}, as another subnet does`,
        'name subnets in zones of their own: the endpoint takes one per zone',
      );
    if (!mayHaveEndpoint(subnet.zone, role, evidence))
      refuse(
        path,
        `${id} lies in ${subnet.zone}, where API Gateway has no endpoint`,
        `name subnets of ${evidence.endpointZones?.join(', ')}`,
      );
    zones.push(subnet.zone);
  }
  return { cidrs: vpc.cidrs, zones };
}

function certificateFor(
  domain: string,
  region: Region,
  wished: string | undefined,
  { certificates }: Evidence,
): string {
  const covering = certificates.filter(({ names }) => names.some((name) => certificateNameCovers(name, domain)));
  if (wished !== undefined) {
    if (covering.some(({ arn }) => arn === wished)) return wished;
    const issued = certificates.find(({ arn }) => arn === wished);
    return refuse(
      'certificateArn',
      issued === undefined
        ? `${wished} is not an issued certificate in ${region}`
        : `${wished} is for ${issued.names.join(', ')}, not for ${domain}`,
      `name an issued certificate for ${domain} in ${region}, or leave it out to have one found`,
    );
  }
  // One made for this very name before a wildcard: it is the narrower promise.
  const chosen = covering.find(({ names }) => names.includes(domain)) ?? covering[0];
  return (
    chosen?.arn ??
    refuse(
      'certificateArn',
      `${region} has no issued certificate for ${domain}`,
      `request one from ACM in ${region} and validate it, then join again`,
    )
  );
}

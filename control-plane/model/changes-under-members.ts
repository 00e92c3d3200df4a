import { cidrOf, contains } from './cidr.ts';
import { canonicalJson } from './fingerprint.ts';
import type { BorrowedVpc, Declared, Fleet, Member, MemberDeclaration } from './fleet.ts';
import { type Problem, problem } from './problem.ts';
import { linksOf } from './topology.ts';

/** What a file has otherwise than a member that has joined: it cannot become so under that member. */
export interface Otherwise extends Problem {
  /** The file in force says the same already: the member was joined otherwise than the file has it, and this puts nothing wrong. */
  readonly isAsBefore: boolean;
}

/** Who stays. Whoever is on its way out leaves as it is, and may come back as the file then has it. */
const staying = (members: readonly Member[]): readonly Member[] =>
  members.filter(({ phase }) => phase === 'joining' || phase === 'joined');

/**
 * What a file changes that no run could bring to members who have joined: they would be looked for under a name, or at addresses,
 * that they do not have.
 *
 * In   the file, and what is in force; nobody is a member of a fleet that is put for the first time
 * Out  each line with what to do: write it as it was, or take the member out first
 */
export function* problemsOfChanges(file: Fleet, inForce: Declared): Generator<Problem, void> {
  const { fleet, members } = inForce;
  if (members.length > 0 && file.domain !== fleet.domain)
    yield problem(
      'domain',
      `is ${file.domain}, and ${namesOf(members)} answer to ${fleet.domain}: views, domains and certificates are made of the name`,
      `write ${fleet.domain} again; or offboard them all first, or make a second fleet of the new name and move callers to it`,
    );
  yield* problemsOfSupernet(file, inForce);
  yield* problemsOfTopology(file, inForce);
  for (const { isAsBefore, ...found } of otherwiseThanJoined(file, inForce)) if (!isAsBefore) yield found;
}

/** Everything that a file has otherwise than its members are, as it was before and as it would be. */
export function* otherwiseThanJoined(file: Fleet, { fleet, members }: Declared): Generator<Otherwise, void> {
  for (const member of staying(members)) {
    const { region } = member;
    const said = file.members[region];
    const before = fleet.members[region];
    if (said !== undefined) yield* otherwise(member, said, before);
    else if (before !== undefined)
      yield {
        ...problem(
          `members.${region}`,
          `is gone from the file, and ${region} is a member: it would stay one`,
          `offboard ${region} first (landbridge offboard ${region}), or write it again`,
        ),
        isAsBefore: false,
      };
  }
}

function* otherwise(
  member: Member,
  said: MemberDeclaration,
  before: MemberDeclaration | undefined,
): Generator<Otherwise, void> {
  const { region, role, borrowed, certificateArn } = member;
  const found = (field: keyof MemberDeclaration, says: string, remedy: string): Otherwise => ({
    ...problem(`members.${region}.${field}`, says, `${remedy}, or offboard ${region} first`),
    isAsBefore: canonicalJson(said[field] ?? null) === canonicalJson(before?.[field] ?? null),
  });
  if (said.role !== role)
    yield found('role', `is ${said.role}, and ${region} is a member already, as ${role}`, `write ${role}`);
  const [primary] = member.cidrs;
  if (said.cidr !== undefined && said.cidr !== primary)
    yield found('cidr', `is ${said.cidr}, and ${region} is a member already, with ${primary}`, 'leave cidr out');
  const isIn = borrowed === undefined ? 'with a VPC of its own' : `in ${borrowed.vpcId}`;
  const remedy = borrowed === undefined ? 'leave vpc out' : 'write vpc as it was';
  if (said.vpc !== undefined && said.vpc.vpcId !== borrowed?.vpcId)
    yield found('vpc', `is ${said.vpc.vpcId}, and ${region} is a member already, ${isIn}`, remedy);
  else if (said.vpc !== undefined && borrowed !== undefined && !isSameUse(said.vpc, borrowed))
    yield found('vpc', `names other route tables or subnets than ${region} has joined with`, remedy);
  // Who has never said so joined with the options of the command.
  else if (said.vpc === undefined && borrowed !== undefined && before?.vpc !== undefined)
    yield found('vpc', `is left out, and ${region} is a member already, ${isIn}`, remedy);
  if (role === 'serving' && said.certificateArn !== undefined && said.certificateArn !== certificateArn)
    yield found('certificateArn', `is not the one that ${region} has joined with, ${certificateArn}`, 'leave it out');
}

/** In whatever order they are written: tables get the same routes, and the endpoint the same subnets. */
const isSameUse = (said: BorrowedVpc, borrowed: BorrowedVpc): boolean =>
  canonicalJson([said.routeTableIds.toSorted(), said.subnetIds.toSorted()]) ===
  canonicalJson([borrowed.routeTableIds.toSorted(), borrowed.subnetIds.toSorted()]);

/** Rules admit the supernet, and block by block what lies outside of it: a supernet that has moved away is not what anybody meant. */
function* problemsOfSupernet({ network: { supernet } }: Fleet, { fleet, members }: Declared): Generator<Problem, void> {
  const [next, now] = [cidrOf(supernet), cidrOf(fleet.network.supernet)];
  const left = members.flatMap(({ region, cidrs }) =>
    cidrs
      .filter((cidr) => contains(now, cidrOf(cidr)) && !contains(next, cidrOf(cidr)))
      .map((cidr) => `${cidr} of ${region}`),
  );
  if (left.length > 0)
    yield problem(
      'network.supernet',
      `is ${supernet}, which does not hold ${left.join(', ')}`,
      `write ${fleet.network.supernet} again, or a block that holds every member's, or offboard those members first`,
    );
}

/**
 * A link that the file no longer has would stay, peering and routes, and be a stranger's to whoever leaves later: those who are on
 * their way out are counted too.
 */
function* problemsOfTopology(file: Fleet, inForce: Declared): Generator<Problem, void> {
  const kept = new Set(linksOf({ fleet: file, members: inForce.members }).map(({ name }) => name));
  const left = linksOf(inForce).filter(({ name }) => !kept.has(name));
  if (left.length > 0)
    yield problem(
      'network.topology',
      `leaves out ${left.map(({ name }) => name).join(', ')}, whose members have joined: a link goes only with a member that leaves`,
      'write it as it was; or offboard one member of each of those links first, and join it again afterwards',
    );
}

const namesOf = (members: readonly Member[]): string => members.map(({ region }) => region).join(', ');

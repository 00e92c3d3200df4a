import { allocate, type Cidr, cidrOf, isPrivate, overlaps, parseCidr } from './cidr.ts';
import { isDomainName } from './domain-name.ts';
import type { FleetFile } from './fleet-schema.ts';
import { problemsOfVariables } from './lambda-variables.ts';
import { type Problem, problem } from './problem.ts';
import { isRegion } from './region.ts';
import { zonesThatFit } from './subnet-plan.ts';

/** What a file calls things by. */
interface NamesOfFile {
  readonly home?: unknown;
  readonly standby?: unknown;
  readonly domain?: unknown;
  readonly members?: object | undefined;
}

const PRIVATE_RANGES = '10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10';

/** What the shape of a fleet file does not show: names that mean nothing, and fields that contradict each other. */
export function* problemsOfFields(file: FleetFile): Generator<Problem, void> {
  yield* problemsOfNames(file);
  yield* problemsOfRegions(file);
  if (Object.keys(file.functions).length === 0)
    yield problem('functions', 'declares none', 'declare at least one, with its code and its handler');
  const { failAfterRounds, recoverAfterRounds } = file.health;
  if (recoverAfterRounds <= failAfterRounds)
    yield problem(
      'health.recoverAfterRounds',
      `${recoverAfterRounds} rounds make well what ${failAfterRounds} make sick: what flaps would be called well in between`,
      'write more than failAfterRounds, so that coming back is slower than going',
    );
  yield* problemsOfVariables(file);
  yield* problemsOfNetwork(file);
  yield* problemsOfMemberBlocks(file);
}

/** What names mean nothing, of a file that need not have its form yet: whatever is no text is the schema's to judge. */
export function* problemsOfNames({ home, standby, domain, members }: NamesOfFile): Generator<Problem, void> {
  const named: (readonly [path: string, name: unknown])[] = [
    ['home', home],
    ['standby', standby],
    ...Object.keys(members ?? {}).map((region) => [`members.${region}`, region] as const),
  ];
  for (const [path, name] of named)
    if (typeof name === 'string' && !isRegion(name))
      yield problem(path, `"${name}" is not an AWS Region`, 'correct its spelling, like eu-west-1');
  if (typeof domain === 'string' && !isDomainName(domain))
    yield problem(
      'domain',
      `"${domain}" is not a DNS name in lower case with at least two labels`,
      'write one, such as api.payments.example.com',
    );
}

function* problemsOfRegions({ home, standby, network, members }: FleetFile): Generator<Problem, void> {
  if (standby === home)
    yield problem('standby', `is the home Region, ${home}, itself`, 'name another Region, or leave it out');

  const { topology } = network;
  if (topology !== 'mesh' && members[topology.hub] === undefined)
    yield problem(
      'network.topology.hub',
      `"${topology.hub}" is not one of the members`,
      `add it under members, or name one of them: ${Object.keys(members).join(', ')}`,
    );

  for (const [region, { account, certificateArn }] of Object.entries(members)) {
    const [, , , issuedIn, issuedTo] = certificateArn?.split(':') ?? [];
    if (account !== undefined && issuedTo !== undefined && issuedTo !== account)
      yield problem(
        `members.${region}.certificateArn`,
        `names a certificate of ${issuedTo}, and the member lives in ${account}`,
        `name one of ${account}: API Gateway takes certificates of its own account only`,
      );
    if (certificateArn !== undefined && issuedIn !== region)
      yield problem(
        `members.${region}.certificateArn`,
        `names a certificate in ${issuedIn}`,
        `name one in ${region}: API Gateway takes certificates of its own Region only`,
      );
  }
}

function* problemsOfNetwork({ network, members }: FleetFile): Generator<Problem, void> {
  const { supernet, prefixLength, zones } = network;
  const block = parseCidr(supernet);
  if ('says' in block) {
    yield problem('network.supernet', block.says, 'write a block such as 10.64.0.0/12');
    return;
  }
  if (!isPrivate(block.cidr))
    yield problem('network.supernet', `${supernet} is not private address space`, `take it from ${PRIVATE_RANGES}`);
  if (zonesThatFit(prefixLength) < zones)
    yield problem(
      'network.prefixLength',
      `a /${prefixLength} has no room for subnets in ${zones} zones`,
      'write a smaller one: subnets are /28 at the smallest',
    );
  const room = prefixLength < block.cidr.prefixLength ? 0 : 2 ** (prefixLength - block.cidr.prefixLength);
  const allocated = Object.values(members).filter(({ cidr, vpc }) => cidr === undefined && vpc === undefined).length;
  const remedy = 'write a larger supernet, or a longer network.prefixLength';
  if (room < Math.max(allocated, 1)) {
    const needs = `the members need ${Math.max(allocated, 1)}`;
    yield problem('network.supernet', `${supernet} holds ${room} blocks of /${prefixLength}, and ${needs}`, remedy);
    return;
  }
  // Admission gives none of them to anybody else.
  const named = Object.values(members).flatMap(({ cidr = '' }) => blocksIn(cidr));
  const left = freeBlocks(block.cidr, prefixLength, named, allocated);
  if (left < allocated)
    yield problem(
      'network.supernet',
      `${supernet} holds ${left} blocks of /${prefixLength} beside those that members name, and the others need ${allocated}`,
      `${remedy}, or take the cidr of members from outside of it`,
    );
}

const blocksIn = (text: string): readonly Cidr[] => {
  const parsed = parseCidr(text);
  return 'says' in parsed ? [] : [parsed.cidr];
};

/** How many blocks a supernet has for members that name none, `enough` at most. */
function freeBlocks(supernet: Cidr, prefixLength: number, named: readonly Cidr[], enough: number): number {
  const taken = [...named];
  for (let count = 0; count < enough; count += 1) {
    const free = allocate({ supernet, prefixLength, taken });
    if (free === undefined) return count;
    taken.push(free);
  }
  return enough;
}

function* problemsOfMemberBlocks({ members, network: { zones } }: FleetFile): Generator<Problem, void> {
  const sound: { readonly region: string; readonly cidr: string }[] = [];
  for (const [region, { cidr, vpc }] of Object.entries(members)) {
    const path = `members.${region}.cidr`;
    if (cidr === undefined) continue;
    if (vpc !== undefined) {
      yield problem(path, 'stands beside a borrowed VPC, which has its blocks already', 'leave out cidr, or vpc');
      continue;
    }
    const wrong = problemOfVpcBlock(path, cidr, zones);
    if (wrong !== undefined) yield wrong;
    else {
      const other = sound.find((earlier) => overlaps(cidrOf(earlier.cidr), cidrOf(cidr)));
      if (other !== undefined)
        yield problem(
          path,
          `${cidr} overlaps ${other.cidr} of ${other.region}`,
          'write another block: peered VPCs may not share addresses',
        );
      sound.push({ region, cidr });
    }
  }
}

/**
 * Why no VPC of the fleet can be made of a block, if none can.
 *
 * Source  docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: /16 to /28
 */
export function problemOfVpcBlock(path: string, text: string, zones: number): Problem | undefined {
  const parsed = parseCidr(text);
  if ('says' in parsed) return problem(path, parsed.says, 'write a block such as 10.70.0.0/16');
  const { prefixLength } = parsed.cidr;
  if (prefixLength < 16 || prefixLength > 28)
    return problem(path, `${text} is not the size of a VPC`, 'write a block from /16 to /28');
  if (zonesThatFit(prefixLength) < zones)
    return problem(path, `${text} has no room for subnets in ${zones} zones`, 'write a larger block, such as a /16');
  if (!isPrivate(parsed.cidr))
    return problem(path, `${text} is not private address space`, `take it from ${PRIVATE_RANGES}`);
  return undefined;
}

import { accountOf, accountsAbroad, isAbroad } from './accounts.ts';
import type { Declared, Fleet, Member } from './fleet.ts';
import { howMany } from './how-many.ts';
import { type Problem, problem } from './problem.ts';
import type { Region } from './region.ts';

/**
 * What the policy of a bus has room for: one opening for each account and fleet, of 511 to 593 bytes by the fleet's name. Seventeen
 * of the longest would just fit; what is left is for statements of others.
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html: 10 KB, 10,240 bytes
 */
export const MOST_OPENINGS_OF_A_BUS = 15;

/**
 * What the policy of one Region's table has room for: three statements for each fleet whose member there lives abroad, 1.2 to 1.5 KB.
 *
 * Source  docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html: 20 KB, white space counted
 */
export const MOST_FLEETS_ABROAD_AT_A_TABLE = 12;

/** A fleet as its file has it, and who is in it already: none, where nobody has joined. */
type Openers = Pick<Declared, 'fleet' | 'members'>;

const livingAbroad = ({ fleet, members }: Openers): readonly Member[] =>
  members.filter((member) => isAbroad(fleet, member));

/** Those that have openings come first. */
const accountsOf = (asked: Openers): ReadonlySet<string> =>
  new Set([...livingAbroad(asked).map((member) => accountOf(asked.fleet, member)), ...accountsAbroad(asked.fleet)]);

const regionsAbroad = (asked: Openers): ReadonlySet<Region> =>
  new Set([
    ...livingAbroad(asked).map(({ region }) => region),
    ...Object.entries(asked.fleet.members).flatMap(([region, { account }]) => (account === undefined ? [] : [region])),
  ]);

/**
 * Why the policies that let in what other accounts tell and read would not hold all that a fleet asks for, beside what those of
 * the others hold already. AWS would say so too, once: to whichever join came last, half-way through. What is open already is not
 * asked for anew.
 *
 * In   `others`: every other fleet of the same home; none, where nobody knows of them
 */
export function* problemsOfOpenings(asked: Openers, others: readonly Openers[] = []): Generator<Problem, void> {
  const mine = accountsOf(asked);
  const theirs = others.reduce((sum, other) => sum + accountsOf(other).size, 0);
  const open = livingAbroad(asked);
  const tooMany = [...mine]
    .slice(Math.max(0, MOST_OPENINGS_OF_A_BUS - theirs))
    .filter((account) => !open.some((member) => member.account === account));
  if (tooMany.length > 0)
    yield problem(
      pathOf(asked, tooMany),
      `asks for ${howMany(mine.size, 'account')} besides the control plane's${theirs === 0 ? '' : `, other fleets have ${theirs}`}, and the policy of home's event bus has room for ${MOST_OPENINGS_OF_A_BUS} (EventBridge: 10,240 bytes)`,
      'let members share accounts, or give the fleet a control plane in another account',
    );
  for (const region of regionsAbroad(asked)) {
    if (open.some((member) => member.region === region)) continue;
    const there = others.filter((other) => regionsAbroad(other).has(region)).length;
    if (there >= MOST_FLEETS_ABROAD_AT_A_TABLE)
      yield problem(
        `members.${region}.account`,
        `is another account than the control plane's, as with ${howMany(there, 'other fleet')} in ${region}, and the policy of the state table there has room for ${MOST_FLEETS_ABROAD_AT_A_TABLE} (DynamoDB: 20 KB)`,
        `have the member of ${region} live in the control plane's account, or give the fleet a control plane in another account`,
      );
  }
}

/** The first line of the file that names an account for which there is no room; the section, where it is in none. */
function pathOf({ fleet }: Openers, tooMany: readonly string[]): string {
  const [region] = Object.entries(fleet.members).find(([, { account = '' }]) => tooMany.includes(account)) ?? [];
  return region === undefined ? 'members' : `members.${region}.account`;
}

/**
 * What a fleet file says of the accounts of members that is not so. What there is of a member lies where it was made, and all
 * that looks at it looks there: it does not move because a file says so.
 *
 * A file that does not name a member says nothing of it: it is offboarded from where it lives.
 */
export function* problemsOfMoves(file: Fleet, { fleet, members }: Openers): Generator<Problem, void> {
  for (const member of members) {
    const said = file.members[member.region];
    if (said === undefined) continue;
    const found = problemOfMove(accountOf(file, said), fleet, member);
    if (found !== undefined) yield found;
  }
}

/** In   `said`: the account that is named. Out  nothing, where the member lives there. */
export function problemOfMove(said: string, fleet: Pick<Fleet, 'account'>, member: Member): Problem | undefined {
  const { region } = member;
  const is = accountOf(fleet, member);
  if (said === is) return undefined;
  const remedy =
    is === fleet.account
      ? `leave account out again, or offboard ${region} first`
      : `write ${is} again, or offboard ${region} first`;
  return problem(`members.${region}.account`, `is ${said}, and ${region} is a member already, in ${is}`, remedy);
}

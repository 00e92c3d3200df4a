import { describe, expect, test } from 'vitest';
import { busPolicy } from '../../../control-plane/kinds/bus-policy.ts';
import { tablePolicy } from '../../../control-plane/kinds/table-policy.ts';
import type { WriteCall } from '../../../control-plane/model/aws-call.ts';
import type { Fleet, Member, MemberDeclaration } from '../../../control-plane/model/fleet.ts';
import {
  MOST_FLEETS_ABROAD_AT_A_TABLE,
  MOST_OPENINGS_OF_A_BUS,
  problemsOfMoves,
  problemsOfOpenings,
} from '../../../control-plane/model/openings.ts';
import { allRegions } from '../../../control-plane/model/region.ts';
import { memberOf, payments } from '../../support/payments.ts';

const accountNo = (at: number): string => String(222_200_000_000 + at);
const regionAt = (at: number): string => allRegions[at] ?? '';

/** A fleet whose file has this many members, each in an account of its own. */
const inAccounts = (count: number, name = 'payments', first = 0): Fleet => ({
  ...payments,
  name,
  members: Object.fromEntries(
    Array.from({ length: count }, (_, at): [string, MemberDeclaration] => [
      regionAt(at),
      { role: 'serving', account: accountNo(first + at) },
    ]),
  ),
});
const membersOf = ({ members }: Fleet): readonly Member[] =>
  Object.entries(members).map(([region, { account = '' }], at) => memberOf(region, at + 1, { account }));

const problems = (...asked: Parameters<typeof problemsOfOpenings>): readonly string[] =>
  [...problemsOfOpenings(...asked)].map(({ path, says, remedy }) => `${path} ${says}; ${remedy}`);

/** The longest that its openings can be: a dash is told by four letters. */
const LONGEST_NAME = `a${'-'.repeat(22)}b`;

/** The policy that a bus has once every account of a fleet is let in. */
function busPolicyOf(fleet: Fleet): string {
  const declared = { fleet, members: membersOf(fleet) };
  let policy: string | undefined;
  for (const { want, region } of busPolicy.targets(declared)) {
    if (region !== fleet.home) continue;
    const applying = busPolicy.apply({ desired: want, place: { region, declared } } as never);
    applying.next();
    policy = (applying.next({ Policy: policy }).value as WriteCall & { input: { Policy: string } }).input.Policy;
  }
  return policy ?? '';
}

/** The policy that a Region's table has once the members of every such fleet are let in. */
function tablePolicyOf(names: readonly string[]): string {
  const region = 'ap-southeast-2';
  let policy: string | undefined;
  for (const name of names) {
    const fleet = { ...payments, name };
    const declared = { fleet, members: [memberOf(region, 1, { account: accountNo(1) })] };
    for (const { want } of tablePolicy.targets(declared)) {
      const tableArn = `arn:aws:dynamodb:${region}:${fleet.account}:table/landbridge-state`;
      const applying = tablePolicy.apply({
        desired: { ...(want as object), tableArn },
        place: { region, declared },
      } as never);
      applying.next();
      const answer = policy === undefined ? undefined : { Policy: policy, RevisionId: '1' };
      policy = (applying.next(answer).value as WriteCall & { input: { Policy: string } }).input.Policy;
    }
  }
  return policy ?? '';
}

const fleetNo = (at: number): string => `a${'-'.repeat(20)}${String(at).padStart(2, '0')}b`;

describe('what the policies have room for', () => {
  test('is what AWS has, by what is written: as many as are allowed fit, whatever the fleet is called, and some more do not', () => {
    const inHome = {
      ...inAccounts(MOST_OPENINGS_OF_A_BUS, LONGEST_NAME),
      home: 'ap-southeast-2',
      standby: 'us-east-1',
    };
    expect(busPolicyOf(inHome)).toContain(accountNo(MOST_OPENINGS_OF_A_BUS - 1));
    expect(busPolicyOf(inHome).length).toBeLessThan(10_240 - 1_000);
    expect(busPolicyOf({ ...inHome, ...inAccounts(18, LONGEST_NAME), home: 'ap-southeast-2' }).length).toBeGreaterThan(
      10_240,
    );

    const fleets = (count: number): string[] => Array.from({ length: count }, (_, at) => fleetNo(at));
    expect(tablePolicyOf(fleets(MOST_FLEETS_ABROAD_AT_A_TABLE)).length).toBeLessThan(20_480 - 1_000);
    expect(tablePolicyOf(fleets(15)).length).toBeGreaterThan(20_480);
  });

  test('is enough for fifteen accounts, and a sixteenth is refused where the file names it', () => {
    expect(problems({ fleet: inAccounts(15), members: [] })).toEqual([]);
    expect(problems({ fleet: inAccounts(16), members: [] })).toEqual([
      `members.${regionAt(15)}.account asks for 16 accounts besides the control plane's, and the policy of home's event bus has room for 15 (EventBridge: 10,240 bytes); let members share accounts, or give the fleet a control plane in another account`,
    ]);
    const shared = inAccounts(16);
    const [first, second] = [regionAt(0), regionAt(1)];
    const members = { ...shared.members, [first]: { role: 'client', account: accountNo(1) } as const };
    expect(problems({ fleet: { ...shared, members }, members: [] }), `${first} and ${second} share one`).toEqual([]);
  });

  test('is shared with other fleets, and with members that the file no longer names', () => {
    const ledger = inAccounts(14, 'ledger', 20);
    const others = [{ fleet: { ...ledger, members: {} }, members: membersOf(ledger) }];
    expect(problems({ fleet: inAccounts(1), members: [] }, others)).toEqual([]);
    expect(problems({ fleet: inAccounts(2), members: [] }, others)).toEqual([
      expect.stringContaining(
        `members.${regionAt(1)}.account asks for 2 accounts besides the control plane's, other fleets have 14, and`,
      ),
    ]);
    const fleet = inAccounts(2);
    expect(problems({ fleet, members: membersOf(fleet) }, others), 'what is open is not asked for anew').toEqual([]);
  });

  test('of a table is shared by the fleets whose members there live abroad', () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ fleet: inAccounts(1, fleetNo(at)), members: [] }));
    const asked = { fleet: inAccounts(1), members: [] };
    expect(problems(asked, others(11))).toEqual([]);
    expect(problems(asked, others(12)).join()).toContain(
      `members.${regionAt(0)}.account is another account than the control plane's, as with 12 other fleets in ${regionAt(0)}, and the policy of the state table there has room for 12 (DynamoDB: 20 KB)`,
    );
  });
});

describe('a member that has joined lives where it was made', () => {
  const [OTHER, THIRD] = [accountNo(2), accountNo(3)];
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'to another account',             lives: undefined, said: { role: 'serving', account: OTHER }, says: `is ${OTHER}, and eu-west-1 is a member already, in ${payments.account}; leave account out again, or offboard eu-west-1 first` },
    { why: 'from one to another',            lives: OTHER,     said: { role: 'serving', account: THIRD }, says: `is ${THIRD}, and eu-west-1 is a member already, in ${OTHER}; write ${OTHER} again, or offboard eu-west-1 first` },
    { why: 'home again',                     lives: OTHER,     said: { role: 'serving' },                 says: `is ${payments.account}, and eu-west-1 is a member already, in ${OTHER}; write ${OTHER} again, or offboard eu-west-1 first` },
    { why: 'nowhere',                        lives: OTHER,     said: { role: 'client', account: OTHER },  says: undefined },
    { why: 'nowhere: it is no longer named', lives: OTHER,     said: undefined,                           says: undefined },
  ] as const)('it is not moved $why', ({ lives, said, says }) => {
    const member = memberOf('eu-west-1', 1, lives === undefined ? {} : { account: lives });
    const file = { ...payments, members: said === undefined ? {} : { 'eu-west-1': said } };
    const found = [...problemsOfMoves(file, { fleet: payments, members: [member] })];
    expect(found.map(({ path, says: what, remedy }) => `${path} ${what}; ${remedy}`)).toEqual(
      says === undefined ? [] : [`members.eu-west-1.account ${says}`],
    );
  });
});

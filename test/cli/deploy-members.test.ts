import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { deployMembersWith } from '../../cli/deploy/deploy-members.ts';
import { type MembersOptions, membersToDeploy } from '../../cli/deploy/members-to-deploy.ts';
import type { Runner } from '../../cli/deploy/runner.ts';
import { type Finding, fine, problemOf } from '../../cli/doctor/finding.ts';
import { printer } from '../../cli/print.ts';

const ACCOUNT = '222233334444';
const CONTROL_PLANE = '111122223333';
const command = new Command().option('--home <region>').setOptionValue('home', 'us-east-1');
const options: MembersOptions = { memberAccount: ACCOUNT, controlPlane: CONTROL_PLANE, fleets: ['payments', 'ledger'] };
const asked = (changes: MembersOptions, where = {}) =>
  membersToDeploy(command, { ...options, ...changes }, { standby: 'eu-west-1', signedInTo: ACCOUNT, ...where });

describe('which account has members', () => {
  test('is said with whose they are, and who may enter for whom', () => {
    expect(asked({ peerAccounts: ['333344445555'] })).toEqual({
      account: ACCOUNT,
      controlPlane: CONTROL_PLANE,
      fleets: ['payments', 'ledger'],
      home: 'us-east-1',
      standby: 'eu-west-1',
      table: 'landbridge-state',
      peers: ['333344445555'],
    });
    const commas = asked({ peerAccounts: ['333344445555,444455556666'] });
    expect(commas).toMatchObject({ peers: ['333344445555', '444455556666'] });
    const operators = [`arn:aws:iam::${CONTROL_PLANE}:role/olga`, `arn:aws:iam::${CONTROL_PLANE}:user/oleg`];
    expect(asked({ operators })).toMatchObject({ operators });
    expect(membersToDeploy(command, {}, { standby: undefined, signedInTo: CONTROL_PLANE })).toBeUndefined();
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { changes: { controlPlane: undefined },     where: {},                            says: /--control-plane: is missing/ },
    { changes: { controlPlane: ACCOUNT },       where: {},                            says: /--control-plane: is the same account/ },
    { changes: { controlPlane: '1111' },        where: {},                            says: /--control-plane: “1111” is no account/ },
    { changes: { peerAccounts: ['3333'] },      where: {},                            says: /--peer-accounts: “3333” is no account; give twelve digits/ },
    { changes: { fleets: [] },                  where: {},                            says: /--fleets: is missing/ },
    { changes: {},                              where: { signedInTo: CONTROL_PLANE }, says: /--member-account: is 222233334444, and these are credentials of 111122223333; sign in to/ },
    { changes: { operators: ['olga'] },         where: {},                            says: /--operators: “olga” is no role and no user of 111122223333; give arn:aws:iam::111122223333:role\/NAME/ },
    { changes: {},                              where: { standby: 'mars-1' },         says: /--standby: mars-1 is not an AWS Region/ },
  ])('is refused: $says', ({ changes, where, says }) => {
    expect(() => asked(changes as MembersOptions, where)).toThrow(says);
  });

  test('without the account, its options are not taken for those of a control plane, which would be put there in its place', () => {
    const { memberAccount: _forgotten, ...rest } = options;
    const given = { ...rest, peerAccounts: ['333344445555'], operators: ['olga'] };
    expect(() => membersToDeploy(command, given, { standby: undefined, signedInTo: ACCOUNT })).toThrow(
      /^--control-plane: goes with --member-account; .*\n--fleets: .*\n--peer-accounts: .*\n--operators: /,
    );
  });
});

describe('its roles are deployed', () => {
  const members = asked({ operators: [`arn:aws:iam::${CONTROL_PLANE}:role/olga`] });
  async function deployed(findings: readonly Finding[], force?: string) {
    if (members === undefined) throw new Error('no account was named');
    const ran: (readonly string[])[] = [];
    const run: Runner = (words) => {
      ran.push(words);
      return Promise.resolve(0);
    };
    const code = await deployMembersWith(members, { force, requireApproval: 'never' }, findings, run, {
      ...printer(true),
      json: () => undefined,
      progress: () => undefined,
    });
    return { code, ran };
  }

  test('by the pinned CDK, with what the account is told', async () => {
    const missing = problemOf('members', ACCOUNT, 'the role landbridge-observer is missing', 'deploy');
    const { code, ran } = await deployed([fine('tools', 'here', 'well'), missing]);
    expect(code).toBe(0);
    expect(ran).toHaveLength(1);
    const [words = []] = ran;
    expect(words.slice(0, 3)).toEqual(['node_modules/aws-cdk/bin/cdk', 'deploy', '--all']);
    for (const context of [
      `member-account=${ACCOUNT}`,
      `control-plane=${CONTROL_PLANE}`,
      'fleets=payments,ledger',
      'home=us-east-1',
      'standby=eu-west-1',
      `operators=arn:aws:iam::${CONTROL_PLANE}:role/olga`,
    ])
      expect(words).toContain(context);
  });

  test('not while something is in the way, unless somebody says why', async () => {
    const unready = problemOf('bootstrap', 'us-east-1', 'CDK was never here', 'npx cdk bootstrap');
    expect(await deployed([unready])).toEqual({ code: 1, ran: [] });
    expect((await deployed([unready], 'it is')).ran).toHaveLength(1);
  });
});

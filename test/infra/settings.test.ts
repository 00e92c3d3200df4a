import { describe, expect, test } from 'vitest';
import { settingsFrom } from '../../infra/settings.ts';

const nothing = (): undefined => undefined;
const from = (context: Readonly<Record<string, string>>, environment = {}) =>
  settingsFrom((name) => context[name], environment);

describe('what a deployment is for', () => {
  test('is the example, where nobody says anything', () => {
    expect(settingsFrom(nothing, {})).toEqual({
      settings: {
        account: '111122223333',
        home: 'us-east-1',
        standby: 'eu-west-1',
        table: 'landbridge-state',
        isTableKept: false,
        takenOverFrom: undefined,
        memberAccounts: [],
        logRetentionDays: 90,
      },
    });
  });

  test('is taken from the context before the environment', () => {
    const environment = { LANDBRIDGE_ACCOUNT: '444455556666', LANDBRIDGE_HOME: 'eu-central-1' };
    expect(from({ home: 'eu-north-1', table: 'kept', 'log-retention-days': '30' }, environment)).toMatchObject({
      settings: { account: '444455556666', home: 'eu-north-1', isTableKept: true, logRetentionDays: 30 },
    });
  });

  test('need not have a standby', () => {
    expect(from({ standby: 'none' })).toMatchObject({ settings: { standby: undefined } });
  });

  test('names the accounts of members, once each and in one order', () => {
    expect(from({ accounts: '333344445555,222233334444,333344445555' })).toMatchObject({
      settings: { memberAccounts: ['222233334444', '333344445555'] },
    });
    expect(from({ accounts: 'none' }, { LANDBRIDGE_ACCOUNTS: '222233334444' })).toMatchObject({
      settings: { memberAccounts: [] },
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { given: { account: '4444' },               path: 'account',            says: '“4444” is no account',                                   why: 'twelve digits' },
    { given: { home: 'eu-west-9' },             path: 'home',               says: '“eu-west-9” is no Region of the commercial partition',   why: 'nobody can deploy there' },
    { given: { standby: 'us-east-1' },          path: 'standby',            says: '“us-east-1” is the home Region itself',                  why: 'it would go down with home' },
    { given: { standby: '' },                   path: 'standby',            says: '“” is no Region of the commercial partition',            why: 'leaving it out is said with none' },
    { given: { table: 'old' },                  path: 'table',              says: '“old” is neither new nor kept',                          why: 'a typing error must not make a second table' },
    { given: { 'taken-over-from': 'eu-west-1' }, path: 'taken-over-from',   says: '“eu-west-1” goes with table=kept and standby=none',      why: 'its replica is the table' },
    { given: { accounts: '222233334444,33' },   path: 'accounts',           says: '“222233334444,33” holds what is no account',             why: 'twelve digits each' },
    { given: { accounts: '' },                  path: 'accounts',           says: '“” holds what is no account',                            why: 'leaving it out is said with none' },
    { given: { accounts: '111122223333' },      path: 'accounts',           says: '“111122223333” holds the account of the control plane, which is meant anyway', why: 'it is given by mistake' },
    { given: { 'log-retention-days': '100' },   path: 'log-retention-days', says: '“100” is no time that CloudWatch can keep logs',         why: 'CloudWatch takes certain numbers only' },
    { given: { 'log-retention-days': 'ever' },  path: 'log-retention-days', says: '“ever” is no number',                                    why: 'and nothing but numbers' },
  ])('is refused: $given, $why', ({ given, path, says }) => {
    const found = from(given);
    expect('problems' in found && found.problems).toEqual([{ path, says, remedy: expect.stringMatching(/./) }]);
  });

  test('is refused for everything that is wrong with it at once', () => {
    const found = from({ account: '1', home: 'here' });
    expect('problems' in found && found.problems.map(({ path }) => path)).toEqual(['account', 'home']);
  });
});

import { describe, expect, test } from 'vitest';
import {
  accountAt,
  accountFor,
  accountOf,
  inAccount,
  isAbroad,
  roleIn,
  within,
} from '../../../control-plane/model/accounts.ts';
import { type AwsCall, type Dialogue, type ReadCall, read } from '../../../control-plane/model/aws-call.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import { declaredWith, memberOf, payments } from '../../support/payments.ts';

const [OWN, OTHER, THIRD] = [payments.account, '222233334444', '333344445555'];
const home = memberOf('us-east-1', 1);
const abroad = memberOf('eu-west-1', 2, { account: OTHER });
const declared = declaredWith(home, abroad);

function* looks(): Dialogue<ReadCall, unknown> {
  return yield* read('eu-west-1', 'ec2', 'describeVpcs', {});
}
const firstCall = (dialogue: Dialogue<AwsCall, unknown>): AwsCall => {
  const { value, done } = dialogue.next();
  if (done === true) throw new Error('it asked nothing');
  return value;
};

describe('the account of a member', () => {
  test('is what the file said when it joined, and else the control plane’s', () => {
    expect(accountOf(payments, abroad)).toBe(OTHER);
    expect(accountOf(payments, home)).toBe(OWN);
    expect(accountAt(declared, 'eu-west-1')).toBe(OTHER);
    expect(accountAt(declared, 'sa-east-1'), 'where nobody is').toBe(OWN);
    expect([isAbroad(payments, abroad), isAbroad(payments, home)]).toEqual([true, false]);
  });

  test('is not where the control plane’s own things are, though they are of the member’s Region', () => {
    expect(accountFor({}, { declared, region: 'eu-west-1' })).toBe(OTHER);
    expect(accountFor({ isControlPlanes: true }, { declared, region: 'eu-west-1' })).toBe(OWN);
  });

  test('has the same roles as every other', () => {
    expect(roleIn(OTHER, `arn:aws:iam::${OWN}:role/path/f`)).toBe(`arn:aws:iam::${OTHER}:role/path/f`);
  });
});

describe('calls', () => {
  test('are made where the kind’s things are, in the name of the fleet', () => {
    expect(firstCall(within(declared, OTHER, looks()))).toMatchObject({ account: { id: OTHER, fleet: 'payments' } });
    expect(firstCall(within(declared, OWN, looks()))).not.toHaveProperty('account');
    expect(firstCall(within(declaredWith(home), OWN, looks()))).not.toHaveProperty('account');
  });

  test('say themselves where else they are made', () => {
    const there = () => inAccount('payments', THIRD, looks());
    expect(firstCall(within(declared, OTHER, there()))).toMatchObject({ account: { id: THIRD } });
    const athome = () => inAccount('payments', OWN, looks());
    expect(firstCall(within(declared, OTHER, athome()))).not.toHaveProperty('account');
  });

  test('are answered, and fail, as ever', () => {
    const answered = within(declared, OTHER, looks());
    answered.next();
    expect(answered.next({ Vpcs: [] })).toEqual({ done: true, value: { Vpcs: [] } });
    const failing = within(declared, OTHER, looks());
    failing.next();
    expect(() => failing.throw(new Fault('Absent', 'gone'))).toThrow('gone');
  });
});

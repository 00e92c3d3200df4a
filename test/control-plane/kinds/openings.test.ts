import { describe, expect, test } from 'vitest';
import { busPolicy } from '../../../control-plane/kinds/bus-policy.ts';
import { tablePolicy } from '../../../control-plane/kinds/table-policy.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import type { Statement } from '../../../control-plane/model/policy-statement.ts';
import { type Answers, placeIn } from '../../support/dialogue.ts';
import { lookAt } from '../../support/look.ts';
import { declaredWith, memberOf, payments } from '../../support/payments.ts';
import { gone, methods } from './one-member.ts';

const [OTHER, THIRD] = ['222233334444', '333344445555'] as const;
const [HOME, EU] = ['us-east-1', 'eu-west-1'] as const;
const home = memberOf(HOME, 1);
const abroad = memberOf(EU, 2, { account: OTHER });
const theirs: Statement = { Sid: 'theirs', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' };
const policyOf = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

interface Told {
  readonly Policy: string;
}
const statementsOf = ({ Policy }: Told): Statement[] => (JSON.parse(Policy) as { Statement: Statement[] }).Statement;

describe('the opening in a bus', () => {
  const standby = { ...payments, standby: 'eu-central-1' };
  const names = (...members: readonly Member[]) =>
    [...busPolicy.targets({ fleet: standby, members })].map(({ name, owners }) => `${name} ${owners.join()}`);

  test('is one for each account and bus, and none where all members live with the control plane', () => {
    expect(names(home)).toEqual([]);
    const asia = memberOf('ap-southeast-2', 3, { account: OTHER });
    const brazil = memberOf('sa-east-1', 4, { account: THIRD });
    expect(names(home, abroad, asia, brazil)).toEqual([
      `us-east-1/${OTHER} ${EU}`,
      `eu-central-1/${OTHER} ${EU}`,
      `us-east-1/${THIRD} sa-east-1`,
      `eu-central-1/${THIRD} sa-east-1`,
    ]);
  });

  test('is kept until the last member of the account leaves', () => {
    const leaving = { ...abroad, phase: 'leaving' } as const;
    const asia = memberOf('ap-southeast-2', 3, { account: OTHER });
    expect(names(home, leaving, asia)[0]).toBe(`us-east-1/${OTHER} ap-southeast-2`);
    expect(names(home, leaving)[0]).toBe(`us-east-1/${OTHER} ${EU}`);
  });

  const NAME = `${HOME}/${OTHER}`;
  const look = (Policy: string | undefined) => {
    const answers: Answers = { describeEventBus: { Policy }, putPermission: {}, removePermission: {} };
    return lookAt(busPolicy, NAME, placeIn(HOME, declaredWith(home, abroad)), answers, {});
  };
  const put = (Policy: string | undefined): Statement[] => {
    const [written] = look(Policy).repair().writes;
    return statementsOf(written?.input as unknown as Told);
  };

  test('lets in what those two roles of that account have to tell, and nobody else', () => {
    expect(put(undefined)).toEqual([
      {
        Sid: `LandbridgeEventsOfpaymentsOf${OTHER}`,
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:${HOME}:${payments.account}:event-bus/default`,
        Condition: {
          'ForAllValues:StringEquals': {
            'events:source': [
              'landbridge.health',
              'aws.ec2',
              'aws.route53',
              'aws.apigateway',
              'aws.lambda',
              'aws.cloudwatch',
            ],
          },
          ArnEquals: {
            'aws:PrincipalArn': [
              `arn:aws:iam::${OTHER}:role/landbridge-watch`,
              `arn:aws:iam::${OTHER}:role/landbridge-signal`,
            ],
          },
        },
      },
    ]);
  });

  test('leaves what others have put there, and is taken away by its name', () => {
    expect(put(policyOf(theirs))).toHaveLength(2);
    expect(put(policyOf(theirs))[0]).toEqual(theirs);
    const removed = look(policyOf(theirs, ...put(undefined))).remove().writes;
    expect(removed).toEqual([
      {
        method: 'removePermission',
        input: { EventBusName: 'default', StatementId: `LandbridgeEventsOfpaymentsOf${OTHER}` },
      },
    ]);
  });

  test('is as it should be however AWS writes it, and is put right where somebody widened it', () => {
    const [ours] = put(undefined);
    if (ours === undefined) throw new Error('nothing was put');
    expect(look(policyOf({ ...ours, Action: ['events:PutEvents'] })).fields).toEqual([]);
    const wide = look(policyOf({ ...ours, Condition: {} }));
    expect(wide.fields).toEqual(['statement']);
    expect(methods(wide.repair().writes)).toEqual(['putPermission']);
    expect(look(policyOf(theirs)).fields).toEqual(['existence']);
  });
});

describe('the opening in the state table', () => {
  const arn = `arn:aws:dynamodb:${EU}:${payments.account}:table/landbridge-state`;
  const look = (found: unknown, member = abroad) => {
    const answers: Answers = { getResourcePolicy: found, putResourcePolicy: {}, deleteResourcePolicy: {} };
    return lookAt(tablePolicy, EU, placeIn(EU, declaredWith(home, member)), answers, {
      [`state-replica/${EU}`]: { id: arn },
    });
  };
  const inputOf = (found: unknown, member = abroad) => look(found, member).repair().writes[0]?.input as unknown as Told;

  test('is in the replica of each member that lives elsewhere, and in the table itself at home', () => {
    const targets = (...members: readonly Member[]) =>
      [...tablePolicy.targets({ fleet: payments, members })].map(({ name }) => name);
    expect(targets(home)).toEqual([]);
    expect(targets(home, abroad)).toEqual([EU]);
    const guest = memberOf(HOME, 1, { account: THIRD });
    const [target] = tablePolicy.targets({ fleet: payments, members: [guest] });
    expect(target?.want).toMatchObject({
      tableArn: `arn:aws:dynamodb:${HOME}:${payments.account}:table/landbridge-state`,
      account: THIRD,
    });
  });

  test("lets each agent do what its role may, with this fleet's rows", () => {
    const input = inputOf(gone);
    expect(input).toMatchObject({ ResourceArn: arn, ExpectedRevisionId: 'NO_POLICY' });
    const said = statementsOf(input).map(({ Sid, Action, Principal, Condition }) => [
      Sid,
      Action,
      Principal,
      Condition,
    ]);
    const of = (agent: string, ...rows: readonly string[]) => [
      { AWS: `arn:aws:iam::${OTHER}:root` },
      {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': rows },
        ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::${OTHER}:role/landbridge-${agent}`] },
      },
    ];
    expect(said).toEqual([
      ['LandbridgeWatchReadsOfpayments', 'dynamodb:Query', ...of('watch', 'fleet#payments', 'health#payments')],
      ['LandbridgeWatchWritesOfpayments', 'dynamodb:BatchWriteItem', ...of('watch', 'health#payments')],
      ['LandbridgeBitReadsOfpayments', 'dynamodb:Query', ...of('bit', 'health#payments')],
    ]);
  });

  test('has nothing for a bit that a client has not', () => {
    const client = { ...abroad, role: 'client' } as const;
    expect(statementsOf(inputOf(gone, client))).toHaveLength(2);
    const all = statementsOf(inputOf(gone));
    expect(look({ Policy: policyOf(...all), RevisionId: '1' }, client).fields).toEqual(['statementsTooMany']);
  });

  test('leaves what others have put there, on condition that it is still that', () => {
    const input = inputOf({ Policy: policyOf(theirs), RevisionId: '7' });
    expect(input).toMatchObject({ ExpectedRevisionId: '7' });
    expect(statementsOf(input)[0]).toEqual(theirs);
    const all = statementsOf(inputOf(gone));
    expect(look({ Policy: policyOf(theirs, ...all), RevisionId: '8' }).fields).toEqual([]);
    const half = look({ Policy: policyOf(theirs, ...all.slice(1)), RevisionId: '8' });
    expect(half.fields).toEqual(['statementsMissing']);
    expect(look({ Policy: policyOf(theirs), RevisionId: '8' }).fields).toEqual(['existence']);
  });

  test('is gone with the last statement, and else only its own', () => {
    const all = statementsOf(inputOf(gone));
    expect(methods(look({ Policy: policyOf(...all), RevisionId: '1' }).remove().writes)).toEqual([
      'deleteResourcePolicy',
    ]);
    const [written] = look({ Policy: policyOf(theirs, ...all), RevisionId: '1' }).remove().writes;
    expect(statementsOf(written?.input as unknown as Told)).toEqual([theirs]);
  });
});

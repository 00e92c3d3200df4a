import { describe, expect, test } from 'vitest';
import { eventForward } from '../../../control-plane/kinds/event-forward.ts';
import { forwardedPattern } from '../../../control-plane/model/forwarded.ts';
import { markOf } from '../../../control-plane/model/ownership.ts';
import { compilePattern } from '../../../simulator/engine/events/pattern.ts';
import type { Answers } from '../../support/dialogue.ts';
import { memberOf, payments } from '../../support/payments.ts';
import { gone, look, methods, REGION, serving } from './one-member.ts';

const ruleArn = 'arn:aws:events:eu-west-1:111122223333:rule/landbridge-payments_forward';
const rule = {
  Name: 'landbridge-payments_forward',
  Arn: ruleArn,
  // As somebody might have written it: with blanks.
  EventPattern: JSON.stringify(forwardedPattern('payments'), undefined, 2),
  State: 'ENABLED',
  Description: markOf('payments', 'event-forward/eu-west-1'),
};
const ours = {
  Id: 'home',
  Arn: 'arn:aws:events:us-east-1:111122223333:event-bus/default',
  RoleArn: 'arn:aws:iam::111122223333:role/landbridge-signal',
};
const answers = (there: object | undefined, targets: readonly object[] = [ours]): Answers => ({
  listRules: { Rules: [{ Name: 'landbridge-payments_watch' }, ...(there === undefined ? [] : [there])] },
  listTargetsByRule: there === undefined ? gone : { Targets: targets },
  putRule: {},
  putTargets: { FailedEntries: [] },
  removeTargets: {},
  deleteRule: {},
});

describe('what hands events on to home', () => {
  test('is in every member but home', () => {
    const members = [memberOf('us-east-1', 1), serving];
    expect([...eventForward.targets({ fleet: payments, members })].map(({ name }) => name)).toEqual([REGION]);
  });

  test("is in home too where the member there lives in another account, as that account's role and on the control plane's bus", () => {
    const members = [memberOf('us-east-1', 1, { account: '222233334444' })];
    const [target] = eventForward.targets({ fleet: payments, members });
    expect(target?.want).toMatchObject({
      busArn: ours.Arn,
      roleArn: 'arn:aws:iam::222233334444:role/landbridge-signal',
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: answers(rule),                                            fields: [], writes: [], why: 'as wanted, whatever the blanks' },
    { there: answers(undefined),                                       fields: ['existence'], writes: ['putRule', 'putTargets'], why: 'not there' },
    { there: answers({ ...rule, State: 'DISABLED' }),                  fields: ['isEnabled'], writes: ['putRule'], why: 'switched off' },
    { there: answers({ ...rule, EventPattern: '{"source":["mine"]}' }), fields: ['pattern'], writes: ['putRule'], why: 'it hears something else' },
    { there: answers({ ...rule, EventPattern: undefined }),            fields: ['pattern'], writes: ['putRule'], why: 'it is a schedule' },
    { there: answers(rule, []),                                        fields: ['busArn', 'roleArn'], writes: ['putTargets'], why: 'it tells nobody' },
    { there: answers(rule, [{ ...ours, RoleArn: 'arn:other' }]),       fields: ['roleArn'], writes: ['putTargets'], why: 'as somebody who may not' },
    { there: answers(rule, [{ ...ours, Arn: 'arn:other' }]),           fields: ['busArn'], writes: ['putTargets'], why: 'it tells somebody else' },
  ])('$why: $fields', ({ there, fields, writes }) => {
    const seen = look(eventForward, REGION, there);
    expect(seen.fields).toEqual(fields);
    expect(seen.drift.filter(({ impact }) => impact === 'outage'), 'no caller loses a request over it').toEqual([]);
    if (fields.length > 0) expect(methods(seen.repair().writes)).toEqual(writes);
    if (seen.observed !== undefined) expect(seen.attributes).toEqual({ id: ruleArn });
  });

  test('is tagged when it is made', () => {
    const [made] = look(eventForward, REGION, answers(undefined)).repair().writes;
    expect(made?.input).toMatchObject({
      Name: rule.Name,
      State: 'ENABLED',
      Tags: expect.arrayContaining([
        { Key: 'landbridge:fleet', Value: 'payments' },
        { Key: 'landbridge:target', Value: 'event-forward/eu-west-1' },
      ]) as unknown,
    });
  });

  test('is one per fleet', () => {
    const other = { ...payments, name: 'ledger' };
    const [made] = look(eventForward, REGION, answers(undefined), { fleet: other }).repair().writes;
    expect(made?.input).toMatchObject({ Name: 'landbridge-ledger_forward' });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { turn: 0, reads: ['listRules'],         there: answers({ ...rule, State: 'DISABLED' }, []), fields: ['isEnabled'] },
    { turn: 1, reads: ['listTargetsByRule'], there: answers({ ...rule, State: 'DISABLED' }, []), fields: ['busArn', 'roleArn'] },
    { turn: 0, reads: ['listRules'],         there: answers(undefined), fields: ['existence'] },
    { turn: 1, reads: ['listTargetsByRule'], there: answers(undefined), fields: ['existence'] },
  ] as const)('where the prober is well, $reads is all that is read in turn $turn: $fields', ({ turn, reads, there, fields }) => {
    const proven = { names: true, bit: true, watch: true, turn };
    const known = { 'event-forward/eu-west-1': ruleArn };
    const seen = look(eventForward, REGION, there, { proven, known });
    expect({ reads: methods(seen.reads), fields: seen.fields }).toEqual({ reads, fields });
    const leaving = { ...serving, phase: 'leaving' } as const;
    for (const but of [{ known: {} }, { member: leaving }, { proven: { ...proven, watch: false } }])
      expect(methods(look(eventForward, REGION, answers(rule), { proven, known, ...but }).reads)).toEqual([
        'listRules',
        'listTargetsByRule',
      ]);
  });

  test("somebody else's target keeps it, and somebody else's rule is let be", () => {
    const shared = look(eventForward, REGION, answers(rule, [ours, { Id: 'theirs', Arn: 'arn:theirs' }]));
    expect(eventForward.holdsOthers?.(shared.observed ?? expect.fail())).toContain('arn:theirs');
    const theirs = look(eventForward, REGION, answers({ ...rule, Description: 'mine' }));
    expect(theirs.conflict).toContain(ruleArn);
    expect(() => theirs.remove()).toThrow('not the fleet');
  });

  test('what EventBridge could not do is a fault, and not passed over', () => {
    const there = { ...answers(rule, []), putTargets: { FailedEntries: [{ ErrorCode: 'Odd' }] } };
    expect(() => look(eventForward, REGION, there).repair()).toThrow('Odd');
  });

  test('goes, target first', () => {
    expect(methods(look(eventForward, REGION, answers(rule)).remove().writes)).toEqual(['removeTargets', 'deleteRule']);
  });

  test('is deleted where its target is off already', () => {
    const removeTargets = {
      FailedEntryCount: 1,
      FailedEntries: [
        { TargetId: 'home', ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'Target home does not exist.' },
      ],
    };
    const { writes } = look(eventForward, REGION, { ...answers(rule), removeTargets }).remove();
    expect(methods(writes)).toEqual(['removeTargets', 'deleteRule']);
  });

  test('is not deleted while EventBridge could not take its target off', () => {
    // Found by a campaign: storm 210, minute 162.
    const removeTargets = {
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'home', ErrorCode: 'InternalException', ErrorMessage: 'not now' }],
    };
    const seen = look(eventForward, REGION, { ...answers(rule), removeTargets });
    expect(() => seen.remove()).toThrow(
      'removeTargets in eu-west-1: landbridge-payments_forward: InternalException: not now',
    );
  });
});

describe('what is handed on', () => {
  const { matches } = compilePattern(JSON.stringify(forwardedPattern('payments')));
  const trail = (userName: string | undefined, source = 'aws.ec2') => ({
    source,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: `${source.slice('aws.'.length)}.amazonaws.com`,
      userIdentity: userName === undefined ? { type: 'Root' } : { sessionContext: { sessionIssuer: { userName } } },
    },
  });
  const alarm = (alarmName: string, value = 'ALARM') => ({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName, state: { value } },
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { event: trail('somebody'),                         is: true,  why: "somebody's write" },
    { event: trail(undefined),                          is: true,  why: "the account's own" },
    { event: trail('landbridge-apply-plan'),            is: false, why: 'our own write' },
    { event: trail('somebody', 'aws.s3'),               is: false, why: 'nothing that fleets have' },
    { event: alarm('landbridge-payments-replica'),      is: true,  why: "an alarm of the fleet's" },
    { event: alarm('landbridge-payments-replica', 'OK'), is: false, why: 'its end' },
    { event: alarm('landbridge-ledger-replica'),        is: false, why: "another fleet's" },
    { event: alarm('somebody'),                         is: false, why: "somebody's alarm" },
  ])('$why: $is', ({ event, is }) => {
    expect(matches(event as never)).toBe(is);
  });
});

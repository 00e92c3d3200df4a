import { describe, expect, test } from 'vitest';
import { agent } from '../../../control-plane/kinds/agent.ts';
import { agentSchedule } from '../../../control-plane/kinds/agent-schedule.ts';
import { bitUrl } from '../../../control-plane/kinds/bit-url.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import { markOf } from '../../../control-plane/model/ownership.ts';
import type { Answers } from '../../support/dialogue.ts';
import { payments } from '../../support/payments.ts';
import { arnOf, client, gone, HOST, look, methods, REGION, serving } from './one-member.ts';

describe('agents', () => {
  const functionOf = (name: string, but: object = {}) => ({
    FunctionName: `landbridge-payments_${name}`,
    FunctionArn: arnOf(name),
    Description: markOf('payments', `agent/eu-west-1/${name}`),
    CodeSha256: 'agents-code-sha256',
    Handler: `index.${name}`,
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::111122223333:role/landbridge-${name}`,
    MemorySize: 128,
    Timeout: 5,
    Architectures: ['arm64'],
    Environment: {
      Variables: {
        LANDBRIDGE_TABLE: 'landbridge-state',
        LANDBRIDGE_HOME: 'us-east-1',
        LANDBRIDGE_ACCOUNT: '111122223333',
        LANDBRIDGE_FLEET: 'payments',
      },
    },
    ...but,
  });
  const VpcConfig = { SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: ['sg-probe'], VpcId: 'vpc-1' };
  const answers = (...functions: object[]): Answers => ({
    listFunctions: { Functions: functions },
    createFunction: {},
    updateFunctionCode: {},
    updateFunctionConfiguration: {},
    deleteFunction: {},
    createLogGroup: {},
    putRetentionPolicy: {},
    deleteLogGroup: {},
  });

  test('are in every member, the bit only where there is a health to tell of', () => {
    const of = (member: Member) => [...agent.targets({ fleet: payments, members: [member] })].map(({ name }) => name);
    expect(of(serving)).toEqual(['eu-west-1/probe', 'eu-west-1/watch', 'eu-west-1/bit']);
    expect(of(client)).toEqual(['eu-west-1/probe', 'eu-west-1/watch']);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: functionOf('probe', { VpcConfig }),                                              fields: [], writes: [], why: 'as wanted' },
    { there: functionOf('probe'),                                                             fields: ['subnetIds', 'securityGroupIds'], writes: ['updateFunctionConfiguration'], why: 'somebody took it out of its VPC' },
    { there: functionOf('probe', { VpcConfig: { ...VpcConfig, SecurityGroupIds: ['sg-2'] } }), fields: ['securityGroupIds'], writes: ['updateFunctionConfiguration'], why: 'in another group' },
    { there: functionOf('probe', { VpcConfig, CodeSha256: 'other', Timeout: 3 }),             fields: ['codeSha256', 'timeoutSeconds'], writes: ['createLogGroup', 'putRetentionPolicy', 'updateFunctionCode'], why: 'code first: Lambda takes one change at a time' },
    { there: functionOf('probe', { VpcConfig, Architectures: ['x86_64'] }),                   fields: ['architecture'], writes: ['updateFunctionCode'], why: 'the architecture goes with the code' },
    { there: functionOf('watch'),                                                             fields: ['existence'], writes: ['createLogGroup', 'putRetentionPolicy', 'createFunction'], why: 'not there' },
  ])('$why: $fields', ({ there, fields, writes }) => {
    const seen = look(agent, 'eu-west-1/probe', answers(there));
    expect(seen.fields).toEqual(fields);
    expect(seen.drift.filter(({ impact }) => impact === 'outage'), 'no caller loses a request over it').toEqual([]);
    if (writes.length > 0) expect(methods(seen.repair().writes)).toEqual(writes);
  });

  test('stand outside of every VPC, but for the prober', () => {
    const seen = look(agent, 'eu-west-1/watch', answers(functionOf('watch', { Timeout: 60, VpcConfig })));
    expect(seen.fields).toEqual(['subnetIds', 'securityGroupIds']);
    expect(seen.repair().writes[0]?.input).toMatchObject({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } });
  });

  test('are told where home is, and who takes over from it', () => {
    const fleet = { ...payments, standby: 'eu-west-1' };
    const { writes } = look(agent, 'eu-west-1/bit', answers(), { fleet }).repair();
    expect(writes.find(({ method }) => method === 'createFunction')?.input).toMatchObject({
      FunctionName: 'landbridge-payments_bit',
      Handler: 'index.bit',
      Architectures: ['arm64'],
      Environment: { Variables: { LANDBRIDGE_HOME: 'us-east-1', LANDBRIDGE_STANDBY: 'eu-west-1' } },
    });
  });

  test("somebody else's by the same name is named, and nothing refers to it", () => {
    const seen = look(agent, 'eu-west-1/bit', answers(functionOf('bit', { Description: 'mine' })));
    expect(seen.conflict).toContain(arnOf('bit'));
    expect(seen.attributes).toEqual({});
    expect(() => seen.remove()).toThrow('not the fleet');
  });
});

describe('schedule of a prober', () => {
  const ruleArn = 'arn:aws:events:eu-west-1:111122223333:rule/landbridge-payments_watch';
  const rule = {
    Name: 'landbridge-payments_watch',
    Arn: ruleArn,
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Description: markOf('payments', 'agent-schedule/eu-west-1'),
  };
  const statement = (but: object = {}) => ({
    Sid: 'landbridge-payments_watch',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: arnOf('watch'),
    Condition: { ArnLike: { 'AWS:SourceArn': ruleArn } },
    ...but,
  });
  const ours = { Id: 'watch', Arn: arnOf('watch') };
  const answers = (
    there: object | undefined,
    targets: readonly object[] = [ours],
    ...statements: readonly object[]
  ): Answers => ({
    listRules: { Rules: there === undefined ? [] : [there] },
    listTargetsByRule: { Targets: targets },
    getPolicy: statements.length === 0 ? gone : { Policy: JSON.stringify({ Statement: statements }) },
    putRule: {},
    putTargets: { FailedEntries: [] },
    addPermission: {},
    removePermission: {},
    removeTargets: {},
    deleteRule: {},
  });
  const other = { Sid: 'theirs', Effect: 'Allow', Action: 'lambda:InvokeFunction', Principal: '*' };

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: answers(rule, [ours], other, statement()),                       fields: [], writes: [], why: 'as wanted, beside what others put there' },
    { there: answers(undefined),                                              fields: ['existence'], writes: ['addPermission', 'putRule', 'putTargets'], why: 'not there' },
    { there: answers(undefined, [], statement()),                             fields: ['existence'], writes: ['putRule', 'putTargets'], why: 'somebody took the rule away: leave to be invoked is there still' },
    { there: answers({ ...rule, State: 'DISABLED' }, [ours], statement()),    fields: ['isEnabled'], writes: ['putRule'], why: 'switched off' },
    { there: answers({ ...rule, ScheduleExpression: 'rate(1 hour)' }, [ours], statement()), fields: ['expression'], writes: ['putRule'], why: 'slowed down' },
    { there: answers(rule, [], statement()),                                  fields: ['functionArn'], writes: ['putTargets'], why: 'it invokes nobody' },
    { there: answers(rule, [{ ...ours, Arn: 'arn:else' }], statement()),      fields: ['functionArn'], writes: ['putTargets'], why: 'it invokes somebody else' },
    { there: answers(rule, [ours]),                                           fields: ['permissionsMissing'], writes: ['addPermission'], why: 'it may not' },
    { there: answers(rule, [ours], statement({ Condition: { ArnLike: { 'aws:sourcearn': ruleArn } } })), fields: [], writes: [], why: 'keys of conditions have no case' },
  ])('$why: $fields', ({ there, fields, writes }) => {
    const seen = look(agentSchedule, REGION, there);
    expect(seen.fields).toEqual(fields);
    if (fields.length > 0) expect(methods(seen.repair().writes)).toEqual(writes);
    if (seen.observed !== undefined) expect(seen.attributes).toEqual({ id: ruleArn });
  });

  test('a statement under our id that says something else is replaced', () => {
    let isTaken = true;
    const there = {
      ...answers(rule, [ours], statement({ Condition: {} })),
      removePermission: () => (isTaken = false),
      addPermission: () => {
        if (isTaken) throw new Fault('Conflict', 'ResourceConflictException');
        return {};
      },
    };
    const seen = look(agentSchedule, REGION, there);
    expect(seen.fields).toEqual(['permissionsMissing']);
    expect(methods(seen.repair().writes)).toEqual(['addPermission', 'removePermission', 'addPermission']);
  });

  test('what EventBridge could not do is a fault, and not passed over', () => {
    const there = { ...answers(rule, [], statement()), putTargets: { FailedEntries: [{ ErrorCode: 'Odd' }] } };
    expect(() => look(agentSchedule, REGION, there).repair()).toThrow('Odd');
  });

  test("somebody else's target keeps it, and somebody else's rule is let be", () => {
    const shared = look(agentSchedule, REGION, answers(rule, [ours, { Id: 'theirs', Arn: 'arn:theirs' }], statement()));
    expect(agentSchedule.holdsOthers?.(shared.observed ?? expect.fail())).toContain('arn:theirs');
    const theirs = look(agentSchedule, REGION, answers({ ...rule, Description: 'mine' }));
    expect(theirs.conflict).toContain(ruleArn);
    expect(() => theirs.remove()).toThrow('not the fleet');
  });

  test('a prober that was just called needs no reads, while it is to stay and its rule is known', () => {
    const proven = { names: false, bit: false, watch: true };
    const known = { 'agent-schedule/eu-west-1': ruleArn };
    const seen = look(agentSchedule, REGION, {}, { proven, known });
    expect({ fields: seen.fields, reads: seen.reads, attributes: seen.attributes }).toEqual({
      fields: [],
      reads: [],
      attributes: { id: ruleArn },
    });
    const leaving = { ...serving, phase: 'leaving' } as const;
    for (const but of [{ known: {} }, { member: leaving }, { proven: { names: true, bit: true, watch: false } }])
      expect(
        methods(look(agentSchedule, REGION, answers(rule, [ours], statement()), { proven, known, ...but }).reads),
      ).toEqual(['listRules', 'listTargetsByRule', 'getPolicy']);
  });

  test('goes with its leave to invoke', () => {
    const seen = look(agentSchedule, REGION, answers(rule, [ours], statement()));
    expect(methods(seen.remove().writes)).toEqual(['removeTargets', 'deleteRule', 'removePermission']);
  });
});

describe('URL of a health bit', () => {
  const url = { FunctionUrl: `https://${HOST}/`, AuthType: 'NONE' };
  const everybody = { Effect: 'Allow', Principal: '*' };
  const byUrl = {
    ...everybody,
    Sid: 'landbridge-url',
    Action: 'lambda:InvokeFunctionUrl',
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
  };
  const invoke = {
    ...everybody,
    Sid: 'landbridge-url-invoke',
    Action: 'lambda:InvokeFunction',
    Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
  };
  const answers = (there: object | undefined, ...statements: readonly object[]): Answers => ({
    getFunctionUrlConfig: there ?? gone,
    getPolicy: statements.length === 0 ? gone : { Policy: JSON.stringify({ Statement: statements }) },
    addPermission: {},
    createFunctionUrlConfig: { FunctionUrl: 'https://new.lambda-url.eu-west-1.on.aws/' },
    updateFunctionUrlConfig: {},
    deleteFunctionUrlConfig: gone,
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { there: answers(url, byUrl, invoke),                           fields: [], writes: [], why: 'open to everybody' },
    { there: answers(undefined),                                    fields: ['existence'], writes: ['addPermission', 'addPermission', 'createFunctionUrlConfig'], why: 'not there' },
    { there: answers(undefined, byUrl, invoke),                     fields: ['existence'], writes: ['createFunctionUrlConfig'], why: 'somebody took it away' },
    { there: answers(url, byUrl),                                   fields: ['permissionsMissing'], writes: ['addPermission'], why: 'since October 2025 one permission is not enough' },
    { there: answers({ ...url, AuthType: 'AWS_IAM' }, byUrl, invoke), fields: ['authType'], writes: ['updateFunctionUrlConfig'], why: 'checkers sign nothing' },
  ])('$why: $fields', ({ there, fields, writes }) => {
    const seen = look(bitUrl, REGION, there);
    expect(seen.fields).toEqual(fields);
    if (fields.length > 0) expect(methods(seen.repair().writes)).toEqual(writes);
    if (seen.observed !== undefined) expect(seen.attributes).toEqual({ id: HOST, host: HOST });
  });

  test('is kept in the journal by its host, which a new one has another of', () => {
    expect(look(bitUrl, REGION, answers(undefined)).repair().result).toEqual({ id: 'new.lambda-url.eu-west-1.on.aws' });
    expect(look(bitUrl, REGION, answers(url, byUrl)).repair().result).toEqual({ id: HOST });
  });

  test('that has just answered well needs no reads', () => {
    const proven = { names: false, bit: true, watch: true };
    const seen = look(bitUrl, REGION, {}, { proven, known: { 'bit-url/eu-west-1': HOST } });
    expect({ fields: seen.fields, reads: seen.reads, attributes: seen.attributes }).toEqual({
      fields: [],
      reads: [],
      attributes: { id: HOST, host: HOST },
    });
  });
});

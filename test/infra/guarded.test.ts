import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';
import { reservedConcurrency } from '../../workflows/reserved-concurrency.ts';
import { type Assembly, assemble, type Resource } from '../support/assembly.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

let assembly: Assembly;
beforeAll(() => {
  assembly = assemble();
});

/** Resources of one type in every stack, under 'stack/logical id'. */
const all = (type: string): [string, Resource][] =>
  assembly.stacks.flatMap(({ name, resources }) =>
    Object.entries(resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]): [string, Resource] => [`${name}/${id}`, resource]),
  );

/** Every statement of every policy in a template, wherever it stands. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value === 'string' && value.includes('"Statement"')) return statementsIn(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Statement' in value && Array.isArray(value.Statement) ? (value.Statement as Statement[]) : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/** What of a kind does not have these properties. */
const without = (type: string, properties: Readonly<Record<string, unknown>>): string[] =>
  all(type)
    .filter(([, { Properties }]) => {
      try {
        expect(Properties).toMatchObject(properties);
        return false;
      } catch {
        return true;
      }
    })
    .map(([id]) => id);

const refusesPlainHttp = (policyType: string): number =>
  all(policyType).filter(([, { Properties }]) =>
    statementsIn(Properties).some(
      ({ Effect, Condition }) => Effect === 'Deny' && Condition?.['Bool']?.['aws:SecureTransport'] === 'false',
    ),
  ).length;

describe('the templates', () => {
  test('are of as many stacks as there are reasons to deploy', () => {
    expect(assembly.stacks.map(({ name, region }) => `${name} ${region}`).toSorted()).toEqual([
      'landbridge-home us-east-1',
      'landbridge-roles us-east-1',
      'landbridge-standby eu-west-1',
    ]);
    expect(assemble({ standby: 'none' }).stacks.map(({ name }) => name)).not.toContain('landbridge-standby');
  });

  test('come after the roles that their keys name, in the standby too', () => {
    const { artifacts } = JSON.parse(readFileSync(join(assembly.directory, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { dependencies?: readonly string[] }>;
    };
    for (const stack of ['LandbridgeHome', 'LandbridgeStandby'])
      expect(artifacts[stack]?.dependencies, stack).toContain('LandbridgeRoles');
  });

  test('wake nobody before the state table is there', () => {
    const [table] = all('AWS::DynamoDB::GlobalTable').map(([id]) => id.replace('landbridge-home/', ''));
    const atHome = all('AWS::Events::Rule').filter(([id]) => id.startsWith('landbridge-home/'));
    expect(atHome.length).toBeGreaterThan(0);
    for (const [id, { DependsOn = [] }] of atHome) expect(DependsOn, id).toContain(table);
  });

  test('allow no action by a pattern, and nothing to everybody', () => {
    const statements = assembly.stacks.flatMap(({ resources }) => statementsIn(resources));
    expect(statements.length).toBeGreaterThan(20);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(({ Action }) => listOf(Action)).filter((action) => action.includes('*'))).toEqual([]);
    expect(allowed.filter(({ Principal }) => JSON.stringify(Principal ?? '').includes('*'))).toEqual([]);
  });

  test('encrypt what is told to people, with a key of its own that rotates', () => {
    expect(all('AWS::SNS::Topic')).toHaveLength(3);
    expect(without('AWS::SNS::Topic', { KmsMasterKeyId: expect.anything() })).toEqual([]);
    expect(refusesPlainHttp('AWS::SNS::TopicPolicy')).toBe(3);
    expect(without('AWS::KMS::Key', { EnableKeyRotation: true })).toEqual([]);
    const keyOf = (type: string, property: string) =>
      new Set(all(type).map(([id, { Properties }]) => id.split('/')[0] + JSON.stringify(Properties[property])));
    expect(keyOf('AWS::SNS::Topic', 'KmsMasterKeyId').intersection(keyOf('AWS::SQS::Queue', 'KmsMasterKeyId'))).toEqual(
      new Set(),
    );
  });

  test('encrypt what went astray, and let it in over TLS alone', () => {
    expect(all('AWS::SQS::Queue')).toHaveLength(3);
    expect(without('AWS::SQS::Queue', { KmsMasterKeyId: expect.anything() })).toEqual([]);
    expect(refusesPlainHttp('AWS::SQS::QueuePolicy')).toBe(3);
  });

  test('have a dead-letter queue on every asynchronous hop, and an alarm on each queue', () => {
    const targets = all('AWS::Events::Rule').flatMap(([id, { Properties }]) =>
      (Properties['Targets'] as Record<string, unknown>[]).map((target) => [id, target] as const),
    );
    expect(targets).toHaveLength(6);
    for (const [id, target] of targets)
      expect(target, id).toMatchObject({ DeadLetterConfig: { Arn: expect.anything() } });
    // Whatever rules or alarms invoke, Lambda invokes by itself.
    const invoked = all('AWS::Lambda::Permission').map(([, { Properties }]) => Properties['FunctionName']);
    const kept = all('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    for (const properties of kept)
      expect(properties).toMatchObject({ DestinationConfig: { OnFailure: { Destination: expect.anything() } } });
    expect(new Set(invoked)).toEqual(new Set(Object.keys(reservedConcurrency).map((name) => `landbridge-${name}`)));
    expect(kept).toHaveLength(new Set(invoked).size);
    const watched = all('AWS::CloudWatch::Alarm').map(
      ([id, { Properties }]) => id.split('/')[0] + JSON.stringify(Properties),
    );
    for (const [id, { Properties }] of all('AWS::SQS::Queue')) {
      const [stack = ''] = id.split('/');
      expect(
        watched.some((alarm) => alarm.startsWith(stack) && alarm.includes(String(Properties['QueueName']))),
        id,
      ).toBe(true);
    }
    expect(all('AWS::SNS::Subscription')).toEqual([]);
  });

  test('run functions on arm64, traced, each under a role and with a log of its own that ends', () => {
    expect(all('AWS::Lambda::Function')).toHaveLength(functions.length);
    expect(
      without('AWS::Lambda::Function', {
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: expect.anything() },
      }),
    ).toEqual([]);
    const roles = all('AWS::Lambda::Function').map(([, { Properties }]) => Properties['Role']);
    expect(new Set(roles.map((role) => JSON.stringify(role))).size).toBe(functions.length);
    expect(without('AWS::Logs::LogGroup', { RetentionInDays: 90, KmsKeyId: expect.anything() })).toEqual([]);
  });

  test('hold back what a storm of events may take', () => {
    const reserved = all('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties['ReservedConcurrentExecutions'] !== undefined)
      .map(([, { Properties }]) => Properties['FunctionName']);
    expect(reserved).toEqual(['landbridge-on-signal', 'landbridge-on-health']);
  });

  test('let nobody invoke a function but a rule of this account', () => {
    expect(
      without('AWS::Lambda::Permission', {
        Principal: 'events.amazonaws.com',
        SourceArn: expect.stringContaining(`:${assembly.settings.account}:rule/landbridge-`),
      }),
    ).toEqual([]);
    expect(all('AWS::Lambda::Url')).toEqual([]);
    // The default bus takes events of its own account alone, as long as no policy says otherwise.
    expect(all('AWS::Events::EventBusPolicy')).toEqual([]);
  });

  test('trace and log every run', () => {
    expect(all('AWS::StepFunctions::StateMachine')).toHaveLength(8);
    expect(
      without('AWS::StepFunctions::StateMachine', {
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ALL' },
      }),
    ).toEqual([]);
  });

  test('keep the state table, whatever becomes of the stack', () => {
    const [[, table] = []] = all('AWS::DynamoDB::GlobalTable');
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    // DynamoDB's own key, with which it encrypts all that names no other: one of KMS's would keep other accounts' agents out.
    expect(table?.Properties).toMatchObject({ SSESpecification: { SSEEnabled: false } });
    const replicas = table?.Properties['Replicas'] as object[];
    expect(replicas).toHaveLength(2);
    for (const replica of replicas)
      expect(replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    const again = assemble({ table: 'kept' }).stacks.flatMap(({ resources }) => Object.values(resources));
    expect(again.filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  test('tell people of every alarm, and no function', () => {
    const alarms = all('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.length).toBeGreaterThan(40);
    for (const { AlarmName, AlarmActions, AlarmDescription } of alarms) {
      // 'landbridge-' is how alarms of fleets begin, and those wake on-health.
      expect(AlarmName).not.toMatch(/^landbridge-/);
      expect(AlarmActions).toHaveLength(1);
      expect(AlarmDescription).toBeTruthy();
    }
  });
});

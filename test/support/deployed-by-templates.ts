import type { Assembly, Stack } from './assembly.ts';

/** What is deployed, flat and in both worlds' words: 'function us-east-1/landbridge-look timeoutSeconds' -> 120. */
export type Deployed = ReadonlyMap<string, unknown>;
export type Entry = readonly [thing: string, properties: Readonly<Record<string, unknown>>];

export const flat = (entries: Iterable<Entry>): Deployed =>
  new Map(
    [...entries].flatMap(([thing, properties]) =>
      Object.entries(properties)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [`${thing} ${name}`, value] as const),
    ),
  );

export const parsed = (document: string | undefined): unknown =>
  document === undefined ? undefined : (JSON.parse(document) as unknown);

/** By its Sid, whichever policy it is in: what a role may do is all of its policies. */
export const statementsById = (documents: readonly unknown[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (documents as readonly { readonly Statement: readonly { readonly Sid: string }[] }[]).flatMap(({ Statement }) =>
      Statement.map((statement) => [`may ${statement.Sid}`, statement]),
    ),
  );

interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn: unknown };
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds: number };
}
interface Key {
  readonly AttributeName: string;
  readonly KeyType: string;
}
interface Replica {
  readonly Region: string;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled: boolean };
  readonly DeletionProtectionEnabled?: boolean;
}

/** The properties that are compared, of the types that are. */
interface Compared {
  'AWS::StepFunctions::StateMachine': {
    readonly StateMachineName: string;
    readonly StateMachineType: string;
    readonly DefinitionString: string;
    readonly RoleArn: string;
    readonly TracingConfiguration?: { readonly Enabled: boolean };
    readonly LoggingConfiguration?: { readonly Level: string };
  };
  'AWS::Lambda::Function': {
    readonly FunctionName: string;
    readonly Runtime: string;
    readonly Architectures: readonly string[];
    readonly Handler: string;
    readonly Timeout: number;
    readonly MemorySize: number;
    readonly Role: string;
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
    readonly TracingConfig?: { readonly Mode: string };
    readonly LoggingConfig?: object;
    readonly ReservedConcurrentExecutions?: number;
  };
  'AWS::Lambda::EventInvokeConfig': {
    readonly FunctionName: string;
    readonly MaximumRetryAttempts: number;
    readonly MaximumEventAgeInSeconds: number;
    readonly DestinationConfig: { readonly OnFailure: { readonly Destination: unknown } };
  };
  'AWS::Lambda::Permission': {
    readonly FunctionName: string;
    readonly Action: string;
    readonly Principal: string;
    readonly SourceArn: string;
  };
  'AWS::Events::Rule': {
    readonly Name: string;
    readonly ScheduleExpression?: string;
    readonly EventPattern?: object;
    readonly Targets: readonly RuleTarget[];
  };
  'AWS::IAM::Role': {
    readonly RoleName: string;
    readonly AssumeRolePolicyDocument: object;
    readonly ManagedPolicyArns: readonly { readonly PolicyDocument: object }[];
  };
  'AWS::CloudWatch::Dashboard': { readonly DashboardName: string; readonly DashboardBody: string };
  'AWS::SSM::Document': { readonly Name: string; readonly DocumentType: string; readonly Content: object };
  'AWS::SNS::Topic': { readonly TopicName: string };
  'AWS::SQS::Queue': { readonly QueueName: string; readonly MessageRetentionPeriod: number };
  'AWS::DynamoDB::GlobalTable': {
    readonly TableName: string;
    readonly KeySchema: readonly Key[];
    readonly BillingMode: string;
    readonly StreamSpecification: { readonly StreamViewType: string };
    readonly TimeToLiveSpecification: { readonly AttributeName: string; readonly Enabled: boolean };
    readonly SSESpecification?: { readonly SSEEnabled: boolean };
    readonly Replicas: readonly Replica[];
  };
}

type Readers = { readonly [Type in keyof Compared]: (of: Compared[Type], region: string) => Iterable<Entry> };

export const keysOf = (schema: readonly { readonly [Field in keyof Key]: Key[Field] | undefined }[]): string =>
  schema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');

const readers: Readers = {
  *'AWS::StepFunctions::StateMachine'(machine, region) {
    yield [
      `machine ${region}/${machine.StateMachineName}`,
      {
        type: machine.StateMachineType,
        definition: parsed(machine.DefinitionString),
        role: machine.RoleArn,
        isTraced: machine.TracingConfiguration?.Enabled ?? false,
        logs: machine.LoggingConfiguration?.Level ?? 'OFF',
      },
    ];
  },
  *'AWS::Lambda::Function'(made, region) {
    const name = `function ${region}/${made.FunctionName}`;
    yield [
      name,
      {
        runtime: made.Runtime,
        architectures: made.Architectures,
        handler: made.Handler,
        timeoutSeconds: made.Timeout,
        memoryMb: made.MemorySize,
        role: made.Role,
        tracing: made.TracingConfig?.Mode ?? 'PassThrough',
        reservedConcurrency: made.ReservedConcurrentExecutions,
      },
    ];
    yield [`${name} environment`, made.Environment.Variables];
  },
  *'AWS::Lambda::EventInvokeConfig'(config, region) {
    const { FunctionName, MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = config;
    yield [
      `asynchronous invocation ${region}/${FunctionName}`,
      { MaximumRetryAttempts, MaximumEventAgeInSeconds, onFailure: DestinationConfig.OnFailure.Destination },
    ];
  },
  *'AWS::Lambda::Permission'({ FunctionName, Action, Principal, SourceArn }, region) {
    const rule = SourceArn.split('/').at(-1) ?? '';
    yield [`permission ${region}/${FunctionName}/${rule}`, { Action, Principal, SourceArn }];
  },
  *'AWS::Events::Rule'({ Name, ScheduleExpression, EventPattern, Targets }, region) {
    yield [`rule ${region}/${Name}`, { schedule: ScheduleExpression, pattern: EventPattern }];
    for (const { Id, Arn, RoleArn, DeadLetterConfig, RetryPolicy } of Targets)
      yield [
        `rule ${region}/${Name} target ${Id}`,
        {
          to: Arn,
          as: RoleArn,
          deadLettersTo: DeadLetterConfig?.Arn,
          maximumAgeSeconds: RetryPolicy?.MaximumEventAgeInSeconds,
        },
      ];
  },
  *'AWS::IAM::Role'({ RoleName, AssumeRolePolicyDocument, ManagedPolicyArns }) {
    const documents = ManagedPolicyArns.map(({ PolicyDocument }) => PolicyDocument);
    yield [`role ${RoleName}`, { trust: AssumeRolePolicyDocument, ...statementsById(documents) }];
  },
  *'AWS::CloudWatch::Dashboard'({ DashboardName, DashboardBody }) {
    yield [`dashboard ${DashboardName}`, { body: parsed(DashboardBody) }];
  },
  *'AWS::SSM::Document'({ Name, DocumentType, Content }, region) {
    yield [`runbook ${region}/${Name}`, { type: DocumentType, content: Content }];
  },
  *'AWS::SNS::Topic'({ TopicName }, region) {
    yield [`topic ${region}/${TopicName}`, { is: 'there' }];
  },
  *'AWS::SQS::Queue'({ QueueName, MessageRetentionPeriod }, region) {
    yield [`queue ${region}/${QueueName}`, { keptSeconds: MessageRetentionPeriod }];
  },
  *'AWS::DynamoDB::GlobalTable'(table, region) {
    yield [
      `table ${region}/${table.TableName}`,
      {
        keys: keysOf(table.KeySchema),
        billing: table.BillingMode,
        stream: table.StreamSpecification.StreamViewType,
        expires: table.TimeToLiveSpecification.Enabled ? table.TimeToLiveSpecification.AttributeName : undefined,
        isEncryptedByKms: table.SSESpecification?.SSEEnabled ?? false,
      },
    ];
    for (const { Region, DeletionProtectionEnabled } of table.Replicas)
      yield Region === region
        ? [`table ${region}/${table.TableName}`, { isDeletionProtected: DeletionProtectionEnabled ?? false }]
        : [`replica ${Region}/${table.TableName}`, { is: 'there' }];
  },
};

/** Types that no workflow and no handler can tell the presence of. */
const notCompared: Readonly<Record<string, string>> = {
  'AWS::IAM::ManagedPolicy': 'compared with the role that it is attached to',
  'AWS::CloudWatch::Alarm': 'of the machinery: it tells people, and nothing that runs reads it',
  'AWS::KMS::Alias': 'the simulator keeps nothing encrypted',
  'AWS::KMS::Key': 'the simulator keeps nothing encrypted',
  'AWS::Logs::LogGroup': 'the simulator makes one when a function first runs, as Lambda would',
  'AWS::Logs::ResourcePolicy': 'of the standby, which does not run here',
  'AWS::SNS::TopicPolicy': 'adds TLS to what roles say, and the simulator has no other wire',
  'AWS::SQS::QueuePolicy': 'adds TLS to what roles say, and the simulator has no other wire',
};

/** A reference to another resource of the stack, as CloudFormation would put what it is for in its place. */
function resolved(value: unknown, { account, region, resources }: Place): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, { account, region, resources }));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': got } = value as { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly string[] };
  const { Type = '', Properties = {} } = resources[Ref ?? got?.[0] ?? ''] ?? {};
  if (Ref !== undefined && Type === 'AWS::IAM::ManagedPolicy') return Properties;
  if (Ref !== undefined && Type === 'AWS::Lambda::Function') return Properties['FunctionName'];
  if (got?.[1] === 'Arn' && Type === 'AWS::SQS::Queue')
    return `arn:aws:sqs:${region}:${account}:${String(Properties['QueueName'])}`;
  if (Ref !== undefined || got !== undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, resolved(each, { account, region, resources })]),
  );
}

interface Place extends Pick<Stack, 'region' | 'resources'> {
  readonly account: string;
}

/** What CloudFormation would make of the templates. Throws on a type that is neither compared nor excused. */
export function deployedByTemplates({ stacks, settings: { account } }: Assembly): Deployed {
  return flat(
    stacks.flatMap(({ region, resources }) =>
      Object.values(resources).flatMap(({ Type, Properties }) => {
        if (Type in readers) {
          const reader = readers[Type as keyof Readers] as (of: object, region: string) => Iterable<Entry>;
          return [...reader(resolved(Properties, { account, region, resources }) as object, region)];
        }
        if (notCompared[Type] === undefined) throw new Error(`${Type} is neither compared nor excused`);
        return [];
      }),
    ),
  );
}

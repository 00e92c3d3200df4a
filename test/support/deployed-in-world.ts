import { type Dialogue, type ReadCall, read, readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { rootOf } from '../../simulator/principal.ts';
import type { World } from '../../simulator/world.ts';
import { type Deployed, type Entry, flat, keysOf, parsed, statementsById } from './deployed-by-templates.ts';

const nameIn = (arn = ''): string => arn.split(/[:/]/).at(-1) ?? arn;

function* machinesIn(region: Region): Dialogue<ReadCall, Entry[]> {
  const { stateMachines = [] } = yield* read(region, 'sfn', 'listStateMachines', {});
  const entries: Entry[] = [];
  for (const { stateMachineArn } of stateMachines) {
    const made = yield* read(region, 'sfn', 'describeStateMachine', { stateMachineArn });
    entries.push([
      `machine ${region}/${made.name}`,
      {
        type: made.type,
        definition: parsed(made.definition),
        role: made.roleArn,
        isTraced: made.tracingConfiguration?.enabled ?? false,
        logs: made.loggingConfiguration?.level ?? 'OFF',
      },
    ]);
  }
  return entries;
}

function* functionsIn(region: Region): Dialogue<ReadCall, Entry[]> {
  const { Functions = [] } = yield* read(region, 'lambda', 'listFunctions', {});
  const entries: Entry[] = [];
  for (const made of Functions) {
    const { FunctionName } = made;
    const name = `function ${region}/${FunctionName}`;
    const { ReservedConcurrentExecutions } = yield* read(region, 'lambda', 'getFunctionConcurrency', { FunctionName });
    entries.push([
      name,
      {
        runtime: made.Runtime,
        architectures: made.Architectures,
        handler: made.Handler,
        timeoutSeconds: made.Timeout,
        memoryMb: made.MemorySize,
        role: made.Role,
        tracing: made.TracingConfig?.Mode ?? 'PassThrough',
        reservedConcurrency: ReservedConcurrentExecutions,
      },
    ]);
    entries.push([`${name} environment`, made.Environment?.Variables ?? {}]);
    const config = yield* readOrAbsent(region, 'lambda', 'getFunctionEventInvokeConfig', { FunctionName });
    if (config !== undefined)
      entries.push([
        `asynchronous invocation ${region}/${FunctionName}`,
        {
          MaximumRetryAttempts: config.MaximumRetryAttempts,
          MaximumEventAgeInSeconds: config.MaximumEventAgeInSeconds,
          onFailure: config.DestinationConfig?.OnFailure?.Destination,
        },
      ]);
    const policy = yield* readOrAbsent(region, 'lambda', 'getPolicy', { FunctionName });
    for (const { Action, Principal, Condition } of permissionsIn(policy?.Policy)) {
      const SourceArn = Condition.ArnLike['AWS:SourceArn'];
      const entry = { Action, Principal: Principal.Service, SourceArn };
      entries.push([`permission ${region}/${FunctionName}/${nameIn(SourceArn)}`, entry]);
    }
  }
  return entries;
}

interface Permitted {
  readonly Action: string;
  readonly Principal: { readonly Service: string };
  readonly Condition: { readonly ArnLike: { readonly 'AWS:SourceArn': string } };
}

const permissionsIn = (policy: string | undefined): readonly Permitted[] =>
  policy === undefined ? [] : (JSON.parse(policy) as { readonly Statement: readonly Permitted[] }).Statement;

function* rulesIn(region: Region): Dialogue<ReadCall, Entry[]> {
  const { Rules = [] } = yield* read(region, 'eventbridge', 'listRules', {});
  const entries: Entry[] = [];
  for (const { Name = '', ScheduleExpression, EventPattern } of Rules) {
    entries.push([`rule ${region}/${Name}`, { schedule: ScheduleExpression, pattern: parsed(EventPattern) }]);
    const { Targets = [] } = yield* read(region, 'eventbridge', 'listTargetsByRule', { Rule: Name });
    for (const { Id, Arn, RoleArn, DeadLetterConfig, RetryPolicy } of Targets)
      entries.push([
        `rule ${region}/${Name} target ${Id}`,
        {
          to: Arn,
          as: RoleArn,
          deadLettersTo: DeadLetterConfig?.Arn,
          maximumAgeSeconds: RetryPolicy?.MaximumEventAgeInSeconds,
        },
      ]);
  }
  return entries;
}

function* roles(): Dialogue<ReadCall, Entry[]> {
  const { Roles = [] } = yield* read(GLOBAL_REGION, 'iam', 'listRoles', {});
  const entries: Entry[] = [];
  for (const { RoleName = '', AssumeRolePolicyDocument = '' } of Roles) {
    const { AttachedPolicies = [] } = yield* read(GLOBAL_REGION, 'iam', 'listAttachedRolePolicies', { RoleName });
    const { PolicyNames = [] } = yield* read(GLOBAL_REGION, 'iam', 'listRolePolicies', { RoleName });
    const documents: unknown[] = [];
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = yield* read(GLOBAL_REGION, 'iam', 'getRolePolicy', { RoleName, PolicyName });
      documents.push(parsed(decodeURIComponent(PolicyDocument)));
    }
    for (const { PolicyArn } of AttachedPolicies) {
      const { Policy } = yield* read(GLOBAL_REGION, 'iam', 'getPolicy', { PolicyArn });
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = yield* read(GLOBAL_REGION, 'iam', 'getPolicyVersion', { PolicyArn, VersionId });
      documents.push(parsed(decodeURIComponent(PolicyVersion?.Document ?? '')));
    }
    const trust = parsed(decodeURIComponent(AssumeRolePolicyDocument));
    entries.push([`role ${RoleName}`, { trust, ...statementsById(documents) }]);
  }
  return entries;
}

function* topicsIn(region: Region): Dialogue<ReadCall, Entry[]> {
  const { Topics = [] } = yield* read(region, 'sns', 'listTopics', {});
  return Topics.map(({ TopicArn }) => [`topic ${region}/${nameIn(TopicArn)}`, { is: 'there' }]);
}

function* dashboardsAt(home: Region): Dialogue<ReadCall, Entry[]> {
  const { DashboardEntries = [] } = yield* read(home, 'cloudwatch', 'listDashboards', {});
  const entries: Entry[] = [];
  for (const { DashboardName } of DashboardEntries) {
    const { DashboardBody } = yield* read(home, 'cloudwatch', 'getDashboard', { DashboardName });
    entries.push([`dashboard ${DashboardName}`, { body: parsed(DashboardBody) }]);
  }
  return entries;
}

function* tableIn(home: Region): Dialogue<ReadCall, Entry[]> {
  const { Table } = yield* read(home, 'dynamodb', 'describeTable', { TableName: STATE_TABLE });
  const { TimeToLiveDescription } = yield* read(home, 'dynamodb', 'describeTimeToLive', { TableName: STATE_TABLE });
  const table: Entry = [
    `table ${home}/${STATE_TABLE}`,
    {
      keys: keysOf(Table?.KeySchema ?? []),
      billing: Table?.BillingModeSummary?.BillingMode,
      stream: Table?.StreamSpecification?.StreamViewType,
      expires: TimeToLiveDescription?.AttributeName,
      isEncryptedByKms: Table?.SSEDescription?.Status === 'ENABLED',
      isDeletionProtected: Table?.DeletionProtectionEnabled ?? false,
    },
  ];
  const replicas = (Table?.Replicas ?? []).map(
    ({ RegionName }): Entry => [`replica ${RegionName}/${STATE_TABLE}`, { is: 'there' }],
  );
  return [table, ...replicas];
}

function* runbooksIn(region: Region): Dialogue<ReadCall, Entry[]> {
  const Filters = [{ Key: 'Owner', Values: ['Self'] }];
  const { DocumentIdentifiers = [] } = yield* read(region, 'ssm', 'listDocuments', { Filters });
  const entries: Entry[] = [];
  for (const { Name } of DocumentIdentifiers) {
    const { DocumentType, Content } = yield* read(region, 'ssm', 'getDocument', { Name });
    entries.push([`runbook ${region}/${Name}`, { type: DocumentType, content: parsed(Content) }]);
  }
  return entries;
}

/** Queues are nothing that the control plane calls, and so no call that a dialogue knows. */
async function queuesIn(world: World, region: Region): Promise<Entry[]> {
  const { account } = world;
  const ask = (operation: string, input: object) =>
    world.invoke({ service: 'sqs', operation, input, place: { account, region }, principal: rootOf(account) });
  const { QueueUrls = [] } = (await ask('ListQueues', {})) as { QueueUrls?: readonly string[] };
  const entries: Entry[] = [];
  for (const QueueUrl of QueueUrls) {
    const { Attributes } = (await ask('GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['MessageRetentionPeriod'],
    })) as { Attributes: { MessageRetentionPeriod: string } };
    entries.push([`queue ${region}/${nameIn(QueueUrl)}`, { keptSeconds: Number(Attributes.MessageRetentionPeriod) }]);
  }
  return entries;
}

function* everythingIn(home: Region, regions: readonly Region[]): Dialogue<ReadCall, Entry[]> {
  const entries = [...(yield* roles()), ...(yield* tableIn(home)), ...(yield* dashboardsAt(home))];
  for (const region of regions) {
    entries.push(...(yield* machinesIn(region)), ...(yield* functionsIn(region)), ...(yield* rulesIn(region)));
    entries.push(...(yield* topicsIn(region)), ...(yield* runbooksIn(region)));
  }
  return entries;
}

/** What stands in a world, in the Regions that templates are for: read as its owner reads it, through AWS's own calls. */
export async function deployedIn(world: World, home: Region, regions: readonly Region[]): Promise<Deployed> {
  const call = directCaller(world, world.account, rootOf(world.account));
  const queues = await Promise.all(regions.map((region) => queuesIn(world, region)));
  return flat([...(await converse(everythingIn(home, regions), call)), ...queues.flat()]);
}

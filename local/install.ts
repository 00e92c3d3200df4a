import { zipSync } from 'fflate';
import type { FunctionSpec } from '../handlers/index.ts';
import { functions } from '../handlers/index.ts';
import { type MembersDeployed, memberRolesOf } from '../permissions/member-roles.ts';
import { roleNameOf, rolesOf, SIGNAL_ROLE, WORKFLOW_ROLE } from '../permissions/roles.ts';
import { runbookRolesOf } from '../permissions/runbook-roles.ts';
import type { Principal } from '../simulator/principal.ts';
import { roleSession } from '../simulator/principal.ts';
import type { ServiceName } from '../simulator/service.ts';
import { attachHostCode, type HostCode } from '../simulator/services/lambda/host.ts';
import type { World } from '../simulator/world.ts';
import { DASHBOARD_NAME, dashboardBody } from '../workflows/dashboard.ts';
import {
  KEPT_SECONDS,
  oldestSecondsOf,
  UNANSWERED_QUEUE,
  UNDELIVERED_QUEUE,
  WHEN_UNANSWERED,
} from '../workflows/dead-letters.ts';
import { workflows } from '../workflows/index.ts';
import { signals } from '../workflows/signals.ts';
import { INCIDENTS_TOPIC } from './ground.ts';
import { installRunbooks } from './install-runbooks.ts';
import { makeRoles } from './make-roles.ts';

/** Who deploys: a role of the account's own, which may do everything. */
export const DEPLOYER = 'landbridge-deploy';

export interface Deployment {
  readonly account: string;
  readonly home: string;
  /** Where agents report besides home. */
  readonly standby?: string | undefined;
  readonly table: string;
  /** Its roles are there, and serve here too: it takes over from another home. */
  readonly takesOver?: true | undefined;
  /** Where members live besides. */
  readonly memberAccounts?: readonly string[];
  /** What else a function's environment holds: endpoints, for one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one of our functions in this process. */
  host(spec: FunctionSpec): HostCode;
}

const arn = {
  role: (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`,
  function: (account: string, region: string, name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  machine: (account: string, region: string, name: string) =>
    `arn:aws:states:${region}:${account}:stateMachine:${name}`,
  topic: (account: string, region: string) => `arn:aws:sns:${region}:${account}:${INCIDENTS_TOPIC}`,
  queue: (account: string, region: string, name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
};

/** A zip that says where the code really is: the host runs the handler in this process. */
const placeholderZip = zipSync({
  'index.mjs': [
    new TextEncoder().encode('export const handler = undefined; // runs in the process of landbridge start\n'),
    { mtime: 315_532_800_000 },
  ],
});

/**
 * Puts workflows, functions and signals into the simulator: from the same registries that `infra/` deploys, so that what
 * runs here is what is deployed.
 */
export async function install(world: World, deployment: Deployment): Promise<void> {
  const { account, home } = deployment;
  const deployer: Principal = roleSession(arn.role(account, DEPLOYER), 'install');
  const call = (service: ServiceName, region: string, operation: string, input: object): Promise<object> =>
    world.invoke({ service, operation, input, place: { account, region }, principal: deployer });

  if (deployment.takesOver !== true)
    await makeRoles(world, account, deployer, [...rolesOf(deployment), ...runbookRolesOf(deployment)]);

  await call('sns', home, 'CreateTopic', { Name: INCIDENTS_TOPIC });
  await installRunbooks(call, deployment);

  for (const [QueueName, Statement] of deadLetterPolicies(deployment))
    await call('sqs', home, 'CreateQueue', {
      QueueName,
      Attributes: {
        MessageRetentionPeriod: String(KEPT_SECONDS),
        ...(Statement !== undefined && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }) }),
      },
    });

  for (const spec of functions) {
    const FunctionName = `landbridge-${spec.name}`;
    await call('lambda', home, 'CreateFunction', {
      FunctionName,
      Role: arn.role(account, roleNameOf(spec.name)),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Code: { ZipFile: placeholderZip },
      MemorySize: spec.memoryMb,
      Timeout: spec.timeoutSeconds,
      Environment: {
        Variables: {
          LANDBRIDGE_TABLE: deployment.table,
          LANDBRIDGE_HOME: home,
          LANDBRIDGE_ACCOUNT: account,
          LANDBRIDGE_TOPIC: arn.topic(account, home),
          ...deployment.environment,
        },
      },
    });
    // The deployment makes the log groups: functions may write into theirs, not make it.
    await call('cloudwatch-logs', home, 'CreateLogGroup', { logGroupName: `/aws/lambda/${FunctionName}` });
    attachHostCode(world, arn.function(account, home, FunctionName), deployment.host(spec));
    if (spec.needs.includes('events'))
      await call('lambda', home, 'PutFunctionEventInvokeConfig', {
        FunctionName,
        MaximumRetryAttempts: WHEN_UNANSWERED.retries,
        MaximumEventAgeInSeconds: WHEN_UNANSWERED.oldestSeconds,
        DestinationConfig: { OnFailure: { Destination: arn.queue(account, home, UNANSWERED_QUEUE) } },
      });
  }

  for (const { name, type, machine } of workflows)
    await call('sfn', home, 'CreateStateMachine', {
      name: `landbridge-${name}`,
      type,
      definition: JSON.stringify(machine),
      roleArn: arn.role(account, WORKFLOW_ROLE),
    });

  const DashboardBody = JSON.stringify(dashboardBody(deployment));
  await call('cloudwatch', home, 'PutDashboard', { DashboardName: DASHBOARD_NAME, DashboardBody });

  for (const signal of signals) {
    const { name, schedule, pattern, hearsReads, target } = signal;
    const Arn =
      'workflow' in target
        ? arn.machine(account, home, `landbridge-${target.workflow}`)
        : arn.function(account, home, `landbridge-${target.function}`);
    await call('eventbridge', home, 'PutRule', {
      Name: name,
      ...(schedule !== undefined && { ScheduleExpression: schedule }),
      ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
      ...(hearsReads === true && { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }),
    });
    await call('eventbridge', home, 'PutTargets', {
      Rule: name,
      Targets: [
        {
          Id: 'landbridge',
          Arn,
          // A function lets its rule in by itself, and a role in that place would be asked instead of it.
          ...('workflow' in target && { RoleArn: arn.role(account, SIGNAL_ROLE) }),
          RetryPolicy: { MaximumEventAgeInSeconds: oldestSecondsOf(signal) },
          DeadLetterConfig: { Arn: arn.queue(account, home, UNDELIVERED_QUEUE) },
        },
      ],
    });
    if ('function' in target)
      await call('lambda', home, 'AddPermission', {
        FunctionName: `landbridge-${target.function}`,
        StatementId: name,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: `arn:aws:events:${home}:${account}:rule/${name}`,
      });
  }
}

/** Makes an account ready to have members: its roles, and nothing else, for all else is made by joins. */
export async function installMembers(world: World, deployed: MembersDeployed): Promise<void> {
  const { account } = deployed;
  const deployer = roleSession(arn.role(account, DEPLOYER), 'install');
  await makeRoles(world, account, deployer, memberRolesOf(deployed));
}

/** Who may put what went astray into which queue, but for functions: those are allowed as their roles. */
function deadLetterPolicies({ account, home }: Deployment): ReadonlyMap<string, object | undefined> {
  return new Map([
    [
      UNDELIVERED_QUEUE,
      {
        Sid: 'WhatWentAstray',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn.queue(account, home, UNDELIVERED_QUEUE),
        Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:events:${home}:${account}:rule/landbridge-*` } },
      },
    ],
    [UNANSWERED_QUEUE, undefined],
  ]);
}

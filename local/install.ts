import { zipSync } from 'fflate';
import type { FunctionSpec } from '../handlers/index.ts';
import { functions } from '../handlers/index.ts';
import { policiesOf } from '../permissions/policies.ts';
import { trustOf } from '../permissions/role.ts';
import { roleNameOf, rolesOf, SIGNAL_ROLE, WORKFLOW_ROLE } from '../permissions/roles.ts';
import type { Principal } from '../simulator/principal.ts';
import { roleSession } from '../simulator/principal.ts';
import type { ServiceName } from '../simulator/service.ts';
import { attachHostCode, type HostCode } from '../simulator/services/lambda/host.ts';
import type { World } from '../simulator/world.ts';
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

export interface Deployment {
  readonly account: string;
  readonly home: string;
  /** Where agents report besides home. */
  readonly standby?: string | undefined;
  /** Where signals are forwarded from: every Region a fleet may join. */
  readonly regions: readonly string[];
  readonly table: string;
  /** What else a function's environment holds: endpoints, for one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one of our functions in this process. */
  host(spec: FunctionSpec): HostCode;
}

const arn = {
  role: (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`,
  policy: (account: string, name: string) => `arn:aws:iam::${account}:policy/${name}`,
  function: (account: string, region: string, name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  machine: (account: string, region: string, name: string) =>
    `arn:aws:states:${region}:${account}:stateMachine:${name}`,
  topic: (account: string, region: string) => `arn:aws:sns:${region}:${account}:${INCIDENTS_TOPIC}`,
  queue: (account: string, region: string, name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
  bus: (account: string, region: string) => `arn:aws:events:${region}:${account}:event-bus/default`,
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
  const deployer: Principal = roleSession(arn.role(account, 'landbridge-deploy'), 'install');
  const call = (service: ServiceName, region: string, operation: string, input: object): Promise<object> =>
    world.invoke({ service, operation, input, place: { account, region }, principal: deployer });

  for (const role of rolesOf(deployment)) {
    const RoleName = role.name;
    const { description: Description } = role;
    const AssumeRolePolicyDocument = JSON.stringify(trustOf(role));
    await call('iam', home, 'CreateRole', { RoleName, Description, AssumeRolePolicyDocument });
    for (const { name: PolicyName, document } of policiesOf(role, deployment)) {
      await call('iam', home, 'CreatePolicy', { PolicyName, PolicyDocument: JSON.stringify(document) });
      await call('iam', home, 'AttachRolePolicy', { RoleName, PolicyArn: arn.policy(account, PolicyName) });
    }
  }

  await call('sns', home, 'CreateTopic', { Name: INCIDENTS_TOPIC });
  await installRunbooks(call, deployment);

  for (const [QueueName, Statement] of deadLetterPolicies(deployment))
    await call('sqs', home, 'CreateQueue', {
      QueueName,
      Attributes: {
        MessageRetentionPeriod: String(KEPT_SECONDS),
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }),
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

  for (const signal of signals) {
    const { name, where, schedule, pattern, target } = signal;
    const regions = where === 'home' ? [home] : deployment.regions.filter((region) => region !== home);
    const Arn =
      target === 'home-bus'
        ? arn.bus(account, home)
        : 'workflow' in target
          ? arn.machine(account, home, `landbridge-${target.workflow}`)
          : arn.function(account, home, `landbridge-${target.function}`);
    for (const region of regions) {
      await call('eventbridge', region, 'PutRule', {
        Name: name,
        ...(schedule !== undefined && { ScheduleExpression: schedule }),
        ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
      });
      await call('eventbridge', region, 'PutTargets', {
        Rule: name,
        Targets: [
          {
            Id: 'landbridge',
            Arn,
            RoleArn: arn.role(account, SIGNAL_ROLE),
            RetryPolicy: { MaximumEventAgeInSeconds: oldestSecondsOf(signal) },
            ...(region === home && { DeadLetterConfig: { Arn: arn.queue(account, home, UNDELIVERED_QUEUE) } }),
          },
        ],
      });
      if (typeof target === 'object' && 'function' in target)
        await call('lambda', region, 'AddPermission', {
          FunctionName: `landbridge-${target.function}`,
          StatementId: name,
          Action: 'lambda:InvokeFunction',
          Principal: 'events.amazonaws.com',
          SourceArn: `arn:aws:events:${region}:${account}:rule/${name}`,
        });
    }
  }
}

/** Who may put what went astray into which queue. */
function deadLetterPolicies({ account, home }: Deployment): ReadonlyMap<string, object> {
  const letting = (queue: string, Principal: object, Condition?: object): object => ({
    Sid: 'WhatWentAstray',
    Effect: 'Allow',
    Principal,
    Action: 'sqs:SendMessage',
    Resource: arn.queue(account, home, queue),
    ...(Condition !== undefined && { Condition }),
  });
  const ofEvents = functions.filter(({ needs }) => needs.includes('events'));
  return new Map([
    [
      UNDELIVERED_QUEUE,
      letting(
        UNDELIVERED_QUEUE,
        { Service: 'events.amazonaws.com' },
        { ArnLike: { 'aws:SourceArn': `arn:aws:events:${home}:${account}:rule/landbridge-*` } },
      ),
    ],
    [
      UNANSWERED_QUEUE,
      letting(UNANSWERED_QUEUE, { AWS: ofEvents.map(({ name }) => arn.role(account, roleNameOf(name))) }),
    ],
  ]);
}

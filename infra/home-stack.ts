import { type App, Stack } from 'aws-cdk-lib';
import type { IDependable } from 'constructs';
import { functions } from '../handlers/index.ts';
import type { RoleSpec } from '../permissions/role.ts';
import { SIGNAL_ROLE, WORKFLOW_ROLE } from '../permissions/roles.ts';
import { UNANSWERED_QUEUE } from '../workflows/dead-letters.ts';
import { workflows } from '../workflows/index.ts';
import { signals } from '../workflows/signals.ts';
import {
  alarmsOf,
  astray,
  functionFails,
  functionThrottled,
  nobodyLooks,
  runsFail,
  standbyLags,
  undeliveredAlarm,
} from './alarms.ts';
import { astrayQueue } from './astray-queue.ts';
import { dashboardOf } from './dashboard.ts';
import { functionsOf, logicalName } from './functions.ts';
import { type Ground, groundOf } from './ground.ts';
import { logGroupsOf } from './log-groups.ts';
import { machinesOf } from './machines.ts';
import { rulesOf } from './rules.ts';
import { runbooksOf } from './runbooks.ts';
import type { InfraSettings } from './settings.ts';
import { stateTable } from './state-table.ts';
import { approvalsTopic } from './topics.ts';

export interface HomeParts {
  readonly settings: InfraSettings;
  readonly roles: readonly RoleSpec[];
  /** Which of them a function runs as. */
  readonly roleNameOf: (functionName: string) => string;
  /** Where each function's package lies, by the function's name. */
  readonly packages: ReadonlyMap<string, string>;
  /** Made by another stack of this Region: it was the standby. */
  readonly ground?: Ground | undefined;
}

/** Everything of the home Region: what decides and mends, what wakes it, what it knows, and what tells of its own troubles. */
export function homeStack(app: App, { settings, roles, packages, roleNameOf, ground }: HomeParts): Stack {
  const { account, home, standby } = settings;
  const stack = new Stack(app, 'LandbridgeHome', {
    stackName: 'landbridge-home',
    description: 'Landbridge: workflows, functions, signals and state of the home Region',
    env: { account, region: home },
  });
  const { forPeople, topic, key, undelivered } = ground ?? groundOf(stack, settings, roles);
  runbooksOf(stack, settings, approvalsTopic(stack, forPeople));
  const unanswered = astrayQueue(stack, 'Unanswered', UNANSWERED_QUEUE, key);
  const logGroups = logGroupsOf(stack, settings, key);
  const table = settings.isTableKept ? undefined : stateTable(stack, settings);
  const deployed = functionsOf(stack, {
    settings,
    specs: functions,
    roleNameOf,
    packages,
    logGroups,
    unansweredArn: unanswered.queueArn,
  });
  const machines = machinesOf(stack, settings, workflows, WORKFLOW_ROLE, logGroups);
  rulesOf(
    stack,
    settings,
    signals,
    SIGNAL_ROLE,
    undelivered.queueArn,
    new Map<string, IDependable>([...deployed, ...machines]),
    table,
  );
  dashboardOf(stack, settings);
  alarmsOf(stack, topic, [
    // Where another stack has made the queue, it has made the alarm.
    ...(ground === undefined ? [undeliveredAlarm] : []),
    astray(
      'Unanswered',
      UNANSWERED_QUEUE,
      'A function failed on an event each time it was tried: the message holds both.',
    ),
    nobodyLooks(settings),
    ...(standby === undefined ? [] : [standbyLags(settings, standby)]),
    ...functions.flatMap(({ name }) => [
      functionFails(logicalName(name), name),
      functionThrottled(logicalName(name), name),
    ]),
    ...workflows.flatMap(({ name }) => runsFail(settings, logicalName(name), name)),
  ]);
  return stack;
}

import type { Stack } from 'aws-cdk-lib';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Workflow } from '../workflows/index.ts';
import { logicalName } from './functions.ts';
import type { LogGroupsOf } from './log-groups.ts';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

/**
 * Every state machine, its definition to the letter what runs on this machine.
 *
 * Source  docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html (why the groups' names begin with /aws/vendedlogs: policies
 *         of the account name each other group, and have a limit)
 */
export function machinesOf(
  stack: Stack,
  settings: InfraSettings,
  workflows: readonly Workflow[],
  roleName: string,
  logGroups: LogGroupsOf,
): ReadonlyMap<string, CfnStateMachine> {
  return new Map(
    workflows.map(({ name, type, machine }) => {
      const id = logicalName(name);
      const log = logGroups(`${id}MachineLog`, `/aws/vendedlogs/states/landbridge-${name}`);
      const made = new CfnStateMachine(stack, `${id}Machine`, {
        stateMachineName: `landbridge-${name}`,
        stateMachineType: type,
        definitionString: JSON.stringify(machine),
        roleArn: arns.role(settings, roleName),
        tracingConfiguration: { enabled: true },
        loggingConfiguration: {
          level: 'ALL',
          // An Express execution leaves no history: its log is all there is. A standard one has both.
          includeExecutionData: type === 'EXPRESS',
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
        },
      });
      return [name, made];
    }),
  );
}

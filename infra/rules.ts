import type { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IDependable } from 'constructs';
import { oldestSecondsOf } from '../workflows/dead-letters.ts';
import type { Signal } from '../workflows/signals.ts';
import { logicalName } from './functions.ts';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

/**
 * Why somebody looks: schedules and patterns of the home Region. Other Regions hand theirs on by what members have there
 * (`control-plane/kinds/event-forward.ts`).
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html,
 *         docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html (RoleArn of a Lambda target)
 */
export function rulesOf(
  stack: Stack,
  settings: InfraSettings,
  signals: readonly Signal[],
  roleName: string,
  undeliveredArn: string,
  /** What a rule may send to, by what a signal calls it: it is there before the rule is. */
  targets: ReadonlyMap<string, IDependable>,
  /** What whoever is woken reads, where this stack makes it: it takes minutes longer than a rule, and each run until then fails. */
  table?: IDependable,
): void {
  for (const signal of signals) {
    const { name, schedule, pattern, hearsReads, target } = signal;
    const id = logicalName(name.replace(/^landbridge-/, ''));
    const arn =
      'workflow' in target
        ? arns.machine(settings, settings.home, target.workflow)
        : arns.function(settings, settings.home, target.function);
    const rule = new CfnRule(stack, `${id}Rule`, {
      name,
      ...(schedule !== undefined && { scheduleExpression: schedule }),
      ...(pattern !== undefined && { eventPattern: pattern }),
      ...(hearsReads === true && { state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }),
      targets: [
        {
          id: 'landbridge',
          arn,
          // A function lets its rule in by itself, and a role in that place would be asked instead of it.
          ...('workflow' in target && { roleArn: arns.role(settings, roleName) }),
          deadLetterConfig: { arn: undeliveredArn },
          retryPolicy: { maximumEventAgeInSeconds: oldestSecondsOf(signal) },
        },
      ],
    });
    const to = targets.get('workflow' in target ? target.workflow : target.function);
    if (to === undefined) throw new Error(`the signal ${name} is for ${JSON.stringify(target)}, which is not deployed`);
    rule.node.addDependency(to, ...(table === undefined ? [] : [table]));
    if ('function' in target)
      new CfnPermission(stack, `${id}MayInvoke`, {
        action: 'lambda:InvokeFunction',
        functionName: `landbridge-${target.function}`,
        principal: 'events.amazonaws.com',
        sourceArn: arns.rule(settings, settings.home, name),
      }).node.addDependency(rule);
  }
}

import { Duration, type Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IDependable } from 'constructs';
import type { Signal } from '../workflows/signals.ts';
import { logicalName } from './functions.ts';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

/** A beat that is late has been overtaken by the next one. */
const BEAT_AGE = Duration.minutes(1);
/** An event only says where to look: after an hour the sweep has looked there sixty times. */
const EVENT_AGE = Duration.hours(1);

/**
 * Why somebody looks: schedules and patterns of the home Region. Those of other Regions come with the members that join there.
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export function rulesOf(
  stack: Stack,
  settings: InfraSettings,
  signals: readonly Signal[],
  roleName: string,
  undeliveredArn: string,
  /** What a rule may send to, by what a signal calls it: it is there before the rule is. */
  targets: ReadonlyMap<string, IDependable>,
): void {
  for (const { name, where, schedule, pattern, target } of signals) {
    if (where !== 'home' || target === 'home-bus') continue;
    const id = logicalName(name.replace(/^landbridge-/, ''));
    const arn =
      'workflow' in target
        ? arns.machine(settings, settings.home, target.workflow)
        : arns.function(settings, settings.home, target.function);
    const maximumEventAgeInSeconds = (schedule === undefined ? EVENT_AGE : BEAT_AGE).toSeconds();
    const rule = new CfnRule(stack, `${id}Rule`, {
      name,
      ...(schedule !== undefined && { scheduleExpression: schedule }),
      ...(pattern !== undefined && { eventPattern: pattern }),
      targets: [
        {
          id: 'landbridge',
          arn,
          roleArn: arns.role(settings, roleName),
          deadLetterConfig: { arn: undeliveredArn },
          retryPolicy: { maximumEventAgeInSeconds },
        },
      ],
    });
    const to = targets.get('workflow' in target ? target.workflow : target.function);
    if (to === undefined) throw new Error(`the signal ${name} is for ${JSON.stringify(target)}, which is not deployed`);
    rule.node.addDependency(to);
    if ('function' in target)
      new CfnPermission(stack, `${id}MayInvoke`, {
        action: 'lambda:InvokeFunction',
        functionName: `landbridge-${target.function}`,
        principal: 'events.amazonaws.com',
        sourceArn: arns.rule(settings, settings.home, name),
      }).node.addDependency(rule);
  }
}

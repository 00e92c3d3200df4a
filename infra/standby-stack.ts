import { type App, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import type { RoleSpec } from '../permissions/role.ts';
import { signals } from '../workflows/signals.ts';
import { alarmsOf, undeliveredAlarm } from './alarms.ts';
import { type Ground, groundOf } from './ground.ts';
import { logGroupsOf } from './log-groups.ts';
import { arns, HEALTH_LOG_GROUP } from './names.ts';
import type { InfraSettings } from './settings.ts';

const HEALTH = 'landbridge-health';

/**
 * What stands ready in the standby Region: a record of what probers report there, whoever is left to read it at home, and a
 * topic. The table's replica there belongs to home's stack. No workflow runs here: once this Region has taken over, home's own
 * stack stands beside this one, on the ground that is here.
 *
 * In      the Region; home itself, where it has taken over
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html (CloudWatch Logs)
 */
export function standbyStack(app: App, settings: InfraSettings, region: string, roles: readonly RoleSpec[]): Ground {
  const stack = new Stack(app, 'LandbridgeStandby', {
    stackName: 'landbridge-standby',
    description: 'Landbridge: what stands ready in the standby Region',
    env: { account: settings.account, region },
  });
  const ground = groundOf(stack, settings, roles);
  const { topic, key, undelivered } = ground;
  alarmsOf(stack, topic, [undeliveredAlarm]);
  // Home's own rule has this name, and invokes a function.
  if (region === settings.home) return ground;
  const log = logGroupsOf(stack, settings, key)('HealthLog', HEALTH_LOG_GROUP);
  const eventsMay = (sid: string, action: string, conditions: object = {}): object =>
    new PolicyStatement({
      sid,
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: [action],
      resources: [`arn:aws:logs:${region}:${settings.account}:log-group:${HEALTH_LOG_GROUP}:*`],
      conditions: { ...conditions },
    }).toStatementJson() as object;
  const mayWrite = new CfnResourcePolicy(stack, 'EventsMayWrite', {
    policyName: HEALTH,
    policyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        // Of who makes a stream no source is told for certain; an empty one in this group is all that comes of it.
        eventsMay('HealthStreams', 'logs:CreateLogStream'),
        eventsMay('HealthEvents', 'logs:PutLogEvents', {
          ArnEquals: { 'aws:SourceArn': arns.rule(settings, region, HEALTH) },
        }),
      ],
    }),
  });
  const pattern = signals.find(({ name }) => name === HEALTH)?.pattern;
  if (pattern === undefined) throw new Error(`there is no signal ${HEALTH}`);
  const rule = new CfnRule(stack, 'HealthRule', {
    name: HEALTH,
    description: 'What probers report: beside home, which may be gone',
    eventPattern: pattern,
    targets: [
      {
        id: 'landbridge',
        arn: `arn:aws:logs:${region}:${settings.account}:log-group:${HEALTH_LOG_GROUP}`,
        deadLetterConfig: { arn: undelivered.queueArn },
      },
    ],
  });
  rule.node.addDependency(log, mayWrite);
  return ground;
}

import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { APPROVALS_TOPIC } from '../runbooks/settings.ts';
import { arns, INCIDENTS_TOPIC } from './names.ts';
import type { InfraSettings } from './settings.ts';

/**
 * The topic that people subscribe to, in one Region: what Landbridge cannot mend by itself, and alarms of its machinery.
 *
 * Source  docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html (encrypted, and over TLS alone)
 */
export function incidentsTopic(stack: Stack, settings: InfraSettings, masterKey: Key): Topic {
  const topic = new Topic(stack, 'Incidents', {
    topicName: INCIDENTS_TOPIC,
    displayName: 'Landbridge incidents',
    masterKey,
    enforceSSL: true,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisRegion',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        ArnLike: { 'aws:SourceArn': arns.alarms(settings, stack.region) },
        StringEquals: { 'aws:SourceAccount': settings.account },
      },
    }),
  );
  return topic;
}

/** The topic that approvers subscribe to: who runs a runbook that asks for them tells them through it. */
export const approvalsTopic = (stack: Stack, masterKey: Key): Topic =>
  new Topic(stack, 'Approvals', {
    topicName: APPROVALS_TOPIC,
    displayName: 'Landbridge approvals',
    masterKey,
    enforceSSL: true,
  });

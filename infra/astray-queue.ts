import { Duration, type Stack } from 'aws-cdk-lib';
import { Effect, type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { KEPT_SECONDS } from '../workflows/dead-letters.ts';
import { acknowledge, ofDeadLetterQueues } from './suppressions.ts';

/** Which services may put what went astray into a queue, and from where. Functions are allowed as their roles. */
interface Senders {
  readonly principals: readonly IPrincipal[];
  readonly conditions?: Record<string, Record<string, string | readonly string[]>>;
}

/**
 * Where an event goes that did not arrive: each is kept, and one is enough for the alarm.
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html,
 *         docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function astrayQueue(
  stack: Stack,
  id: string,
  queueName: string,
  encryptionMasterKey: Key,
  senders?: Senders,
): Queue {
  const queue = new Queue(stack, id, {
    queueName,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey,
    enforceSSL: true,
    retentionPeriod: Duration.seconds(KEPT_SECONDS),
  });
  acknowledge(queue, ofDeadLetterQueues);
  if (senders === undefined) return queue;
  const { principals, conditions } = senders;
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'WhatWentAstray',
      effect: Effect.ALLOW,
      principals: [...principals],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      ...(conditions !== undefined && { conditions }),
    }),
  );
  return queue;
}

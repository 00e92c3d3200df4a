import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../aws-error.ts';
import { evaluatePolicy } from '../data-plane/policy.ts';
import { serviceActing } from '../principal.ts';
import { parseArn } from '../services/sqs/find.ts';
import { sqsHome } from '../services/sqs/state.ts';
import type { World } from '../world.ts';
import type { Invoker } from './invoke-function.ts';

/** Something that a service has to say to a queue. */
export interface Said {
  readonly body: string;
  /** Strings, all of them. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Sends a message as another service, if the queue's policy lets that service in.
 *
 * Faults  AccessDenied where it does not, QueueDoesNotExist, and whatever SendMessage is refused with
 * Source  Amazon SQS developer guide, Basic examples of Amazon SQS policies; EventBridge user guide, Using dead-letter queues
 */
export async function sendMessageAs(
  world: World,
  { service, sourceArn, account: sourceAccount }: Invoker,
  queueArn: string,
  { body, attributes }: Said,
): Promise<void> {
  const { name, ...place } = parseArn(queueArn);
  const queue = world.services.has('sqs') ? world.state(sqsHome, place).queues.get(name) : undefined;
  if (queue === undefined) throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${queueArn}`);
  const { decision } = evaluatePolicy(queue.attributes.get('Policy') ?? '{}', queueArn, {
    action: 'sqs:SendMessage',
    resource: queueArn,
    principal: { kind: 'service', name: service },
    context: { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': sourceAccount },
  });
  if (decision !== 'allow')
    throw new AwsError('AccessDenied', `${service} is not authorized to perform: sqs:SendMessage on ${queueArn}`);
  const MessageAttributes: Record<string, MessageAttributeValue> = {};
  for (const [key, StringValue] of Object.entries(attributes))
    MessageAttributes[key] = { DataType: 'String', StringValue };
  await world.invoke({
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: queue.url, MessageBody: body, MessageAttributes },
    place,
    principal: serviceActing(service, sourceAccount),
  });
}

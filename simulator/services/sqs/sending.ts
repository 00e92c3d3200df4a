import type { MessageAttributeValue, SendMessageBatchRequestEntry, SQS } from '@aws-sdk/client-sqs';
import { AwsError } from '../../aws-error.ts';
import type { Principal } from '../../principal.ts';
import type { Operations } from '../../service.ts';
import { numberOf } from './attributes.ts';
import { eachOf } from './batch.ts';
import { md5Of, md5OfAttributes } from './digests.ts';
import { findQueue, invalidParameter, missingParameter, type SqsCall } from './find.ts';
import type { Queue, QueuedMessage, SqsState } from './state.ts';

const MOST_ATTRIBUTES = 10;
const LONGEST_DELAY_SECONDS = 900;
const MOST_BATCH_BYTES = 1_048_576;

type Said = Pick<SendMessageBatchRequestEntry, 'MessageBody' | 'MessageAttributes' | 'DelaySeconds'>;

/** Source: SendMessage, SendMessageBatch. */
export const sendOperations = {
  SendMessage(input, call) {
    return send(findQueue(call, input.QueueUrl), input, call);
  },

  SendMessageBatch(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    const bytes = (input.Entries ?? []).reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > MOST_BATCH_BYTES)
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    return eachOf(input.Entries, (entry) => send(queue, entry, call));
  },
} satisfies Operations<SQS, SqsState>;

interface Sent {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes?: string;
}

function send(queue: Queue, said: Said, { state, nowMs, principal }: SqsCall): Sent {
  const { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds: delay } = said;
  if (body === '') throw missingParameter('MessageBody');
  if (!isXmlText(body)) throw new AwsError('InvalidMessageContents', 'Invalid characters found in the message body.');
  refuseAttributes(attributes);
  const most = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(said) > most)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  if (delay !== undefined && (!Number.isInteger(delay) || delay < 0 || delay > LONGEST_DELAY_SECONDS))
    throw invalidParameter('DelaySeconds', delay, `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`);
  const message: QueuedMessage = {
    id: state.random.uuid(),
    body,
    attributes,
    senderId: senderOf(principal),
    sentAtMs: nowMs,
    firstReceivedAtMs: undefined,
    received: 0,
    visibleAtMs: nowMs + (delay ?? numberOf(queue, 'DelaySeconds')) * 1_000,
    receiptHandle: undefined,
    deadLetterOf: undefined,
  };
  queue.messages.push(message);
  for (const wake of queue.waiting) wake();
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5Of(body),
    ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
  };
}

/** Source: SendMessage: what XML 1.0 allows, and nothing else. */
const isXmlText = (text: string): boolean =>
  text.isWellFormed() && !/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/u.test(text.replaceAll(/[\u007F-\u009F]/g, ''));

const senderOf = ({ arn, account, kind }: Principal): string => (kind === 'Root' ? account : arn);

function sizeOf({ MessageBody: body = '', MessageAttributes: attributes = {} }: Said): number {
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType: type = '', StringValue: text = '', BinaryValue: bytes }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + (bytes?.byteLength ?? 0),
  );
  return Buffer.byteLength(body) + ofAttributes.reduce((sum, size) => sum + size, 0);
}

/** Source: Amazon SQS developer guide, Amazon SQS message metadata. */
function refuseAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): void {
  const given = Object.entries(attributes);
  if (given.length > MOST_ATTRIBUTES)
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${given.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  for (const [name, { DataType: type = '', StringValue: text, BinaryValue: bytes }] of given) {
    const refuse = (reason: string): AwsError => new AwsError('InvalidParameterValue', reason);
    if (!/^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name) || /^(aws|amazon)\./i.test(name))
      throw refuse(`The message attribute name '${name}' is not valid.`);
    const [, base] = /^(String|Number|Binary)(?:\.[\w.-]+)?$/.exec(type) ?? [];
    if (base === undefined)
      throw refuse(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    const isEmpty =
      base === 'Binary' ? bytes === undefined || bytes.byteLength === 0 : text === undefined || text === '';
    if (isEmpty)
      throw refuse(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${base === 'Binary' ? 'Binary' : 'String'}'.`,
      );
    if (base === 'Number' && !Number.isFinite(Number(text)))
      throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

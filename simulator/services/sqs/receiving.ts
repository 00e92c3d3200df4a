import type { Message, SQS } from '@aws-sdk/client-sqs';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, Operations } from '../../service.ts';
import { numberOf, redriveOf } from './attributes.ts';
import { eachOf } from './batch.ts';
import { md5Of, md5OfAttributes } from './digests.ts';
import { findQueue, invalidParameter, missingParameter, type SqsCall } from './find.ts';
import type { Queue, QueuedMessage, SqsState } from './state.ts';

/** Source: Amazon SQS developer guide, Amazon SQS standard queue quotas. */
const MOST_IN_FLIGHT = 120_000;
const MOST_RECEIVED = 10;
const LONGEST_WAIT_SECONDS = 20;
const LONGEST_TIMEOUT_SECONDS = 43_200;

type Receive = InputOf<SQS, 'ReceiveMessage'>;

/** Source: ReceiveMessage, DeleteMessage, ChangeMessageVisibility. */
export const receiveOperations = {
  /** Waits for a message as long as it is asked to, and no longer than for the first. */
  async ReceiveMessage(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    within('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, MOST_RECEIVED);
    within('WaitTimeSeconds', input.WaitTimeSeconds, 0, LONGEST_WAIT_SECONDS);
    within('VisibilityTimeout', input.VisibilityTimeout, 0, LONGEST_TIMEOUT_SECONDS);
    const { clock } = call.world;
    const untilMs = call.nowMs + (input.WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds')) * 1_000;
    let messages = receive(queue, input, call);
    while (messages.length === 0 && clock.nowMs() < untilMs) {
      await nextNews(queue, untilMs, call);
      messages = receive(queue, input, call);
    }
    return messages.length === 0 ? {} : { Messages: messages };
  },

  DeleteMessage(input, call) {
    deleteMessage(findQueue(call, input.QueueUrl), input.ReceiptHandle);
    return {};
  },

  DeleteMessageBatch(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    return eachOf(input.Entries, ({ ReceiptHandle }) => {
      deleteMessage(queue, ReceiptHandle);
      return {};
    });
  },

  ChangeMessageVisibility(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    const { VisibilityTimeout: seconds } = input;
    if (seconds === undefined) throw missingParameter('VisibilityTimeout');
    within('VisibilityTimeout', seconds, 0, LONGEST_TIMEOUT_SECONDS);
    const id = messageIdOf(queue, input.ReceiptHandle);
    const message = queue.messages.find((one) => one.id === id);
    if (message === undefined || message.visibleAtMs <= call.nowMs)
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    message.visibleAtMs = call.nowMs + seconds * 1_000;
    for (const wake of queue.waiting) wake();
    return {};
  },
} satisfies Operations<SQS, SqsState>;

function within(name: string, value: number | undefined, from: number, to: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < from || value > to))
    throw invalidParameter(name, value, `Must be >= ${from} and <= ${to}, if provided.`);
}

/** Until a message is sent or becomes visible, or the wait is over. */
async function nextNews(queue: Queue, untilMs: number, { world: { clock } }: SqsCall): Promise<void> {
  const nowMs = clock.nowMs();
  const hidden = queue.messages.map(({ visibleAtMs }) => visibleAtMs).filter((atMs) => atMs > nowMs);
  const untilNextMs = Math.min(untilMs, ...hidden);
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      queue.waiting.delete(wake);
      resolve();
    };
    queue.waiting.add(wake);
    clock.at(untilNextMs, wake);
  });
}

function receive(queue: Queue, input: Receive, call: SqsCall): Message[] {
  const nowMs = call.world.clock.nowMs();
  const oldestMs = nowMs - numberOf(queue, 'MessageRetentionPeriod') * 1_000;
  queue.messages = queue.messages.filter(({ sentAtMs }) => sentAtMs > oldestMs);
  const inFlight = queue.messages.filter(({ received, visibleAtMs }) => received > 0 && visibleAtMs > nowMs).length;
  if (inFlight >= MOST_IN_FLIGHT)
    throw new AwsError('OverLimit', `At most ${MOST_IN_FLIGHT} messages of ${queue.name} may be in flight.`);
  const redrive = redriveOf(queue, call);
  const timeoutMs = (input.VisibilityTimeout ?? numberOf(queue, 'VisibilityTimeout')) * 1_000;
  const received: Message[] = [];
  for (const message of queue.messages) {
    if (received.length >= (input.MaxNumberOfMessages ?? 1)) break;
    if (message.visibleAtMs > nowMs) continue;
    if (redrive !== undefined && message.received >= redrive.maxReceives) {
      moveTo(redrive.queue, message, queue);
      continue;
    }
    message.received += 1;
    message.firstReceivedAtMs ??= nowMs;
    message.visibleAtMs = nowMs + timeoutMs;
    message.receiptHandle = handleOf(queue, message, call);
    received.push(shown(message, input));
  }
  return received;
}

/** To the dead-letter queue: with its age and id, as if it had never been received. */
function moveTo(to: Queue, message: QueuedMessage, from: Queue): void {
  from.messages = from.messages.filter((one) => one !== message);
  to.messages.push({
    ...message,
    received: 0,
    firstReceivedAtMs: undefined,
    receiptHandle: undefined,
    deadLetterOf: from.arn,
  });
  for (const wake of to.waiting) wake();
}

const handleOf = ({ arn }: Queue, { id, received }: QueuedMessage, { state }: SqsCall): string =>
  Buffer.from(`${state.random.uuid()} ${arn} ${id} ${received}`, 'utf8').toString('base64');

function messageIdOf({ arn }: Queue, handle: string | undefined): string {
  if (handle === undefined || handle === '') throw missingParameter('ReceiptHandle');
  const [, ofQueue, id] = Buffer.from(handle, 'base64').toString('utf8').split(' ');
  if (ofQueue !== arn || id === undefined)
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  return id;
}

/** What somebody has received since is not deleted, and what is gone already is no error. Source: DeleteMessage. */
function deleteMessage(queue: Queue, handle: string | undefined): void {
  messageIdOf(queue, handle);
  queue.messages = queue.messages.filter(({ receiptHandle }) => receiptHandle !== handle);
}

const isAsked = (name: string, asked: readonly string[]): boolean =>
  asked.some((one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))));

function shown(message: QueuedMessage, input: Receive): Message {
  const system = input.MessageSystemAttributeNames ?? input.AttributeNames ?? [];
  const about = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.received),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.deadLetterOf !== undefined && { DeadLetterQueueSourceArn: message.deadLetterOf }),
  };
  const Attributes = Object.fromEntries(Object.entries(about).filter(([name]) => isAsked(name, system)));
  const MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isAsked(name, input.MessageAttributeNames ?? [])),
  );
  const ofAttributes = md5OfAttributes(MessageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(ofAttributes !== undefined && { MessageAttributes, MD5OfMessageAttributes: ofAttributes }),
  };
}

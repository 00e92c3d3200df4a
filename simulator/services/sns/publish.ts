import type { MessageAttributeValue, PublishBatchRequestEntry, SNS } from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { deliver } from './deliver.ts';
import type { PublishedMessage, SnsState, Topic } from './state.ts';
import { findTopic, invalidParameter, type SnsCall } from './topics.ts';

const MOST_BYTES = 262_144;
const MOST_ENTRIES = 10;
const KEPT_MESSAGES = 1_000;

type Said = Pick<PublishBatchRequestEntry, 'Message' | 'MessageAttributes' | 'MessageStructure' | 'Subject'>;

/** Source: Publish and PublishBatch: 256 KB with the attributes, subjects of 100 characters in one line. */
export const publishOperations = {
  Publish(input, call) {
    if (input.PhoneNumber !== undefined) throw invalidParameter('PhoneNumber: text messages are not simulated');
    if (input.TopicArn !== undefined && input.TargetArn !== undefined)
      throw invalidParameter('TopicArn or TargetArn, and not both');
    const topic = findTopic(call, input.TopicArn ?? input.TargetArn);
    refuseFifo(input);
    refuseLong(sizeOf(input), 'Message too long');
    return { MessageId: publish(topic, input, call) };
  },

  PublishBatch(input, call) {
    const topic = findTopic(call, input.TopicArn);
    const entries = input.PublishBatchRequestEntries ?? [];
    if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
    if (entries.length > MOST_ENTRIES)
      throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
    const ids = entries.map(({ Id = '' }) => Id);
    if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
      throw new AwsError(
        'InvalidBatchEntryId',
        'The Id of a batch entry in the batch request contains an impermissible character.',
      );
    if (new Set(ids).size < ids.length)
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES)
      throw new AwsError(
        'BatchRequestTooLong',
        'The length of all the batch messages put together is more than the limit.',
      );
    const Successful: { Id: string; MessageId: string }[] = [];
    const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
    for (const { Id = '', ...entry } of entries)
      try {
        refuseFifo(entry);
        Successful.push({ Id, MessageId: publish(topic, entry, call) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    return { Successful, Failed };
  },
} satisfies Operations<SNS, SnsState>;

function publish(topic: Topic, said: Said, { state, world, nowMs, place }: SnsCall): string {
  const { Message: message = '', Subject: subject, MessageAttributes: attributes = {} } = said;
  if (message === '') throw invalidParameter('Empty message');
  refuseSubject(subject);
  for (const [name, value] of Object.entries(attributes)) refuseAttribute(name, value);
  const published: PublishedMessage = {
    id: state.random.uuid(),
    atMs: nowMs,
    subject,
    structured: isStructured(said),
    message,
    attributes,
  };
  topic.messages.push(published);
  if (topic.messages.length > KEPT_MESSAGES) topic.messages.shift();
  deliver(world, place, topic, published);
  return published.id;
}

function sizeOf({ Message: message = '', MessageAttributes: attributes = {} }: Said): number {
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType: type = '', StringValue: text = '', BinaryValue: bytes }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + (bytes?.byteLength ?? 0),
  );
  return ofAttributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(message));
}

function refuseLong(bytes: number, says: string): void {
  if (bytes > MOST_BYTES) throw invalidParameter(says);
}

function refuseFifo(said: Pick<PublishBatchRequestEntry, 'MessageDeduplicationId'>): void {
  if (said.MessageDeduplicationId !== undefined)
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
}

function refuseSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (subject === '' || subject.length > 100 || /^ |\p{Cc}/u.test(subject)) throw invalidParameter('Subject');
}

function isStructured({ Message: message = '', MessageStructure: structure }: Said): boolean {
  if (structure === undefined) return false;
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  if (typeof parsed !== 'object' || parsed === null || !('default' in parsed) || typeof parsed.default !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  return true;
}

const invalidAttribute = (message: string): AwsError => new AwsError('ParameterValueInvalid', message);

/** Source: Amazon SNS developer guide, Amazon SNS message attributes. */
function refuseAttribute(
  name: string,
  { DataType: type = '', StringValue: text, BinaryValue: bytes }: MessageAttributeValue,
): void {
  if (!/^(?!aws\.|amazon\.)[\w-]+(\.[\w-]+)*$/i.test(name) || name.length > 256)
    throw invalidAttribute(`The message attribute name '${name}' is invalid.`);
  const kind = /^(String|String\.Array|Number|Binary)(\.|$)/.exec(type)?.[1];
  if (kind === undefined)
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (kind === 'Binary' ? bytes === undefined || bytes.byteLength === 0 : text === undefined || text === '')
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  if (kind === 'Number' && !Number.isFinite(Number(text)))
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
}

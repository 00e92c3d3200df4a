import type { SQS } from '@aws-sdk/client-sqs';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { attributesOf, refuseAttributes, setAttributes } from './attributes.ts';
import { findQueue, invalidParameter, noQueue, parseArn, urlOf } from './find.ts';
import { type Queue, type SqsState, sqsHome } from './state.ts';

const MOST_TAGS = 50;
const MOST_LISTED = 1_000;
const MINUTE_MS = 60_000;

/** Standard queues and what is known about them. FIFO queues and message move tasks are not simulated. */
export const queueOperations = {
  /** The queue of that name, made if there is none; one with other attributes is not taken for it. */
  CreateQueue(input, call) {
    const { state, place, nowMs } = call;
    const { QueueName: name = '', Attributes: attributes = {}, tags = {} } = input;
    if (name.endsWith('.fifo') || attributes['FifoQueue'] === 'true')
      throw new AwsError('UnsupportedOperation', 'FIFO queues are not simulated.');
    if (!/^[\w-]{1,80}$/.test(name))
      throw invalidParameter(
        'QueueName',
        name,
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
      );
    refuseAttributes(attributes, call);
    const QueueUrl = urlOf(place, name);
    const existing = state.queues.get(name);
    if (existing !== undefined) {
      const present = attributesOf(existing, ['All'], nowMs);
      const other = Object.entries(attributes).find(([key, value]) => (present[key] ?? '') !== value);
      if (other !== undefined)
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${other[0]}`,
        );
      return { QueueUrl };
    }
    const deletedAtMs = state.deletedAtMs.get(name);
    if (deletedAtMs !== undefined && nowMs - deletedAtMs < MINUTE_MS)
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    refuseTags(new Map(), tags);
    const queue: Queue = {
      name,
      arn: `arn:aws:sqs:${place.region}:${place.account}:${name}`,
      url: QueueUrl,
      attributes: new Map(),
      tags: new Map(Object.entries(tags)),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      purgedAtMs: undefined,
      messages: [],
      waiting: new Set(),
    };
    setAttributes(queue, attributes);
    state.queues.set(name, queue);
    return { QueueUrl };
  },

  GetQueueUrl(input, { state, place, world }) {
    const { QueueName: name = '', QueueOwnerAWSAccountId: account = place.account } = input;
    const owner = { account, region: place.region };
    const queues = account === place.account ? state.queues : world.state(sqsHome, owner).queues;
    if (!queues.has(name)) throw noQueue();
    return { QueueUrl: urlOf(owner, name) };
  },

  GetQueueAttributes(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    const Attributes = attributesOf(queue, input.AttributeNames ?? [], call.nowMs);
    return Object.keys(Attributes).length === 0 ? {} : { Attributes };
  },

  SetQueueAttributes(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    const attributes = input.Attributes ?? {};
    refuseAttributes(attributes, call);
    setAttributes(queue, attributes);
    queue.modifiedAtMs = call.nowMs;
    return {};
  },

  /** A page ends only where a size is asked for: without one, what is beyond a thousand is left out. */
  ListQueues(input, { state, place }) {
    const { QueueNamePrefix: prefix = '', MaxResults: size, NextToken: token } = input;
    if (size !== undefined && (size < 1 || size > MOST_LISTED))
      throw invalidParameter('MaxResults', size, `Must be an integer from 1 to ${MOST_LISTED}.`);
    const names = [...state.queues.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    const from = token === undefined ? 0 : Number(token);
    if (!Number.isInteger(from) || from < 0) throw invalidParameter('NextToken', token, 'Invalid NextToken.');
    const until = from + (size ?? MOST_LISTED);
    const urls = names.slice(from, until).map((name) => urlOf(place, name));
    return {
      ...(urls.length > 0 && { QueueUrls: urls }),
      ...(size !== undefined && until < names.length && { NextToken: String(until) }),
    };
  },

  DeleteQueue(input, call) {
    const { name, ...place } = parseArn(findQueue(call, input.QueueUrl).arn);
    const { queues, deletedAtMs } = call.world.state(sqsHome, place);
    queues.delete(name);
    deletedAtMs.set(name, call.nowMs);
    return {};
  },

  PurgeQueue(input, call) {
    const queue = findQueue(call, input.QueueUrl);
    if (queue.purgedAtMs !== undefined && call.nowMs - queue.purgedAtMs < MINUTE_MS)
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      );
    queue.purgedAtMs = call.nowMs;
    queue.messages = [];
    return {};
  },

  TagQueue(input, call) {
    const { tags } = findQueue(call, input.QueueUrl);
    refuseTags(tags, input.Tags ?? {});
    for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
    return {};
  },

  UntagQueue(input, call) {
    const { tags } = findQueue(call, input.QueueUrl);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListQueueTags(input, call) {
    const { tags } = findQueue(call, input.QueueUrl);
    return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) };
  },
} satisfies Operations<SQS, SqsState>;

function refuseTags(present: ReadonlyMap<string, string>, given: Readonly<Record<string, string>>): void {
  const keys = new Set([...present.keys(), ...Object.keys(given)]);
  if (keys.size > MOST_TAGS)
    throw new AwsError('InvalidParameterValue', `Too many tags: a queue has at most ${MOST_TAGS}.`);
}

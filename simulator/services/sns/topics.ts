import type { SNS } from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations, Place } from '../../service.ts';
import { type SnsState, snsHome, type Topic } from './state.ts';

export type SnsCall = Call<SnsState>;

const PAGE = 100;
const MOST_TAGS = 50;

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

/** What may be set of a standard topic. Source: SetTopicAttributes; those about encryption and delivery logs do nothing here. */
const SETTABLE =
  /^(DeliveryPolicy|DisplayName|Policy|TracingConfig|KmsMasterKeyId|SignatureVersion|(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn))$/;

/** Standard topics and what is known about them. Data protection, encryption and FIFO topics are not simulated. */
export const topicOperations = {
  /** The topic of that name, made if there is none; one with other attributes or tags is not taken for it. */
  CreateTopic(input, { state, place }) {
    const { Name: name = '', Attributes: attributes = {}, Tags: tags = [] } = input;
    if (name.endsWith('.fifo') || attributes['FifoTopic'] === 'true')
      throw invalidParameter('Topic Name: FIFO topics are not simulated');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    if (input.DataProtectionPolicy !== undefined)
      throw invalidParameter('DataProtectionPolicy: data protection is not simulated');
    for (const [key, value] of Object.entries(attributes)) refuseAttribute(key, value);
    refuseTags(new Map(), tags);
    const arn = `arn:aws:sns:${place.region}:${place.account}:${name}`;
    const existing = state.topics.get(arn);
    if (existing !== undefined) {
      if (Object.entries(attributes).some(([key, value]) => existing.attributes.get(key) !== value))
        throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      if (tags.length > 0 && !sameTags(existing.tags, tags))
        throw invalidParameter('Tags Reason: Topic already exists with different tags');
      return { TopicArn: arn };
    }
    state.topics.set(arn, {
      name,
      arn,
      attributes: new Map(Object.entries(attributes)),
      tags: new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      subscriptions: new Map(),
      unsubscribed: 0,
      messages: [],
    });
    return { TopicArn: arn };
  },

  /** Deleting what is not there is no error. */
  DeleteTopic(input, { state, place }) {
    state.topics.delete(checkedArn(input.TopicArn, place));
    return {};
  },

  ListTopics(input, { state }) {
    const { page, next } = paged([...state.topics.keys()].toSorted(), input.NextToken);
    return { Topics: page.map((TopicArn) => ({ TopicArn })), ...next };
  },

  GetTopicAttributes(input, call) {
    const topic = findTopic(call, input.TopicArn);
    const subscriptions = [...topic.subscriptions.values()];
    const confirmed = subscriptions.filter((one) => one.confirmed).length;
    const [, , , , owner = ''] = topic.arn.split(':');
    return {
      Attributes: {
        TopicArn: topic.arn,
        Owner: owner,
        Policy: defaultPolicy(topic.arn, owner),
        DisplayName: '',
        EffectiveDeliveryPolicy: DELIVERY_POLICY,
        SubscriptionsConfirmed: String(confirmed),
        SubscriptionsPending: String(subscriptions.length - confirmed),
        SubscriptionsDeleted: String(topic.unsubscribed),
        ...Object.fromEntries(topic.attributes),
      },
    };
  },

  SetTopicAttributes(input, call) {
    const topic = findTopic(call, input.TopicArn);
    const { AttributeName: key = '', AttributeValue: value = '' } = input;
    refuseAttribute(key, value);
    topic.attributes.set(key, value);
    return {};
  },

  TagResource(input, call) {
    const { tags } = taggedTopic(call, input.ResourceArn);
    refuseTags(tags, input.Tags ?? []);
    for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
    return {};
  },

  UntagResource(input, call) {
    const { tags } = taggedTopic(call, input.ResourceArn);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListTagsForResource(input, call) {
    return { Tags: [...taggedTopic(call, input.ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })) };
  },
} satisfies Operations<SNS, SnsState>;

/** Source: Amazon SNS developer guide, SNS message delivery retries: what holds for HTTP where nothing was set. */
const DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
});

/** Everything for the topic's owner, by a key that no call of theirs has: in effect it lets in nobody else. */
const defaultPolicy = (arn: string, owner: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
      },
    ],
  });

/** A topic is asked for where it is: its ARN must name the Region that is called. */
function checkedArn(arn: string | undefined, { region }: Place): string {
  const parts = (arn ?? '').split(':');
  if (parts.length < 6)
    throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  if (parts[2] !== 'sns' || parts[3] !== region || parts.length !== 6) throw invalidParameter('TopicArn');
  return arn ?? '';
}

/** Another account's topics are named by their ARN. */
export function findTopic({ state, place, world }: SnsCall, arn: string | undefined): Topic {
  const [, , , region = '', account = ''] = checkedArn(arn, place).split(':');
  const owner = account === place.account ? state : world.state(snsHome, { account, region });
  const topic = owner.topics.get(arn ?? '');
  if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist');
  return topic;
}

function taggedTopic({ state }: SnsCall, arn: string | undefined): Topic {
  const topic = state.topics.get(arn ?? '');
  if (topic === undefined) throw new AwsError('ResourceNotFound', 'Resource does not exist');
  return topic;
}

function refuseAttribute(key: string, value: string): void {
  if (!SETTABLE.test(key)) throw invalidParameter('AttributeName');
  if (key === 'DisplayName' && value.length > 100) throw invalidParameter('DisplayName');
  if ((key === 'Policy' || key === 'DeliveryPolicy') && !isJson(value)) throw invalidParameter(`${key}: not JSON`);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

function refuseTags(present: ReadonlyMap<string, string>, given: Tags): void {
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidParameter('Duplicated keys are not allowed.');
  if (new Set([...present.keys(), ...keys]).size > MOST_TAGS)
    throw new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');
}

const sameTags = (present: ReadonlyMap<string, string>, given: Tags): boolean =>
  present.size === given.length && given.every(({ Key = '', Value = '' }) => present.get(Key) === Value);

/** Lists come a hundred at a time. */
export function paged<Item>(
  items: readonly Item[],
  token: string | undefined,
): { readonly page: readonly Item[]; readonly next: { NextToken?: string } } {
  const from = token === undefined || token === '' ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('NextToken');
  const until = from + PAGE;
  return { page: items.slice(from, until), next: until < items.length ? { NextToken: String(until) } : {} };
}

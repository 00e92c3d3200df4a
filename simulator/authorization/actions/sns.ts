import type { SNS } from '@aws-sdk/client-sns';
import type { Call } from '../../service.ts';
import { type SnsState, snsHome } from '../../services/sns/state.ts';
import type { Access, Context } from '../access.ts';
import { policyOf } from '../policy.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type SnsCall = Call<SnsState>;

const TOPIC_PARTS = 6;

/** A topic by its ARN; a subscription's ARN begins with its topic's. */
function topic(call: SnsCall, action: string, given = '', context?: Context): Access {
  const parts = given.split(':').slice(0, TOPIC_PARTS);
  const [, , , region = call.place.region, account = call.place.account] = parts;
  const arn = parts.join(':');
  const found = call.world.state(snsHome, { account, region }).topics.get(arn);
  const policy = found?.attributes.get('Policy');
  return {
    action: `sns:${action}`,
    resource: arn,
    tags: found?.tags,
    absent: found === undefined,
    // The default policy lets in only what AWS does for the topic's owner: no caller has its aws:SourceOwner.
    policy: policy === undefined ? [] : policyOf(policy).statements,
    context,
  };
}

interface TopicRequest {
  readonly TopicArn?: string | undefined;
}

const ofTopic =
  (action: string) =>
  ({ TopicArn }: TopicRequest, call: SnsCall): readonly Access[] => [topic(call, action, TopicArn)];

/**
 * What SNS asks of IAM. A batch is published as its messages are.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon SNS"
 */
export const snsActions: ActionTable<SNS, SnsState> = {
  ...anywhereEach('sns', ['ListSubscriptions', 'ListTopics']),
  CreateTopic(input, call) {
    const { account, region } = call.place;
    const access = topic(call, 'CreateTopic', `arn:aws:sns:${region}:${account}:${input.Name}`);
    return withTagging({ ...access, requestTags: requestTags(input.Tags) }, 'sns:TagResource');
  },
  DeleteTopic: ofTopic('DeleteTopic'),
  GetTopicAttributes: ofTopic('GetTopicAttributes'),
  SetTopicAttributes: ofTopic('SetTopicAttributes'),
  ListSubscriptionsByTopic: ofTopic('ListSubscriptionsByTopic'),
  Publish: (input, call) => [topic(call, 'Publish', input.TopicArn ?? input.TargetArn)],
  PublishBatch: ofTopic('Publish'),
  Subscribe: (input, call) => [
    topic(call, 'Subscribe', input.TopicArn, { 'sns:protocol': input.Protocol, 'sns:endpoint': input.Endpoint }),
  ],
  Unsubscribe: (input, call) => [topic(call, 'Unsubscribe', input.SubscriptionArn)],
  ListTagsForResource: (input, call) => [topic(call, 'ListTagsForResource', input.ResourceArn)],
  TagResource: (input, call) => [
    { ...topic(call, 'TagResource', input.ResourceArn), requestTags: requestTags(input.Tags) },
  ],
  UntagResource: (input, call) => [{ ...topic(call, 'UntagResource', input.ResourceArn), tagKeys: input.TagKeys }],
};

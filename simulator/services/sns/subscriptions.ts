import type { SNS } from '@aws-sdk/client-sns';
import { isFunctionArn } from '../../engine/invoke-function.ts';
import type { Operations } from '../../service.ts';
import {
  type SnsState,
  type Subscription,
  type SubscriptionProtocol,
  subscriptionProtocols,
  type Topic,
} from './state.ts';
import { findTopic, invalidParameter, isJson, paged } from './topics.ts';

/** Whether an endpoint is what its protocol takes, and what AWS says where it is not. */
const endpoints: Record<SubscriptionProtocol, { readonly fits: (endpoint: string) => boolean; readonly says: string }> =
  {
    email: { fits: (endpoint) => /^[^@\s]+@[^@\s]+$/.test(endpoint), says: 'Email address' },
    'email-json': { fits: (endpoint) => /^[^@\s]+@[^@\s]+$/.test(endpoint), says: 'Email address' },
    http: {
      fits: (endpoint) => /^http:\/\/[^/]/.test(endpoint),
      says: 'Endpoint must match the specified protocol',
    },
    https: {
      fits: (endpoint) => /^https:\/\/[^/]/.test(endpoint),
      says: 'Endpoint must match the specified protocol',
    },
    lambda: { fits: isFunctionArn, says: 'Lambda endpoint ARN' },
    sqs: {
      fits: (endpoint) => /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/.test(endpoint),
      says: 'SQS endpoint ARN',
    },
  };

const ATTRIBUTES = /^(DeliveryPolicy|RawMessageDelivery|RedrivePolicy)$/;

/**
 * Who is told what is published.
 *
 * Functions are invoked. Queues, mail and web endpoints are kept and shown, queues as confirmed and the others as
 * pending for ever, and nothing is delivered to them. Phones, mobile applications, streams and filter policies are
 * not simulated.
 */
export const subscriptionOperations = {
  /** The subscription of that endpoint, made if there is none. */
  Subscribe(input, call) {
    const topic = findTopic(call, input.TopicArn);
    const { Protocol: asked = '', Endpoint: endpoint = '', Attributes: attributes = {} } = input;
    const protocol = subscriptionProtocols.find((one) => one === asked);
    if (protocol === undefined)
      throw invalidParameter(
        ['application', 'firehose', 'sms'].includes(asked)
          ? `Protocol: ${asked} is not simulated`
          : `Amazon SNS does not support this protocol string: ${asked}`,
      );
    const { fits, says } = endpoints[protocol];
    if (!fits(endpoint)) throw invalidParameter(says);
    for (const [name, value] of Object.entries(attributes)) refuseAttribute(name, value, protocol);
    const existing = [...topic.subscriptions.values()].find(
      (one) => one.protocol === protocol && one.endpoint === endpoint,
    );
    if (existing !== undefined) {
      if (Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value))
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      return { SubscriptionArn: shownArn(existing, input.ReturnSubscriptionArn) };
    }
    const subscription: Subscription = {
      arn: `${topic.arn}:${call.state.random.uuid()}`,
      protocol,
      endpoint,
      confirmed: protocol === 'lambda' || protocol === 'sqs',
      attributes: { ...attributes },
    };
    topic.subscriptions.set(subscription.arn, subscription);
    return { SubscriptionArn: shownArn(subscription, input.ReturnSubscriptionArn) };
  },

  /** Taking back what is not there is no error. */
  Unsubscribe(input, { state }) {
    const arn = input.SubscriptionArn ?? '';
    const parts = arn.split(':');
    if (parts.length < 6)
      throw invalidParameter(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    if (parts.length !== 7) throw invalidParameter('SubscriptionId');
    const topic = state.topics.get(parts.slice(0, -1).join(':'));
    if (topic?.subscriptions.delete(arn) === true) topic.unsubscribed += 1;
    return {};
  },

  ListSubscriptions(input, { state }) {
    const all = [...state.topics.values()].flatMap(subscriptionsOf);
    const { page, next } = paged(all, input.NextToken);
    return { Subscriptions: [...page], ...next };
  },

  ListSubscriptionsByTopic(input, call) {
    const { page, next } = paged(subscriptionsOf(findTopic(call, input.TopicArn)), input.NextToken);
    return { Subscriptions: [...page], ...next };
  },
} satisfies Operations<SNS, SnsState>;

const ownerOf = (arn: string): string => arn.split(':')[4] ?? '';

const subscriptionsOf = (topic: Topic) =>
  [...topic.subscriptions.values()].map((subscription) => ({
    SubscriptionArn: subscription.confirmed ? subscription.arn : 'PendingConfirmation',
    Owner: ownerOf(subscription.arn),
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: topic.arn,
  }));

const shownArn = ({ confirmed, arn }: Subscription, always: boolean | undefined): string =>
  confirmed || always === true ? arn : 'pending confirmation';

function refuseAttribute(name: string, value: string, protocol: SubscriptionProtocol): void {
  if (name === 'FilterPolicy' || name === 'FilterPolicyScope')
    throw invalidParameter(`Attributes Reason: ${name}: filter policies are not simulated`);
  if (!ATTRIBUTES.test(name)) throw invalidParameter('AttributeName');
  if (name === 'RawMessageDelivery' && protocol !== 'sqs' && protocol !== 'http' && protocol !== 'https')
    throw invalidParameter('Attributes Reason: Delivery protocol does not support raw message delivery');
  if (name !== 'RawMessageDelivery' && !isJson(value)) throw invalidParameter(`Attributes Reason: ${name}: not JSON`);
}

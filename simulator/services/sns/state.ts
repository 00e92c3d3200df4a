import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { WorldMs } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { StateHome } from '../../service.ts';

/** SNS in one account and Region. */
export interface SnsState {
  readonly random: Random;
  /** By ARN. */
  readonly topics: Map<string, Topic>;
}

export const snsHome: StateHome<SnsState> = {
  name: 'sns',
  scope: 'regional',
  newState: ({ account, region }, { random }) => ({
    random: random.fork(`sns/${account}/${region}`),
    topics: new Map(),
  }),
};

export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** Those that somebody set; what AWS adds is added when they are asked for. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
  unsubscribed: number;
  /** The latest 1,000 messages, oldest first, for whoever wants to know what was said here. */
  readonly messages: PublishedMessage[];
}

export const subscriptionProtocols = ['email', 'email-json', 'http', 'https', 'lambda', 'sqs'] as const;
export type SubscriptionProtocol = (typeof subscriptionProtocols)[number];

export interface Subscription {
  readonly arn: string;
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  /** Mail and web endpoints stay unconfirmed: nobody gets the token that would confirm them. */
  readonly confirmed: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PublishedMessage {
  readonly id: string;
  readonly atMs: WorldMs;
  readonly subject: string | undefined;
  /** What each protocol is told, where that differs; JSON. */
  readonly structured: boolean;
  readonly message: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

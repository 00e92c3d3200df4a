import type { SNS } from '@aws-sdk/client-sns';
import type { Service } from '../../service.ts';
import { publishOperations } from './publish.ts';
import { type SnsState, snsHome } from './state.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { topicOperations } from './topics.ts';

/**
 * SNS: standard topics, what is published to them, and functions that are told. A topic keeps its latest messages
 * (state.ts). Other subscribers are kept and told nothing.
 */
export const sns: Service<SNS, SnsState> = {
  ...snsHome,
  eventSource: 'sns.amazonaws.com',
  operations: { ...topicOperations, ...subscriptionOperations, ...publishOperations },
  dataEvents: new Set(['Publish', 'PublishBatch']),
};

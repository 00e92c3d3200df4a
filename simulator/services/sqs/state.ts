import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { WorldMs } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { StateHome } from '../../service.ts';

/** SQS in one account and Region. */
export interface SqsState {
  readonly random: Random;
  /** By name. */
  readonly queues: Map<string, Queue>;
  /** When queues of these names were deleted: for a minute none may be made under them. */
  readonly deletedAtMs: Map<string, WorldMs>;
}

export const sqsHome: StateHome<SqsState> = {
  name: 'sqs',
  scope: 'regional',
  newState: ({ account, region }, { random }) => ({
    random: random.fork(`sqs/${account}/${region}`),
    queues: new Map(),
    deletedAtMs: new Map(),
  }),
};

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** Those that somebody set; what AWS adds is added when they are asked for. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly createdAtMs: WorldMs;
  modifiedAtMs: WorldMs;
  purgedAtMs: WorldMs | undefined;
  /** Oldest first. */
  messages: QueuedMessage[];
  /** Those who wait for a message, and are woken by the next. */
  readonly waiting: Set<() => void>;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly senderId: string;
  readonly sentAtMs: WorldMs;
  firstReceivedAtMs: WorldMs | undefined;
  received: number;
  /** Nobody receives it before: it is delayed, or somebody is at work on it. */
  visibleAtMs: WorldMs;
  /** Of the latest time it was received. */
  receiptHandle: string | undefined;
  /** The queue whose redrive policy brought it here. */
  deadLetterOf: string | undefined;
}

import type { SQS } from '@aws-sdk/client-sqs';
import type { Call } from '../../service.ts';
import { type SqsState, sqsHome } from '../../services/sqs/state.ts';
import type { Access } from '../access.ts';
import { policyOf } from '../policy.ts';
import { type ActionTable, anywhere, requestTags, withTagging } from './action-table.ts';

type SqsCall = Call<SqsState>;

function named(call: SqsCall, action: string, name: string, account = call.place.account): Access {
  const { region } = call.place;
  const found = call.world.state(sqsHome, { account, region }).queues.get(name);
  const policy = found?.attributes.get('Policy');
  return {
    action: `sqs:${action}`,
    resource: `arn:aws:sqs:${region}:${account}:${name}`,
    tags: found?.tags,
    absent: found === undefined,
    policy: policy === undefined ? [] : policyOf(policy).statements,
  };
}

/** A queue by its URL, which says account and name. */
const ofQueue =
  (action: string) =>
  ({ QueueUrl = '' }: { QueueUrl?: string | undefined }, call: SqsCall): readonly Access[] => {
    const [name = '', account] = QueueUrl.split('/').toReversed();
    return [named(call, action, name, account)];
  };

/**
 * What SQS asks of IAM. Batches are allowed by the action of their entries.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon SQS"
 */
export const sqsActions: ActionTable<SQS, SqsState> = {
  CreateQueue: (input, call) =>
    withTagging(
      { ...named(call, 'CreateQueue', input.QueueName ?? ''), requestTags: requestTags(input.tags) },
      'sqs:TagQueue',
    ),
  DeleteQueue: ofQueue('DeleteQueue'),
  PurgeQueue: ofQueue('PurgeQueue'),
  GetQueueUrl: (input, call) => [named(call, 'GetQueueUrl', input.QueueName ?? '', input.QueueOwnerAWSAccountId)],
  GetQueueAttributes: ofQueue('GetQueueAttributes'),
  SetQueueAttributes: ofQueue('SetQueueAttributes'),
  ListQueues: anywhere('sqs:ListQueues'),
  SendMessage: ofQueue('SendMessage'),
  SendMessageBatch: ofQueue('SendMessage'),
  ReceiveMessage: ofQueue('ReceiveMessage'),
  DeleteMessage: ofQueue('DeleteMessage'),
  DeleteMessageBatch: ofQueue('DeleteMessage'),
  ChangeMessageVisibility: ofQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: ofQueue('ChangeMessageVisibility'),
  ListQueueTags: ofQueue('ListQueueTags'),
  TagQueue: (input, call) =>
    ofQueue('TagQueue')(input, call).map((access) => ({ ...access, requestTags: requestTags(input.Tags) })),
  UntagQueue: (input, call) =>
    ofQueue('UntagQueue')(input, call).map((access) => ({ ...access, tagKeys: input.TagKeys })),
};

import type { SQS } from '@aws-sdk/client-sqs';
import type { Service } from '../../service.ts';
import { queueOperations } from './queues.ts';
import { receiveOperations } from './receiving.ts';
import { sendOperations } from './sending.ts';
import { type SqsState, sqsHome } from './state.ts';

/**
 * SQS: standard queues, visibility time-outs, long polling and redrive to dead-letter queues.
 *
 * A standard queue of AWS's delivers at least once and in no certain order; this one delivers in order, and once.
 */
export const sqs: Service<SQS, SqsState> = {
  ...sqsHome,
  eventSource: 'sqs.amazonaws.com',
  operations: { ...queueOperations, ...sendOperations, ...receiveOperations },
  dataEvents: new Set([
    'SendMessage',
    'SendMessageBatch',
    'ReceiveMessage',
    'DeleteMessage',
    'DeleteMessageBatch',
    'ChangeMessageVisibility',
    'GetQueueUrl',
    'GetQueueAttributes',
    'ListQueues',
    'ListQueueTags',
  ]),
};

import { AwsError } from '../../aws-error.ts';
import type { Call, Place } from '../../service.ts';
import { type Queue, type SqsState, sqsHome } from './state.ts';

export type SqsCall = Call<SqsState>;

/** Source: Amazon SQS developer guide, Queue and message identifiers. */
export const urlOf = ({ account, region }: Place, name: string): string =>
  `https://sqs.${region}.amazonaws.com/${account}/${name}`;

/** What 'arn:aws:sqs:us-east-1:111122223333:failures' names. */
export function parseArn(arn: string): Place & { readonly name: string } {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return { account, region, name };
}

export const noQueue = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);

export const invalidParameter = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError('InvalidParameterValue', `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);

/** The queue of a URL, whatever host it names: its path says account and name. A bare name is one of the caller's own. */
export function findQueue({ state, place, world }: SqsCall, url: string | undefined): Queue {
  if (url === undefined || url === '') throw missingParameter('QueueUrl');
  const [name = '', account = place.account] = url.split('/').toReversed();
  const owner = account === place.account ? state : world.state(sqsHome, { account, region: place.region });
  const queue = owner.queues.get(name);
  if (queue === undefined) throw noQueue();
  return queue;
}

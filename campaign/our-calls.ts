import type { Principal } from '../simulator/principal.ts';
import type { MadeCall } from '../simulator/world.ts';

/** 'apply-plan' for a call that our function of that name made; sessions are named after functions. */
export function functionBehind({ kind, arn }: Principal): string | undefined {
  if (kind !== 'AssumedRole') return undefined;
  const session = arn.slice(arn.lastIndexOf('/') + 1);
  return session.startsWith('landbridge-') ? session.slice('landbridge-'.length) : undefined;
}

/** Services in which the control plane keeps its own books; everything else that it writes is a resource of a fleet. */
const BOOKS: ReadonlySet<string> = new Set(['dynamodb', 'sfn', 'cloudwatch-logs', 'sns', 'sts', 'sqs']);
/** But tables, and groups of logs, are resources like others: what is in them is not. */
const RESOURCES: ReadonlySet<string> = new Set([
  'dynamodb UpdateTable',
  'dynamodb TagResource',
  'dynamodb UntagResource',
  'cloudwatch-logs CreateLogGroup',
  'cloudwatch-logs DeleteLogGroup',
  'cloudwatch-logs PutRetentionPolicy',
  'cloudwatch-logs TagResource',
]);
/** Calls that ask something of a function, or tell somebody something. */
const NO_CHANGE: ReadonlySet<string> = new Set(['lambda Invoke', 'cloudwatch PutMetricData', 'eventbridge PutEvents']);

/** A write to resources that a function of ours made, whether or not it took place. */
export const isResourceWrite = (made: MadeCall): boolean =>
  !made.readOnly &&
  (!BOOKS.has(made.service) || RESOURCES.has(`${made.service} ${made.operation}`)) &&
  !NO_CHANGE.has(`${made.service} ${made.operation}`) &&
  functionBehind(made.principal) !== undefined;

/** 'ec2 createVpc in eu-west-1', as intents and journals name it. */
export const nameOf = ({ service, operation, place }: MadeCall): string =>
  `${service} ${operation.charAt(0).toLowerCase()}${operation.slice(1)} in ${place.region}`;

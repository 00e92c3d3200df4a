import type { Principal } from '../simulator/principal.ts';
import type { MadeCall } from '../simulator/world.ts';

/** 'apply-plan' for a call that our function of that name made; sessions are named after functions. */
export function functionBehind({ kind, arn }: Principal): string | undefined {
  if (kind !== 'AssumedRole') return undefined;
  const session = arn.slice(arn.lastIndexOf('/') + 1);
  return session.startsWith('landbridge-') ? session.slice('landbridge-'.length) : undefined;
}

type Operations = ReadonlySet<string>;
const NONE: Operations = new Set();

/** Services in which the control plane keeps its own books, with what it does there to resources: tables, and groups of logs, are some, and what is in them is not. */
const BOOKS: ReadonlyMap<string, Operations> = new Map([
  ['dynamodb', new Set(['UpdateTable', 'TagResource', 'UntagResource'])],
  ['cloudwatch-logs', new Set(['CreateLogGroup', 'DeleteLogGroup', 'PutRetentionPolicy', 'TagResource'])],
  ['sfn', NONE],
  ['sns', NONE],
  ['sts', NONE],
  ['sqs', NONE],
]);
/** Calls elsewhere that ask something of a function, or tell somebody something. */
const NO_CHANGE: ReadonlyMap<string, Operations> = new Map([
  ['lambda', new Set(['Invoke'])],
  ['cloudwatch', new Set(['PutMetricData'])],
  ['eventbridge', new Set(['PutEvents'])],
]);

const changesResources = ({ service, operation }: MadeCall): boolean =>
  BOOKS.get(service)?.has(operation) ?? NO_CHANGE.get(service)?.has(operation) !== true;

/** A write to resources that a function of ours made, whether or not it took place. Asked of every call there is. */
export const isResourceWrite = (made: MadeCall): boolean =>
  !made.readOnly && changesResources(made) && functionBehind(made.principal) !== undefined;

/** 'ec2 createVpc in eu-west-1', as intents and journals name it. */
export const nameOf = ({ service, operation, place }: MadeCall): string =>
  `${service} ${operation.charAt(0).toLowerCase()}${operation.slice(1)} in ${place.region}`;

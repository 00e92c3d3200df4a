import { placeOfArn } from '../../arn.ts';
import type { Call, Place } from '../../service.ts';
import { type DynamoState, dynamodbHome, type Table } from './state.ts';
import { invalid } from './validation-error.ts';

/** What it takes to find a table. */
export type AskedWhere = Pick<Call<DynamoState>, 'place' | 'state' | 'world'>;

export const isArn = (given: string | undefined): given is string => given?.startsWith('arn:') === true;

/** 'payments' of 'payments' and of 'arn:aws:dynamodb:eu-west-1:111122223333:table/payments/index/by-day' */
export const nameIn = (given: string | undefined): string =>
  isArn(given) ? (given.split('/')[1] ?? '') : (given ?? '');

/** Where a table is: the caller's own, or, by its ARN, another account's. */
export const placeOfTable = (given: string | undefined, own: Place): Place => (isArn(given) ? placeOfArn(given) : own);

/**
 * The state that a table is in which a request names.
 *
 * Faults  ValidationException: an ARN of another Region
 * Source  docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html: "specify table ARN in the
 *         TableName parameter"; that the Region must be the endpoint's is said of ARNs in general
 */
export function stateOfTable({ place, state, world }: AskedWhere, given: string | undefined): DynamoState {
  if (!isArn(given)) return state;
  const there = placeOfArn(given);
  if (there.region !== place.region) throw invalid(`Invalid table ARN: ${given} is not in ${place.region}`);
  return there.account === place.account ? state : world.state(dynamodbHome, there);
}

/** The table that a request names, in whatever status; undefined where there is none. */
export function tableAt({ place, state, world }: AskedWhere, given: string | undefined): Table | undefined {
  const there = placeOfTable(given, place);
  const isOwn = there.account === place.account && there.region === place.region;
  return (isOwn ? state : world.look(dynamodbHome, there)).tables.get(nameIn(given));
}

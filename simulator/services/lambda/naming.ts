import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { type FunctionVersion, type LambdaFunction, type LambdaState, lambdaHome } from './state.ts';

export type LambdaCall = Call<LambdaState>;

export const LATEST = '$LATEST';

export interface FunctionName {
  readonly name: string;
  /** A version or an alias. */
  readonly qualifier: string | undefined;
}

const FUNCTION_NAME =
  /^(?:arn:aws[\w-]*:lambda:(?<region>[\w-]+):(?<account>\d{12}):function:|(?:(?<partial>\d{12}):function:))?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/;

const PLAIN_NAME = /^[\w-]{1,64}$/;

/** Functions are named by name, by ARN or by part of one, with a qualifier at the end or beside it. */
export function functionName(given: string | undefined, beside?: string): FunctionName {
  // A name and nothing else is what most calls give.
  if (given !== undefined && PLAIN_NAME.test(given)) return { name: given, qualifier: beside };
  const { name, qualifier } = FUNCTION_NAME.exec(given ?? '')?.groups ?? {};
  if (name === undefined)
    throw validation(
      `1 validation error detected: Value '${given ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  if (qualifier !== undefined && beside !== undefined && qualifier !== beside)
    throw invalidValue('The derived qualifier from the function name does not match the specified qualifier.');
  return { name, qualifier: qualifier ?? beside };
}

/**
 * The call as it is answered where the function is that a request names: an ARN may name another account's. Whether its
 * policy lets the caller in is IAM's to say.
 *
 * Source    docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html
 */
export function atOwner(call: LambdaCall, given: string | undefined): LambdaCall {
  if (given === undefined || PLAIN_NAME.test(given)) return call;
  const { account, partial = account } = FUNCTION_NAME.exec(given)?.groups ?? {};
  if (partial === undefined || partial === call.place.account) return call;
  const place = { ...call.place, account: partial };
  return { ...call, requestId: call.requestId, place, state: call.world.state(lambdaHome, place) };
}

export const functionArn = ({ account, region }: LambdaCall['place'], name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

export const qualifiedArn = (arn: string, qualifier: string | undefined): string =>
  qualifier === undefined ? arn : `${arn}:${qualifier}`;

export function findFunction(call: LambdaCall, given: string | undefined, beside?: string): LambdaFunction {
  const { name, qualifier } = functionName(given, beside);
  const found = call.state.functions.get(name);
  if (found === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${qualifiedArn(functionArn(call.place, name), qualifier)}`,
    );
  return found;
}

export interface Qualified {
  readonly found: LambdaFunction;
  readonly version: FunctionVersion;
  readonly qualifier: string | undefined;
}

/** A function and the version that its qualifier, alias or number, stands for. An alias stands for its main version here. */
export function findVersion(call: LambdaCall, given: string | undefined, beside?: string): Qualified {
  const { qualifier } = functionName(given, beside);
  const found = findFunction(call, given, beside);
  const alias = qualifier === undefined ? undefined : found.aliases.get(qualifier);
  const version = versionOf(found, alias?.version ?? qualifier);
  if (version === undefined)
    throw new AwsError('ResourceNotFoundException', `Function not found: ${qualifiedArn(found.arn, qualifier)}`);
  return { found, version, qualifier };
}

export const versionOf = (found: LambdaFunction, version: string | undefined): FunctionVersion | undefined =>
  version === undefined || version === LATEST ? found.latest : found.versions.get(version);

/** Refuses a change that was meant for another state of the resource than the present one. */
export function refuseStale(given: string | undefined, current: string): void {
  if (given !== undefined && given !== current)
    throw new AwsError(
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    );
}

export const validation = (message: string): AwsError => new AwsError('ValidationException', message, { status: 400 });

export const invalidValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } });

export const conflict = (message: string): AwsError =>
  new AwsError('ResourceConflictException', message, { fields: { Type: 'User' } });

/** Pages of a list: the marker is the position to go on from. */
export function paged<Item>(
  items: readonly Item[],
  marker: string | undefined,
  maxItems: number | undefined,
): { readonly page: Item[]; readonly next: { NextMarker?: string } } {
  const from = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw invalidValue('The provided Marker is not valid.');
  const until = from + Math.min(maxItems ?? MAX_PAGE, MAX_PAGE);
  return {
    page: items.slice(from, until),
    next: until < items.length ? { NextMarker: Buffer.from(String(until)).toString('base64') } : {},
  };
}

/** Source: ListFunctions, MaxItems: "Note that ListFunctions returns a maximum of 50 items in each response, even if you set the number higher." */
const MAX_PAGE = 50;

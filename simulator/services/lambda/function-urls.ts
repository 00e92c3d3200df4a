import type { Cors, FunctionUrlConfig, Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { Operations, Place } from '../../service.ts';
import {
  conflict,
  findVersion,
  invalidValue,
  LATEST,
  type LambdaCall,
  paged,
  qualifiedArn,
  validation,
} from './naming.ts';
import type { FunctionUrl, LambdaFunction, LambdaState } from './state.ts';

/** Source: API_Cors: MaxAge is at most 86,400 s. */
const LONGEST_MAX_AGE_SECONDS = 86_400;

/**
 * Function URLs: an HTTPS endpoint for a function or an alias of it. They go with their function.
 *
 * CORS settings are kept and shown; no preflight is answered from them.
 * Source: docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html: an endpoint keeps its URL for as long as it lives,
 *         and one made anew has another.
 */
export const functionUrlOperations = {
  CreateFunctionUrlConfig(input, call) {
    const { found, qualifier } = functionOrAlias(call, input.FunctionName, input.Qualifier);
    const { AuthType: authType, Cors: cors } = input;
    if (authType !== 'NONE' && authType !== 'AWS_IAM') throw refusedEnum('authType', authType, '[NONE, AWS_IAM]');
    if (found.urls.has(qualifier)) throw conflict('FunctionUrlConfig exists for this Lambda function');
    const url: FunctionUrl = {
      id: call.world.random.alphanumeric(32),
      authType,
      cors: corsFrom(cors),
      invokeMode: invokeModeFrom(input.InvokeMode) ?? 'BUFFERED',
      createdAtMs: call.nowMs,
      modifiedAtMs: call.nowMs,
    };
    found.urls.set(qualifier, url);
    const { LastModifiedTime: _unmodified, ...shown } = described(call.place, found, qualifier, url);
    return shown;
  },

  GetFunctionUrlConfig(input, call) {
    const { found, qualifier } = functionOrAlias(call, input.FunctionName, input.Qualifier);
    return described(call.place, found, qualifier, existing(found, qualifier));
  },

  UpdateFunctionUrlConfig(input, call) {
    const { found, qualifier } = functionOrAlias(call, input.FunctionName, input.Qualifier);
    const before = existing(found, qualifier);
    const { AuthType: authType = before.authType, Cors: cors } = input;
    if (authType !== 'NONE' && authType !== 'AWS_IAM') throw refusedEnum('authType', authType, '[NONE, AWS_IAM]');
    const url: FunctionUrl = {
      ...before,
      authType,
      cors: cors === undefined ? before.cors : corsFrom(cors),
      invokeMode: invokeModeFrom(input.InvokeMode) ?? before.invokeMode,
      modifiedAtMs: call.nowMs,
    };
    found.urls.set(qualifier, url);
    return described(call.place, found, qualifier, url);
  },

  /** The statements that let callers in stay in the resource policy: Lambda does not take them away with the URL. */
  DeleteFunctionUrlConfig(input, call) {
    const { found, qualifier } = functionOrAlias(call, input.FunctionName, input.Qualifier);
    existing(found, qualifier);
    found.urls.delete(qualifier);
    return {};
  },

  ListFunctionUrlConfigs(input, call) {
    const { found } = findVersion(call, input.FunctionName);
    const all = [...found.urls].filter(([qualifier]) => qualifier === '' || found.aliases.has(qualifier));
    const { page, next } = paged(all, input.Marker, input.MaxItems);
    return {
      FunctionUrlConfigs: page.map(([qualifier, url]) => described(call.place, found, qualifier, url)),
      ...next,
    };
  },
} satisfies Operations<Lambda, LambdaState>;

/** 'https://<id>.lambda-url.eu-west-1.on.aws/' */
const addressOf = ({ region }: Place, { id }: FunctionUrl): string => `https://${id}.lambda-url.${region}.on.aws/`;

/** URLs belong to a function as it is now, or to an alias, never to a version. `qualifier` is '' for the function itself. */
function functionOrAlias(
  call: LambdaCall,
  functionName: string | undefined,
  beside: string | undefined,
): { readonly found: LambdaFunction; readonly qualifier: string } {
  const { found, qualifier = '' } = findVersion(call, functionName, beside);
  if (qualifier === LATEST || /^\d+$/.test(qualifier))
    throw validation(
      `1 validation error detected: Value '${qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`,
    );
  return { found, qualifier };
}

function existing(found: LambdaFunction, qualifier: string): FunctionUrl {
  const url = found.urls.get(qualifier);
  if (url === undefined)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      fields: { Type: 'User' },
    });
  return url;
}

const described = (place: Place, { arn }: LambdaFunction, qualifier: string, url: FunctionUrl): FunctionUrlConfig => ({
  FunctionUrl: addressOf(place, url),
  FunctionArn: qualifiedArn(arn, qualifier === '' ? undefined : qualifier),
  AuthType: url.authType,
  InvokeMode: url.invokeMode,
  ...(url.cors !== undefined && { Cors: corsCopy(url.cors) }),
  CreationTime: new Date(url.createdAtMs).toISOString(),
  LastModifiedTime: new Date(url.modifiedAtMs).toISOString(),
});

function corsFrom(given: Cors | undefined): Cors | undefined {
  if (given === undefined || Object.values(given).every((value) => value === undefined)) return undefined;
  const { MaxAge: seconds = 0 } = given;
  if (seconds < 0 || seconds > LONGEST_MAX_AGE_SECONDS)
    throw validation(
      `1 validation error detected: Value '${seconds}' at 'cors.maxAge' failed to satisfy constraint: Member must have value less than or equal to ${LONGEST_MAX_AGE_SECONDS}`,
    );
  return corsCopy(given);
}

/** A copy: callers may change what they get, and what they gave. */
const corsCopy = ({ AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, ...rest }: Cors): Cors => ({
  ...rest,
  ...(AllowHeaders !== undefined && { AllowHeaders: [...AllowHeaders] }),
  ...(AllowMethods !== undefined && { AllowMethods: [...AllowMethods] }),
  ...(AllowOrigins !== undefined && { AllowOrigins: [...AllowOrigins] }),
  ...(ExposeHeaders !== undefined && { ExposeHeaders: [...ExposeHeaders] }),
});

function invokeModeFrom(given: FunctionUrl['invokeMode'] | undefined): FunctionUrl['invokeMode'] | undefined {
  if (given === 'RESPONSE_STREAM')
    throw invalidValue('InvokeMode RESPONSE_STREAM is not simulated: answers of functions are buffered');
  if (given !== undefined && given !== 'BUFFERED')
    throw refusedEnum('invokeMode', given, '[BUFFERED, RESPONSE_STREAM]');
  return given;
}

const refusedEnum = (member: string, given: string | undefined, values: string): AwsError =>
  validation(
    `1 validation error detected: Value '${given ?? ''}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: ${values}`,
  );

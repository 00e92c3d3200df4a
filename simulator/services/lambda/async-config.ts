import type { FunctionEventInvokeConfig, Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, Operations } from '../../service.ts';
import { findVersion, invalidValue, type LambdaCall, paged, qualifiedArn, validation } from './naming.ts';
import type { AsyncConfig, LambdaFunction, LambdaState } from './state.ts';

/** How often an asynchronous invocation is retried, and who is told of its end: a function, a queue or an event bus. */
export const asyncConfigOperations = {
  PutFunctionEventInvokeConfig(input, call) {
    return setConfig(input, undefined, call);
  },

  UpdateFunctionEventInvokeConfig(input, call) {
    return setConfig(input, existing(call, input).config, call);
  },

  GetFunctionEventInvokeConfig(input, call) {
    const { found, qualifier, config } = existing(call, input);
    return describe(found, qualifier, config);
  },

  ListFunctionEventInvokeConfigs(input, call) {
    const { found } = findVersion(call, input.FunctionName);
    const { page, next } = paged([...found.asyncConfigs], input.Marker, input.MaxItems);
    return {
      FunctionEventInvokeConfigs: page.map(([qualifier, config]) => describe(found, qualifier, config)),
      ...next,
    };
  },

  DeleteFunctionEventInvokeConfig(input, call) {
    const { found, qualifier } = existing(call, input);
    found.asyncConfigs.delete(qualifier);
    return {};
  },
} satisfies Operations<Lambda, LambdaState>;

function existing(
  call: LambdaCall,
  { FunctionName: name, Qualifier: beside }: { FunctionName: string | undefined; Qualifier?: string | undefined },
): { readonly found: LambdaFunction; readonly qualifier: string; readonly config: AsyncConfig } {
  const { found, qualifier = '' } = findVersion(call, name, beside);
  const config = found.asyncConfigs.get(qualifier);
  if (config === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${qualifiedArn(found.arn, qualifier === '' ? '$LATEST' : qualifier)} doesn't have an EventInvokeConfig`,
    );
  return { found, qualifier, config };
}

function setConfig(
  input: InputOf<Lambda, 'PutFunctionEventInvokeConfig'>,
  before: AsyncConfig | undefined,
  call: LambdaCall,
): FunctionEventInvokeConfig {
  const { found, qualifier = '' } = findVersion(call, input.FunctionName, input.Qualifier);
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age, DestinationConfig: destinations } = input;
  if (retries !== undefined && (retries < 0 || retries > 2))
    throw validation(
      `1 validation error detected: Value '${retries}' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2`,
    );
  if (age !== undefined && (age < 60 || age > 21_600))
    throw validation(
      `1 validation error detected: Value '${age}' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value ${age < 60 ? 'greater than or equal to 60' : 'less than or equal to 21600'}`,
    );
  for (const { Destination: destination } of [destinations?.OnSuccess ?? {}, destinations?.OnFailure ?? {}])
    refuseDestination(destination, found);
  const config: AsyncConfig = {
    maximumRetryAttempts: retries ?? before?.maximumRetryAttempts,
    maximumEventAgeSeconds: age ?? before?.maximumEventAgeSeconds,
    destinations: copyOf(destinations ?? before?.destinations ?? {}),
    modifiedAtMs: call.nowMs,
  };
  found.asyncConfigs.set(qualifier, config);
  return describe(found, qualifier, config);
}

function refuseDestination(destination: string | undefined, { arn }: LambdaFunction): void {
  if (destination === undefined) return;
  const [, , service] = destination.split(':');
  if (service === 'sns' || service === 's3')
    throw invalidValue(`Destinations in ${service} are not simulated: use a function, a queue or an event bus`);
  if (service !== 'lambda' && service !== 'events' && service !== 'sqs')
    throw invalidValue(`The provided destination config DestinationConfig is invalid: ${destination}`);
  if (destination === arn) throw invalidValue("You can't specify the function as a destination for itself.");
}

const describe = ({ arn }: LambdaFunction, qualifier: string, config: AsyncConfig): FunctionEventInvokeConfig => ({
  FunctionArn: `${arn}:${qualifier === '' ? '$LATEST' : qualifier}`,
  LastModified: new Date(config.modifiedAtMs),
  ...(config.maximumRetryAttempts !== undefined && { MaximumRetryAttempts: config.maximumRetryAttempts }),
  ...(config.maximumEventAgeSeconds !== undefined && { MaximumEventAgeInSeconds: config.maximumEventAgeSeconds }),
  DestinationConfig: copyOf(config.destinations),
});

const copyOf = ({ OnSuccess: onSuccess, OnFailure: onFailure }: AsyncConfig['destinations']) => ({
  OnSuccess: { ...onSuccess },
  OnFailure: { ...onFailure },
});

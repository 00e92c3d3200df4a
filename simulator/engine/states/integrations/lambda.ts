import { AwsError } from '../../../aws-error.ts';
import { StateFailure } from '../failure.ts';
import { isObject, type Json, parseJson } from '../json.ts';
import { type Integration, objectArguments, serviceFailure, type TaskCall } from './integration.ts';

interface InvokeOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
  readonly ExecutedVersion?: string;
}

/** What a function that failed reports, as the Error and Cause of the state. Source: Step Functions guide, Handling errors. */
function functionFailure(payload: string): StateFailure {
  const report = parseJson(payload)?.value;
  const errorType = isObject(report) ? report['errorType'] : undefined;
  if (typeof errorType === 'string') return new StateFailure(errorType, payload);
  return new StateFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

async function invoke(task: TaskCall, input: object): Promise<{ output: InvokeOutput; payload: Json | undefined }> {
  const { world, place } = task.engine;
  const request = { service: 'lambda', operation: 'Invoke', input, place, principal: task.principal } as const;
  let output: InvokeOutput;
  try {
    output = await world.invoke(request);
  } catch (error) {
    // An execution enters no state in the dark: the function had begun when its Region went.
    if (error instanceof AwsError && error.code === 'TimeoutError')
      throw new StateFailure('Lambda.Unknown', error.message);
    if (error instanceof AwsError) throw serviceFailure('Lambda', 'AWSLambdaException', error);
    throw error;
  }
  const text = output.Payload === undefined ? '' : Buffer.from(output.Payload).toString('utf8');
  if (output.FunctionError !== undefined) throw functionFailure(text);
  return { output, payload: text === '' ? undefined : parseJson(text)?.value };
}

const bytes = (value: Json): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** `arn:aws:states:::lambda:invoke`. Source: Step Functions guide, Invoke an AWS Lambda function. */
export const invokeFunction = {
  async call(task: TaskCall): Promise<Json> {
    const { Payload, ...rest } = objectArguments(task);
    const { output, payload } = await invoke(task, {
      ...rest,
      ...(Payload === undefined ? {} : { Payload: bytes(Payload) }),
    });
    return {
      ...(output.ExecutedVersion === undefined ? {} : { ExecutedVersion: output.ExecutedVersion }),
      ...(payload === undefined ? {} : { Payload: payload }),
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: output.StatusCode ?? 200,
    };
  },
};

/** A function's own ARN as the Resource: the whole input is its event, and the whole result is what it answers. */
export const functionItself = (arn: string): Integration => ({
  resourceType: undefined,
  resource: arn,
  waitsForToken: false,
  async call(task) {
    const { payload } = await invoke(task, { FunctionName: arn, Payload: bytes(task.arguments) });
    return payload ?? null;
  },
});

import type { AwsError } from '../../../aws-error.ts';
import type { Principal } from '../../../principal.ts';
import type { Engine } from '../engine.ts';
import type { Execution } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Lifetime } from '../lifetime.ts';

/** One attempt of a task, as an integration sees it. */
export interface TaskCall {
  readonly engine: Engine;
  readonly execution: Execution;
  readonly principal: Principal;
  readonly arguments: Json;
  /** Ends when the attempt is over, whoever ended it. */
  readonly lifetime: Lifetime;
  /** To be called once the service has accepted work that is waited for. */
  submitted(output: Json): void;
}

/** What a Task's Resource stands for. */
export interface Integration {
  /** How the history names it: `lambda` and `invoke`; undefined for a function's plain ARN, which has events of its own. */
  readonly resourceType: string | undefined;
  readonly resource: string;
  /** Whether the task then waits for its token. */
  readonly waitsForToken: boolean;
  /** Fails with a `StateFailure` named as AWS names it. */
  call(task: TaskCall): Promise<Json>;
}

/** Arguments of an integration are an object, whatever it is. */
export function objectArguments(task: TaskCall): JsonObject {
  if (isObject(task.arguments)) return task.arguments;
  throw new StateFailure(
    'States.Runtime',
    `The Parameters '${JSON.stringify(task.arguments)}' could not be used to start the Task: an object is needed.`,
  );
}

/**
 * A service's error as Step Functions names it.
 *
 * Source  Step Functions guide, Learning to use AWS service SDK integrations, Error handling: exceptions carry the
 *         names of the Java SDK, `<Service>.<Name>Exception`; what its model does not name is `<Service>.<Service>Exception`,
 *         and what no service answered is `<Service>.SdkClientException`
 */
export function serviceFailure(prefix: string, general: string, error: AwsError): StateFailure {
  const { code } = error;
  if (code === 'TimeoutError') return new StateFailure(`${prefix}.SdkClientException`, error.message);
  const modelled =
    prefix !== 'Ec2' &&
    !/^(Throttling|AccessDenied|ServiceUnavailable|Internal|Unknown|UnauthorizedOperation|Validation(Error|Exception))/.test(
      code,
    );
  const name = code.endsWith('Exception') ? code : `${code}Exception`;
  return new StateFailure(
    `${prefix}.${modelled ? name : general}`,
    `${error.message} (Service: ${prefix}, Status Code: ${error.status ?? 400}, Error Code: ${code})`,
  );
}

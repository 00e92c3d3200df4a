import type { FleetFile } from './fleet-schema.ts';
import { type Problem, problem } from './problem.ts';

/** Lambda sets these itself, and takes no function that sets them: every join would end with its refusal. */
const RESERVED: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);
const MOST_BYTES = 4_096;

/**
 * Variables of functions that Lambda does not take.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, Defined runtime environment variables: the reserved ones;
 *         docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 4 KB for all of a function's
 */
export function* problemsOfVariables({ fleet, functions }: FleetFile): Generator<Problem, void> {
  for (const [name, { environment }] of Object.entries(functions)) {
    const path = `functions.${name}.environment`;
    for (const variable of Object.keys(environment))
      if (RESERVED.has(variable))
        yield problem(`${path}.${variable}`, 'is set by Lambda itself, which takes no other value', 'leave it out');
    // The fleet's name is told to every function besides.
    const bytes = new TextEncoder().encode(JSON.stringify({ LANDBRIDGE_FLEET: fleet, ...environment })).length;
    if (bytes > MOST_BYTES)
      yield problem(
        path,
        `takes ${bytes} bytes, and Lambda ${MOST_BYTES} at most`,
        'keep it in a parameter, and name that',
      );
  }
}

import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import type { Credentials, FunctionVersion, LambdaFunction } from './state.ts';

const environments = new WeakMap<
  FunctionVersion,
  { readonly session: Credentials; readonly variables: Readonly<Record<string, string>> }
>();

/** The variables a function's code sees. Source: Lambda Developer Guide, "Defined runtime environment variables". */
export function environmentOf(
  world: World,
  { region }: Place,
  { name }: LambdaFunction,
  version: FunctionVersion,
  credentials: Credentials,
): Readonly<Record<string, string>> {
  const known = environments.get(version);
  if (known?.session === credentials) return known.variables;
  const { settings } = version;
  const day = new Date(world.clock.nowMs()).toISOString().slice(0, 10).replaceAll('-', '/');
  const variables = Object.freeze({
    ...settings.environment,
    _HANDLER: settings.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[${version.version}]${world.random.hex(32)}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: '/var/task',
    TZ: ':UTC',
  });
  environments.set(version, { session: credentials, variables });
  return variables;
}

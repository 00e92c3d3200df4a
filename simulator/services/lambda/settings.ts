import type { Lambda } from '@aws-sdk/client-lambda';
import { type Architecture, Runtime } from '@aws-sdk/client-lambda';
import type { InputOf } from '../../service.ts';
import { invalidValue, type LambdaCall, validation } from './naming.ts';
import type { FunctionSettings } from './state.ts';
import { vpcFrom } from './vpc-config.ts';

type SettingsRequest = Omit<InputOf<Lambda, 'UpdateFunctionConfiguration'>, 'FunctionName'> & {
  readonly Architectures?: Architecture[] | undefined;
  readonly PackageType?: string | undefined;
};

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@\-/]+$/;
const HANDLER = /^\S{1,128}$/;
const MAX_ENVIRONMENT_BYTES = 4096;

/** Settings the simulator would have to ignore; refused unless they are as good as absent. */
const unsimulated = [
  'DurableConfig',
  'CapacityProviderConfig',
  'ImageConfig',
  'KMSKeyArn',
  'TenancyConfig',
  'CodeSigningConfigArn',
] as const;

const defaultSettings: Omit<FunctionSettings, 'roleArn' | 'runtime' | 'handler'> = {
  timeoutSeconds: 3,
  memoryMb: 128,
  ephemeralStorageMb: 512,
  environment: {},
  architectures: ['x86_64'],
  tracing: 'PassThrough',
  vpc: undefined,
  deadLetterArn: undefined,
};

/** Settings as a request leaves them: what it does not name stays. */
export function settingsFrom(
  request: SettingsRequest,
  before: Partial<FunctionSettings>,
  call: LambdaCall,
): FunctionSettings {
  refuseUnsimulated(request);
  const {
    Runtime: runtime = before.runtime,
    Role: roleArn = before.roleArn,
    Handler: handler = before.handler,
  } = request;
  if (runtime === undefined || handler === undefined)
    throw invalidValue('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  if (!Object.values(Runtime).includes(runtime))
    throw invalidValue(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(Runtime).join(', ')}] or be a valid ARN`,
    );
  if (roleArn === undefined || !ROLE_ARN.test(roleArn))
    throw validation(
      `1 validation error detected: Value '${roleArn ?? ''}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
    );
  if (!HANDLER.test(handler))
    throw validation(
      `1 validation error detected: Value '${handler}' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+`,
    );
  const settings = { ...defaultSettings, ...before };
  return {
    runtime,
    roleArn,
    handler,
    timeoutSeconds: within('timeout', request.Timeout ?? settings.timeoutSeconds, 1, 900),
    memoryMb: within('memorySize', request.MemorySize ?? settings.memoryMb, 128, 10_240),
    ephemeralStorageMb: within(
      'ephemeralStorage.size',
      request.EphemeralStorage?.Size ?? settings.ephemeralStorageMb,
      512,
      10_240,
    ),
    environment: environmentFrom(request.Environment?.Variables) ?? settings.environment,
    architectures: request.Architectures ?? settings.architectures,
    tracing: request.TracingConfig?.Mode ?? settings.tracing,
    vpc: vpcFrom(request.VpcConfig, settings.vpc, call),
    deadLetterArn: deadLetterFrom(request.DeadLetterConfig, settings.deadLetterArn),
  };
}

/** An empty ARN takes the queue away. */
function deadLetterFrom(
  config: SettingsRequest['DeadLetterConfig'],
  before: string | undefined,
): FunctionSettings['deadLetterArn'] {
  if (config === undefined) return before;
  const { TargetArn: arn } = config;
  if (arn === undefined || arn === '') return undefined;
  if (arn.split(':')[2] !== 'sqs') throw invalidValue(`DeadLetterConfig: ${arn} is not simulated: only queues are`);
  return arn;
}

function refuseUnsimulated(request: SettingsRequest): void {
  for (const setting of unsimulated)
    if (setting in request && Reflect.get(request, setting) !== undefined)
      throw invalidValue(`${setting} is not simulated`);
  if (request.PackageType !== undefined && request.PackageType !== 'Zip')
    throw invalidValue(`PackageType ${request.PackageType} is not simulated`);
  if ((request.Layers ?? []).length > 0) throw invalidValue('Layers are not simulated');
  if ((request.FileSystemConfigs ?? []).length > 0) throw invalidValue('FileSystemConfigs are not simulated');
  if (request.SnapStart?.ApplyOn === 'PublishedVersions') throw invalidValue('SnapStart is not simulated');
  const { LogFormat: format, LogGroup: group } = request.LoggingConfig ?? {};
  if (format === 'JSON' || group !== undefined) throw invalidValue('LoggingConfig is not simulated');
}

function within(member: string, value: number, low: number, high: number): number {
  if (value < low || value > high)
    throw validation(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${value < low ? `greater than or equal to ${low}` : `less than or equal to ${high}`}`,
    );
  return value;
}

/** Source: Lambda Developer Guide, "Defined runtime environment variables": those are reserved; quotas: 4 KB in all. */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

function environmentFrom(variables: Record<string, string> | undefined): Readonly<Record<string, string>> | undefined {
  if (variables === undefined) return undefined;
  const names = Object.keys(variables);
  for (const name of names)
    if (!/^[a-zA-Z]\w*$/.test(name) && !RESERVED.has(name))
      throw validation(
        `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]`,
      );
  const reserved = names.filter((name) => RESERVED.has(name));
  if (reserved.length > 0)
    throw invalidValue(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_ENVIRONMENT_BYTES)
    throw invalidValue(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  return { ...variables };
}

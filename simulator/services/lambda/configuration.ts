import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { hasCome } from '../../horizon.ts';
import { LATEST, type LambdaCall, qualifiedArn } from './naming.ts';
import type { FunctionVersion, LambdaFunction } from './state.ts';

/** Whether a change to `$LATEST` is still being rolled out; its status is computed from when it was made, not kept. */
export const isChanging = ({ change, modifiedAtMs }: FunctionVersion, { nowMs, world }: LambdaCall): boolean =>
  change !== 'published' && !hasCome(modifiedAtMs + world.timings.functionActiveMs, nowMs);

export const isPending = (version: FunctionVersion, call: LambdaCall): boolean =>
  version.change === 'created' && isChanging(version, call);

/**
 * A version as GetFunctionConfiguration shows it. The unqualified ARN is that of the function; with a qualifier, the ARN ends in it.
 *
 * Source    Lambda Developer Guide, "Lambda function states": Pending while it is created, LastUpdateStatus InProgress while an update runs
 */
export function configuration(
  found: LambdaFunction,
  version: FunctionVersion,
  call: LambdaCall,
  qualifier?: string,
): FunctionConfiguration {
  return { ...listedConfiguration(found, version, qualifier), ...statusOf(version, call) };
}

function statusOf(version: FunctionVersion, call: LambdaCall): FunctionConfiguration {
  if (isPending(version, call))
    return { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' };
  if (isChanging(version, call))
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
    };
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}

/** As ListFunctions shows it: without state and update status. Source: ListFunctions, "returns a subset of the FunctionConfiguration fields". */
export function listedConfiguration(
  { name, arn }: LambdaFunction,
  { version, description, settings, code, revisionId, modifiedAtMs }: FunctionVersion,
  qualifier: string | undefined = version === LATEST ? undefined : version,
): FunctionConfiguration {
  return {
    FunctionName: name,
    FunctionArn: qualifiedArn(arn, qualifier),
    Runtime: settings.runtime,
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Description: description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: new Date(modifiedAtMs).toISOString().replace('Z', '+0000'),
    Version: version,
    RevisionId: revisionId,
    PackageType: 'Zip',
    Architectures: [...settings.architectures],
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    TracingConfig: { Mode: settings.tracing },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
    ...(Object.keys(settings.environment).length > 0 && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    ...(settings.vpc !== undefined && {
      VpcConfig: {
        SubnetIds: [...settings.vpc.subnetIds],
        SecurityGroupIds: [...settings.vpc.securityGroupIds],
        VpcId: settings.vpc.vpcId,
        Ipv6AllowedForDualStack: false,
      },
    }),
  };
}

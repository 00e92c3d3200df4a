import { Duration, type Stack } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnEventInvokeConfig,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { FunctionSpec } from '../handlers/index.ts';
import { WHEN_UNANSWERED } from '../workflows/dead-letters.ts';
import { reservedConcurrency } from '../workflows/reserved-concurrency.ts';
import type { LogGroupsOf } from './log-groups.ts';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

interface Parts {
  readonly settings: InfraSettings;
  readonly specs: readonly FunctionSpec[];
  readonly roleNameOf: (functionName: string) => string;
  /** Where each function's package lies, by the function's name. */
  readonly packages: ReadonlyMap<string, string>;
  readonly logGroups: LogGroupsOf;
  readonly unansweredArn: string;
}

/** 'on-signal' -> 'OnSignal' */
export const logicalName = (name: string): string =>
  name
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Every function of the control plane: from the registry that `local/` reads, each with a log group of its own. */
export function functionsOf(stack: Stack, parts: Parts): ReadonlyMap<string, LambdaFunction> {
  const { settings, specs, unansweredArn } = parts;
  const environment = {
    LANDBRIDGE_TABLE: settings.table,
    LANDBRIDGE_HOME: settings.home,
    LANDBRIDGE_ACCOUNT: settings.account,
    LANDBRIDGE_TOPIC: arns.topic(settings, settings.home),
  };
  const roles = new Map<string, IRole>();
  const roleOf = (name: string): IRole => {
    const roleName = parts.roleNameOf(name);
    let role = roles.get(roleName);
    if (role === undefined) {
      // Its permissions are computed, all of them: CDK may add none.
      role = Role.fromRoleArn(stack, `Role${logicalName(roleName)}`, arns.role(settings, roleName), { mutable: false });
      roles.set(roleName, role);
    }
    return role;
  };
  return new Map(
    specs.map(({ name, needs, memoryMb, timeoutSeconds }) => {
      const directory = parts.packages.get(name);
      if (directory === undefined) throw new Error(`the function ${name} has no package`);
      const id = logicalName(name);
      const isByEvents = needs.includes('events');
      const reserved = reservedConcurrency[name];
      if (isByEvents && reserved === undefined) throw new Error(`${name} is for events, of which a storm may come`);
      const made = new LambdaFunction(stack, id, {
        functionName: `landbridge-${name}`,
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        handler: 'index.handler',
        code: Code.fromAsset(directory),
        memorySize: memoryMb,
        timeout: Duration.seconds(timeoutSeconds),
        environment,
        role: roleOf(name),
        tracing: Tracing.ACTIVE,
        logGroup: parts.logGroups(`${id}Log`, `/aws/lambda/landbridge-${name}`),
        ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      });
      if (isByEvents)
        new CfnEventInvokeConfig(stack, `${id}WhenInvokedByEvents`, {
          functionName: made.functionName,
          qualifier: '$LATEST',
          maximumRetryAttempts: WHEN_UNANSWERED.retries,
          maximumEventAgeInSeconds: WHEN_UNANSWERED.oldestSeconds,
          destinationConfig: { onFailure: { destination: unansweredArn } },
        });
      return [name, made];
    }),
  );
}

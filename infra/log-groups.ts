import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { InfraSettings } from './settings.ts';

/** Makes log groups of one stack, all alike. What has to be kept for longer is in the journal, which is not a log. */
export const logGroupsOf =
  (stack: Stack, { logRetentionDays }: InfraSettings, encryptionKey: Key) =>
  (id: string, logGroupName: string): LogGroup =>
    new LogGroup(stack, id, {
      logGroupName,
      encryptionKey,
      // CDK's enum is the number of days, and `settings.ts` takes no other.
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });

export type LogGroupsOf = ReturnType<typeof logGroupsOf>;

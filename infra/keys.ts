import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  ArnPrincipal,
  Effect,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

/** What whoever administers the account may do with a key: named one by one, for `kms:*` would be everything to come as well. */
const ADMINISTER = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
/** And what it takes to read a queue, and to send what lies in it back. */
const READ_AND_SEND = ['kms:Decrypt', 'kms:GenerateDataKey'];
const FOR_LOGS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

const KEY_PENDING = Duration.days(30);

type Conditions = Record<string, Record<string, string>>;

const allow = (principals: IPrincipal[], actions: string[], conditions?: Conditions): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    principals,
    actions,
    // In a key's own policy this is the key.
    resources: ['*'],
    ...(conditions !== undefined && { conditions }),
  });

const keyOf = (stack: Stack, id: string, alias: string, description: string, statements: PolicyStatement[]): Key =>
  new Key(stack, id, {
    alias,
    description,
    enableKeyRotation: true,
    pendingWindow: KEY_PENDING,
    removalPolicy: RemovalPolicy.DESTROY,
    policy: new PolicyDocument({
      statements: [allow([new AccountRootPrincipal()], [...ADMINISTER, ...READ_AND_SEND]), ...statements],
    }),
  });

/** Whom our own roles reach a key through. */
const rolesBy = (settings: InfraSettings, roles: readonly string[], service: string): PolicyStatement[] =>
  roles.length === 0
    ? []
    : [
        allow(
          roles.map((name) => new ArnPrincipal(arns.role(settings, name))),
          READ_AND_SEND,
          { StringEquals: { 'kms:ViaService': `${service}.amazonaws.com` } },
        ),
      ];

/**
 * The key of the topic that people are told through.
 *
 * Source  docs.aws.amazon.com/sns/latest/dg/sns-key-management.html (who publishes needs GenerateDataKey and Decrypt)
 */
export const incidentsKey = (stack: Stack, settings: InfraSettings, publishers: readonly string[]): Key =>
  keyOf(stack, 'IncidentsKey', 'alias/landbridge-incidents', 'What people are told of incidents', [
    allow([new ServicePrincipal('cloudwatch.amazonaws.com')], READ_AND_SEND, {
      StringEquals: { 'aws:SourceAccount': settings.account },
    }),
    ...rolesBy(settings, publishers, `sns.${stack.region}`),
  ]);

/**
 * The key of what is kept of runs and events: logs, and the queues of what went astray.
 *
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html,
 *         docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html (an encrypted queue)
 */
export const recordsKey = (stack: Stack, settings: InfraSettings, senders: readonly string[]): Key =>
  keyOf(stack, 'RecordsKey', 'alias/landbridge-records', 'Logs, and events that went astray', [
    allow([new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)], FOR_LOGS, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arns.logGroups(settings, stack.region) },
    }),
    allow([new ServicePrincipal('events.amazonaws.com')], READ_AND_SEND, {
      StringEquals: { 'aws:SourceAccount': settings.account },
    }),
    ...rolesBy(settings, senders, `sqs.${stack.region}`),
  ]);

import type { Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import { ec2Home } from '../../services/ec2/state.ts';
import { atOwner, functionArn, functionName, type LambdaCall, qualifiedArn } from '../../services/lambda/naming.ts';
import type { LambdaState } from '../../services/lambda/state.ts';
import type { Access, Context, Needs, PassedRole } from '../access.ts';
import { statementsFrom } from '../policy.ts';
import { type ActionTable, anywhere, requestTags, withTagging } from './action-table.ts';

interface Named {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** A function as a request names it: the version or alias is part of the resource. */
function named(asked: LambdaCall, action: string, { FunctionName, Qualifier }: Named, context?: Context): Access {
  const call = atOwner(asked, FunctionName);
  const { name, qualifier } = functionName(FunctionName, Qualifier);
  const found = call.state.functions.get(name);
  const statements = found?.policies.get(qualifier ?? '')?.statements;
  return {
    action: `lambda:${action}`,
    resource: qualifiedArn(found?.arn ?? functionArn(call.place, name), qualifier),
    tags: found?.tags,
    absent: found === undefined,
    policy: statements === undefined ? [] : statementsFrom(statements.values()),
    context,
  };
}

const ofFunction =
  (action: string) =>
  (input: Named, call: LambdaCall): readonly Access[] => [named(call, action, input)];

/** An action on the function itself, whatever version the request is about. */
const ofWhole =
  (action: string) =>
  ({ FunctionName }: Named, call: LambdaCall): readonly Access[] => [named(call, action, { FunctionName })];

interface UrlRequest extends Named {
  readonly AuthType?: string | undefined;
}

const ofUrl =
  (action: string) =>
  ({ FunctionName, Qualifier, AuthType }: UrlRequest, asked: LambdaCall): readonly Access[] => {
    const call = atOwner(asked, FunctionName);
    const { name } = functionName(FunctionName, Qualifier);
    const existing = call.state.functions.get(name)?.urls.get(Qualifier ?? '')?.authType;
    return [
      named(
        call,
        action,
        { FunctionName },
        {
          'lambda:functionarn': functionArn(call.place, name),
          'lambda:functionurlauthtype': AuthType ?? existing,
        },
      ),
    ];
  };

const cannot = (operation: string, service: string) => (): AwsError =>
  new AwsError(
    'InvalidParameterValueException',
    `The provided execution role does not have permissions to call ${operation} on ${service}`,
  );

const onAnything = (action: string): Access => ({ action, resource: '*' });

/**
 * What Lambda makes sure of before it puts a function into a VPC: lists are of everything, and interfaces of any id, for
 * none has one yet.
 *
 * Source  Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC" (Required IAM permissions)
 */
const forVpc = ({ place }: LambdaCall): NonNullable<PassedRole['must']> =>
  ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface'].map((operation) => ({
    access: {
      action: `ec2:${operation}`,
      resource: operation.startsWith('Describe') ? '*' : `arn:aws:ec2:${place.region}:${place.account}:*/*`,
    },
    refused: cannot(operation, 'EC2'),
  }));

/** What an execution role must be allowed for a queue, topic, function or bus to be told of an invocation. */
function forDestination(arn: string | undefined): NonNullable<PassedRole['must']> {
  const service = arn?.split(':')[2];
  const told = {
    sqs: ['sqs:SendMessage', 'SendMessage', 'SQS'],
    sns: ['sns:Publish', 'Publish', 'SNS'],
    lambda: ['lambda:InvokeFunction', 'InvokeFunction', 'Lambda'],
    events: ['events:PutEvents', 'PutEvents', 'EventBridge'],
  }[service ?? ''];
  if (arn === undefined || told === undefined) return [];
  const [action = '', operation = '', name = ''] = told;
  return [{ access: { action, resource: arn }, refused: cannot(operation, name) }];
}

interface SettingsRequest extends Named {
  readonly Role?: string | undefined;
  readonly VpcConfig?:
    | { readonly SubnetIds?: string[] | undefined; readonly SecurityGroupIds?: string[] | undefined }
    | undefined;
  readonly DeadLetterConfig?: { readonly TargetArn?: string | undefined } | undefined;
}

function vpcContext(call: LambdaCall, { VpcConfig }: SettingsRequest): Context | undefined {
  const { SubnetIds = [], SecurityGroupIds = [] } = VpcConfig ?? {};
  if (SubnetIds.length === 0) return undefined;
  const { subnets } = call.world.state(ec2Home, call.place);
  return {
    'lambda:subnetids': SubnetIds,
    'lambda:securitygroupids': SecurityGroupIds,
    'lambda:vpcids': [...new Set(SubnetIds.map((id) => subnets.get(id)?.vpcId ?? ''))],
  };
}

/** Lambda looks at the network in its caller's name. Source: Lambda guide, "Giving Lambda functions access to a VPC". */
const lookingAtVpc = ({ VpcConfig }: SettingsRequest): readonly Access[] =>
  (VpcConfig?.SubnetIds ?? []).length === 0
    ? []
    : ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'].map(onAnything);

/** The role of a function's settings: passed where the request names one, looked at where what it must do has changed. */
function roleOf(call: LambdaCall, input: SettingsRequest): readonly PassedRole[] {
  if (input.Role === undefined) return [];
  return [
    {
      roleArn: input.Role,
      to: 'lambda.amazonaws.com',
      for: functionArn(call.place, functionName(input.FunctionName).name),
      unassumable: () =>
        new AwsError(
          'InvalidParameterValueException',
          'The role defined for the function cannot be assumed by Lambda.',
        ),
      must: [
        ...((input.VpcConfig?.SubnetIds ?? []).length === 0 ? [] : forVpc(call)),
        ...forDestination(input.DeadLetterConfig?.TargetArn),
      ],
    },
  ];
}

/**
 * What Lambda asks of IAM.
 *
 * Bounds   the role of a function that is already there is not looked at again when only its network or its dead-letter
 *          queue changes
 * Source   Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda"
 */
export const lambdaActions: ActionTable<Lambda, LambdaState> = {
  Invoke: ofFunction('InvokeFunction'),

  CreateFunction(input, call): Needs {
    const access: Access = {
      ...named(call, 'CreateFunction', { FunctionName: input.FunctionName }, vpcContext(call, input)),
      requestTags: requestTags(input.Tags),
    };
    return {
      access: [...withTagging(access, 'lambda:TagResource'), ...lookingAtVpc(input)],
      passes: roleOf(call, input),
    };
  },
  UpdateFunctionConfiguration: (input, call) => ({
    access: [
      named(call, 'UpdateFunctionConfiguration', { FunctionName: input.FunctionName }, vpcContext(call, input)),
      ...lookingAtVpc(input),
    ],
    passes: roleOf(call, input),
  }),
  UpdateFunctionCode: ofWhole('UpdateFunctionCode'),
  DeleteFunction: ofFunction('DeleteFunction'),
  GetFunction: ofFunction('GetFunction'),
  GetFunctionConfiguration: ofFunction('GetFunctionConfiguration'),
  ListFunctions: anywhere('lambda:ListFunctions'),
  GetAccountSettings: anywhere('lambda:GetAccountSettings'),

  PublishVersion: ofWhole('PublishVersion'),
  ListVersionsByFunction: ofWhole('ListVersionsByFunction'),
  CreateAlias: ofWhole('CreateAlias'),
  UpdateAlias: ofWhole('UpdateAlias'),
  DeleteAlias: ofWhole('DeleteAlias'),
  GetAlias: ofWhole('GetAlias'),
  ListAliases: ofWhole('ListAliases'),

  AddPermission: (input, call) => [
    named(call, 'AddPermission', input, {
      'lambda:principal': input.Principal,
      'lambda:functionurlauthtype': input.FunctionUrlAuthType,
    }),
  ],
  RemovePermission: ofFunction('RemovePermission'),
  GetPolicy: ofFunction('GetPolicy'),

  PutFunctionConcurrency: ofWhole('PutFunctionConcurrency'),
  GetFunctionConcurrency: ofWhole('GetFunctionConcurrency'),
  DeleteFunctionConcurrency: ofWhole('DeleteFunctionConcurrency'),

  PutFunctionEventInvokeConfig: ofFunction('PutFunctionEventInvokeConfig'),
  UpdateFunctionEventInvokeConfig: ofFunction('UpdateFunctionEventInvokeConfig'),
  GetFunctionEventInvokeConfig: ofFunction('GetFunctionEventInvokeConfig'),
  DeleteFunctionEventInvokeConfig: ofFunction('DeleteFunctionEventInvokeConfig'),
  ListFunctionEventInvokeConfigs: ofWhole('ListFunctionEventInvokeConfigs'),

  CreateFunctionUrlConfig: ofUrl('CreateFunctionUrlConfig'),
  UpdateFunctionUrlConfig: ofUrl('UpdateFunctionUrlConfig'),
  GetFunctionUrlConfig: ofUrl('GetFunctionUrlConfig'),
  DeleteFunctionUrlConfig: ofUrl('DeleteFunctionUrlConfig'),
  ListFunctionUrlConfigs: ofUrl('ListFunctionUrlConfigs'),

  ListTags: (input, call) => [named(call, 'ListTags', { FunctionName: input.Resource })],
  TagResource: (input, call) => [
    { ...named(call, 'TagResource', { FunctionName: input.Resource }), requestTags: requestTags(input.Tags) },
  ],
  UntagResource: (input, call) => [
    { ...named(call, 'UntagResource', { FunctionName: input.Resource }), tagKeys: input.TagKeys },
  ],
};

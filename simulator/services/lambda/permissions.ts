import type { Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, Operations } from '../../service.ts';
import {
  conflict,
  findFunction,
  findVersion,
  invalidValue,
  type LambdaCall,
  qualifiedArn,
  refuseStale,
  validation,
} from './naming.ts';
import type { LambdaFunction, LambdaState, ResourcePolicy } from './state.ts';

const MAX_POLICY_BYTES = 20_480;

/** A function's resource policy. API Gateway and function URLs ask it before they invoke, and calls where authorization is enforced. */
export const permissionOperations = {
  AddPermission(input, call) {
    const { found, qualifier } = findVersion(call, input.FunctionName, input.Qualifier);
    const policy = found.policies.get(qualifier ?? '') ?? { statements: new Map<string, object>(), revisionId: '' };
    refuseStale(input.RevisionId, policy.revisionId);
    const { StatementId: id = '' } = input;
    if (!/^[\w-]{1,100}$/.test(id))
      throw validation(
        `1 validation error detected: Value '${id}' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)`,
      );
    if (policy.statements.has(id))
      throw conflict(
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const statement = statementFrom(input, qualifiedArn(found.arn, qualifier));
    if (document(policy).length + JSON.stringify(statement).length > MAX_POLICY_BYTES)
      throw new AwsError(
        'PolicyLengthExceededException',
        `The final policy size is bigger than the limit (${MAX_POLICY_BYTES}).`,
      );
    policy.statements.set(id, statement);
    policy.revisionId = call.world.random.uuid();
    found.policies.set(qualifier ?? '', policy);
    return { Statement: JSON.stringify(statement) };
  },

  RemovePermission(input, call) {
    const { found, policy } = existingPolicy(call, input.FunctionName, input.Qualifier);
    refuseStale(input.RevisionId, policy.revisionId);
    const { StatementId: id = '' } = input;
    if (!policy.statements.delete(id))
      throw new AwsError('ResourceNotFoundException', `Statement ${id} is not found in resource policy.`);
    policy.revisionId = call.world.random.uuid();
    if (policy.statements.size === 0) found.policies.delete(input.Qualifier ?? '');
    return {};
  },

  GetPolicy(input, call) {
    const { policy } = existingPolicy(call, input.FunctionName, input.Qualifier);
    return { Policy: document(policy), RevisionId: policy.revisionId };
  },

  TagResource(input, call) {
    const { tags } = findFunction(call, input.Resource);
    for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
    return {};
  },

  UntagResource(input, call) {
    const { tags } = findFunction(call, input.Resource);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListTags(input, call) {
    return { Tags: Object.fromEntries(findFunction(call, input.Resource).tags) };
  },
} satisfies Operations<Lambda, LambdaState>;

const document = ({ statements }: ResourcePolicy): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [...statements.values()] });

function existingPolicy(
  call: LambdaCall,
  functionName: string | undefined,
  beside: string | undefined,
): { readonly found: LambdaFunction; readonly policy: ResourcePolicy } {
  const { found, qualifier } = findVersion(call, functionName, beside);
  const policy = found.policies.get(qualifier ?? '');
  if (policy === undefined)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
  return { found, policy };
}

function statementFrom(input: InputOf<Lambda, 'AddPermission'>, Resource: string): object {
  const { Principal: principal = '', Action: action = '' } = input;
  if (!/^(lambda:(\*|[A-Za-z]+)|\*)$/.test(action))
    throw validation(
      `1 validation error detected: Value '${action}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
    );
  if (principal === '')
    throw invalidValue('The provided principal was invalid. Please check the principal and try again.');
  // Source: github.com/RJPearson94/terraform-aws-open-next/issues/73
  if (input.FunctionUrlAuthType !== undefined && action !== 'lambda:InvokeFunctionUrl')
    throw invalidValue('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action');
  if (input.InvokedViaFunctionUrl === true && action !== 'lambda:InvokeFunction')
    throw invalidValue('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action');
  const conditions: Record<string, Record<string, string>> = {};
  const add = (operator: string, key: string, value: string | undefined) => {
    if (value !== undefined) conditions[operator] = { ...conditions[operator], [key]: value };
  };
  add('StringEquals', 'AWS:SourceAccount', input.SourceAccount);
  add('StringEquals', 'aws:PrincipalOrgID', input.PrincipalOrgID);
  add('StringEquals', 'lambda:EventSourceToken', input.EventSourceToken);
  add('StringEquals', 'lambda:FunctionUrlAuthType', input.FunctionUrlAuthType);
  add('ArnLike', 'AWS:SourceArn', input.SourceArn);
  if (input.InvokedViaFunctionUrl === true) add('Bool', 'lambda:InvokedViaFunctionUrl', 'true');
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalFrom(principal),
    Action: action,
    Resource,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

function principalFrom(principal: string): string | Record<string, string> {
  if (principal === '*') return principal;
  if (principal.includes('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

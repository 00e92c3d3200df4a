import type { IAM } from '@aws-sdk/client-iam';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { checkedName, findRole, noSuchEntity, paged } from './naming.ts';
import { refuseUnknownPolicy } from './policies.ts';
import { encodedDocument, statementsOf } from './policy-document.ts';
import type { IamState } from './state.ts';

/** Source: IAM quotas: 10,240 characters of inline policies per role, white space not counted; 10 attached policies. */
const MAX_INLINE_CHARACTERS = 10_240;
const MAX_ATTACHED = 10;

/** The policies of a role: inline, and attached. */
export const rolePolicyOperations = {
  PutRolePolicy(input, call) {
    const role = findRole(call, input.RoleName);
    const name = checkedName('policyName', input.PolicyName, 128);
    const { PolicyDocument: document = '' } = input;
    statementsOf(document, 'identity');
    const others = [...role.inlinePolicies].filter(([other]) => other !== name).map(([, text]) => text);
    const characters = [document, ...others].reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
    if (characters > MAX_INLINE_CHARACTERS)
      throw new AwsError(
        'LimitExceeded',
        `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${role.name}`,
        { status: 409 },
      );
    role.inlinePolicies.set(name, document);
    return {};
  },

  GetRolePolicy(input, call) {
    const role = findRole(call, input.RoleName);
    const document = role.inlinePolicies.get(input.PolicyName ?? '');
    if (document === undefined) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
    return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encodedDocument(document) };
  },

  ListRolePolicies(input, call) {
    const names = [...findRole(call, input.RoleName).inlinePolicies.keys()].toSorted();
    const { page, next } = paged(names, input);
    return { PolicyNames: page, ...next };
  },

  DeleteRolePolicy(input, call) {
    if (!findRole(call, input.RoleName).inlinePolicies.delete(input.PolicyName ?? ''))
      throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
    return {};
  },

  AttachRolePolicy(input, call) {
    const { attachedPolicies } = findRole(call, input.RoleName);
    const { PolicyArn: arn = '' } = input;
    refuseUnknownPolicy(call, arn);
    if (!attachedPolicies.has(arn) && attachedPolicies.size >= MAX_ATTACHED)
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`, { status: 409 });
    attachedPolicies.add(arn);
    return {};
  },

  DetachRolePolicy(input, call) {
    if (!findRole(call, input.RoleName).attachedPolicies.delete(input.PolicyArn ?? ''))
      throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    return {};
  },

  ListAttachedRolePolicies(input, call) {
    const attached = [...findRole(call, input.RoleName).attachedPolicies]
      .map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn }))
      .filter(({ PolicyArn }) => pathOf(PolicyArn).startsWith(input.PathPrefix ?? '/'));
    const { page, next } = paged(attached, input);
    return { AttachedPolicies: page, ...next };
  },
} satisfies Operations<IAM, IamState>;

/** '/service-role/' of 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' */
const pathOf = (policyArn: string): string => policyArn.slice(policyArn.indexOf('/'), policyArn.lastIndexOf('/') + 1);

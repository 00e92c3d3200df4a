import type { IAM, Policy } from '@aws-sdk/client-iam';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { addTags, checkedName, checkedPath, type IamCall, noSuchEntity, paged, tagList, uniqueId } from './naming.ts';
import { encodedDocument, statementsOf } from './policy-document.ts';
import type { IamRole, IamState, ManagedPolicy } from './state.ts';

/** The account's managed policies, each in one version. AWS's own can be attached and named, not read: their texts are not simulated. */
export const policyOperations = {
  CreatePolicy(input, call) {
    const name = checkedName('policyName', input.PolicyName, 128);
    const path = checkedPath(input.Path);
    const { PolicyDocument: document = '' } = input;
    statementsOf(document, 'identity');
    const arn = `arn:aws:iam::${call.place.account}:policy${path}${name}`;
    if ([...call.state.policies.values()].some((policy) => policy.name === name))
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
        { status: 409 },
      );
    const tags = new Map<string, string>();
    addTags(tags, input.Tags);
    const policy: ManagedPolicy = {
      name,
      path,
      arn,
      id: uniqueId('ANPA', call),
      description: input.Description,
      document,
      createdAtMs: call.nowMs,
      tags,
    };
    call.state.policies.set(arn, policy);
    return { Policy: describePolicy(policy, call.state) };
  },

  GetPolicy(input, call) {
    return { Policy: describePolicy(findPolicy(call, input.PolicyArn), call.state) };
  },

  GetPolicyVersion(input, call) {
    const { arn, document, createdAtMs } = findPolicy(call, input.PolicyArn);
    if (input.VersionId !== 'v1')
      throw noSuchEntity(`Policy ${arn} version ${input.VersionId} does not exist or is not attachable.`);
    return {
      PolicyVersion: {
        Document: encodedDocument(document),
        VersionId: 'v1',
        IsDefaultVersion: true,
        CreateDate: new Date(createdAtMs),
      },
    };
  },

  ListPolicies(input, { state }) {
    const attached = (policy: ManagedPolicy) => bearersOf(policy, state).length > 0;
    const policies = [...state.policies.values()]
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      .filter((policy) => input.Scope !== 'AWS' && (input.OnlyAttached !== true || attached(policy)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { page, next } = paged(policies, input);
    return {
      Policies: page.map((policy) => {
        const { Tags: _tags, Description: _description, ...listed } = describePolicy(policy, state);
        return listed;
      }),
      ...next,
    };
  },

  DeletePolicy(input, call) {
    const policy = findPolicy(call, input.PolicyArn);
    if (bearersOf(policy, call.state).length > 0 || boundBy(policy, call.state).length > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', { status: 409 });
    call.state.policies.delete(policy.arn);
    return {};
  },
} satisfies Operations<IAM, IamState>;

function findPolicy({ state }: IamCall, arn: string | undefined): ManagedPolicy {
  const policy = state.policies.get(arn ?? '');
  if (policy === undefined)
    throw noSuchEntity(
      arn?.startsWith('arn:aws:iam::aws:') === true
        ? `The text of ${arn} is not simulated.`
        : `Policy ${arn} was not found.`,
    );
  return policy;
}

/** Refuses to attach what is neither the account's nor AWS's. */
export function refuseUnknownPolicy({ state }: IamCall, arn: string | undefined): void {
  if (arn?.startsWith('arn:aws:iam::aws:policy/') === true || state.policies.has(arn ?? '')) return;
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}

const bearersOf = ({ arn }: ManagedPolicy, { roles }: IamState): IamRole[] =>
  [...roles.values()].filter(({ attachedPolicies }) => attachedPolicies.has(arn));

const boundBy = ({ arn }: ManagedPolicy, { roles }: IamState): IamRole[] =>
  [...roles.values()].filter(({ permissionsBoundary }) => permissionsBoundary === arn);

const describePolicy = (policy: ManagedPolicy, state: IamState): Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: 'v1',
  AttachmentCount: bearersOf(policy, state).length,
  PermissionsBoundaryUsageCount: boundBy(policy, state).length,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAtMs),
  UpdateDate: new Date(policy.createdAtMs),
  ...(policy.description !== undefined && { Description: policy.description }),
  ...(policy.tags.size > 0 && { Tags: tagList(policy.tags) }),
});

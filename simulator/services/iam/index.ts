import type { IAM } from '@aws-sdk/client-iam';
import type { Service } from '../../service.ts';
import { policyOperations } from './policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { type IamState, iamHome } from './state.ts';

/**
 * IAM: roles and policies, checked and kept. Nothing is permitted or denied by them: no call is refused for lack of
 * a permission. Only STS asks a role whom it trusts.
 */
export const iam: Service<IAM, IamState> = {
  ...iamHome,
  eventSource: 'iam.amazonaws.com',
  operations: { ...roleOperations, ...rolePolicyOperations, ...policyOperations },
};

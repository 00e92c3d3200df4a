import type { IAM } from '@aws-sdk/client-iam';
import type { Service } from '../../service.ts';
import { policyOperations } from './policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { type IamState, iamHome } from './state.ts';

/**
 * IAM: roles and policies, checked and kept. STS always asks a role whom it trusts; all else is asked where the world's
 * authorization is enforced: see `simulator/authorization/`.
 */
export const iam: Service<IAM, IamState> = {
  ...iamHome,
  eventSource: 'iam.amazonaws.com',
  operations: { ...roleOperations, ...rolePolicyOperations, ...policyOperations },
};

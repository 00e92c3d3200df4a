import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';

/** IAM of one account. It has no Regions: its state lives in us-east-1. */
export interface IamState {
  /** By name. */
  readonly roles: Map<string, IamRole>;
  /** The account's own managed policies, by ARN. */
  readonly policies: Map<string, ManagedPolicy>;
}

export const iamHome: StateHome<IamState> = {
  name: 'iam',
  scope: 'global',
  newState: () => ({ roles: new Map(), policies: new Map() }),
};

export interface IamRole {
  readonly name: string;
  /** '/' or '/folder/' */
  readonly path: string;
  readonly arn: string;
  /** 'AROA...' */
  readonly id: string;
  readonly createdAtMs: WorldMs;
  /** From then on others than IAM know of it. */
  assumableFromMs: WorldMs;
  description: string | undefined;
  maxSessionSeconds: number;
  /** Who may assume it: JSON, as it was given. */
  trustPolicy: string;
  /** Inline policies by name: JSON, as it was given. */
  readonly inlinePolicies: Map<string, string>;
  /** ARNs of attached policies, in the order they were attached. */
  readonly attachedPolicies: Set<string>;
  permissionsBoundary: string | undefined;
  readonly tags: Map<string, string>;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly description: string | undefined;
  readonly document: string;
  readonly createdAtMs: WorldMs;
  readonly tags: ReadonlyMap<string, string>;
}

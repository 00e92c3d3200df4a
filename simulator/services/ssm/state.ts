import type { ParameterType } from '@aws-sdk/client-ssm';
import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';

/** Systems Manager in one account and Region: its parameter store. */
export interface SsmState {
  /** By name. */
  readonly parameters: Map<string, StoredParameter>;
}

export const ssmHome: StateHome<SsmState> = {
  name: 'ssm',
  scope: 'regional',
  newState: () => ({ parameters: new Map() }),
};

export interface StoredParameter {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  /** Oldest first; never empty. */
  readonly versions: ParameterVersion[];
}

export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly keyId: string | undefined;
  readonly dataType: 'text' | 'aws:ec2:image';
  readonly modifiedAtMs: WorldMs;
  /** ARN of who wrote it. */
  readonly modifiedBy: string;
}

import type { ParameterType } from '@aws-sdk/client-ssm';
import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';
import type { Automation } from './automation/automation.ts';
import type { AutomationDocument } from './automation/document.ts';

/** Systems Manager in one account and Region: its parameter store, its documents and what runs of them. */
export interface SsmState {
  /** By name. */
  readonly parameters: Map<string, StoredParameter>;
  /** By name. */
  readonly documents: Map<string, StoredDocument>;
  /** By id, in order of their start. */
  readonly automations: Map<string, Automation>;
  /** Which automation was started with a token, which is in lower case. */
  readonly clientTokens: Map<string, string>;
}

/** A runbook, with all that it ever was. */
export interface StoredDocument {
  readonly name: string;
  readonly tags: Map<string, string>;
  /** Oldest first; never empty. */
  readonly versions: DocumentVersion[];
  defaultVersion: number;
}

export interface DocumentVersion {
  readonly version: number;
  /** As it was written. */
  readonly content: string;
  readonly format: 'JSON' | 'YAML';
  readonly document: AutomationDocument;
  readonly createdMs: WorldMs;
  /** SHA-256 of the content. */
  readonly hash: string;
}

export const ssmHome: StateHome<SsmState> = {
  name: 'ssm',
  scope: 'regional',
  newState: () => ({
    parameters: new Map(),
    documents: new Map(),
    automations: new Map(),
    clientTokens: new Map(),
  }),
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

/** A parameter of a runbook: what does not fit is refused before anything is started. */
export interface Parameter {
  readonly type: 'String';
  readonly description: string;
  readonly default?: string;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly string[];
}

export type ActionName =
  | 'aws:approve'
  | 'aws:assertAwsResourceProperty'
  | 'aws:branch'
  | 'aws:executeAwsApi'
  | 'aws:updateVariable'
  | 'aws:waitForAwsResourceProperty';

export interface Step {
  readonly name: string;
  readonly action: ActionName;
  readonly description?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly { readonly Name: string; readonly Selector: string; readonly Type: 'String' }[];
  readonly onFailure?: 'Abort' | 'Continue';
  readonly isCritical?: boolean;
  readonly isEnd?: boolean;
  readonly nextStep?: string;
  readonly timeoutSeconds?: number;
  readonly maxAttempts?: number;
}

/** Source: Systems Manager guide, Data elements and parameters: schema 0.3. */
export interface AutomationDocument {
  readonly schemaVersion: '0.3';
  readonly description: string;
  readonly assumeRole: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly variables: Readonly<Record<string, { readonly type: 'String'; readonly default: string }>>;
  readonly mainSteps: readonly Step[];
  readonly outputs: readonly string[];
}

export interface Runbook {
  /** 'Landbridge-EvacuateRegion' */
  readonly name: string;
  readonly document: AutomationDocument;
}

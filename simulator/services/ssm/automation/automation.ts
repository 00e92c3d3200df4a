import type { AutomationExecutionStatus } from '@aws-sdk/client-ssm';
import type { WorldMs } from '../../../clock.ts';
import type { Json, JsonObject } from '../../../engine/states/json.ts';
import type { Lifetime } from '../../../engine/states/lifetime.ts';
import type { Principal } from '../../../principal.ts';
import type { AutomationDocument, StepDefinition } from './document.ts';
import type { GivenParameters } from './parameters.ts';

/** One step of a running automation, done, under way or yet to come. */
export interface StepRun {
  readonly id: string;
  readonly definition: StepDefinition;
  status: AutomationExecutionStatus;
  startMs: WorldMs | undefined;
  endMs: WorldMs | undefined;
  /** With everything that was referred to put in. */
  inputs: JsonObject;
  readonly outputs: Map<string, Json>;
  response: string | undefined;
  failureMessage: string | undefined;
}

/** What somebody whose approval was asked for said. */
export interface Decision {
  readonly approver: string;
  readonly decision: 'Approve' | 'Reject';
  readonly comment: string | undefined;
}

/** A step that waits for people. */
export interface Waiting {
  readonly step: string;
  /** Faults: InvalidAutomationSignalException where whoever says it is not asked. */
  say(who: Principal, decision: Decision['decision'], comment: string | undefined): void;
}

export interface Automation {
  readonly id: string;
  readonly documentName: string;
  readonly documentVersion: string;
  readonly document: AutomationDocument;
  readonly given: GivenParameters;
  readonly parameters: ReadonlyMap<string, Json>;
  readonly variables: Map<string, Json>;
  readonly startedBy: Principal;
  /** The role that steps are taken as; whoever started it, where the document names none. */
  readonly roleArn: string | undefined;
  readonly startMs: WorldMs;
  readonly lifetime: Lifetime;
  /** By name, in the document's order. */
  readonly steps: ReadonlyMap<string, StepRun>;
  status: AutomationExecutionStatus;
  endMs: WorldMs | undefined;
  current: StepRun | undefined;
  failureMessage: string | undefined;
  waiting: Waiting | undefined;
}

/** A step that did not come to a good end. */
export class StepFailure extends Error {
  readonly status: 'Failed' | 'TimedOut' | 'Rejected';
  constructor(message: string, status: 'Failed' | 'TimedOut' | 'Rejected' = 'Failed') {
    super(message);
    this.name = 'StepFailure';
    this.status = status;
  }
}

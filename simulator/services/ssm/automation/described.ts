import type { AutomationExecution, AutomationExecutionMetadata, StepExecution } from '@aws-sdk/client-ssm';
import type { Json } from '../../../engine/states/json.ts';
import type { Automation, StepRun } from './automation.ts';
import { textOf } from './references.ts';

const NOT_YET = 'No output available yet because the step is not successfully executed';

const texts = (value: Json): string[] => (Array.isArray(value) ? value : [value]).map(textOf);
const textsOf = (values: Iterable<readonly [string, Json]>): Record<string, string[]> =>
  Object.fromEntries([...values].map(([name, value]) => [name, texts(value)]));

const outputsOf = ({ document, steps }: Automation): Record<string, string[]> =>
  Object.fromEntries(
    (document.outputs ?? []).map((name) => {
      const [step = '', output = ''] = name.split('.');
      const value = steps.get(step)?.outputs.get(output);
      return [name, value === undefined ? [NOT_YET] : texts(value)];
    }),
  );

/** One step, as DescribeAutomationStepExecutions tells of it. */
export function describedStep(step: StepRun): StepExecution {
  const { id, definition, status, startMs, endMs, inputs, outputs, response, failureMessage } = step;
  const {
    name,
    action,
    onFailure = 'Abort',
    maxAttempts = 1,
    timeoutSeconds,
    nextStep,
    isEnd,
    isCritical,
  } = definition;
  return {
    StepExecutionId: id,
    StepName: name,
    Action: action,
    StepStatus: status,
    OnFailure: onFailure,
    MaxAttempts: maxAttempts,
    Inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, JSON.stringify(value)])),
    ...(outputs.size > 0 && { Outputs: textsOf(outputs) }),
    ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
    ...(startMs !== undefined && { ExecutionStartTime: new Date(startMs) }),
    ...(endMs !== undefined && { ExecutionEndTime: new Date(endMs) }),
    ...(status === 'Success' && { ResponseCode: '0' }),
    ...(response !== undefined && { Response: response }),
    ...(failureMessage !== undefined && { FailureMessage: failureMessage }),
    ...(nextStep !== undefined && { NextStep: nextStep }),
    IsEnd: isEnd ?? false,
    IsCritical: isCritical ?? true,
  };
}

/** What lists and GetAutomationExecution have in common. */
export function described(automation: Automation): AutomationExecutionMetadata & AutomationExecution {
  const { id, documentName, documentVersion, status, startMs, endMs, startedBy, current, failureMessage } = automation;
  return {
    AutomationExecutionId: id,
    DocumentName: documentName,
    DocumentVersion: documentVersion,
    AutomationExecutionStatus: status,
    ExecutionStartTime: new Date(startMs),
    ...(endMs !== undefined && { ExecutionEndTime: new Date(endMs) }),
    ExecutedBy: startedBy.arn,
    Mode: 'Auto',
    Outputs: outputsOf(automation),
    ...(endMs === undefined &&
      current !== undefined && { CurrentStepName: current.definition.name, CurrentAction: current.definition.action }),
    ...(failureMessage !== undefined && { FailureMessage: failureMessage }),
    ResolvedTargets: { ParameterValues: [], Truncated: false },
    Targets: [],
  };
}

export function describedInFull(automation: Automation): AutomationExecution {
  const { parameters, variables, steps } = automation;
  return {
    ...described(automation),
    StepExecutions: [...steps.values()].map(describedStep),
    StepExecutionsTruncated: false,
    Parameters: textsOf(parameters),
    Variables: textsOf(variables),
  };
}

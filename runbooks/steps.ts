import { workflows } from '../workflows/index.ts';
import type { Step } from './document.ts';
import { approvalsTopicArn, approversOf, type RunbookSettings } from './settings.ts';

/** Every end of an execution: whoever waits for success alone waits for a failed one until the time is up. */
const ENDED = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const LONGER_THAN_THE_WORKFLOW_SECONDS = 300;
const APPROVAL_WITHIN_SECONDS = 4 * 3_600;

/** A field of a JSON text: `raw` stands there as it is, anything else between quotation marks. */
type Field = string | { readonly raw: string };

/** JSON with references in it. Parameters are such that they cannot end a text: `parameters.ts`. */
export const json = (fields: Readonly<Record<string, Field>>, more = ''): string => {
  const written = Object.entries(fields).map(
    ([name, value]) => `"${name}": ${typeof value === 'string' ? `"${value}"` : value.raw}`,
  );
  // Blanks, so that no brace of ours stands against one of a reference.
  return `{ ${written.join(', ')}${more} }`;
};

/** Who asks, for the journal: as AWS knows them, not what they say of themselves. */
export const STARTED_BY = '{{ whoAsks.Arn }}';
export const APPROVED_BY = '{{ whoAsks.Arn }}, approved in automation {{ automation:EXECUTION_ID }}';

export const whoAsks: Step = {
  name: 'whoAsks',
  action: 'aws:executeAwsApi',
  description: 'Who started this automation, as AWS knows them.',
  maxAttempts: 3,
  inputs: { Service: 'ssm', Api: 'GetAutomationExecution', AutomationExecutionId: '{{ automation:EXECUTION_ID }}' },
  outputs: [{ Name: 'Arn', Selector: '$.AutomationExecution.ExecutedBy', Type: 'String' }],
};

export const choose = (
  name: string,
  choices: readonly Readonly<Record<string, string>>[],
  otherwise: string,
): Step => ({ name, action: 'aws:branch', inputs: { Choices: choices, Default: otherwise } });

export const setVariable = (name: string, variable: string, value: string, nextStep?: string): Step => ({
  name,
  action: 'aws:updateVariable',
  inputs: { Name: `variable:${variable}`, Value: value },
  ...(nextStep !== undefined && { nextStep }),
});

/** Waits until one of the approvers has approved; a rejection ends the runbook, and nothing was changed. */
export const askApproval = (settings: RunbookSettings, message: string, nextStep: string): Step => ({
  name: 'askApproval',
  action: 'aws:approve',
  description: 'Somebody else must approve.',
  timeoutSeconds: APPROVAL_WITHIN_SECONDS,
  onFailure: 'Abort',
  inputs: {
    NotificationArn: approvalsTopicArn(settings),
    Message: message,
    MinRequiredApprovals: 1,
    Approvers: approversOf(settings),
  },
  nextStep,
});

const machineArn = ({ account, home }: RunbookSettings, workflow: string): string =>
  `arn:aws:states:${home}:${account}:stateMachine:landbridge-${workflow}`;

const secondsOf = (workflow: string): number => {
  const found = workflows.find(({ name }) => name === workflow);
  if (found === undefined) throw new Error(`no workflow is called ${workflow}`);
  return found.machine.TimeoutSeconds + LONGER_THAN_THE_WORKFLOW_SECONDS;
};

interface Start {
  /** 'evacuate-region' */
  readonly workflow: string;
  readonly input: string;
  /** What steps and the execution are told apart by, where a runbook may start two. */
  readonly suffix?: 'Approved';
  /** Where to go with why it failed; left out, the runbook fails with it. */
  readonly whenFailed?: string;
}

/** Output names of the steps of `runWorkflow`. */
export const outputsOf = (suffix = ''): readonly string[] => [
  `start${suffix}.ExecutionArn`,
  `end${suffix}.Status`,
  `outcome${suffix}.Output`,
  `why${suffix}.Cause`,
];

/**
 * Starts a workflow, waits for its end, and ends as it did.
 *
 * The execution is named after the automation, so that a StartExecution that is made again starts nothing twice.
 *
 * Outputs  start.ExecutionArn; end.Status; outcome.Output, the workflow's own; why.Cause, where it failed
 * Faults   the automation fails where the workflow did not succeed
 */
export function runWorkflow(
  settings: RunbookSettings,
  { workflow, input, suffix, whenFailed }: Start,
): readonly Step[] {
  const named = (step: string): string => `${step}${suffix ?? ''}`;
  const describe = {
    Service: 'stepfunctions',
    Api: 'DescribeExecution',
    executionArn: `{{ ${named('start')}.ExecutionArn }}`,
  };
  const selected = (name: string, Selector: string) => ({ Name: name, Selector, Type: 'String' as const });
  const { home } = settings;
  return [
    {
      name: named('start'),
      action: 'aws:executeAwsApi',
      maxAttempts: 3,
      inputs: {
        Service: 'stepfunctions',
        Api: 'StartExecution',
        stateMachineArn: machineArn(settings, workflow),
        name: `runbook-{{ automation:EXECUTION_ID }}${suffix === undefined ? '' : `-${suffix.toLowerCase()}`}`,
        input,
      },
      outputs: [selected('ExecutionArn', '$.executionArn')],
    },
    setVariable(
      named('link'),
      'Console',
      `https://${home}.console.aws.amazon.com/states/home?region=${home}#/v2/executions/details/{{ ${named('start')}.ExecutionArn }}`,
    ),
    {
      name: named('wait'),
      action: 'aws:waitForAwsResourceProperty',
      timeoutSeconds: secondsOf(workflow),
      inputs: { ...describe, PropertySelector: '$.status', DesiredValues: ENDED },
    },
    {
      name: named('end'),
      action: 'aws:executeAwsApi',
      maxAttempts: 3,
      inputs: describe,
      outputs: [selected('Status', '$.status')],
    },
    choose(
      named('howItEnded'),
      [
        { NextStep: named('outcome'), Variable: `{{ ${named('end')}.Status }}`, StringEquals: 'SUCCEEDED' },
        { NextStep: named('why'), Variable: `{{ ${named('end')}.Status }}`, StringEquals: 'FAILED' },
      ],
      named('conclude'),
    ),
    {
      name: named('why'),
      action: 'aws:executeAwsApi',
      maxAttempts: 3,
      inputs: describe,
      outputs: [selected('Error', '$.error'), selected('Cause', '$.cause')],
      nextStep: whenFailed ?? named('conclude'),
    },
    {
      name: named('conclude'),
      action: 'aws:assertAwsResourceProperty',
      description: 'Fails, as the workflow did.',
      inputs: { ...describe, PropertySelector: '$.status', DesiredValues: ['SUCCEEDED'] },
      isEnd: true,
    },
    {
      name: named('outcome'),
      action: 'aws:executeAwsApi',
      description: 'What came of it. It is done, whether or not this can be told.',
      maxAttempts: 3,
      onFailure: 'Continue',
      isCritical: false,
      inputs: describe,
      outputs: [selected('Output', '$.output')],
      isEnd: true,
    },
  ];
}

import type { SFN } from '@aws-sdk/client-sfn';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import type { SfnState } from '../../services/sfn/state.ts';
import type { Access, PassedRole } from '../access.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type SfnCall = Call<SfnState>;

const MACHINE_PARTS = 7;

/** A state machine by its ARN, which may name a version or an alias at its end. */
function machine(call: SfnCall, action: string, given: string | undefined): Access {
  const arn = given ?? '';
  const parts = arn.split(':');
  const found = call.state.machines.get(parts.slice(0, MACHINE_PARTS).join(':'));
  const qualifier = parts[MACHINE_PARTS];
  return {
    action: `states:${action}`,
    resource: arn,
    tags: found?.tags,
    absent: found === undefined,
    ...(qualifier !== undefined && { context: { 'states:statemachinequalifier': qualifier } }),
  };
}

const ofMachine =
  (action: string) =>
  (input: { stateMachineArn?: string | undefined }, call: SfnCall): readonly Access[] => [
    machine(call, action, input.stateMachineArn),
  ];

const ofExecution =
  (action: string) =>
  (input: { executionArn?: string | undefined }): readonly Access[] => [
    { action: `states:${action}`, resource: input.executionArn ?? '' },
  ];

/** The rule by which Step Functions hears of what `.sync` waits for. Source: Step Functions guide, "IAM policies for nested workflows". */
const MANAGED_RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

/** A machine's role: Step Functions must be able to assume it, and with it to make the rule that it waits by. */
function roleOf(
  call: SfnCall,
  machineArn: string,
  roleArn: string | undefined,
  definition: string | undefined,
): readonly PassedRole[] {
  if (roleArn === undefined) return [];
  const { account, region } = call.place;
  const waits = definition?.includes(':states:startExecution.sync') === true;
  const refused = (): AwsError =>
    new AwsError('AccessDeniedException', `'${roleArn}' is not authorized to create managed-rule.`);
  return [
    {
      roleArn,
      to: 'states.amazonaws.com',
      for: machineArn,
      unassumable: () =>
        new AwsError(
          'AccessDeniedException',
          'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
        ),
      must: (waits ? ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'] : []).map((action) => ({
        access: { action, resource: `arn:aws:events:${region}:${account}:rule/${MANAGED_RULE}` },
        refused,
      })),
    },
  ];
}

/**
 * What Step Functions asks of IAM.
 *
 * Bounds   leave to deliver logs and traces is not asked for
 * Source   Service Authorization Reference, "Actions, resources, and condition keys for AWS Step Functions"
 */
export const sfnActions: ActionTable<SFN, SfnState> = {
  ...anywhereEach('states', [
    'ListStateMachines',
    'SendTaskFailure',
    'SendTaskHeartbeat',
    'SendTaskSuccess',
    'ValidateStateMachineDefinition',
  ]),
  CreateStateMachine(input, call) {
    const { account, region } = call.place;
    const resource = `arn:aws:states:${region}:${account}:stateMachine:${input.name}`;
    const access = { action: 'states:CreateStateMachine', resource, requestTags: requestTags(input.tags) };
    return {
      access: withTagging(access, 'states:TagResource'),
      passes: roleOf(call, resource, input.roleArn, input.definition),
    };
  },
  UpdateStateMachine(input, call) {
    const arn = input.stateMachineArn ?? '';
    return {
      access: [machine(call, 'UpdateStateMachine', arn)],
      passes: roleOf(call, arn, input.roleArn, input.definition),
    };
  },
  DeleteStateMachine: ofMachine('DeleteStateMachine'),
  DescribeStateMachine: ofMachine('DescribeStateMachine'),
  StartExecution: ofMachine('StartExecution'),
  StartSyncExecution: ofMachine('StartSyncExecution'),
  ListExecutions: (input, call) => [machine(call, 'ListExecutions', input.stateMachineArn ?? input.mapRunArn)],

  DescribeExecution: ofExecution('DescribeExecution'),
  DescribeStateMachineForExecution: ofExecution('DescribeStateMachineForExecution'),
  GetExecutionHistory: ofExecution('GetExecutionHistory'),
  RedriveExecution: ofExecution('RedriveExecution'),
  StopExecution: ofExecution('StopExecution'),

  ListTagsForResource: (input, call) => [machine(call, 'ListTagsForResource', input.resourceArn)],
  TagResource: (input, call) => [
    { ...machine(call, 'TagResource', input.resourceArn), requestTags: requestTags(input.tags) },
  ],
  UntagResource: (input, call) => [{ ...machine(call, 'UntagResource', input.resourceArn), tagKeys: input.tagKeys }],
};

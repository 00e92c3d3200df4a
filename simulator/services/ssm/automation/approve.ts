import { AwsError } from '../../../aws-error.ts';
import type { Json } from '../../../engine/states/json.ts';
import type { Principal } from '../../../principal.ts';
import type { Action, Doing } from './actions.ts';
import { principalOf } from './assume-role.ts';
import { type Decision, StepFailure } from './automation.ts';
import { textOf } from './references.ts';

const DEFAULT_TIMEOUT_SECONDS = 604_800;
const MOST_APPROVERS = 10;

/** By user name, or by the ARN of a user, a role, or a role's session. Source: aws:approve, Approvers. */
const isMeant = (approver: string, { arn, kind, roleArn }: Principal): boolean =>
  approver === arn || approver === roleArn || (kind === 'IAMUser' && arn.endsWith(`/${approver}`));

const outputsOf = (status: string, decisions: ReadonlyMap<string, Decision>): Readonly<Record<string, Json>> => ({
  ApprovalStatus: status,
  ApproverDecisions: [...decisions.values()].map((decision) => JSON.stringify(decision)),
});

/** Source: aws:approve, NotificationArn: "The title of the Amazon SNS topic must be prefixed with 'Automation'". */
async function tellApprovers({ world, place, automation, step, inputs }: Doing): Promise<void> {
  const { NotificationArn: TopicArn, Message = '' } = inputs;
  if (TopicArn === undefined) return;
  if (!/:Automation[^:]*$/.test(textOf(TopicArn)))
    throw new StepFailure(`${textOf(TopicArn)} does not begin with Automation, as topics for approvals must`);
  const console = `https://${place.region}.console.aws.amazon.com/systems-manager/automation/execution/${automation.id}?region=${place.region}`;
  try {
    await world.invoke({
      service: 'sns',
      operation: 'Publish',
      input: {
        TopicArn,
        Subject: `Approval needed for ${automation.documentName}`.slice(0, 100),
        Message: `${textOf(Message)}\n\nStep ${step.definition.name} of automation ${automation.id} waits for approval: ${console}`,
      },
      place,
      principal: principalOf(automation, world, place),
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StepFailure(`An error occurred (${error.code}) when calling the Publish operation: ${error.message}`);
  }
}

/** Waits until as many as are needed have approved, or anybody who is asked has rejected. */
export const approve: Action = {
  timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
  async run(doing) {
    const { automation, step, inputs, lifetime } = doing;
    const { Approvers, MinRequiredApprovals = 1 } = inputs;
    const approvers = Array.isArray(Approvers) ? Approvers.map(textOf) : [];
    const needed = Number(MinRequiredApprovals);
    if (approvers.length === 0 || approvers.length > MOST_APPROVERS || !(needed >= 1 && needed <= approvers.length))
      throw new StepFailure(`aws:approve takes 1 to ${MOST_APPROVERS} Approvers, of whom it may need all`);
    await tellApprovers(doing);
    const decisions = new Map<string, Decision>();
    const { promise, resolve } = Promise.withResolvers<'Approved' | 'Rejected'>();
    automation.waiting = {
      step: step.definition.name,
      say(who, decision, comment) {
        if (!approvers.some((approver) => isMeant(approver, who)))
          throw new AwsError(
            'InvalidAutomationSignalException',
            `${who.arn} is not one of the approvers of step ${step.definition.name}`,
          );
        decisions.set(who.arn, { approver: who.arn, decision, comment });
        const given = [...decisions.values()];
        if (given.some((one) => one.decision === 'Reject')) resolve('Rejected');
        else if (given.length >= needed) resolve('Approved');
      },
    };
    step.status = 'Waiting';
    automation.status = 'Waiting';
    try {
      const status = await lifetime.race(promise);
      for (const [name, value] of Object.entries(outputsOf(status, decisions))) step.outputs.set(name, value);
      if (status === 'Rejected') {
        const [by] = [...decisions.values()].filter(({ decision }) => decision === 'Reject');
        throw new StepFailure(
          `${by?.approver ?? 'somebody'} rejected it: ${by?.comment ?? 'without a word'}`,
          'Rejected',
        );
      }
      return { outputs: outputsOf(status, decisions) };
    } finally {
      automation.waiting = undefined;
    }
  },
};

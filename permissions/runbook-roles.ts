import type { Permission } from '../control-plane/model/permission.ts';
import { startedByRunbooks } from '../runbooks/index.ts';
import { APPROVALS_TOPIC, APPROVER_ROLE, RUNBOOK_ROLE } from '../runbooks/settings.ts';
import type { Deployed, RoleSpec } from './role.ts';
import { rolePlaced } from './roles.ts';

const automations = ({ account }: Deployed): string => `arn:aws:ssm:{home}:${account}:automation-execution/*`;

/** What `runbooks/steps.ts` calls: nothing else of ours starts workflows in the name of whoever runs a runbook. */
function runbookStatements(deployed: Deployed): Readonly<Record<string, Permission>> {
  const { account } = deployed;
  const states = (what: string, suffix = ''): readonly string[] =>
    startedByRunbooks.map((name) => `arn:aws:states:{home}:${account}:${what}:landbridge-${name}${suffix}`);
  return {
    StartWorkflows: { actions: ['states:StartExecution'], resources: states('stateMachine') },
    FollowThem: { actions: ['states:DescribeExecution'], resources: states('execution', ':runbook-*') },
    SayWhoAsks: { actions: ['ssm:GetAutomationExecution'], resources: [automations(deployed)] },
    TellApprovers: { actions: ['sns:Publish'], resources: [`arn:aws:sns:{home}:${account}:${APPROVALS_TOPIC}`] },
  };
}

/**
 * The roles of runbooks: what they act as, and what approvers assume.
 *
 * Source  docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html;
 *         Systems Manager guide, Cross-service confused deputy prevention
 */
export const runbookRolesOf = (deployed: Deployed): readonly RoleSpec[] =>
  runbookRoles(deployed).map((role) => rolePlaced(role, deployed));

const runbookRoles = (deployed: Deployed): readonly RoleSpec[] => [
  {
    name: RUNBOOK_ROLE,
    description:
      'Runbooks act as this: they start our workflows, wait for them, and tell approvers that they are asked.',
    trust: [
      {
        principal: { service: 'ssm.amazonaws.com' },
        conditions: {
          StringEquals: { 'aws:SourceAccount': deployed.account },
          ArnLike: { 'aws:SourceArn': `arn:aws:ssm:*:${deployed.account}:automation-execution/*` },
        },
      },
    ],
    statements: runbookStatements(deployed),
  },
  {
    name: APPROVER_ROLE,
    description: 'Whoever assumes this may approve or reject what a runbook asks, and start nothing.',
    trust: [{ principal: { arn: `arn:aws:iam::${deployed.account}:root` } }],
    statements: {
      AnswerRunbooks: {
        actions: ['ssm:SendAutomationSignal', 'ssm:GetAutomationExecution', 'ssm:DescribeAutomationStepExecutions'],
        resources: [automations(deployed)],
      },
      FindThem: {
        actions: ['ssm:DescribeAutomationExecutions'],
        resources: ['*'],
        because: 'Systems Manager defines no resource types for the list of automations',
      },
    },
  },
];

/** What runbooks are written for. */
export interface RunbookSettings {
  readonly account: string;
  /** Where the state machines are, and where runbooks are started. */
  readonly home: string;
  /** Who may approve: ARNs of users, roles or sessions, at most ten. Left out: whoever assumes `APPROVER_ROLE`. */
  readonly approvers?: readonly string[];
}

/** What runbooks act as. */
export const RUNBOOK_ROLE = 'landbridge-runbook';
/** Whoever assumes it may approve and reject, and nothing else. Who starts a runbook should not be one of them. */
export const APPROVER_ROLE = 'landbridge-approver';
/**
 * Where approvers are told that they are asked.
 *
 * Source  aws:approve, NotificationArn: "The title of the Amazon SNS topic must be prefixed with 'Automation'": the
 *         topic of incidents cannot be it
 */
export const APPROVALS_TOPIC = 'AutomationLandbridgeApprovals';

export const roleArn = ({ account }: RunbookSettings, name: string): string => `arn:aws:iam::${account}:role/${name}`;

export const approvalsTopicArn = ({ account, home }: RunbookSettings): string =>
  `arn:aws:sns:${home}:${account}:${APPROVALS_TOPIC}`;

export const approversOf = (settings: RunbookSettings): readonly string[] =>
  settings.approvers ?? [roleArn(settings, APPROVER_ROLE)];

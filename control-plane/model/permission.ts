/** Operator, then key, then values: { StringEquals: { 'aws:ResourceTag/landbridge:fleet': 'payments' } } */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * Something that must be allowed for a call to be answered: one statement of an IAM policy, for any account.
 *
 * Source  docs.aws.amazon.com/service-authorization/latest/reference
 */
export interface Permission {
  /** 'ec2:CreateVpcEndpoint'. Never a pattern. */
  readonly actions: readonly string[];
  /**
   * ARNs or patterns of them; '{account}' stands for the account, '{controlPlane}' and '{home}' for where the control plane is,
   * '{peer}' for each account that has members of the same fleets.
   */
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** AWS's reason, where it knows no narrower resource than '*'. */
  readonly because?: string;
}

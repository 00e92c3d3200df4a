import type { WorldMs } from './clock.ts';

/** Who makes a call, as CloudTrail's userIdentity tells it. */
export interface Principal {
  readonly kind: 'Root' | 'IAMUser' | 'AssumedRole' | 'AWSService';
  /** 'arn:aws:sts::111122223333:assumed-role/landbridge-applier/landbridge-apply' */
  readonly arn: string;
  readonly account: string;
  /** The role behind an assumed-role session. */
  readonly roleArn?: string;
  /** A session that STS gave out: from then on it is refused everywhere. Left out: it does not end. */
  readonly expiresAtMs?: WorldMs;
  /** 'states.amazonaws.com', where a service acts on somebody's behalf. */
  readonly invokedBy?: string;
}

/** The account itself: it may do everything. */
export const rootOf = (account: string): Principal => ({ kind: 'Root', arn: `arn:aws:iam::${account}:root`, account });

/** AWS acting by itself: 'events.amazonaws.com' invoking a function. */
export const serviceActing = (service: string, account: string): Principal => ({
  kind: 'AWSService',
  arn: service,
  account,
  invokedBy: service,
});

/** Whoever assumed a role, under the session name it chose. */
export const roleSession = (roleArn: string, sessionName: string): Principal => {
  const [, , , , account = '', resource = ''] = roleArn.split(':');
  const roleName = resource.split('/').at(-1) ?? '';
  return {
    kind: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    account,
    roleArn,
  };
};

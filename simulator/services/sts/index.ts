import type { STS } from '@aws-sdk/client-sts';
import { accountOf, roleAt } from '../../authorization/identity.ts';
import { trusts } from '../../authorization/trust.ts';
import { AwsError } from '../../aws-error.ts';
import { type Principal, roleSession } from '../../principal.ts';
import type { Service } from '../../service.ts';
import type { World } from '../../world.ts';
import type { IamRole } from '../iam/state.ts';
import { newSession } from './session.ts';
import { type StsState, stsHome } from './state.ts';

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/;
const MIN_SECONDS = 900;
/** Source: AssumeRole, DurationSeconds: a role that assumes a role gets one hour at most. */
const CHAINED_SECONDS = 3_600;

/** Source: AssumeRole, ExternalId: 2 to 1,224 characters of these. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * STS: who is calling, and sessions of roles, which act in the role's account and end when they say so.
 *
 * Where policies are evaluated, a role of another account is assumed only if the caller's own policies and the role's
 * trust both say so. Unlike AWS it lets the root of an account assume roles: most callers here are roots. Session
 * policies are refused, session tags are looked at in conditions on the request alone.
 */
export const sts: Service<STS, StsState> = {
  ...stsHome,
  eventSource: 'sts.amazonaws.com',
  operations: {
    GetCallerIdentity(_input, { principal, world }) {
      return { UserId: userIdOf(principal, world), Account: principal.account, Arn: principal.arn };
    },

    AssumeRole(input, call) {
      const { RoleArn: roleArn = '', RoleSessionName: sessionName = '', DurationSeconds: seconds = 3_600 } = input;
      if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
        throw validationError(
          `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        );
      if (!ROLE_ARN.test(roleArn)) throw validationError(`${roleArn} is invalid`);
      if (input.ExternalId !== undefined && !EXTERNAL_ID.test(input.ExternalId))
        throw validationError(
          `1 validation error detected: Value '${input.ExternalId}' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*`,
        );
      if (input.Policy !== undefined || (input.PolicyArns ?? []).length > 0)
        throw validationError('Session policies are not simulated');
      const { world, place, principal } = call;
      const role = roleAt(world, roleArn, accountOf(roleArn));
      const context = { 'sts:externalid': input.ExternalId, 'sts:rolesessionname': sessionName };
      if (role === undefined || !trusts(role, principal, context, place, world))
        throw new AwsError(
          'AccessDenied',
          `User: ${call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
          { status: 403 },
        );
      refuseLength(seconds, role, call.principal);
      const session = roleSession(roleArn, sessionName);
      return {
        Credentials: newSession(call, session, seconds),
        AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: session.arn },
      };
    },

    GetSessionToken(input, call) {
      if (call.principal.kind === 'AssumedRole')
        throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
      return { Credentials: newSession(call, call.principal, input.DurationSeconds ?? 43_200) };
    },
  },
};

const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

function refuseLength(seconds: number, role: IamRole, caller: Principal): void {
  if (seconds < MIN_SECONDS)
    throw validationError(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${MIN_SECONDS}`,
    );
  if (seconds > role.maxSessionSeconds)
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  if (caller.kind === 'AssumedRole' && seconds > CHAINED_SECONDS)
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
}

function userIdOf({ kind, account, arn, roleArn }: Principal, world: World): string {
  if (kind === 'Root') return account;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (kind !== 'AssumedRole') return name;
  // Sessions may be of roles that were never made here, as those of the Lambda host are when nobody made the role.
  const id = roleArn === undefined ? undefined : roleAt(world, roleArn, account)?.id;
  return `${id ?? 'AROA'}:${name}`;
}

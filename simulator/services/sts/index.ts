import type { Credentials, STS } from '@aws-sdk/client-sts';
import { accountOf, roleAt } from '../../authorization/identity.ts';
import { trusts } from '../../authorization/trust.ts';
import { AwsError } from '../../aws-error.ts';
import { type Principal, roleSession } from '../../principal.ts';
import type { Call, Service } from '../../service.ts';
import type { World } from '../../world.ts';
import type { IamRole } from '../iam/state.ts';
import { type StsState, stsHome } from './state.ts';

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/;
const MIN_SECONDS = 900;
/** Source: AssumeRole, DurationSeconds: a role that assumes a role gets one hour at most. */
const CHAINED_SECONDS = 3_600;

/** STS: who is calling, and sessions of roles. Sessions end in name only: an old one is still accepted. */
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

function newSession({ world, nowMs }: Call<StsState>, principal: Principal, seconds: number): Credentials {
  const { random } = world;
  const AccessKeyId = `ASIA${random.alphanumeric(16).toUpperCase()}`;
  world.sessions.set(AccessKeyId, principal);
  return {
    AccessKeyId,
    SecretAccessKey: random.alphanumeric(40),
    SessionToken: random.alphanumeric(200),
    Expiration: new Date(nowMs + seconds * 1_000),
  };
}

function userIdOf({ kind, account, arn, roleArn }: Principal, world: World): string {
  if (kind === 'Root') return account;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (kind !== 'AssumedRole') return name;
  // Sessions may be of roles that were never made here, as those of the Lambda host are when nobody made the role.
  const id = roleArn === undefined ? undefined : roleAt(world, roleArn, account)?.id;
  return `${id ?? 'AROA'}:${name}`;
}

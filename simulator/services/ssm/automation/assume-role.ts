import { accountOf, roleAt } from '../../../authorization/identity.ts';
import { canAssume } from '../../../authorization/trust.ts';
import { AwsError } from '../../../aws-error.ts';
import { type Principal, roleSession } from '../../../principal.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import type { Automation } from './automation.ts';

const SERVICE = 'ssm.amazonaws.com';

/**
 * Whom the steps of an automation act as: a session of the document's role, assumed anew each time, since a run may
 * outlast every session; or whoever started it.
 *
 * Faults  AccessDenied where the role is not there, or does not trust Systems Manager with this automation
 * Source  Systems Manager guide, Cross-service confused deputy prevention: aws:SourceArn is the automation's execution
 */
export function principalOf(
  { id, roleArn, startedBy }: Pick<Automation, 'id' | 'roleArn' | 'startedBy'>,
  world: World,
  place: Place,
): Principal {
  if (roleArn === undefined) return startedBy;
  const role = roleAt(world, roleArn, accountOf(roleArn));
  const arn = `arn:aws:ssm:${place.region}:${place.account}:automation-execution/${id}`;
  if (role === undefined || !canAssume(role, SERVICE, { arn, place }, world))
    throw new AwsError(
      'AccessDenied',
      `${SERVICE} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      { status: 403 },
    );
  return roleSession(roleArn, `Automation-${id}`);
}

import { type Principal, roleSession, serviceActing } from '../../../principal.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import type { Automation } from './automation.ts';

const SERVICE = 'ssm.amazonaws.com';

/**
 * Whom the steps of an automation act as: a session of the document's role, assumed anew each time, since a run may
 * outlast every session; or whoever started it.
 *
 * Faults  AccessDenied where the role is not there, or does not trust Systems Manager
 */
export async function principalOf(
  { id, roleArn, startedBy }: Pick<Automation, 'id' | 'roleArn' | 'startedBy'>,
  world: World,
  place: Place,
): Promise<Principal> {
  if (roleArn === undefined) return startedBy;
  const RoleSessionName = `Automation-${id}`;
  await world.invoke({
    service: 'sts',
    operation: 'AssumeRole',
    input: { RoleArn: roleArn, RoleSessionName },
    place,
    principal: serviceActing(SERVICE, place.account),
  });
  return roleSession(roleArn, RoleSessionName);
}

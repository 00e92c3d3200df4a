import type { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { functions } from '../handlers/index.ts';
import type { RoleSpec } from '../permissions/role.ts';
import { roleNameOf } from '../permissions/roles.ts';
import { UNDELIVERED_QUEUE } from '../workflows/dead-letters.ts';
import { astrayQueue } from './astray-queue.ts';
import { incidentsKey, recordsKey } from './keys.ts';
import { arns } from './names.ts';
import type { InfraSettings } from './settings.ts';
import { incidentsTopic } from './topics.ts';

/** What home and standby both have: where people are told, where events go that did not arrive, and the keys of both. */
export interface Ground {
  readonly forPeople: Key;
  readonly topic: Topic;
  readonly key: Key;
  readonly undelivered: Queue;
}

/**
 * Makes it in one stack. The standby's is made for the functions that may run there one day: whoever takes over uses it as it
 * is, with everybody who has subscribed.
 */
export function groundOf(stack: Stack, settings: InfraSettings, roles: readonly RoleSpec[]): Ground {
  const publishers = roles
    .filter(({ statements }) => Object.values(statements).some(({ actions }) => actions.includes('sns:Publish')))
    .map(({ name }) => name);
  const eventRoles = functions.filter(({ needs }) => needs.includes('events')).map(({ name }) => roleNameOf(name));
  const forPeople = incidentsKey(stack, settings, publishers);
  const topic = incidentsTopic(stack, settings, forPeople);
  const key = recordsKey(stack, settings, eventRoles);
  const undelivered = astrayQueue(stack, 'Undelivered', UNDELIVERED_QUEUE, key, {
    principals: [new ServicePrincipal('events.amazonaws.com')],
    conditions: { ArnLike: { 'aws:SourceArn': arns.rule(settings, stack.region, 'landbridge-*') } },
  });
  return { forPeople, topic, key, undelivered };
}

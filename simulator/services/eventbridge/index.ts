import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { Service } from '../../service.ts';
import { busOperations } from './buses.ts';
import { permissionOperations } from './permissions.ts';
import { putEventsOperations } from './put-events.ts';
import { ruleOperations } from './rules.ts';
import { type EventsState, eventbridgeHome } from './state.ts';
import { targetOperations } from './targets.ts';

/**
 * Amazon EventBridge: buses, rules with patterns or schedules, and delivery to functions, state machines and other buses.
 *
 * Not simulated: archives and replays, API destinations, pipes, partner sources, EventBridge Scheduler. What is not
 * delivered goes to the target's dead-letter queue.
 */
export const eventbridge: Service<EventBridge, EventsState> = {
  ...eventbridgeHome,
  eventSource: 'events.amazonaws.com',
  operations: {
    ...busOperations,
    ...permissionOperations,
    ...ruleOperations,
    ...targetOperations,
    ...putEventsOperations,
  },
  dataEvents: new Set(['PutEvents', 'TestEventPattern']),
  keeps: new Set(['PutEvents']),
};

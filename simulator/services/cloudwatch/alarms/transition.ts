import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import { publish } from '../../eventbridge/publish.ts';
import { type Alarm, type AlarmState, type CloudWatchState, cloudwatchHome } from '../state.ts';
import { act } from './actions.ts';
import { remember } from './history.ts';
import { metricsOf, stateOf } from './told.ts';

/** What an alarm goes into, by its evaluation or because somebody said so. */
export interface Change {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData: string | undefined;
}

/**
 * Puts an alarm into a state. If it was in another one, its history, the Region's default bus and whoever its actions
 * name learn of it.
 *
 * Source: CloudWatch user guide, Alarm actions; Alarm events and EventBridge
 */
export function changeState(world: World, place: Place, state: CloudWatchState, alarm: Alarm, change: Change): void {
  const nowMs = world.clock.nowMs();
  const before = alarm.state;
  world.state(cloudwatchHome, place); // what is remembered of its alarms is so no more
  alarm.state = { ...change, updatedAtMs: nowMs };
  if (change.value === before.value) return;
  alarm.transitionedAtMs = nowMs;
  remember(
    state,
    {
      alarmName: alarm.name,
      atMs: nowMs,
      type: 'StateUpdate',
      summary: `Alarm updated from ${before.value} to ${change.value}`,
    },
    { oldState: inHistory(before), newState: inHistory(alarm.state) },
  );
  tellBus(world, place, alarm, before);
  if (alarm.actionsEnabled) act(world, place, state, alarm, before);
}

const inHistory = ({ value, reason, reasonData }: AlarmState): object => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
});

function tellBus(world: World, place: Place, { arn, name, config, metricId, state }: Alarm, before: AlarmState): void {
  if (!world.services.has('eventbridge')) return;
  publish(world, place, 'default', {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [arn],
    detail: () => ({
      alarmName: name,
      state: stateOf(state),
      previousState: stateOf(before),
      configuration: {
        ...(config.description !== undefined && { description: config.description }),
        metrics: metricsOf(config, metricId),
      },
    }),
  });
}

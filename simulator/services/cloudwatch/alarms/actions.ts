import { AwsError } from '../../../aws-error.ts';
import { invokeFunctionAs, isFunctionArn } from '../../../engine/invoke-function.ts';
import { serviceActing } from '../../../principal.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import type { Alarm, AlarmState, CloudWatchState } from '../state.ts';
import { remember } from './history.ts';
import { notificationOf, subjectOf } from './notification.ts';
import { stamp } from './reason.ts';
import { metricsOf, stateOf } from './told.ts';

/** Whom an alarm may tell here. AWS knows actions on instances, scaling groups and incidents besides. */
export const isTopicArn = (arn: string): boolean => /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(arn);
export const isActionArn = (arn: string): boolean => isTopicArn(arn) || isFunctionArn(arn);

/**
 * Tells whoever the alarm names for the state that it went into: topics and functions, once per change.
 *
 * Faults  none: an action that fails is an item in the alarm's history, and is not tried again
 * Source  CloudWatch user guide, Alarm actions; Invoke a Lambda function from an alarm
 */
export function act(world: World, place: Place, state: CloudWatchState, alarm: Alarm, before: AlarmState): void {
  for (const arn of alarm.config.actions[alarm.state.value]) {
    const changed = { ...alarm, state: alarm.state };
    const told = isTopicArn(arn)
      ? notify(world, place, changed, before, arn)
      : invokeFunctionAs(world, invokerOf(alarm, place), arn, invocationOf(changed, before, place));
    told.then(
      () => actionDone(world, state, changed, arn, undefined),
      (error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
        actionDone(world, state, changed, arn, error);
      },
    );
  }
}

async function notify(world: World, place: Place, alarm: Alarm, before: AlarmState, topicArn: string): Promise<void> {
  const [, , , region = '', account = ''] = topicArn.split(':');
  await world.invoke({
    service: 'sns',
    operation: 'Publish',
    input: {
      TopicArn: topicArn,
      Subject: subjectOf(alarm, place.region),
      Message: JSON.stringify(notificationOf(alarm, before, place)),
    },
    place: { account, region },
    principal: serviceActing('cloudwatch.amazonaws.com', place.account),
  });
}

const invokerOf = ({ arn }: Alarm, { account }: Place) => ({
  service: 'lambda.alarms.cloudwatch.amazonaws.com',
  sourceArn: arn,
  account,
});

const invocationOf = ({ arn, name, state, config, metricId }: Alarm, before: AlarmState, place: Place): object => ({
  source: 'aws.cloudwatch',
  alarmArn: arn,
  accountId: place.account,
  time: stamp(state.updatedAtMs),
  region: place.region,
  alarmData: {
    alarmName: name,
    state: stateOf(state),
    previousState: stateOf(before),
    configuration: {
      ...(config.description !== undefined && { description: config.description }),
      metrics: metricsOf(config, metricId),
    },
  },
});

function actionDone(
  world: World,
  state: CloudWatchState,
  alarm: Alarm,
  arn: string,
  error: AwsError | undefined,
): void {
  remember(
    state,
    {
      alarmName: alarm.name,
      atMs: world.clock.nowMs(),
      type: 'Action',
      summary: error === undefined ? `Successfully executed action ${arn}` : `Failed to execute action ${arn}`,
    },
    {
      actionState: error === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: alarm.state.updatedAtMs,
      notificationResource: arn,
      ...(error !== undefined && { error: `${error.code}: ${error.message}` }),
    },
  );
}

import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../../service.ts';
import type { CloudWatchState } from '../../services/cloudwatch/state.ts';
import type { Access } from '../access.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type CloudWatchCall = Call<CloudWatchState>;

function alarm(call: CloudWatchCall, action: string, name = '*'): Access {
  const { account, region } = call.place;
  const found = call.state.alarms.get(name);
  return {
    action: `cloudwatch:${action}`,
    resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    tags: found?.tags,
    absent: found === undefined && name !== '*',
  };
}

const alarms =
  (action: string) =>
  ({ AlarmNames }: { AlarmNames?: string[] | undefined }, call: CloudWatchCall): readonly Access[] =>
    AlarmNames === undefined || AlarmNames.length === 0
      ? [alarm(call, action)]
      : AlarmNames.map((name) => alarm(call, action, name));

const ofAlarm =
  (action: string) =>
  ({ AlarmName }: { AlarmName?: string | undefined }, call: CloudWatchCall): readonly Access[] => [
    alarm(call, action, AlarmName),
  ];

const dashboard = ({ place }: CloudWatchCall, action: string, name = ''): Access => ({
  action: `cloudwatch:${action}`,
  resource: `arn:aws:cloudwatch::${place.account}:dashboard/${name}`,
});

const ofDashboard =
  (action: string) =>
  ({ DashboardName }: { DashboardName?: string | undefined }, call: CloudWatchCall): readonly Access[] => [
    dashboard(call, action, DashboardName),
  ];

/** Alarms are tagged by their ARN, which ends in their name. */
const tagged = (call: CloudWatchCall, action: string, arn = ''): Access =>
  arn.includes(':alarm:')
    ? alarm(call, action, arn.slice(arn.indexOf(':alarm:') + ':alarm:'.length))
    : { action: `cloudwatch:${action}`, resource: arn };

/**
 * What CloudWatch asks of IAM. Metrics are no resources: at most their namespace can be asked about.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch"
 */
export const cloudwatchActions: ActionTable<CloudWatch, CloudWatchState> = {
  ...anywhereEach('cloudwatch', [
    'DescribeAlarmsForMetric',
    'GetMetricData',
    'GetMetricStatistics',
    'ListDashboards',
    'ListMetrics',
  ]),
  PutMetricData: ({ Namespace }) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
  ],
  DescribeAlarms: alarms('DescribeAlarms'),
  DescribeAlarmHistory: ofAlarm('DescribeAlarmHistory'),
  DeleteAlarms: alarms('DeleteAlarms'),
  DisableAlarmActions: alarms('DisableAlarmActions'),
  EnableAlarmActions: alarms('EnableAlarmActions'),
  SetAlarmState: ofAlarm('SetAlarmState'),
  PutMetricAlarm(input, call) {
    const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = input;
    const access: Access = {
      ...alarm(call, 'PutMetricAlarm', input.AlarmName),
      requestTags: requestTags(input.Tags),
      context: { 'cloudwatch:alarmactions': [...AlarmActions, ...OKActions, ...InsufficientDataActions] },
    };
    return withTagging(access, 'cloudwatch:TagResource');
  },
  PutDashboard: ofDashboard('PutDashboard'),
  GetDashboard: ofDashboard('GetDashboard'),
  DeleteDashboards: (input, call) =>
    (input.DashboardNames ?? []).map((name) => dashboard(call, 'DeleteDashboards', name)),

  ListTagsForResource: (input, call) => [tagged(call, 'ListTagsForResource', input.ResourceARN)],
  TagResource: (input, call) => [
    { ...tagged(call, 'TagResource', input.ResourceARN), requestTags: requestTags(input.Tags) },
  ],
  UntagResource: (input, call) => [{ ...tagged(call, 'UntagResource', input.ResourceARN), tagKeys: input.TagKeys }],
};

import type { Place } from '../../../service.ts';
import type { Alarm, AlarmState } from '../state.ts';
import { stamp } from './reason.ts';

/** Source: docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html: the names of the Regions. */
const regionTitles: Readonly<Record<string, string>> = {
  'af-south-1': 'Africa (Cape Town)',
  'ap-east-1': 'Asia Pacific (Hong Kong)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-south-2': 'Asia Pacific (Hyderabad)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-southeast-3': 'Asia Pacific (Jakarta)',
  'ap-southeast-4': 'Asia Pacific (Melbourne)',
  'ca-central-1': 'Canada (Central)',
  'ca-west-1': 'Canada West (Calgary)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-central-2': 'Europe (Zurich)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-south-1': 'Europe (Milan)',
  'eu-south-2': 'Europe (Spain)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'il-central-1': 'Israel (Tel Aviv)',
  'me-central-1': 'Middle East (UAE)',
  'me-south-1': 'Middle East (Bahrain)',
  'sa-east-1': 'South America (Sao Paulo)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
};

const titleOf = (region: string): string => regionTitles[region] ?? region;

/** SNS takes no more. */
const MOST_SUBJECT_CHARACTERS = 100;

/** 'ALARM: "probe-failures" in EU (Ireland)', the alarm's name cut where it is long. */
export function subjectOf({ name, state }: Alarm, region: string): string {
  const subject = (shown: string): string => `${state.value}: "${shown}" in ${titleOf(region)}`;
  const surplus = subject(name).length - MOST_SUBJECT_CHARACTERS;
  return surplus <= 0 ? subject(name) : subject(`${name.slice(0, -(surplus + 3))}...`);
}

/** What an alarm says to its topics. Source: messages that were published, in many repositories; AWS has no reference of them. */
export function notificationOf({ name, arn, config, configuredAtMs, state }: Alarm, before: AlarmState, place: Place) {
  return {
    AlarmName: name,
    AlarmDescription: config.description ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: stamp(configuredAtMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: stamp(state.updatedAtMs),
    Region: titleOf(place.region),
    AlarmArn: arn,
    OldStateValue: before.value,
    OKActions: config.actions.OK,
    AlarmActions: config.actions.ALARM,
    InsufficientDataActions: config.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: config.metricName,
      Namespace: config.namespace,
      ...(config.extended
        ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: config.statistic }
        : { StatisticType: 'Statistic', Statistic: config.statistic.toUpperCase() }),
      Unit: config.unit ?? null,
      Dimensions: config.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: config.periodSeconds,
      EvaluationPeriods: config.evaluationPeriods,
      ...(config.datapointsToAlarm !== undefined && { DatapointsToAlarm: config.datapointsToAlarm }),
      ComparisonOperator: config.comparison,
      Threshold: config.threshold,
      TreatMissingData: config.treatMissingData ?? '',
      EvaluateLowSampleCountPercentile: config.lowSampleCount ?? '',
    },
  };
}

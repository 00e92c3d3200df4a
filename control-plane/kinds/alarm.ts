import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import { METRICS_NAMESPACE } from '../model/agents.ts';
import { type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import type { Member } from '../model/fleet.ts';
import { ec2TagsOf, markOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { keyOf } from '../model/target.ts';
import { isLeaving, memberAt } from './ec2-lists.ts';
import type { Kind } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { onlyOurTags } from './permission-scopes.ts';

/** What may be the matter with a member, and the metric of its prober that is 100 (percent) while it is not. */
const troubles = {
  /** Its own replica is sick. */
  replica: 'Availability',
  /** One of its links is. */
  link: 'WorstLink',
} as const;
type Trouble = keyof typeof troubles;

const Desired = z.object({
  alarmName: z.string(),
  description: z.string(),
  metricName: z.string(),
  /** 'fleet=payments' and so on, by name. */
  dimensions: z.array(z.string()),
});
type Desired = z.infer<typeof Desired>;

/** Two bad minutes of three: one alone may be a hiccup, and a third need not be waited for. */
const RULE = {
  namespace: METRICS_NAMESPACE,
  statistic: 'Minimum',
  periodSeconds: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  threshold: 50,
  comparison: 'LessThanThreshold',
  // Not `breaching`: nobody measures a member that is joining, and its alarms would go off before it had begun.
  treatMissingData: 'missing',
} as const;

type Settings = Omit<Desired, 'alarmName'> & typeof RULE;

export interface ObservedAlarm {
  readonly arn: string;
  /** By its description, or by the journal. */
  readonly isOurs: boolean;
  readonly settings: { readonly [Field in keyof Settings]: unknown };
  /** Whom somebody has it tell besides: theirs, and kept. */
  readonly actions: {
    readonly AlarmActions: string[];
    readonly OKActions: string[];
    readonly InsufficientDataActions: string[];
  };
}

const ourAlarms = 'arn:aws:cloudwatch:*:{account}:alarm:landbridge-*';
const alarmNameOf = (fleet: string, trouble: Trouble): string => `landbridge-${fleet}-${trouble}`;
const targetName = (region: string, trouble: Trouble): string => `${region}/${trouble}`;

const troublesOf = ({ role }: Member): readonly Trouble[] => (role === 'serving' ? ['replica', 'link'] : ['link']);

const settingsOf = ({ alarmName: _name, ...desired }: Desired): Settings => ({ ...RULE, ...desired });

function observe(alarm: MetricAlarm, arn: string, isOurs: boolean): ObservedAlarm {
  const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = alarm;
  return {
    arn,
    isOurs,
    settings: {
      namespace: alarm.Namespace ?? null,
      statistic: alarm.Statistic ?? null,
      periodSeconds: alarm.Period ?? null,
      evaluationPeriods: alarm.EvaluationPeriods ?? null,
      datapointsToAlarm: alarm.DatapointsToAlarm ?? null,
      threshold: alarm.Threshold ?? null,
      comparison: alarm.ComparisonOperator ?? null,
      description: alarm.AlarmDescription ?? null,
      metricName: alarm.MetricName ?? null,
      dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).toSorted(),
      treatMissingData: alarm.TreatMissingData ?? 'missing',
    },
    actions: { AlarmActions, OKActions, InsufficientDataActions },
  };
}

const foreignAlarm = ({ arn, settings }: ObservedAlarm): string =>
  `${arn} (“${String(settings.description)}”) has the name of an alarm of the fleet and is not the fleet's: rename it or delete it`;

/**
 * The second, independent trigger beside the probers' own reports: one alarm per member and trouble, in the member's own
 * Region, on what its prober measures. It calls nobody: EventBridge carries every change of its state.
 *
 * A prober that says nothing any more is trouble, and one that has said nothing yet is not: an alarm begins with
 * INSUFFICIENT_DATA, which is no change of its state, and comes back to it once the whole of its range, some minutes, is empty.
 * That change is heard as ALARM is: `alarmRaised`.
 *
 * Desired   two of three minutes below half, of a metric by fleet and member
 * Observed  the same, in one DescribeAlarms for the fleet's names. Actions that somebody added are theirs, and kept
 * Faults    Rejected (5,000 alarms per Region by default)
 * Source    docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (it replaces every setting),
 *           docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const alarm: Kind<Desired, ObservedAlarm> = {
  name: 'alarm',
  dependsOn: [],
  desired: Desired,
  permissions: {
    // DescribeAlarms lists by a prefix: CloudWatch asks for it on all alarms of the account, and not by their names.
    read: [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['arn:aws:cloudwatch:*:{account}:alarm:*'] }],
    write: [
      { actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'], resources: [ourAlarms] },
      { actions: ['cloudwatch:TagResource'], resources: [ourAlarms], conditions: onlyOurTags },
    ],
  },

  *targets({ fleet, members }) {
    for (const member of members) {
      const { region } = member;
      for (const trouble of troublesOf(member)) {
        const name = targetName(region, trouble);
        const want = {
          alarmName: alarmNameOf(fleet.name, trouble),
          description: markOf(fleet.name, keyOf('alarm', name)),
          metricName: troubles[trouble],
          dimensions: [`fleet=${fleet.name}`, `member=${region}`],
        };
        yield memberTarget<Desired>('alarm', region, want, name);
      }
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedAlarm>> {
    const { region, declared } = place;
    const { name: fleet } = declared.fleet;
    const member = memberAt(place);
    if (member === undefined) return new Map();
    const pages = yield* allPages(
      (NextToken: string | undefined) =>
        read(region, 'cloudwatch', 'describeAlarms', {
          AlarmNamePrefix: `landbridge-${fleet}-`,
          MaxRecords: 100,
          NextToken,
        }),
      ({ NextToken }) => NextToken,
    );
    const byName = new Map(
      pages.flatMap(({ MetricAlarms = [] }) => MetricAlarms.map((each) => [each.AlarmName, each])),
    );
    const observed = new Map<string, ObservedAlarm>();
    for (const trouble of troublesOf(member)) {
      const found = byName.get(alarmNameOf(fleet, trouble));
      if (found?.AlarmArn === undefined) continue;
      const name = targetName(region, trouble);
      const key = keyOf('alarm', name);
      const isOurs = found.AlarmDescription === markOf(fleet, key) || found.AlarmArn === place.known(key);
      // A namesake is in the way of ours only while ours is wanted.
      if (isOurs || !isLeaving(place)) observed.set(name, observe(found, found.AlarmArn, isOurs));
    }
    return observed;
  },

  attributes: ({ arn, isOurs }): Record<string, string> => (isOurs ? { id: arn } : {}),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignAlarm(observed)),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.alarmName, 'risk');
    return Object.entries(settingsOf(desired)).flatMap(([field, value]) =>
      difference(field, value, observed.settings[field as keyof Settings], field === 'description' ? 'none' : 'risk'),
    );
  },

  *apply({ key, desired, observed, place }) {
    const { region, declared } = place;
    const dimensions = desired.dimensions.map((dimension) => {
      const [Name = '', Value = ''] = dimension.split('=');
      return { Name, Value };
    });
    yield* write(region, 'cloudwatch', 'putMetricAlarm', {
      AlarmName: desired.alarmName,
      AlarmDescription: desired.description,
      Namespace: RULE.namespace,
      MetricName: desired.metricName,
      Dimensions: dimensions,
      Statistic: RULE.statistic,
      Period: RULE.periodSeconds,
      EvaluationPeriods: RULE.evaluationPeriods,
      DatapointsToAlarm: RULE.datapointsToAlarm,
      Threshold: RULE.threshold,
      ComparisonOperator: RULE.comparison,
      TreatMissingData: RULE.treatMissingData,
      ...(observed === undefined ? { Tags: ec2TagsOf(declared.fleet.name, key) } : observed.actions),
    });
  },

  *remove({ observed, place }) {
    if (!observed.isOurs) throw new Fault('Conflict', foreignAlarm(observed));
    const AlarmNames = [observed.arn.slice(observed.arn.indexOf(':alarm:') + ':alarm:'.length)];
    yield* writeUnlessAbsent(place.region, 'cloudwatch', 'deleteAlarms', { AlarmNames });
  },
};

import type { InfraSettings } from './settings.ts';

/** Where people are told of what the fleet cannot mend by itself. */
export const INCIDENTS_TOPIC = 'landbridge-incidents';
/** Where the standby keeps what probers report, for who comes when home is gone. */
export const HEALTH_LOG_GROUP = '/aws/events/landbridge-health';

/**
 * Alarms of the machinery. They must not begin as a fleet's do ('landbridge-'): those are signals, and a function that fails
 * on a signal would be told of it by another.
 */
export const alarmName = (what: string): string => `Landbridge: ${what}`;

type Place = Pick<InfraSettings, 'account'>;

/** ARNs of what is named: stacks of different Regions and ages know each other by name, and none exports anything. */
export const arns = {
  role: ({ account }: Place, name: string) => `arn:aws:iam::${account}:role/${name}`,
  function: ({ account }: Place, region: string, name: string) =>
    `arn:aws:lambda:${region}:${account}:function:landbridge-${name}`,
  machine: ({ account }: Place, region: string, name: string) =>
    `arn:aws:states:${region}:${account}:stateMachine:landbridge-${name}`,
  rule: ({ account }: Place, region: string, name: string) => `arn:aws:events:${region}:${account}:rule/${name}`,
  topic: ({ account }: Place, region: string) => `arn:aws:sns:${region}:${account}:${INCIDENTS_TOPIC}`,
  queue: ({ account }: Place, region: string, name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
  alarms: ({ account }: Place, region: string) => `arn:aws:cloudwatch:${region}:${account}:alarm:*`,
  logGroups: ({ account }: Place, region: string) => `arn:aws:logs:${region}:${account}:log-group:*`,
} as const;

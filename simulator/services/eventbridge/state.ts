import type { Target } from '@aws-sdk/client-eventbridge';
import type { Timer, WorldMs } from '../../clock.ts';
import type { EventPattern } from '../../engine/events/pattern.ts';
import type { Schedule } from '../../engine/events/schedule.ts';
import type { Random } from '../../random.ts';
import type { Place, StateHome } from '../../service.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  pattern: { readonly text: string; readonly compiled: EventPattern } | undefined;
  schedule: { readonly text: string; readonly compiled: Schedule } | undefined;
  enabled: boolean;
  /** It hears of calls that only read, too: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS. */
  hearsReads: boolean;
  /** Since when: a rate counts from here. */
  enabledMs: WorldMs;
  description: string | undefined;
  roleArn: string | undefined;
  readonly targets: Map<string, Target>;
  readonly tags: Map<string, string>;
  timer: Timer | undefined;
}

export interface EventBus {
  readonly name: string;
  readonly arn: string;
  description: string | undefined;
  readonly createdMs: WorldMs;
  modifiedMs: WorldMs;
  /** Statements of the resource policy, by Sid. */
  readonly policy: Map<string, object>;
  readonly tags: Map<string, string>;
  readonly rules: Map<string, Rule>;
}

/** An event that a target did not take, and why. */
interface DeadLetter {
  readonly atMs: WorldMs;
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly queueArn: string | undefined;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly attempts: number;
  readonly payload: string;
}

/** EventBridge in one Region. */
export interface EventsState {
  readonly random: Random;
  readonly buses: Map<string, EventBus>;
  /** What went to a dead-letter queue, or was dropped, is kept here too, the latest 1,000. */
  readonly deadLetters: DeadLetter[];
}

export const newBus = ({ account, region }: Place, name: string, nowMs: number): EventBus => ({
  name,
  arn: `arn:aws:events:${region}:${account}:event-bus/${name}`,
  description: undefined,
  createdMs: nowMs,
  modifiedMs: nowMs,
  policy: new Map(),
  tags: new Map(),
  rules: new Map(),
});

export const eventbridgeHome: StateHome<EventsState> = {
  name: 'eventbridge',
  scope: 'regional',
  newState: (place, { random, clock }) => ({
    random: random.fork(`eventbridge/${place.account}/${place.region}`),
    buses: new Map([['default', newBus(place, 'default', clock.nowMs())]]),
    deadLetters: [],
  }),
};

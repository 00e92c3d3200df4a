import { eventbridgeHome } from '../services/eventbridge/state.ts';
import type { Asked, Operate, PassingEvent } from '../sky.ts';
import type { Chancy, Condition, Sources } from './condition.ts';

export interface LateRulesOptions extends Chancy {
  /** The longest while until a new rule, or a new target of one, hears of every event. Left out: half a minute. */
  readonly maxMs?: number | undefined;
}

const MAX_MS = 30_000;

interface Named {
  readonly Name?: string | undefined;
  readonly Rule?: string | undefined;
  readonly EventBusName?: string | undefined;
  readonly Targets?: readonly { readonly Id?: string; readonly Arn?: string }[] | undefined;
}

/**
 * A share of new rules, and of new targets of rules, hear nothing for a while.
 *
 * Source  API_PutRule, API_PutTargets: "incoming events might not immediately start matching to new or updated rules.
 *         Allow a short period of time for changes to take effect."
 */
export function lateRules({ world, random, tally }: Sources, { share, maxMs = MAX_MS }: LateRulesOptions): Condition {
  /** By place, rule and, of those that have been there before, target: until when it hears nothing. */
  const deafUntilMs = new Map<string, number>();
  const keyOf = ({ account, region }: PassingEvent['place'], rule: string, targetArn = ''): string =>
    `${account} ${region} ${rule} ${targetArn}`;
  const deaf = (key: string): void => {
    if (random.next() < share) deafUntilMs.set(key, world.clock.nowMs() + random.between(1, maxMs + 1));
  };
  const madeNew = ({ request: { operation, input }, call: { place } }: Asked): readonly string[] => {
    const { Name, Rule = Name ?? '', EventBusName = 'default', Targets = [] } = input as Named;
    const bus = EventBusName.startsWith('arn:') ? (EventBusName.split('/').at(-1) ?? '') : EventBusName;
    const rule = world.look(eventbridgeHome, place).buses.get(bus)?.rules.get(Rule);
    if (operation === 'PutRule') return rule === undefined ? [keyOf(place, Rule)] : [];
    const known = new Set([...(rule?.targets.values() ?? [])].map(({ Arn }) => Arn));
    return Targets.filter(({ Arn }) => !known.has(Arn)).map(({ Arn }) => keyOf(place, Rule, Arn));
  };
  const isDeaf = (key: string): boolean => {
    const untilMs = deafUntilMs.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > world.clock.nowMs()) return true;
    deafUntilMs.delete(key);
    return false;
  };
  return {
    perform(asked: Asked, operate: Operate) {
      const { service, operation, input } = asked.request;
      if (service !== 'eventbridge' || (operation !== 'PutRule' && operation !== 'PutTargets')) return operate(input);
      const keys = madeNew(asked);
      const output = operate(input);
      for (const key of keys) deaf(key);
      return output;
    },
    event({ place, ruleName, targetArn }) {
      if (deafUntilMs.size === 0) return 'delivered';
      if (!isDeaf(keyOf(place, ruleName)) && !isDeaf(keyOf(place, ruleName, targetArn))) return 'delivered';
      tally.count('event unmatched', 'eventbridge', targetArn.split(':')[2] ?? '');
      return 'lost';
    },
  };
}

import type { DescribeRuleResponse, EventBridge, PutRuleRequest, Rule as RuleShape } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import { compilePattern, PatternError } from '../../engine/events/pattern.ts';
import { compileSchedule } from '../../engine/events/schedule.ts';
import type { Call, Operations } from '../../service.ts';
import { busNamed } from './buses.ts';
import { page } from './page.ts';
import type { EventBus, EventsState, Rule } from './state.ts';
import { wind } from './timers.ts';

const HEARS_READS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export function ruleNamed(bus: EventBus, name = ''): Rule {
  const rule = bus.rules.get(name);
  if (rule === undefined)
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
}

function readPattern(text: string | undefined): Rule['pattern'] {
  if (text === undefined || text === '') return undefined;
  try {
    return { text, compiled: compilePattern(text) };
  } catch (error) {
    if (error instanceof PatternError) throw new AwsError('InvalidEventPatternException', error.message);
    throw error;
  }
}

function readSchedule(text: string | undefined, bus: EventBus): Rule['schedule'] {
  if (text === undefined || text === '') return undefined;
  const compiled = compileSchedule(text);
  if (compiled === undefined) throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  if (bus.name !== 'default')
    throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  return { text, compiled };
}

function put(input: PutRuleRequest, { state, place, world, nowMs }: Call<EventsState>): Rule {
  const bus = busNamed(state, input.EventBusName);
  const name = input.Name ?? '';
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw new AwsError('ValidationException', 'Parameter Name is not valid.');
  const pattern = readPattern(input.EventPattern);
  const schedule = readSchedule(input.ScheduleExpression, bus);
  if (pattern === undefined && schedule === undefined)
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const before = bus.rules.get(name);
  const onBus = bus.name === 'default' ? name : `${bus.name}/${name}`;
  const rule: Rule = before ?? {
    name,
    arn: `arn:aws:events:${place.region}:${place.account}:rule/${onBus}`,
    busName: bus.name,
    pattern,
    schedule,
    enabled: true,
    hearsReads: false,
    enabledMs: nowMs,
    description: undefined,
    roleArn: undefined,
    targets: new Map(),
    tags: new Map(),
    timer: undefined,
  };
  const enabled = input.State !== 'DISABLED';
  // A rule put again as it was keeps its rhythm.
  if (before === undefined || enabled !== rule.enabled || before.schedule?.text !== schedule?.text)
    rule.enabledMs = nowMs;
  rule.pattern = pattern;
  rule.schedule = schedule;
  rule.enabled = enabled;
  rule.hearsReads = input.State === HEARS_READS;
  rule.description = input.Description;
  rule.roleArn = input.RoleArn;
  // Tags given with an existing rule are ignored; source: API reference, PutRule.
  if (before === undefined) for (const { Key = '', Value = '' } of input.Tags ?? []) rule.tags.set(Key, Value);
  bus.rules.set(name, rule);
  wind(world, place, rule);
  return rule;
}

const described = (rule: Rule): RuleShape & DescribeRuleResponse => ({
  Name: rule.name,
  Arn: rule.arn,
  ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern.text }),
  ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule.text }),
  State: rule.enabled ? (rule.hearsReads ? HEARS_READS : 'ENABLED') : 'DISABLED',
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
  EventBusName: rule.busName,
});

function turn(
  enabled: boolean,
  bus: EventBus,
  name: string | undefined,
  { world, place, nowMs }: Call<EventsState>,
): void {
  const rule = ruleNamed(bus, name);
  if (rule.enabled !== enabled) rule.enabledMs = nowMs;
  rule.enabled = enabled;
  wind(world, place, rule);
}

function tagsAt(state: EventsState, arn = ''): Map<string, string> {
  for (const bus of state.buses.values()) {
    if (bus.arn === arn) return bus.tags;
    for (const rule of bus.rules.values()) if (rule.arn === arn) return rule.tags;
  }
  throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist.`);
}

export const ruleOperations: Operations<EventBridge, EventsState> = {
  PutRule: (input, call) => ({ RuleArn: put(input, call).arn }),

  DescribeRule(input, { state, place }) {
    return { ...described(ruleNamed(busNamed(state, input.EventBusName), input.Name)), CreatedBy: place.account };
  },

  ListRules(input, { state }) {
    const rules = [...busNamed(state, input.EventBusName).rules.values()]
      .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { items, NextToken } = page(rules, input);
    return { Rules: items.map(described), ...(NextToken === undefined ? {} : { NextToken }) };
  },

  EnableRule(input, call) {
    turn(true, busNamed(call.state, input.EventBusName), input.Name, call);
    return {};
  },

  DisableRule(input, call) {
    turn(false, busNamed(call.state, input.EventBusName), input.Name, call);
    return {};
  },

  DeleteRule(input, { state }) {
    const bus = busNamed(state, input.EventBusName);
    const rule = bus.rules.get(input.Name ?? '');
    if (rule === undefined) return {};
    if (rule.targets.size > 0) throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    rule.timer?.cancel();
    bus.rules.delete(rule.name);
    return {};
  },

  TestEventPattern(input) {
    const pattern = readPattern(input.EventPattern ?? '');
    let event: unknown;
    try {
      event = JSON.parse(input.Event ?? '');
    } catch {
      throw new AwsError('ValidationException', 'Parameter Event is not valid.');
    }
    // Source: API reference, TestEventPattern: these members have to be there.
    const members = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
    if (typeof event !== 'object' || event === null || members.some((member) => !Object.hasOwn(event, member)))
      throw new AwsError('ValidationException', 'Parameter Event is not valid.');
    return { Result: pattern?.compiled.matches(event) ?? false };
  },

  TagResource(input, { state }) {
    const tags = tagsAt(state, input.ResourceARN);
    for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
    return {};
  },

  UntagResource(input, { state }) {
    const tags = tagsAt(state, input.ResourceARN);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListTagsForResource: (input, { state }) => ({
    Tags: [...tagsAt(state, input.ResourceARN)].map(([Key, Value]) => ({ Key, Value })),
  }),
};

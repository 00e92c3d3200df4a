import type { EventBridge, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { placeOfArn } from '../../arn.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { type EventsState, eventbridgeHome } from '../../services/eventbridge/state.ts';
import type { Access, Context, PassedRole } from '../access.ts';
import { statementsFrom } from '../policy.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type EventsCall = Call<EventsState>;

const EVENTS = 'events.amazonaws.com';

/** A bus by name or ARN: by its ARN it may be another account's. */
function bus(call: EventsCall, action: string, nameOrArn = 'default', context?: Context): Access {
  const isArn = nameOrArn.startsWith('arn:');
  const [, , , region = call.place.region, account = call.place.account] = isArn ? nameOrArn.split(':') : [];
  const name = isArn ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
  const place = { account, region };
  const found = call.world.state(eventbridgeHome, place).buses.get(name);
  return {
    action: `events:${action}`,
    resource: `arn:aws:events:${region}:${account}:event-bus/${name}`,
    tags: found?.tags,
    absent: found === undefined,
    policy: found === undefined || found.policy.size === 0 ? [] : statementsFrom(found.policy.values()),
    context,
  };
}

/**
 * One entry of PutEvents: its source and detail-type may be asked about. Another account's bus that lets nobody in is the
 * entry's failure, and not the call's.
 *
 * Source  API reference, PutEventsResultEntry: AccessDeniedException is an entry's ErrorCode
 */
export function puttingEvent(
  { EventBusName, Source, DetailType }: PutEventsRequestEntry,
  call: EventsCall,
  more?: Context,
): Access {
  const context = { 'events:source': Source, 'events:detail-type': DetailType, ...more };
  const access = bus(call, 'PutEvents', EventBusName, context);
  return placeOfArn(access.resource).account === call.place.account ? access : { ...access, inPart: true };
}

/** A rule of the default bus is called by its name alone, one of another bus by both. */
function rule(call: EventsCall, action: string, name = '', busNameOrArn = 'default', context?: Context): Access {
  const { account, region } = call.place;
  const busName = busNameOrArn.slice(busNameOrArn.indexOf('/') + 1);
  const found = call.state.buses.get(busName)?.rules.get(name);
  return {
    action: `events:${action}`,
    resource: `arn:aws:events:${region}:${account}:rule/${busName === 'default' ? '' : `${busName}/`}${name}`,
    tags: found?.tags,
    absent: found === undefined,
    context: { 'events:creatoraccount': found === undefined ? undefined : account, ...context },
  };
}

interface RuleRequest {
  readonly Name?: string | undefined;
  readonly Rule?: string | undefined;
  readonly EventBusName?: string | undefined;
}

const ofRule =
  (action: string) =>
  ({ Name, Rule, EventBusName }: RuleRequest, call: EventsCall): readonly Access[] => [
    rule(call, action, Name ?? Rule, EventBusName),
  ];

const ofBus =
  (action: string) =>
  ({ Name }: { Name?: string | undefined }, call: EventsCall): readonly Access[] => [bus(call, action, Name)];

/** What a pattern asks for, for conditions on PutRule. */
function patternContext(pattern: string | undefined): Context {
  if (pattern === undefined) return {};
  try {
    const { source, 'detail-type': detailType } = JSON.parse(pattern) as Record<string, unknown>;
    const texts = (value: unknown): string[] | undefined =>
      Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : undefined;
    return { 'events:source': texts(source), 'events:detail-type': texts(detailType) };
  } catch {
    return {};
  }
}

const passed = (roleArn: string, ruleArn: string): PassedRole => ({
  roleArn,
  to: EVENTS,
  for: ruleArn,
  // Source: github.com/Miserlou/Zappa/issues/381
  unassumable: () =>
    new AwsError('ValidationException', `Provided role '${roleArn}' cannot be assumed by principal '${EVENTS}'.`),
});

const RULE_ARN = /^arn:aws[\w-]*:events:[^:]*:\d*:rule\/(?:(?<bus>.+)\/)?(?<name>[^/]+)$/;

/** Rules and buses are tagged alike: by ARN. */
function tagged(call: EventsCall, action: string, arn = ''): Access {
  const { name, bus: busName } = RULE_ARN.exec(arn)?.groups ?? {};
  return name === undefined ? bus(call, action, arn) : rule(call, action, name, busName);
}

/**
 * What EventBridge asks of IAM.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge"
 */
export const eventbridgeActions: ActionTable<EventBridge, EventsState> = {
  ...anywhereEach('events', [
    'ListEventBuses',
    'ListRuleNamesByTarget',
    'ListRules',
    'PutPermission',
    'RemovePermission',
    'TestEventPattern',
  ]),
  PutEvents: (input, call) => (input.Entries ?? []).map((entry) => puttingEvent(entry, call)),

  CreateEventBus: (input, call) =>
    withTagging(
      { ...bus(call, 'CreateEventBus', input.Name), requestTags: requestTags(input.Tags), absent: false, policy: [] },
      'events:TagResource',
    ),
  DescribeEventBus: ofBus('DescribeEventBus'),
  DeleteEventBus: ofBus('DeleteEventBus'),

  PutRule(input, call) {
    const access: Access = {
      ...rule(call, 'PutRule', input.Name, input.EventBusName, patternContext(input.EventPattern)),
      requestTags: requestTags(input.Tags),
    };
    return {
      access: withTagging(access, 'events:TagResource'),
      passes: input.RoleArn === undefined ? [] : [passed(input.RoleArn, access.resource)],
    };
  },
  PutTargets(input, call) {
    const targets = input.Targets ?? [];
    const access = rule(call, 'PutTargets', input.Rule, input.EventBusName, {
      'events:targetarn': targets.map(({ Arn }) => Arn ?? ''),
    });
    const roles = new Set(targets.flatMap(({ RoleArn }) => RoleArn ?? []));
    return { access: [access], passes: [...roles].map((roleArn) => passed(roleArn, access.resource)) };
  },
  RemoveTargets: ofRule('RemoveTargets'),
  ListTargetsByRule: ofRule('ListTargetsByRule'),
  DescribeRule: ofRule('DescribeRule'),
  DeleteRule: ofRule('DeleteRule'),
  DisableRule: ofRule('DisableRule'),
  EnableRule: ofRule('EnableRule'),

  ListTagsForResource: (input, call) => [tagged(call, 'ListTagsForResource', input.ResourceARN)],
  TagResource: (input, call) => [
    { ...tagged(call, 'TagResource', input.ResourceARN), requestTags: requestTags(input.Tags) },
  ],
  UntagResource: (input, call) => [{ ...tagged(call, 'UntagResource', input.ResourceARN), tagKeys: input.TagKeys }],
};

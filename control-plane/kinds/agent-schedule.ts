import { z } from 'zod';
import { accountAt } from '../model/accounts.ts';
import { agentFunction } from '../model/agents.ts';
import { type Dialogue, type ReadCall, readOrAbsent, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import { ec2TagsOf, markOf } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { agentName } from './agent.ts';
import { isLeaving, isProven } from './ec2-lists.ts';
import { fleetRule, listsRules, removeTarget, ruleNameOf } from './fleet-rules.ts';
import { grant, type Permission, permissionsMissing, revoke, statementsOf } from './function-policy.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { agentArn, onlyOurTags } from './permission-scopes.ts';

const EVERY_MINUTE = 'rate(1 minute)';
/** EventBridge's name for our target among a rule's. */
const TARGET_ID = 'watch';

const schedules = 'arn:aws:events:*:{account}:rule/landbridge-*_watch';

const Desired = z.object({ ruleName: z.string(), functionArn: z.string(), description: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedSchedule {
  readonly arn: string;
  /** By its description, or by the journal. */
  readonly isOurs: boolean;
  readonly expression: string | undefined;
  readonly isEnabled: boolean;
  readonly description: string;
  /** What it invokes, and what somebody else has it invoke besides. */
  readonly functionArn: string | undefined;
  readonly othersTargets: readonly string[];
  readonly permissionsMissing: readonly string[];
}

const descriptionOf = ({ region, declared }: Place): string =>
  markOf(declared.fleet.name, keyOf('agent-schedule', region));

/** Makes the rule's ARN before there is a rule: whom it may invoke is granted first, so that no beat is refused. */
const ruleArnOf = ({ region, declared }: Place): string =>
  `arn:aws:events:${region}:${accountAt(declared, region)}:rule/${ruleNameOf(declared.fleet.name, 'watch')}`;
const functionArnOf = ({ region, declared }: Place): string =>
  `arn:aws:lambda:${region}:${accountAt(declared, region)}:function:${agentFunction(declared.fleet.name, 'watch')}`;

const permissionOf = (place: Place): Permission => ({
  statementId: ruleNameOf(place.declared.fleet.name, 'watch'),
  action: 'lambda:InvokeFunction',
  principal: 'events.amazonaws.com',
  sourceArn: ruleArnOf(place),
});

const foreignRule = ({ arn, description }: ObservedSchedule): string =>
  `${arn} (“${description}”) has the name of the fleet's schedule and is not the fleet's: rename it or delete it`;

/**
 * What calls a member's `watch` every minute: a rule of EventBridge, its target, and the function's leave to be invoked by it.
 *
 * Desired   the rule, enabled, with that one function as ours among its targets
 * Observed  rule, targets and the function's policy; nothing of it is read where a probe row of the last beats shows that it works
 * Faults    Conflict while the function is still being made
 * Source    docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html,
 *           docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export const agentSchedule: Kind<Desired, ObservedSchedule> = {
  name: 'agent-schedule',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [
      listsRules,
      { actions: ['events:ListTargetsByRule'], resources: [schedules] },
      { actions: ['lambda:GetPolicy'], resources: [agentArn('watch')] },
    ],
    write: [
      { actions: ['lambda:GetPolicy', 'lambda:RemovePermission'], resources: [agentArn('watch')] },
      {
        actions: ['lambda:AddPermission'],
        resources: [agentArn('watch')],
        conditions: { StringEquals: { 'lambda:Principal': 'events.amazonaws.com' } },
      },
      { actions: ['events:PutRule', 'events:RemoveTargets', 'events:DeleteRule'], resources: [schedules] },
      { actions: ['events:TagResource'], resources: [schedules], conditions: onlyOurTags },
      {
        actions: ['events:PutTargets'],
        resources: [schedules],
        conditions: { 'ForAllValues:ArnLike': { 'events:TargetArn': agentArn('watch') } },
      },
    ],
  },

  *targets({ fleet, members }) {
    for (const { region } of members)
      yield memberTarget<Desired>('agent-schedule', region, {
        ruleName: ruleNameOf(fleet.name, 'watch'),
        functionArn: ref('agent', agentName(region, 'watch'), 'id'),
        description: markOf(fleet.name, keyOf('agent-schedule', region)),
      });
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedSchedule>> {
    const { region, declared } = place;
    const Name = ruleNameOf(declared.fleet.name, 'watch');
    const known = place.known(keyOf('agent-schedule', region));
    if (known !== undefined && isProven(place, 'watch')) return new Map([[region, asWanted(place, known)]]);
    const rule = yield* fleetRule(region, declared.fleet.name, Name);
    if (rule?.Arn === undefined) return new Map();
    const { Arn: arn, Description: description = '' } = rule;
    const isOurs = arn === known || description === descriptionOf(place);
    // A namesake is in the way of ours only while ours is wanted.
    if (!isOurs && isLeaving(place)) return new Map();
    // A rule has at most five targets.
    const listed = yield* readOrAbsent(region, 'eventbridge', 'listTargetsByRule', { Rule: Name });
    const targets = listed?.Targets ?? [];
    const statements = yield* statementsOf(region, agentFunction(declared.fleet.name, 'watch'));
    const observed = {
      arn,
      isOurs,
      expression: rule.ScheduleExpression,
      isEnabled: rule.State === 'ENABLED',
      description,
      functionArn: targets.find(({ Id }) => Id === TARGET_ID)?.Arn,
      othersTargets: targets.flatMap(({ Id, Arn }) => (Id === TARGET_ID || Arn === undefined ? [] : [Arn])),
      permissionsMissing: permissionsMissing(statements, [permissionOf(place)]),
    };
    return new Map([[region, observed]]);
  },

  attributes: ({ arn, isOurs }): Record<string, string> => (isOurs ? { id: arn } : {}),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignRule(observed)),

  holdsOthers: ({ arn, othersTargets }) =>
    othersTargets.length === 0 ? undefined : `${arn} invokes ${othersTargets.join(', ')} too: take that off it first`,

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.ruleName, 'risk');
    return [
      ...difference('expression', EVERY_MINUTE, observed.expression, 'risk'),
      ...difference('isEnabled', true, observed.isEnabled, 'risk'),
      ...difference('description', desired.description, observed.description, 'none'),
      ...difference('functionArn', desired.functionArn, observed.functionArn, 'risk'),
      ...difference('permissionsMissing', [], observed.permissionsMissing, 'risk'),
    ];
  },

  *apply({ key, desired, observed, drift, place }) {
    const { region, declared } = place;
    const { ruleName, functionArn } = desired;
    const differs = (...fields: readonly string[]): boolean =>
      observed === undefined || drift.some(({ field }) => fields.includes(field));
    const permission = permissionOf(place);
    // Permissions outlive a rule that somebody took away.
    const lacking =
      observed?.permissionsMissing ?? permissionsMissing(yield* statementsOf(region, functionArn), [permission]);
    if (lacking.length > 0) yield* grant(region, functionArn, permission);
    if (differs('expression', 'isEnabled', 'description'))
      yield* write(region, 'eventbridge', 'putRule', {
        Name: ruleName,
        ScheduleExpression: EVERY_MINUTE,
        State: 'ENABLED',
        Description: desired.description,
        ...(observed === undefined && { Tags: ec2TagsOf(declared.fleet.name, key) }),
      });
    if (differs('functionArn')) {
      const { FailedEntries = [] } = yield* write(region, 'eventbridge', 'putTargets', {
        Rule: ruleName,
        Targets: [{ Id: TARGET_ID, Arn: functionArn }],
      });
      // This call does not fail as a whole: it answers with what it could not do.
      for (const { ErrorCode, ErrorMessage } of FailedEntries)
        throw new Fault('Conflict', `putTargets in ${region}: ${functionArn}: ${ErrorCode}: ${ErrorMessage}`);
    }
    return { id: ruleArnOf(place) };
  },

  *remove({ observed, place }) {
    const { region, declared } = place;
    if (!observed.isOurs) throw new Fault('Conflict', foreignRule(observed));
    const Name = ruleNameOf(declared.fleet.name, 'watch');
    yield* removeTarget(region, Name, TARGET_ID);
    yield* writeUnlessAbsent(region, 'eventbridge', 'deleteRule', { Name });
    yield* revoke(region, functionArnOf(place), permissionOf(place).statementId);
  },
};

/** What there must be for the member's probe rows to keep coming. */
const asWanted = (place: Place, arn: string): ObservedSchedule => ({
  arn,
  isOurs: true,
  expression: EVERY_MINUTE,
  isEnabled: true,
  description: descriptionOf(place),
  functionArn: functionArnOf(place),
  othersTargets: [],
  permissionsMissing: [],
});

import { z } from 'zod';
import { accountAt } from '../model/accounts.ts';
import { type Dialogue, type ReadCall, readOrAbsent, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import { canonicalJson } from '../model/fingerprint.ts';
import { busArnIn, forwardedPattern, signalRole } from '../model/forwarded.ts';
import { ec2TagsOf, markOf } from '../model/ownership.ts';
import { keyOf } from '../model/target.ts';
import { isLeaving, isProven } from './ec2-lists.ts';
import { fleetRule, listsRules, removeTarget, ruleNameOf } from './fleet-rules.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { onlyOurTags, passes } from './permission-scopes.ts';

/** EventBridge's name for our target among a rule's. */
const TARGET_ID = 'home';

const forwards = 'arn:aws:events:*:{account}:rule/landbridge-*_forward';
const homeBus = 'arn:aws:events:{home}:{controlPlane}:event-bus/default';

const Desired = z.object({
  ruleName: z.string(),
  /** Canonical JSON. */
  pattern: z.string(),
  busArn: z.string(),
  roleArn: z.string(),
  description: z.string(),
});
type Desired = z.infer<typeof Desired>;

/** Where a rule hands events on to, and as whom. */
interface Handing {
  readonly busArn: string | undefined;
  readonly roleArn: string | undefined;
  /** What somebody else has it tell besides. */
  readonly othersTargets: readonly string[];
}

export interface ObservedForward extends Handing {
  readonly arn: string;
  /** By its description, or by the journal. */
  readonly isOurs: boolean;
  readonly pattern: string | undefined;
  readonly isEnabled: boolean;
  readonly description: string;
}

type Where = Pick<Place, 'region' | 'declared'>;

const wantedIn = ({ region, declared }: Where): Desired => ({
  ruleName: ruleNameOf(declared.fleet.name, 'forward'),
  pattern: canonicalJson(forwardedPattern(declared.fleet.name)),
  busArn: busArnIn(declared.fleet, declared.fleet.home),
  roleArn: signalRole(accountAt(declared, region)),
  description: markOf(declared.fleet.name, keyOf('event-forward', region)),
});

const ruleArnOf = ({ region, declared }: Place): string =>
  `arn:aws:events:${region}:${accountAt(declared, region)}:rule/${ruleNameOf(declared.fleet.name, 'forward')}`;

/** Home's bus hears of its own Region and account by itself. */
const isHeardAnyway = ({ region, declared }: Where): boolean =>
  region === declared.fleet.home && accountAt(declared, region) === declared.fleet.account;

const foreignRule = ({ arn, description }: ObservedForward): string =>
  `${arn} (“${description}”) has the name of the rule that hands the fleet's events on, and is not the fleet's: rename it or delete it`;

/**
 * What tells home of a member Region's events: who else writes to what the fleet owns, and which alarms are raised.
 *
 * One rule per fleet: two fleets in one Region have one each.
 * A rule without a dead-letter queue: EventBridge tries for 24 hours, and by then the sweep has long seen what the event
 * was about. A queue in every Region would be one more kind, and somebody would have to read it.
 *
 * Desired   in each Region but home, and in each account but the control plane's: the rule, enabled, with home's bus as ours among its targets
 * Observed  rule and targets; where the member's prober is well, one of both by turns, sweep by sweep
 * Source    docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export const eventForward: Kind<Desired, ObservedForward> = {
  name: 'event-forward',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [listsRules, { actions: ['events:ListTargetsByRule'], resources: [forwards] }],
    write: [
      { actions: ['events:PutRule', 'events:RemoveTargets', 'events:DeleteRule'], resources: [forwards] },
      { actions: ['events:TagResource'], resources: [forwards], conditions: onlyOurTags },
      {
        actions: ['events:PutTargets'],
        resources: [forwards],
        conditions: { 'ForAllValues:ArnEquals': { 'events:TargetArn': homeBus } },
      },
      passes(['landbridge-signal'], 'events.amazonaws.com'),
    ],
  },

  *targets(declared) {
    for (const { region } of declared.members)
      if (!isHeardAnyway({ region, declared }))
        yield memberTarget<Desired>('event-forward', region, wantedIn({ region, declared }));
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedForward>> {
    const { region, declared } = place;
    if (isHeardAnyway(place)) return new Map();
    const { ruleName: Name } = wantedIn(place);
    const known = place.known(keyOf('event-forward', region));
    const byTurns = known !== undefined && isProven(place, 'watch');
    const asWanted: ObservedForward = { ...wantedIn(place), arn: known ?? '', ...nothingElse };
    if (byTurns && place.proven?.turn === 1) {
      const handing = yield* handingOf(region, Name);
      return handing === undefined ? new Map() : new Map([[region, { ...asWanted, ...handing }]]);
    }
    const rule = yield* fleetRule(region, declared.fleet.name, Name);
    if (rule?.Arn === undefined) return new Map();
    const { Arn: arn, Description: description = '', EventPattern: pattern } = rule;
    const isOurs = arn === known || description === wantedIn(place).description;
    // A namesake is in the way of ours only while ours is wanted.
    if (!isOurs && isLeaving(place)) return new Map();
    const handing = byTurns ? asWanted : yield* handingOf(region, Name);
    if (handing === undefined) return new Map();
    const { busArn, roleArn, othersTargets } = handing;
    const isEnabled = rule.State === 'ENABLED';
    return new Map([
      [region, { arn, isOurs, pattern: canonicalOf(pattern), isEnabled, description, busArn, roleArn, othersTargets }],
    ]);
  },

  attributes: ({ arn, isOurs }): Record<string, string> => (isOurs ? { id: arn } : {}),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignRule(observed)),

  holdsOthers: ({ arn, othersTargets }) =>
    othersTargets.length === 0 ? undefined : `${arn} tells ${othersTargets.join(', ')} too: take that off it first`,

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.ruleName, 'risk');
    return [
      ...difference('pattern', desired.pattern, observed.pattern, 'risk'),
      ...difference('isEnabled', true, observed.isEnabled, 'risk'),
      ...difference('description', desired.description, observed.description, 'none'),
      ...difference('busArn', desired.busArn, observed.busArn, 'risk'),
      ...difference('roleArn', desired.roleArn, observed.roleArn, 'risk'),
    ];
  },

  *apply({ key, desired, observed, drift, place }) {
    const { region, declared } = place;
    const { ruleName, pattern, busArn, roleArn, description } = desired;
    const differs = (...fields: readonly string[]): boolean =>
      observed === undefined || drift.some(({ field }) => fields.includes(field));
    if (differs('pattern', 'isEnabled', 'description'))
      yield* write(region, 'eventbridge', 'putRule', {
        Name: ruleName,
        EventPattern: pattern,
        State: 'ENABLED',
        Description: description,
        ...(observed === undefined && { Tags: ec2TagsOf(declared.fleet.name, key) }),
      });
    if (differs('busArn', 'roleArn')) {
      const { FailedEntries = [] } = yield* write(region, 'eventbridge', 'putTargets', {
        Rule: ruleName,
        Targets: [{ Id: TARGET_ID, Arn: busArn, RoleArn: roleArn }],
      });
      // This call does not fail as a whole: it answers with what it could not do.
      for (const { ErrorCode, ErrorMessage } of FailedEntries)
        throw new Fault('Conflict', `putTargets in ${region}: ${busArn}: ${ErrorCode}: ${ErrorMessage}`);
    }
    return { id: ruleArnOf(place) };
  },

  *remove({ observed, place }) {
    if (!observed.isOurs) throw new Fault('Conflict', foreignRule(observed));
    const { region } = place;
    const { ruleName: Name } = wantedIn(place);
    yield* removeTarget(region, Name, TARGET_ID);
    yield* writeUnlessAbsent(region, 'eventbridge', 'deleteRule', { Name });
  },
};

const nothingElse = { isOurs: true, isEnabled: true, othersTargets: [] } as const;

/** Our target and others'; `undefined` where there is no rule. A rule has at most five. */
function* handingOf(region: string, Rule: string): Dialogue<ReadCall, Handing | undefined> {
  const listed = yield* readOrAbsent(region, 'eventbridge', 'listTargetsByRule', { Rule });
  if (listed === undefined) return undefined;
  const { Targets = [] } = listed;
  const ours = Targets.find(({ Id }) => Id === TARGET_ID);
  return {
    busArn: ours?.Arn,
    roleArn: ours?.RoleArn,
    othersTargets: Targets.flatMap(({ Id, Arn }) => (Id === TARGET_ID || Arn === undefined ? [] : [Arn])),
  };
}

/** AWS answers with the text that somebody wrote. */
function canonicalOf(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  try {
    return canonicalJson(JSON.parse(pattern));
  } catch {
    return pattern;
  }
}

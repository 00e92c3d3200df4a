import { z } from 'zod';
import { accountOf, isAbroad } from '../model/accounts.ts';
import { type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import type { Declared, Member } from '../model/fleet.ts';
import { busArnIn, forwardedPattern, HEALTH_SOURCE } from '../model/forwarded.ts';
import {
  byRoles,
  policyWith,
  type Statement,
  sidOf,
  statementsIn,
  statementsMissing,
} from '../model/policy-statement.ts';
import type { Region } from '../model/region.ts';
import type { Kind } from './kind.ts';

const Desired = z.object({
  sid: z.string(),
  busArn: z.string(),
  account: z.string(),
  sources: z.array(z.string()),
});
type Desired = z.infer<typeof Desired>;

/** Our statement as it stands, by its name. */
export interface ObservedOpening {
  readonly sid: string;
  readonly statement: Statement;
}

const BUS = 'default';
const buses = 'arn:aws:events:*:{account}:event-bus/default';

/** Members of one account, told together: they come through one opening. */
function membersByAccount({ fleet, members }: Declared): ReadonlyMap<string, readonly Member[]> {
  return Map.groupBy(
    members.filter((member) => isAbroad(fleet, member)),
    (member) => accountOf(fleet, member),
  );
}

const busesOf = ({ fleet: { home, standby } }: Declared): readonly Region[] =>
  standby === undefined || standby === home ? [home] : [home, standby];

const nameOf = (bus: Region, account: string): string => `${bus}/${account}`;

function wantOf({ fleet }: Declared, bus: Region, account: string): Desired {
  const sources = bus === fleet.home ? [HEALTH_SOURCE, ...forwardedPattern(fleet.name).source] : [HEALTH_SOURCE];
  return { sid: sidOf('Events', fleet.name, account), busArn: busArnIn(fleet, bus), account, sources };
}

function statementFor({ sid, busArn, account, sources }: Desired): Statement {
  const { Principal, condition } = byRoles(account, ['landbridge-watch', 'landbridge-signal']);
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal,
    Action: 'events:PutEvents',
    Resource: busArn,
    Condition: { 'ForAllValues:StringEquals': { 'events:source': sources }, ...condition },
  };
}

function* policyAt(region: Region): Dialogue<ReadCall, string | undefined> {
  const { Policy } = yield* read(region, 'eventbridge', 'describeEventBus', { Name: BUS });
  return Policy;
}

/**
 * What lets members of another account tell of themselves: an opening in the bus of home, and in the standby's, for what their
 * probers report and what their Regions hand on. One for each account, bus and fleet, kept until the last of them has left.
 *
 * What comes through it is believed no more for that: `on-signal` and `on-health` look whose it is.
 *
 * Desired   one statement in the bus's policy: these sources, by the two roles that have anything to tell
 * Observed  the same, by its name; other statements are others'. A fleet of one account has none, and reads nothing
 * Faults    PolicyLengthExceeded (Rejected) beyond 10 KB, which is some fifteen accounts.
 *           The policy is written as a whole, without a condition: what two fleets write in one moment, one of them writes again
 * Source    docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html,
 *           docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html,
 *           docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
 */
export const busPolicy: Kind<Desired, ObservedOpening> = {
  name: 'bus-policy',
  isControlPlanes: true,
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['events:DescribeEventBus'], resources: [buses] }],
    write: [
      { actions: ['events:DescribeEventBus'], resources: [buses] },
      {
        actions: ['events:PutPermission', 'events:RemovePermission'],
        resources: ['*'],
        because: 'EventBridge defines no resource types for the policies of buses',
      },
    ],
  },

  *targets(declared) {
    for (const [account, all] of membersByAccount(declared)) {
      const staying = all.filter(({ phase }) => phase !== 'leaving');
      const [owner] = staying.length > 0 ? staying : all;
      if (owner === undefined) continue;
      for (const bus of busesOf(declared))
        yield {
          kind: 'bus-policy',
          name: nameOf(bus, account),
          region: bus,
          // The bus's and not the member's: its policy is written as a whole, by one at a time.
          lease: `member/${bus}`,
          owners: [owner.region],
          concerns: all.map(({ region }) => region),
          want: wantOf(declared, bus, account),
        };
    }
  },

  *survey({ region, declared }): Dialogue<ReadCall, ReadonlyMap<string, ObservedOpening>> {
    const accounts = [...membersByAccount(declared).keys()];
    if (accounts.length === 0 || !busesOf(declared).includes(region)) return new Map();
    const there = new Map(statementsIn(yield* policyAt(region)).map((statement) => [statement.Sid, statement]));
    return new Map(
      accounts.flatMap((account): [string, ObservedOpening][] => {
        const { sid } = wantOf(declared, region, account);
        const statement = there.get(sid);
        return statement === undefined ? [] : [[nameOf(region, account), { sid, statement }]];
      }),
    );
  },

  attributes: ({ sid }) => ({ id: sid }),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.sid, 'risk');
    const { Sid: _, ...says } = observed.statement;
    const wanted = statementFor(desired);
    const isSo = statementsMissing(JSON.stringify({ Statement: observed.statement }), [wanted]).length === 0;
    return isSo ? [] : difference('statement', wanted, says, 'risk');
  },

  *apply({ desired, place: { region } }) {
    // As it is now and not as it was observed: others' statements may have come or gone.
    const { text } = policyWith(yield* policyAt(region), [desired.sid], [statementFor(desired)]);
    yield* write(region, 'eventbridge', 'putPermission', { EventBusName: BUS, Policy: text });
    return { id: desired.sid };
  },

  *remove({ observed: { sid }, place: { region } }) {
    yield* writeUnlessAbsent(region, 'eventbridge', 'removePermission', { EventBusName: BUS, StatementId: sid });
  },
};

import { z } from 'zod';
import { accountOf, isAbroad } from '../model/accounts.ts';
import { type AgentName, agents } from '../model/agents.ts';
import { type Dialogue, type ReadCall, readOrAbsent, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import type { Fleet, Member } from '../model/fleet.ts';
import {
  byRoles,
  policyWith,
  type Statement,
  sidOf,
  statementsIn,
  statementsMissing,
} from '../model/policy-statement.ts';
import { ref } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import { STATE_TABLE, tableArnIn } from '../model/state-table.ts';
import { memberAt } from './ec2-lists.ts';
import type { Kind } from './kind.ts';
import { memberTarget } from './member-target.ts';

const Desired = z.object({
  tableArn: z.string(),
  fleet: z.string(),
  account: z.string(),
  agents: z.array(z.enum(['watch', 'bit'])),
});
type Desired = z.infer<typeof Desired>;

export interface ObservedOpening {
  readonly tableArn: string;
  /** Ours, in the order of their names. Never empty. */
  readonly statements: readonly Statement[];
}

const tables = `arn:aws:dynamodb:*:{account}:table/${STATE_TABLE}`;

/** What each agent asks of its own Region's table, by the partitions it may: as its role does, and of its own fleet's alone. */
const asks = {
  watch: [
    { what: 'WatchReads', action: 'dynamodb:Query', partitions: ['fleet', 'health'] },
    { what: 'WatchWrites', action: 'dynamodb:BatchWriteItem', partitions: ['health'] },
  ],
  bit: [{ what: 'BitReads', action: 'dynamodb:Query', partitions: ['health'] }],
} as const satisfies Partial<Record<AgentName, unknown>>;
type Asking = keyof typeof asks;

const isAsking = (name: AgentName): name is Asking => name in asks;
const agentsOf = ({ role }: Member): Asking[] =>
  agents
    .filter(({ servingOnly }) => role === 'serving' || !servingOnly)
    .map(({ name }) => name)
    .filter(isAsking);

const sidsOf = (fleet: string): readonly string[] =>
  Object.values(asks).flatMap((each) => each.map(({ what }) => sidOf(what, fleet)));

const statementsFor = ({ tableArn, fleet, account, agents: names }: Desired): readonly Statement[] =>
  names.flatMap((agent) => {
    const { Principal, condition } = byRoles(account, [`landbridge-${agent}`]);
    return asks[agent].map(({ what, action, partitions }) => ({
      Sid: sidOf(what, fleet),
      Effect: 'Allow',
      Principal,
      Action: action,
      Resource: tableArn,
      Condition: {
        'ForAllValues:StringEquals': {
          'dynamodb:LeadingKeys': partitions.map((partition) => `${partition}#${fleet}`),
        },
        ...condition,
      },
    }));
  });

interface Attached {
  readonly policy: string | undefined;
  readonly revision: string | undefined;
}

function* attachedTo(region: Region, ResourceArn: string): Dialogue<ReadCall, Attached> {
  const found = yield* readOrAbsent(region, 'dynamodb', 'getResourcePolicy', { ResourceArn });
  return { policy: found?.Policy, revision: found?.RevisionId };
}

/** What DynamoDB calls it that there is no policy yet. */
const NO_POLICY = 'NO_POLICY';

const isAbroadIn = (fleet: Fleet, member: Member | undefined): member is Member =>
  member !== undefined && isAbroad(fleet, member);

/**
 * What lets the agents of a member in another account read and write the state table beside them, as its own roles let them:
 * each account must allow what crosses between the two. One for each such member, in the policy of its Region's replica, or of
 * the table itself in home; it names the member's own fleet, so that no account gets to see another fleet's rows.
 *
 * Desired   a statement for each thing that `watch` and `bit` ask
 * Observed  the same, by their names; other statements are others'. A fleet of one account has none, and reads nothing
 * Faults    Absent (PolicyNotFoundException) where somebody wrote meanwhile: the next look decides anew; Conflict within 15 s
 *           after another change; Rejected where the table is encrypted with AWS's managed key, which no other account may use
 * Source    docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html (20 KB, 15 s, keys),
 *           docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html (ExpectedRevisionId)
 */
export const tablePolicy: Kind<Desired, ObservedOpening> = {
  name: 'table-policy',
  isControlPlanes: true,
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['dynamodb:GetResourcePolicy'], resources: [tables] }],
    write: [
      {
        actions: ['dynamodb:GetResourcePolicy', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'],
        resources: [tables],
      },
    ],
  },

  *targets({ fleet, members }) {
    for (const member of members.filter((each) => isAbroad(fleet, each))) {
      const { region } = member;
      yield memberTarget<Desired>('table-policy', region, {
        tableArn: region === fleet.home ? tableArnIn(fleet, region) : ref('state-replica', region, 'id'),
        fleet: fleet.name,
        account: accountOf(fleet, member),
        agents: agentsOf(member),
      });
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedOpening>> {
    const { region, declared } = place;
    const { fleet } = declared;
    if (!isAbroadIn(fleet, memberAt(place))) return new Map();
    const tableArn = tableArnIn(fleet, region);
    const { policy } = yield* attachedTo(region, tableArn);
    const names = sidsOf(fleet.name);
    const statements = statementsIn(policy).filter(({ Sid = '' }) => names.includes(Sid));
    return new Map(statements.length === 0 ? [] : [[region, { tableArn, statements }]]);
  },

  attributes: ({ tableArn }) => ({ id: `${tableArn} policy` }),

  diff(desired, observed) {
    const wanted = statementsFor(desired);
    if (observed === undefined) return missing(desired.tableArn, 'risk');
    const lacking = statementsMissing(JSON.stringify({ Statement: observed.statements }), wanted);
    const surplus = observed.statements.filter(({ Sid }) => !wanted.some((statement) => statement.Sid === Sid));
    return [
      ...difference('statementsMissing', [], lacking, 'risk'),
      ...difference(
        'statementsTooMany',
        [],
        surplus.map(({ Sid }) => Sid),
        'risk',
      ),
    ];
  },

  *apply({ desired, place: { region } }) {
    const { tableArn: ResourceArn, fleet } = desired;
    const { policy, revision = NO_POLICY } = yield* attachedTo(region, ResourceArn);
    const { text: Policy } = policyWith(policy, sidsOf(fleet), statementsFor(desired));
    yield* write(region, 'dynamodb', 'putResourcePolicy', { ResourceArn, Policy, ExpectedRevisionId: revision });
    return { id: `${ResourceArn} policy` };
  },

  *remove({ observed: { tableArn: ResourceArn }, place: { region, declared } }) {
    const { policy, revision } = yield* attachedTo(region, ResourceArn);
    if (policy === undefined || revision === undefined) return;
    const { text: Policy, isEmpty } = policyWith(policy, sidsOf(declared.fleet.name), []);
    const ExpectedRevisionId = revision;
    if (isEmpty)
      yield* writeUnlessAbsent(region, 'dynamodb', 'deleteResourcePolicy', { ResourceArn, ExpectedRevisionId });
    else yield* write(region, 'dynamodb', 'putResourcePolicy', { ResourceArn, Policy, ExpectedRevisionId });
  },
};

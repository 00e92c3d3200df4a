import type { ReplicationGroupUpdate, TableDescription } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { type AwsCall, type Dialogue, type ReadCall, readOrAbsent, write } from '../model/aws-call.ts';
import { type Drift, missing } from '../model/drift.ts';
import { allPages } from '../model/pages.ts';
import type { Region } from '../model/region.ts';
import { STATE_TABLE, tableArnIn } from '../model/state-table.ts';
import { keyOf } from '../model/target.ts';
import { isLeaving } from './ec2-lists.ts';
import type { Kind, Place, Settling } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { servicesOwnRole } from './permission-scopes.ts';

const Desired = z.object({ table: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedReplica {
  readonly arn: string;
  /**
   * As DynamoDB writes it: 'CREATING', 'ACTIVE', 'DELETING' ...; `ABSENT` where there is none and cannot be one just now;
   * `FOREIGN` where a table that is no replica has taken its name.
   */
  readonly status: string;
  /** A replica is coming or going, in this Region or in another: nothing else of the table can be changed. */
  readonly isBusy: boolean;
  /** Whether it says that this fleet uses it. */
  readonly isMarked: boolean;
}

const tableIn = (region: string): string => `arn:aws:dynamodb:${region}:{account}:table/${STATE_TABLE}`;
const replicas = tableIn('*');

const ABSENT = 'ABSENT';
const FOREIGN = 'FOREIGN';
const DELETING = 'DELETING';
const LOOK_AGAIN_AFTER_SECONDS = 30;
/** Others are waited for longer than a run has rounds at the pace above. */
const LOOK_FOR_OTHERS_AFTER_SECONDS = 60;

/** Fleets of one account share the table: each marks the replicas it uses, and the last one that leaves takes one away. */
const MARK = 'landbridge:fleet/';
const markOf = ({ declared }: Place): string => `${MARK}${declared.fleet.name}`;

/** What the journal has of a replica that was asked for and bears no mark yet: its ARN says nothing, for the next one has it too. */
const UNMARKED = ' unmarked';

function* describeTable(
  { declared }: Place,
  region: Region = declared.fleet.home,
): Dialogue<ReadCall, TableDescription | undefined> {
  const found = yield* readOrAbsent(region, 'dynamodb', 'describeTable', { TableName: STATE_TABLE });
  return found?.Table;
}

const statusIn = (table: TableDescription, region: Region): string | undefined =>
  table.Replicas?.find(({ RegionName }) => RegionName === region)?.ReplicaStatus;

const COMING_OR_GOING: ReadonlySet<string | undefined> = new Set(['CREATING', 'UPDATING', 'DELETING']);

/** The table's own status does not say it: while a replica is filled it is ACTIVE for minutes, and refuses another one all the same. */
const isBusyNow = ({ TableStatus, Replicas = [] }: TableDescription): boolean =>
  TableStatus === 'UPDATING' || Replicas.some(({ ReplicaStatus }) => COMING_OR_GOING.has(ReplicaStatus));

const arnOf = ({ region, declared }: Place): string => tableArnIn(declared.fleet, region);

/** The fleets that say they use a replica. Its tags are its own: DynamoDB does not replicate them. */
function* fleetsAt(region: Region, ResourceArn: string): Dialogue<ReadCall, readonly string[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      readOrAbsent(region, 'dynamodb', 'listTagsOfResource', { ResourceArn, NextToken }),
    (page) => page?.NextToken,
  );
  return pages
    .flatMap((page) => page?.Tags ?? [])
    .flatMap(({ Key = '' }) => (Key.startsWith(MARK) ? [Key.slice(MARK.length)] : []));
}

const noMark: Drift = { field: 'mark', desired: 'in use by this fleet', observed: 'missing', impact: 'none' };

const settlingWhile = (because: string, lookAgainAfterSeconds = LOOK_AGAIN_AFTER_SECONDS): Settling => ({
  because,
  lookAgainAfterSeconds,
});

const waitingForOthers = (arn: string): Settling =>
  settlingWhile(`${arn} waits for a replica in another Region`, LOOK_FOR_OTHERS_AFTER_SECONDS);

/** The standby's replica is there whether or not the standby has a member: the deployment made it, and keeps it. */
const isDeployed = ({ region, declared }: Place): boolean => region === declared.fleet.standby;

/**
 * The state table in a member's own Region: what its agents read and write, whether home answers or not.
 *
 * Desired   a replica in every member's Region; home has the table itself
 * Observed  the status of each replica, in one DescribeTable for the whole fleet; which fleets use it, where the journal does
 *           not know it or it is to go
 * Faults    Conflict (ResourceInUseException), or Throttled, while a replica is being made or removed elsewhere: one at a time,
 *           and the lease is home's, so that of two runs that see their turn the second looks again
 * Bounds    about ten minutes for a replica of a table that holds items, as this one does, and half a minute for one of an
 *           empty table; so a join in which seventeen others are before it is out of time, and the sweep begins it anew
 * Source    docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html,
 *           docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html (ReplicaUpdates),
 *           times and refusals: ack-api-quirks, services/dynamodb/table-replicas.md, DDB-TABLE-228, -298 and -306, October 2026
 */
export const stateReplica: Kind<Desired, ObservedReplica> = {
  name: 'state-replica',
  isControlPlanes: true,
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'], resources: [replicas] }],
    write: [
      { actions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'], resources: [replicas] },
      { actions: ['dynamodb:TagResource', 'dynamodb:UntagResource'], resources: [replicas] },
      { actions: ['dynamodb:UpdateTable'], resources: [tableIn('{home}')] },
      // DynamoDB makes, fills and deletes a replica in its own Region, in the name of whoever asked; never the table at home.
      {
        actions: [
          'dynamodb:CreateTable',
          'dynamodb:CreateTableReplica',
          'dynamodb:Query',
          'dynamodb:Scan',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:DeleteTable',
          'dynamodb:DeleteTableReplica',
        ],
        resources: [replicas],
        conditions: { StringNotEquals: { 'aws:RequestedRegion': '{home}' } },
      },
      servicesOwnRole('replication.dynamodb.amazonaws.com', 'AWSServiceRoleForDynamoDBReplication'),
    ],
  },

  *targets({ fleet, members }) {
    for (const { region } of members)
      if (region !== fleet.home)
        yield {
          ...memberTarget<Desired>('state-replica', region, { table: STATE_TABLE }),
          lease: `member/${fleet.home}`,
        };
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedReplica>> {
    const { region, declared } = place;
    if (region === declared.fleet.home) return new Map();
    const table = yield* describeTable(place);
    if (table === undefined) return new Map();
    const arn = arnOf(place);
    const isBusy = isBusyNow(table);
    const isGoing = isLeaving(place);
    const status = statusIn(table, region);
    if (status === undefined) {
      if (isGoing) return new Map();
      const inTheWay = yield* describeTable(place, region);
      // One that is deleted goes from the list half a minute before it goes from its Region.
      const isLate = inTheWay?.TableStatus === 'DELETING';
      const why = isLate ? DELETING : inTheWay !== undefined ? FOREIGN : isBusy ? ABSENT : undefined;
      if (why === undefined) return new Map();
      return new Map([[region, { arn, status: why, isBusy, isMarked: false }]]);
    }
    if (place.known(keyOf('state-replica', region)) === arn && !isGoing)
      return new Map([[region, { arn, status, isBusy, isMarked: true }]]);
    const fleets = yield* fleetsAt(region, arn);
    const isMarked = fleets.includes(declared.fleet.name);
    // Others use it still: for this fleet it is gone.
    if (isGoing && !isMarked && (fleets.length > 0 || isDeployed(place))) return new Map();
    return new Map([[region, { arn, status, isBusy, isMarked }]]);
  },

  attributes: ({ arn, isMarked }): Record<string, string> => (isMarked ? { id: arn } : {}),

  conflict: (_, { arn, status }) =>
    status === FOREIGN ? `${arn} is a table of its own where the replica of home's should be: delete it` : undefined,

  diff({ table }, observed) {
    if (observed === undefined) return missing(table, 'risk');
    return observed.status === 'ACTIVE' && !observed.isMarked ? [noMark] : [];
  },

  settling: ({ arn, status, isBusy }) => {
    if (status === 'ACTIVE') return undefined;
    if (status === ABSENT && isBusy) return waitingForOthers(arn);
    return settlingWhile(`${arn} is ${status}`);
  },

  leaving({ arn, status, isBusy }) {
    if (status === DELETING) return settlingWhile(`${arn} is being deleted`);
    if (COMING_OR_GOING.has(status)) return settlingWhile(`${arn} is ${status}`);
    return isBusy ? waitingForOthers(arn) : undefined;
  },

  *apply({ observed, place }) {
    const arn = arnOf(place);
    if (observed === undefined) {
      yield* updateReplicas(place, { Create: { RegionName: place.region } });
      return { id: `${arn}${UNMARKED}` };
    }
    const Tags = [{ Key: markOf(place), Value: 'in use' }];
    yield* write(place.region, 'dynamodb', 'tagResource', { ResourceArn: arn, Tags });
    return { id: arn };
  },

  *remove({ observed: { arn }, place }) {
    // Not as the look had them, minutes ago: by now another fleet may use it, or have left it to us.
    const fleets = yield* fleetsAt(place.region, arn);
    if (isDeployed(place) || fleets.some((fleet) => fleet !== place.declared.fleet.name)) {
      yield* write(place.region, 'dynamodb', 'untagResource', { ResourceArn: arn, TagKeys: [markOf(place)] });
      return;
    }
    const table = yield* describeTable(place);
    const status = table && statusIn(table, place.region);
    if (status !== undefined && status !== DELETING)
      yield* updateReplicas(place, { Delete: { RegionName: place.region } });
  },
};

function* updateReplicas({ declared }: Place, update: ReplicationGroupUpdate): Dialogue<AwsCall, void> {
  const input = { TableName: STATE_TABLE, ReplicaUpdates: [update] };
  yield* write(declared.fleet.home, 'dynamodb', 'updateTable', input);
}

import type { AttributeValue, QueryOutput, WriteRequest } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type CompactRow, fullRow } from '../control-plane/health/compact-row.ts';
import { type CostLine, costOfEvidence, total } from '../control-plane/health/cost.ts';
import { BIT_REMEMBERS_MS, CHECKED_FROM } from '../control-plane/model/agents.ts';
import { settledCast } from '../local/faults/settled-cast.ts';
import { watchedHealth } from '../simulator/services/route-53/health/registry.ts';
import type { MadeCall, World } from '../simulator/world.ts';
import type { Bench, Bound, Breakdown, Figure } from './report.ts';
import { TEN_MEMBERS } from './ten-members.ts';

const FLEETS = [3, 10, 20, 34];
const MOST_DOLLARS = 10;
const { serving, clients } = TEN_MEMBERS;
const CHECKED_MEMBERS = serving.length + clients.length;
const MEASURED_MINUTES = 30;
const MINUTE_MS = 60_000;
const MINUTES_A_MONTH = 730 * 60;

const linesOf = (members: number): readonly CostLine[] =>
  costOfEvidence(members, CHECKED_FROM.length, BIT_REMEMBERS_MS);

/**
 * The size of an item as DynamoDB bills it.
 *
 * Source  docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function bytesOf(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytesOf(value), 0);
}

function valueBytesOf({ S, N, M, L }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  // A byte for each two significant digits, and one more.
  if (N !== undefined) return Math.ceil(N.replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
  if (M !== undefined) return 3 + Object.keys(M).length + bytesOf(M);
  if (L !== undefined) return 3 + L.reduce((sum, value) => sum + 1 + valueBytesOf(value), 0);
  return 1;
}

/** What one member's evidence takes in a minute in which nothing happens, counted over all members and shared out. */
interface Counted {
  rows: number;
  largestRowBytes: number;
  writeUnits: number;
  probes: number;
  /** The farthest answer of each round that was written down: a probe waits for all of them. */
  slowestMs: number;
  bitQueries: number;
  bitReadUnits: number;
  watchQueries: number;
  watchReadUnits: number;
  watches: number;
}

const isOf = ({ principal }: Pick<MadeCall, 'principal'>, agent: string): boolean =>
  principal.roleArn?.endsWith(`/landbridge-${agent}`) === true;

const KB = 1_024;

function countIn(world: World): Counted {
  const counted: Counted = {
    rows: 0,
    largestRowBytes: 0,
    writeUnits: 0,
    probes: 0,
    slowestMs: 0,
    bitQueries: 0,
    bitReadUnits: 0,
    watchQueries: 0,
    watchReadUnits: 0,
    watches: 0,
  };
  world.weather.event = ({ targetArn }) => {
    if (targetArn.endsWith('_watch')) counted.watches += 1;
    return 'delivered';
  };
  world.watchers.add((made) => {
    if (made.service === 'dynamodb' && made.operation === 'BatchWriteItem' && isOf(made, 'watch'))
      for (const { PutRequest } of rowsIn(made)) {
        const bytes = bytesOf(PutRequest?.Item ?? {});
        counted.rows += 1;
        counted.writeUnits += Math.ceil(bytes / KB);
        counted.slowestMs += slowestIn(PutRequest?.Item ?? {});
        counted.largestRowBytes = Math.max(counted.largestRowBytes, bytes);
      }
    if (made.service === 'dynamodb' && made.operation === 'Query') {
      const { Items = [] } = (made.output ?? {}) as QueryOutput;
      const isConsistent = (made.input as { ConsistentRead?: boolean }).ConsistentRead === true;
      const bytes = Items.reduce((sum, item) => sum + bytesOf(item), 0);
      const units = Math.max(1, Math.ceil(bytes / (4 * KB))) * (isConsistent ? 1 : 0.5);
      if (isOf(made, 'bit')) {
        counted.bitQueries += 1;
        counted.bitReadUnits += units;
      }
      if (isOf(made, 'watch')) {
        counted.watchQueries += 1;
        counted.watchReadUnits += units;
      }
    }
    if (made.service === 'lambda' && made.operation === 'Invoke' && isOf(made, 'watch')) counted.probes += 1;
  });
  return counted;
}

function slowestIn(item: Readonly<Record<string, AttributeValue>>): number {
  const row = fullRow(unmarshall(item)['value'] as CompactRow);
  return Math.max(...[...Object.values(row.replicas), row.name].map(({ latencyMs }) => latencyMs));
}

const rowsIn = ({ input }: MadeCall): readonly WriteRequest[] =>
  Object.values((input as { RequestItems?: Record<string, WriteRequest[]> }).RequestItems ?? {}).flat();

/** What it costs to know how a member is, and whether what that is reckoned from is so. */
export const cost: Bench = {
  name: 'cost',
  about: 'what evidence costs per member and month, and its assumptions against what a settled fleet does',
  async run(tell) {
    tell(`${CHECKED_MEMBERS} settled members for ${MEASURED_MINUTES} minutes`);
    const { bed, trial } = await settledCast({ seed: 'cost' }, TEN_MEMBERS);
    const { clock, world } = bed;
    const counted = countIn(world);
    await clock.runFor(MEASURED_MINUTES * MINUTE_MS);
    const perMinute = (count: number, members = CHECKED_MEMBERS): number => count / MEASURED_MINUTES / members;
    const lines = linesOf(CHECKED_MEMBERS);
    const assumed = (item: string): number => {
      const line = lines.find((one) => one.item === item);
      if (line === undefined) throw new Error(`costOfEvidence has no line ${item}`);
      return line.quantity / MINUTES_A_MONTH;
    };
    const watches = [...watchedHealth(world).watches.values()];
    const checkers = watches.reduce((sum, { observations }) => sum + observations.length, 0);
    const ids = [...trial.state.ids.keys()];
    const alarms = ids.filter((key) => key.startsWith('alarm/')).length;
    const invocations = perMinute(counted.watches + counted.probes) + (checkers / watches.length) * 6;
    const check = (figure: string, measured: number, unit: string, bound: Bound): Figure => ({
      figure,
      measured,
      unit,
      bound,
    });
    const aMinute = 'a minute and member';
    const rowsInAll = perMinute(counted.writeUnits) * CHECKED_MEMBERS;
    return {
      figures: [
        ...FLEETS.map((members) => ({
          figure: `${members} members: evidence on one`,
          measured: total(linesOf(members)),
          unit: '$ a month',
          bound: { atMost: MOST_DOLLARS },
        })),
        check('watch runs', perMinute(counted.watches), aMinute, { atMost: 1 }),
        check('probe runs', perMinute(counted.probes), aMinute, { atMost: 6 }),
        check('a probe waits for the farthest', counted.slowestMs / counted.rows / 1_000, 's', {
          // GB-seconds of 128 MB, six a minute.
          atMost: assumed('probe, in the VPC') / 6 / 0.125,
        }),
        check('invocations of the three', invocations, aMinute, { atMost: assumed('invocations of the three') }),
        check('rows written', perMinute(counted.rows), aMinute, { atMost: 1 }),
        { figure: 'the largest row', measured: counted.largestRowBytes, unit: 'bytes' },
        check('units written, over all replicas', rowsInAll, aMinute, { atMost: assumed('rows, in every member') }),
        check('the bit reads the table', perMinute(counted.bitQueries, serving.length), aMinute, {
          atMost: MINUTE_MS / BIT_REMEMBERS_MS,
        }),
        check('units read by the bit', perMinute(counted.bitReadUnits, serving.length), aMinute, {
          atMost: assumed('reads of the bit'),
        }),
        check('units read by watch, at its beat', perMinute(counted.watchReadUnits), aMinute, {
          atMost: assumed('reads of the watch'),
        }),
        check('health checks', watches.length / serving.length, 'a serving member', {
          atMost: assumed('health check') * MINUTES_A_MONTH,
        }),
        check('checkers behind a check', checkers / watches.length, '', { atMost: CHECKED_FROM.length * 2 }),
        check('alarms', alarms / CHECKED_MEMBERS, 'a member', { atMost: assumed('alarms') * MINUTES_A_MONTH }),
      ],
      breakdowns: FLEETS.map(billOf),
    };
  },
};

const billOf = (members: number): Breakdown => ({
  title: `A serving member of ${members}, a month`,
  head: ['', 'quantity', 'unit', 'dollars'],
  rows: linesOf(members).map(({ item, quantity, unit, dollars }) => [
    item,
    Number(quantity.toPrecision(4)),
    unit,
    Number(dollars.toFixed(3)),
  ]),
});

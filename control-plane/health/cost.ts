import { agents, PROBE_EVERY_MS, ROUNDS_PER_MINUTE } from '../model/agents.ts';
import { quietRowsEveryMs } from './evidence.ts';

/** One thing that a member's evidence costs, a month. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  /** US dollars for one. */
  readonly price: number;
  readonly dollars: number;
}

/** A month of AWS's bills: 730 hours. */
const MINUTES = 730 * 60;
const MILLION = 1_000_000;

/**
 * US dollars, us-east-1, without free tiers.
 *
 * Source  aws.amazon.com/{lambda,route53,cloudwatch,dynamodb,eventbridge}/pricing, as docs/aws-facts.md has them
 */
const PRICES = {
  lambdaGbSecond: 0.0000133334, // arm64
  lambdaRequest: 0.2 / MILLION,
  healthCheck: 0.5,
  healthCheckOption: 1, // fast interval, HTTPS, string matching: each
  alarm: 0.1,
  metric: 0.3,
  logGb: 0.5,
  replicatedWriteUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
} as const;

/** How long the probe waits for the farthest replica's answer, billed to the millisecond: four round trips on a new connection. */
const PROBE_SECONDS = 1.02;
/** The last round of a minute begins at 50 s. */
const WATCH_SECONDS = ((ROUNDS_PER_MINUTE - 1) * PROBE_EVERY_MS) / 1_000 + PROBE_SECONDS;
const BIT_SECONDS = 0.005;
/** Each of Route 53's checker Regions has several checkers; nobody publishes how many. */
const CHECKERS_PER_REGION = 2;
const METRICS = 3;
const ALARMS = 2;
/** Metrics as log lines, and a line for each change. Platform logs of every invocation are switched off. */
const LOG_BYTES_A_MINUTE = 1_000;
/** One line of a row that says nothing but that all is well. */
const ROW_BYTES_PER_REPLICA = 16;
const ROW_BYTES = 90;

/** Fleet, members and the ids of targets, read once a minute, as of a moment ago: of a mesh they grow with its members. */
const WATCH_UNITS_PER_MEMBER = 0.7;

const memoryGb = (agent: 'probe' | 'watch' | 'bit'): number =>
  (agents.find(({ name }) => name === agent)?.memoryMb ?? 0) / 1_024;

/**
 * What it costs, a month, to know how one serving member is: probes, check, metrics, alarms, and the rows that tell the
 * other members. A quiet month: news is written as it comes, and there is little of it.
 *
 * In   how many members see each other's rows, from how many Regions Route 53 checks, how long a bit remembers its answer
 */
export function costOfEvidence(members: number, checkerRegions: number, bitRemembersMs: number): readonly CostLine[] {
  const line = (item: string, quantity: number, unit: string, price: number): CostLine => ({
    item,
    quantity,
    unit,
    price,
    dollars: quantity * price,
  });
  const rounds = MINUTES * ROUNDS_PER_MINUTE;
  const checks = ((MINUTES * 60_000) / PROBE_EVERY_MS) * checkerRegions * CHECKERS_PER_REGION;
  const partitionBytes = members * (ROW_BYTES + members * ROW_BYTES_PER_REPLICA);
  const rowUnits = Math.ceil((ROW_BYTES + members * ROW_BYTES_PER_REPLICA) / 1_024);
  const quietRows = (MINUTES * 60_000) / quietRowsEveryMs(members);
  const reads = (MINUTES * 60_000) / bitRemembersMs;
  return [
    line('watch, at its beat', MINUTES * WATCH_SECONDS * memoryGb('watch'), 'GB-seconds', PRICES.lambdaGbSecond),
    line('probe, in the VPC', rounds * PROBE_SECONDS * memoryGb('probe'), 'GB-seconds', PRICES.lambdaGbSecond),
    line('health bit', checks * BIT_SECONDS * memoryGb('bit'), 'GB-seconds', PRICES.lambdaGbSecond),
    line('invocations of the three', MINUTES + rounds + checks, 'requests', PRICES.lambdaRequest),
    line('health check', 1, 'check', PRICES.healthCheck),
    line('its options: every 10 s, HTTPS, string', 3, 'options', PRICES.healthCheckOption),
    line('metrics', METRICS, 'metrics', PRICES.metric),
    line('alarms', ALARMS, 'alarms', PRICES.alarm),
    line('logs', (MINUTES * LOG_BYTES_A_MINUTE) / 1e9, 'GB', PRICES.logGb),
    line('rows, in every member', quietRows * rowUnits * members, 'write units', PRICES.replicatedWriteUnit),
    line('reads of the watch', MINUTES * members * WATCH_UNITS_PER_MEMBER, 'read units', PRICES.readUnit),
    // Eventually consistent reads cost half a unit for each 4 KB.
    line('reads of the bit', reads * Math.ceil(partitionBytes / 4_096) * 0.5, 'read units', PRICES.readUnit),
  ];
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

import { z } from 'zod';
import { quietRowsEveryMs } from '../../control-plane/health/evidence.ts';
import { changesOf, isNews, nextRow } from '../../control-plane/health/matrix.ts';
import type { Probe, ProbeRow } from '../../control-plane/health/probe-row.ts';
import { PROBE_EVERY_MS, ROUNDS_PER_MINUTE } from '../../control-plane/model/agents.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type AgentProbe, askProbe } from '../runtime/ask-probe.ts';
import type { FleetState } from '../runtime/fleet-state.ts';
import { FleetStore } from '../runtime/fleet-store.ts';
import { HealthStore } from '../runtime/health-store.ts';
import { metricsLine } from '../runtime/metrics.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { task } from '../runtime/task.ts';
import { within } from '../runtime/within.ts';
import { type AgentLog, agentLog } from './agent-log.ts';
import { askBit } from './ask-bit.ts';
import { Minute } from './minute.ts';
import { Remembered } from './remembered.ts';
import { report } from './report.ts';
import { type Watched, watchedFrom } from './watched.ts';

const A_MINUTE_MS = PROBE_EVERY_MS * ROUNDS_PER_MINUTE;
const LAST_ROUND_AT_MS = A_MINUTE_MS - PROBE_EVERY_MS;
/** What EventBridge, a container's start and a time that counts in whole seconds add up to every time. */
const USUALLY_LATE_MS = 4_000;
/** A round makes way for the next one, and the last one for the next invocation. */
const A_ROUND_TAKES_AT_MOST_MS = PROBE_EVERY_MS - 500;
const PROBER_ANSWERS_WITHIN_MS = 8_000;
const TABLE_ANSWERS_WITHIN_MS = 5_000;

/** What an observer goes by. */
interface Known {
  readonly state: FleetState;
  readonly row: ProbeRow | undefined;
}
const remembered = new Remembered<Known>();

/** What EventBridge's schedules hand over. */
const Scheduled = z.looseObject({ time: z.iso.datetime().optional() });

/**
 * Keeps the ten-second beat of one member: has its prober ask, writes down what it saw, and tells home and standby of what
 * has changed. Stands outside the VPC, since from inside there is no way to AWS.
 *
 * A prober that cannot be asked, or does not answer, shows nothing of anybody: no row is written, so that the one there is
 * goes stale, which is how an observer that has stopped looks to whoever reads the matrix. It is said in the log, once a
 * minute, and its metrics are missing, which sets off the member's alarms.
 *
 * In      the schedule's event; begun late by its `time`, there are fewer rounds, so that none runs into the next minute's.
 *         A minute and more is no lateness but a clock that is off, and does not count
 * Out     { rounds }: those in which the prober answered
 * Reads   fleet, members, entrances and the last row in its own Region's replica of the state table; where that does not
 *         answer, what this container knew last
 * Bounds  2 queries, 6 invocations of the prober, 1 row and 1 public request a minute where all is well. A round that is
 *         not well, and the first good one after, writes a row more; a change of state is one event more, and one for the standby
 * Role    landbridge-watch
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export const handler = task({
  input: Scheduled,
  async run({ time }, runtime) {
    const { fleet, region } = runtime.settings;
    if (fleet === undefined) throw new Fault('Rejected', 'the environment variable LANDBRIDGE_FLEET is missing');
    const startedAtMs = runtime.nowMs();
    const log = agentLog(runtime, 'watch');
    const known = await whatIsKnown(fleet, runtime, log);
    const watched = known === undefined ? undefined : watchedFrom(known.state, region);
    if (known === undefined || watched === undefined) return { rounds: 0 };
    const watching = new Watching(known, watched, runtime, log);
    const lateMs = latenessOf(time, startedAtMs);
    for (let atMs = 0; lateMs + atMs <= LAST_ROUND_AT_MS + USUALLY_LATE_MS; atMs += PROBE_EVERY_MS) {
      const pauseMs = startedAtMs + atMs - runtime.nowMs();
      if (pauseMs > 0) await runtime.sleep(pauseMs);
      // By the minute and not by its own beginning: a round that is late ends when it would have.
      const leftMs = startedAtMs + atMs + A_ROUND_TAKES_AT_MOST_MS - runtime.nowMs();
      await within(
        runtime,
        leftMs,
        oneRound(watching, () => whatIsKnown(fleet, runtime, log)),
      );
    }
    const { minute } = watching;
    if (minute.rounds > 0)
      runtime.print(metricsLine({ fleet, member: region, atMs: runtime.nowMs() }, minute.metrics()));
    return { rounds: minute.rounds };
  },
});

/** An entrance that is gone is looked up in the round's own time. */
async function oneRound(watching: Watching, lookUp: () => Promise<Known | undefined>): Promise<void> {
  if (watching.isLost) watching.follow(await lookUp());
  await watching.round();
}

function latenessOf(time: string | undefined, nowMs: number): number {
  const lateMs = time === undefined ? 0 : nowMs - Date.parse(time);
  return lateMs > 0 && lateMs < A_MINUTE_MS ? lateMs : 0;
}

async function whatIsKnown(fleet: string, runtime: Runtime, log: AgentLog): Promise<Known | undefined> {
  const { region } = runtime.settings;
  const before = remembered.of(runtime);
  try {
    const loading = new FleetStore(runtime, region).load(fleet, { eventually: true });
    const state = await within(runtime, TABLE_ANSWERS_WITHIN_MS, loading);
    if (state === undefined) throw new Fault('Unavailable', `nothing within ${TABLE_ANSWERS_WITHIN_MS} ms`);
    const written = state.health.rows.find(({ observer }) => observer === region);
    return { state, row: newest(before?.row, written) };
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn('the state table does not answer', { says: error.message });
    return before;
  }
}

/** Quiet rounds are not written: what this container saw last may be newer. */
const newest = (a: ProbeRow | undefined, b: ProbeRow | undefined): ProbeRow | undefined =>
  a === undefined || (b !== undefined && b.atMs > a.atMs) ? b : a;

/** Whether this invocation has to write a row, whatever it sees: the next begins a minute later. */
function isDue(rows: readonly ProbeRow[], { settings, nowMs }: Runtime): boolean {
  const observers = new Set(rows.map(({ observer }) => observer)).size;
  const writtenAtMs = rows.find(({ observer }) => observer === settings.region)?.atMs ?? 0;
  return nowMs() - writtenAtMs + A_MINUTE_MS > quietRowsEveryMs(observers) + USUALLY_LATE_MS;
}

/** The rounds of one invocation. */
class Watching {
  readonly minute = new Minute();
  #state: FleetState;
  #watched: Watched;
  readonly #runtime: Runtime;
  readonly #log: AgentLog;
  #row: ProbeRow | undefined;
  #isBitAsked = false;
  #isDue: boolean;
  #isProberMissed = false;

  constructor({ state, row }: Known, watched: Watched, runtime: Runtime, log: AgentLog) {
    this.#state = state;
    this.#row = row;
    this.#watched = watched;
    this.#runtime = runtime;
    this.#log = log;
    this.#isDue = isDue(state.health.rows, runtime);
  }

  /** An entrance is not there any more: it may be another by now. */
  get isLost(): boolean {
    return Object.values(this.#row?.replicas ?? {}).some(
      ({ recent, symptom }) => recent.endsWith('x') && (symptom === 'name' || symptom === 'connect'),
    );
  }

  /** Goes on with what is known by now. */
  follow(known: Known | undefined): void {
    const watched = known && watchedFrom(known.state, this.#runtime.settings.region);
    if (known === undefined || watched === undefined) return;
    this.#state = known.state;
    this.#watched = watched;
  }

  async round(): Promise<void> {
    const [probes, bit] = await Promise.all([this.#ask(), this.#askBit()]);
    const row = probes === undefined ? undefined : this.#follow(probes, bit);
    if (row === undefined) return;
    const before = this.#row;
    this.#row = row;
    remembered.keep(this.#runtime, { state: this.#state, row });
    const changes = changesOf(before, row);
    for (const change of changes) this.#log.info('health changed', { ...change });
    const { fleet } = this.#state.declared;
    await Promise.all([
      ...(isNews(before, row) || this.#isDue ? [this.#write(row)] : []),
      ...(changes.length > 0
        ? [
            report(
              this.#state.declared,
              { fleet: fleet.name, observer: row.observer, atMs: row.atMs, changes },
              silentIn(row),
              this.#runtime,
              this.#log,
            ),
          ]
        : []),
    ]);
  }

  async #ask(): Promise<readonly AgentProbe[] | undefined> {
    const { call, settings } = this.#runtime;
    const fleet = this.#state.declared.fleet.name;
    try {
      const asking = askProbe({ fleet, region: settings.region }, this.#watched.questions, call);
      const probes = await within(this.#runtime, PROBER_ANSWERS_WITHIN_MS, asking);
      if (probes === undefined) throw new Fault('Unavailable', `nothing within ${PROBER_ANSWERS_WITHIN_MS} ms`);
      return probes;
    } catch (error) {
      if (!isFault(error)) throw error;
      if (!this.#isProberMissed) this.#log.warn('the prober does not answer', { says: error.message });
      this.#isProberMissed = true;
      return undefined;
    }
  }

  /** Once a minute: Route 53 asks it all the time, this is to see that there is a way to it. */
  async #askBit(): Promise<Probe | undefined> {
    const { bitUrl } = this.#watched;
    const { publicRequester } = this.#runtime;
    if (this.#isBitAsked || bitUrl === undefined || publicRequester === undefined) return undefined;
    this.#isBitAsked = true;
    return askBit(bitUrl, publicRequester);
  }

  /** The row after this round. */
  #follow(probes: readonly AgentProbe[], bit: Probe | undefined): ProbeRow | undefined {
    const { region: observer } = this.#runtime.settings;
    const { replicas, bitUrl } = this.#watched;
    const name = probes[replicas.length];
    if (name === undefined) return undefined;
    const answers = new Map(replicas.map((region, index) => [region, probes[index] ?? name]));
    const round = { observer, atMs: this.#runtime.nowMs(), replicas: Object.fromEntries(answers), name, bit };
    const row = nextRow(this.#row, round, this.#state.declared.fleet.health);
    this.minute.add(row, answers.get(observer) ?? name);
    // What was not asked in this round is not gone for that.
    const isAskedElsewhen = bit === undefined && bitUrl !== undefined;
    return isAskedElsewhen ? { ...row, bit: this.#row?.bit ?? null } : row;
  }

  async #write(row: ProbeRow): Promise<void> {
    const { region } = this.#runtime.settings;
    try {
      await new HealthStore(this.#runtime, region).putRow(this.#state.declared.fleet.name, row);
      this.#isDue = false;
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#log.warn('the row was not written', { says: error.message });
    }
  }
}

/** Replicas that do not let anybody connect: their Regions may be away as a whole. */
const silentIn = ({ observer, replicas }: ProbeRow): ReadonlySet<Region> =>
  new Set(
    Object.entries(replicas)
      .filter(([region, { state, symptom }]) => region !== observer && state === 'sick' && symptom === 'connect')
      .map(([region]) => region),
  );

import { z } from 'zod';
import { type BitAnswer, bitOf } from '../../control-plane/health/bit.ts';
import { BIT_IS_GOOD, BIT_REMEMBERS_MS } from '../../control-plane/model/agents.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import { isDrained } from '../../control-plane/traffic/traffic.ts';
import { HealthStore } from '../runtime/health-store.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { task } from '../runtime/task.ts';
import { within } from '../runtime/within.ts';
import { agentLog } from './agent-log.ts';
import { BIT_IS_OUT } from './ask-bit.ts';
import { Remembered } from './remembered.ts';

/** How long an answer that probes gave is worth more than none. */
const TRUSTED_FOR_MS = 60_000;
/** Route 53 waits two seconds for an answer. */
const TABLE_ANSWERS_WITHIN_MS = 1_500;

/** A word for the world; the sentence behind it, which names people and Regions, is in the log. */
type Because = 'drained' | 'probes' | 'no-evidence';

interface Known extends BitAnswer {
  readonly word: Because;
  readonly atMs: number;
}
const remembered = new Remembered<Known>();

const NO_EVIDENCE: Pick<Known, 'inService' | 'because' | 'word'> = {
  inService: true,
  because: 'the state table says nothing, and that is nothing against the replica',
  word: 'no-evidence',
};

/**
 * The health bit of one member: whether its replica is to be called, answered over the internet to whoever asks.
 *
 * Where the state table does not answer, what was answered last holds for a minute; a drain holds for as long as this
 * container lives, for somebody asked for it and probes do not end it. After that it is in service. Silence of a table is
 * no evidence against a replica that serves well, and the other way round a fault of ours, a permission or a throttle,
 * would take callers off it. Should the table be silent in every Region, nobody's callers are moved at all.
 *
 * In      anything: nothing of the request is looked at
 * Out     200 and BIT_IS_GOOD, or 503 and BIT_IS_OUT; why, in one word: x-landbridge-because
 * Reads   one query of its own Region's replica of the state table, at most one every `BIT_REMEMBERS_MS` and container
 * Faults  none
 * Role    landbridge-bit
 */
export const handler = task({
  input: z.unknown(),
  run(_, runtime) {
    const before = remembered.of(runtime);
    if (before !== undefined && Math.abs(runtime.nowMs() - before.atMs) < BIT_REMEMBERS_MS) return answerOf(before);
    return answerNow(runtime, before).then(answerOf);
  },
});

const answerOf = ({ inService, word }: Known) => ({
  statusCode: inService ? 200 : 503,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-store', 'x-landbridge-because': word },
  body: inService ? BIT_IS_GOOD : BIT_IS_OUT,
});

async function answerNow(runtime: Runtime, before: Known | undefined): Promise<Known> {
  const nowMs = runtime.nowMs();
  try {
    const answer = await askTable(runtime);
    if (answer.inService !== before?.inService)
      agentLog(runtime, 'bit').info(answer.inService ? BIT_IS_GOOD : BIT_IS_OUT, { because: answer.because });
    remembered.keep(runtime, answer);
    return answer;
  } catch (error) {
    if (!isFault(error)) throw error;
    agentLog(runtime, 'bit').warn('the state table does not answer', { says: error.message });
    const isGood =
      before !== undefined && (before.word === 'drained' || Math.abs(nowMs - before.atMs) < TRUSTED_FOR_MS);
    return isGood ? before : { ...NO_EVIDENCE, atMs: nowMs };
  }
}

async function askTable(runtime: Runtime): Promise<Known> {
  const { fleet, region } = runtime.settings;
  if (fleet === undefined) throw new Error('the environment variable LANDBRIDGE_FLEET is missing');
  const loading = new HealthStore(runtime, region).load(fleet, { eventually: true });
  const health = await within(runtime, TABLE_ANSWERS_WITHIN_MS, loading);
  if (health === undefined) throw new Fault('Unavailable', `nothing within ${TABLE_ANSWERS_WITHIN_MS} ms`);
  const { rows, traffic } = health;
  const atMs = runtime.nowMs();
  const word = isDrained(traffic, region) ? 'drained' : 'probes';
  return { ...bitOf(region, rows, traffic.drains, atMs), word, atMs };
}

import type { Probe } from '../../control-plane/health/probe-row.ts';
import { BIT_IS_GOOD } from '../../control-plane/model/agents.ts';
import type { PublicRequester } from '../runtime/requester.ts';

/** As long as Route 53's checkers take: to connect, and then for the answer. */
const ANSWERS_WITHIN_MS = 4_000;
export const BIT_IS_OUT = 'landbridge: out of service';

/**
 * Asks a health bit as Route 53's checkers do. Either of its two answers is well: what is asked is whether there is a way to
 * it and everybody is let in, and not which answer it gives, for that is made of the very rows that this goes into.
 *
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export async function askBit(url: string, request: PublicRequester): Promise<Probe> {
  const answer = await request({ url, timeoutMs: ANSWERS_WITHIN_MS });
  if (!answer.answered) return { symptom: answer.symptom, latencyMs: answer.latencyMs, says: answer.says };
  const { status, body, latencyMs } = answer;
  const says = `HTTP ${status} after ${Math.round(latencyMs)} ms`;
  const isBit = (status === 200 && body === BIT_IS_GOOD) || (status === 503 && body === BIT_IS_OUT);
  if (isBit) return { latencyMs, says: `${says}: ${body}` };
  return { symptom: status === 403 ? 'forbidden' : 'error', latencyMs, says };
}

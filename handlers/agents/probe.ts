import type { Symptom } from '../../control-plane/health/probe-row.ts';
import { PROBE_TIMEOUT_MS } from '../../control-plane/model/agents.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { type AgentProbe, type ProbeAnswers, type ProbeQuestion, ProbeQuestions } from '../runtime/ask-probe.ts';
import { allOf, type Maybe, whenThere } from '../runtime/maybe.ts';
import type { PrivateAnswer, PrivateRequest } from '../runtime/requester.ts';
import { task } from '../runtime/task.ts';

const symptomOf = (status: number): Symptom | undefined =>
  status === 403 ? 'forbidden' : status >= 400 ? 'error' : undefined;

function probeOf(answer: PrivateAnswer, { timeoutMs = PROBE_TIMEOUT_MS }: PrivateRequest): AgentProbe {
  const { latencyMs } = answer;
  if (!answer.answered) return { symptom: answer.symptom, latencyMs, says: answer.says };
  const { status, servedBy } = answer;
  const symptom = symptomOf(status) ?? (latencyMs > timeoutMs ? 'slow' : undefined);
  const says = `HTTP ${status} after ${Math.round(latencyMs)} ms`;
  return { symptom, latencyMs, says, status, servedBy };
}

/**
 * Asks from inside a member's VPC, all requests side by side, and says how each ended: name, connect, tls, forbidden (403),
 * error (any other answer of 400 and above, or a broken one), slow (no answer in time).
 *
 * Keeps nothing, knows nothing of the fleet, and makes no call to AWS: from where it stands there is no way to it.
 *
 * In      { requests: [{ to, url, connectTo, timeoutMs }], cidrs: { 'eu-west-1': ['10.64.0.0/16'] } }
 * Out     { probes: [{ symptom, latencyMs, says, status, servedBy }] }, one per request, in their order
 * Role    landbridge-probe: its own network interfaces and its log, and nothing else
 * Faults  Rejected where the questions are not of this shape
 */
export const handler = task({
  input: ProbeQuestions,
  run({ requests, cidrs }, { requester }): Maybe<ProbeAnswers> {
    if (requester === undefined) throw new Fault('Rejected', 'nothing here can make a request inside a VPC');
    const probes = requests.map((asked) => {
      const request = { ...given(asked), cidrs };
      return whenThere(requester(request), (answer) => probeOf(answer, request));
    });
    return whenThere(allOf(probes), (all) => ({ probes: all }));
  },
});

const given = ({ to, url, connectTo, timeoutMs }: ProbeQuestion): PrivateRequest => ({
  url,
  timeoutMs,
  ...(to !== undefined && { to }),
  ...(connectTo !== undefined && { connectTo }),
});

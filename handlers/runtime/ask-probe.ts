import { z } from 'zod';
import { symptoms } from '../../control-plane/health/probe-row.ts';
import { inAccount } from '../../control-plane/model/accounts.ts';
import { agentFunction, PROBE_TIMEOUT_MS } from '../../control-plane/model/agents.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type Caller, converse } from './caller.ts';

/** Less than the agent's own time-out, by what it takes to start. */
const MOST_PATIENCE_MS = 4_000;

const Question = z.object({
  to: z.string().optional(),
  url: z.url({ protocol: /^https$/ }),
  connectTo: z.string().optional(),
  timeoutMs: z.int().min(1).max(MOST_PATIENCE_MS).default(PROBE_TIMEOUT_MS),
});

/** What the probe agent of a member is asked. */
export const ProbeQuestions = z.object({
  requests: z.array(Question),
  /** Who owns which addresses, to tell who has answered. */
  cidrs: z.record(z.string(), z.array(z.string())).default({}),
});
export type ProbeQuestions = z.input<typeof ProbeQuestions>;
export type ProbeQuestion = z.output<typeof Question>;

const Answer = z.object({
  symptom: z.enum(symptoms).optional(),
  latencyMs: z.number(),
  says: z.string(),
  /** Of an answer, whatever it was. */
  status: z.int().optional(),
  servedBy: z.string().optional(),
});
const ProbeAnswers = z.object({ probes: z.array(Answer) });

/** What became of one request, and who answered it with what: a `Probe`, and more. */
export type AgentProbe = Readonly<z.output<typeof Answer>>;
/** One probe per request, in their order. */
export interface ProbeAnswers {
  readonly probes: readonly AgentProbe[];
}

const decoder = new TextDecoder();

const texts = new WeakMap<ProbeQuestions, string>();

/** Each round of a minute asks the same. */
function asText(questions: ProbeQuestions): string {
  let text = texts.get(questions);
  if (text === undefined) texts.set(questions, (text = JSON.stringify(questions)));
  return text;
}

const MOST_TEXTS = 100;
const readBefore = new Map<string, ReturnType<typeof ProbeAnswers.safeParse>>();

/** What is well is answered in the same words round by round. */
function answersIn(text: string): ReturnType<typeof ProbeAnswers.safeParse> {
  let answers = readBefore.get(text);
  if (answers !== undefined) return answers;
  answers = ProbeAnswers.safeParse(JSON.parse(text));
  if (readBefore.size >= MOST_TEXTS) readBefore.clear();
  readBefore.set(text, answers);
  return answers;
}

/**
 * Has the probe agent of one member make requests.
 *
 * In      `account`: the member's, where whoever asks is not in it
 * Faults  Unavailable where it ran and failed, or answered something else; otherwise those of the call: Absent where there
 *         is no such agent
 */
export async function askProbe(
  {
    fleet,
    region,
    account,
  }: { readonly fleet: string; readonly region: Region; readonly account?: string | undefined },
  questions: ProbeQuestions,
  call: Caller,
): Promise<readonly AgentProbe[]> {
  const FunctionName = agentFunction(fleet, 'probe');
  const invoking = write(region, 'lambda', 'invoke', { FunctionName, Payload: asText(questions) });
  const { Payload, FunctionError } = await converse(
    account === undefined ? invoking : inAccount(fleet, account, invoking),
    call,
  );
  const text = decoder.decode(Payload);
  if (FunctionError !== undefined)
    throw new Fault('Unavailable', `${FunctionName} in ${region} failed: ${text.slice(0, 300)}`);
  const answers = answersIn(text);
  if (!answers.success || answers.data.probes.length !== questions.requests.length)
    throw new Fault(
      'Unavailable',
      `${FunctionName} in ${region} did not answer what it was asked: ${text.slice(0, 300)}`,
    );
  return answers.data.probes;
}

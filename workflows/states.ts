import { afterFailedRound } from '../control-plane/loop/decide.ts';
import { staleFaults, stoppingFaults, tryAgain, tryAgainAlways, tryAgainIfNeverRun } from './retry-rules.ts';

/** A state of the States Language, as data. */
export type State = Readonly<Record<string, unknown>>;
export interface Machine {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** The run's name, ARN and start, from Step Functions' own context: nobody has to pass them. */
export const WITH_RUN =
  '{% $merge([$states.input, { "run": $states.context.Execution.Name, "execution": $states.context.Execution.Id, "startedAtMs": $toMillis($states.context.Execution.StartTime) }]) %}';

/** The same of whoever comes by more than once: what was asked for, and not what has become of it. */
const AS_ASKED_WITH_RUN = WITH_RUN.replace('$states.input', '$states.context.Execution.Input');

/**
 * What an error says, in words. Lambda's cause is JSON around the message, and so is that of a workflow that was waited for:
 * all that DescribeExecution answers of it. Other causes are plain text already. What does not look like a whole object is not
 * parsed: an expression that fails would take the place of the error that it tells.
 *
 * Source  docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html (.sync:2 fails with States.TaskFailed)
 */
export const WORDS_OF_ERROR =
  '($cause := $states.errorOutput.Cause; $substring($cause, 0, 2) = "{\\"" and $substring($cause, -1) = "}" ? ($told := $parse($cause); $exists($told.errorMessage) ? $told.errorMessage : $exists($told.Cause) ? $told.Cause : $exists($told.Status) ? "it ended as " & $told.Status : $cause) : $cause)';

// A catcher that keeps the input: by default Step Functions replaces it with the error, and the run is lost.
const WITH_FAULT = `{% $merge([$states.input, { "fault": $states.errorOutput.Error, "cause": ${WORDS_OF_ERROR} }]) %}`;
export const AS_IT_WAS = '{% $states.input %}';
// A round that failed as a whole counts as one whose steps all failed, and the next comes as much later.
const AS_A_FAILED_ROUND = `{% $merge([$states.input, { "failedRounds": $states.input.failedRounds + 1, "lastFailure": ${WORDS_OF_ERROR}, "lookAgainAfterSeconds": $min([${afterFailedRound.atFirstSeconds} * $power(2, $states.input.failedRounds), ${afterFailedRound.atMostSeconds}]) }]) %}`;

interface Ways {
  readonly next?: string;
  /** The world has moved on: where to look again. */
  readonly onStale?: string;
  readonly onFailure?: string;
  /** Of a state that writes: where to go on after a fault that looking again does not cure. */
  readonly onFailedRound?: string;
  /** It writes to resources: it is not tried again, whatever happens ends in a look. */
  readonly writes?: true;
  readonly payload?: string;
}

/**
 * Longer than any of our functions may run: an answer that is not there by then got lost on its way, and without a limit its
 * execution would wait for it until it times out as a whole.
 *
 * Source  docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html, "Using timeouts to avoid stuck executions"
 */
const ANSWERS_WITHIN_SECONDS = 300;

/** One of our functions as a state. Its answer replaces the input, so each hands on all that the next needs. */
export function lambda(
  name: string,
  { next, onStale, onFailure, onFailedRound, writes, payload = AS_IT_WAS }: Ways,
): State {
  const catchers = [
    { ErrorEquals: stoppingFaults, Next: onFailedRound, Output: AS_A_FAILED_ROUND },
    { ErrorEquals: writes ? ['States.ALL'] : staleFaults, Next: onStale, Output: AS_IT_WAS },
    { ErrorEquals: ['States.ALL'], Next: onFailure, Output: WITH_FAULT },
  ].filter(({ Next }) => Next !== undefined);
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: `landbridge-${name}`, Payload: payload },
    Output: '{% $states.result.Payload %}',
    TimeoutSeconds: ANSWERS_WITHIN_SECONDS,
    Retry: writes ? tryAgainIfNeverRun : tryAgain,
    ...(catchers.length > 0 && { Catch: catchers }),
    ...(next === undefined ? { End: true } : { Next: next }),
  };
}

export const when = (Condition: string, Next: string): State => ({ Condition: `{% ${Condition} %}`, Next });

const A_MOMENT_SECONDS = 3;

/** How every run ends: what came of it on record, in the execution's status, and in its output. */
export const ending: Readonly<Record<string, State>> = {
  Record: { ...lambda('record-outcome', { next: 'Outcome' }), Retry: tryAgainAlways },
  Outcome: {
    Type: 'Choice',
    Choices: [when('$states.input.outcome = "failed"', 'Failed')],
    Default: 'Done',
  },
  Done: { Type: 'Succeed' },
  Failed: {
    Type: 'Fail',
    Error: '{% $exists($states.input.fault) ? $states.input.fault : "NotAsDeclared" %}',
    Cause: '{% $states.input.says %}',
  },
};

/**
 * The loop every run goes through: look, do what this round can do, look again, prove, record.
 *
 * Bounds  240 rounds, counted by Look; 45 failed proofs in a row, counted by Prove; then Record, and the run fails
 */
export const loop = (whenSettled: readonly State[] = []): Readonly<Record<string, State>> => ({
  Look: lambda('look', { next: 'WhatNow', onFailure: 'Record' }),
  WhatNow: {
    Type: 'Choice',
    Choices: [
      when('$states.input.decision = "apply"', 'Apply'),
      when('$states.input.decision = "wait"', 'Wait'),
      when('$states.input.decision = "prove"', 'Prove'),
      ...whenSettled,
    ],
    Default: 'Record',
  },
  // A stale plan is dropped, never repeated, and so is one whose handler died: the next look sees what it did.
  // What no look cures is tried again all the same, and for as many rounds as a step that fails: people may be at it.
  Apply: lambda('apply-plan', { next: 'Wait', onStale: 'AMoment', onFailedRound: 'Wait', writes: true }),
  AMoment: { Type: 'Wait', Seconds: A_MOMENT_SECONDS, Next: 'Look' },
  Wait: { Type: 'Wait', Seconds: '{% $states.input.lookAgainAfterSeconds %}', Next: 'Look' },
  Prove: lambda('prove', { next: 'Proven', onStale: 'AMoment', onFailure: 'Record' }),
  Proven: {
    Type: 'Choice',
    Choices: [
      when('$states.input.decision = "wait"', 'Wait'),
      when('$states.input.decision = "ask-again"', 'WaitToAsk'),
      when('$states.input.decision = "gave-up"', 'Record'),
    ],
    Default: 'Look',
  },
  WaitToAsk: { Type: 'Wait', Seconds: '{% $states.input.lookAgainAfterSeconds %}', Next: 'Prove' },
  ...ending,
});

/**
 * How a run begins that may be asked to look no earlier than some moment.
 *
 * In  `then`: after that moment it looks, or begins anew, which may find that it is to wait for longer, or
 *     that another has not looked yet, to whom it is left
 */
export const beginning = (name: string, then: 'Look' | 'Begin' = 'Look'): Readonly<Record<string, State>> => ({
  Begin: lambda(name, { next: 'IsItTime', onFailure: 'Refused', payload: AS_ASKED_WITH_RUN }),
  IsItTime: {
    Type: 'Choice',
    Choices: [
      when('$exists($states.input.notBefore)', 'NotYet'),
      ...(then === 'Begin' ? [when('$exists($states.input.leftTo)', 'Done')] : []),
    ],
    Default: 'Look',
  },
  // Never for less than a second: to a function whose clock is behind ours it is not time yet, however often it is asked.
  NotYet: {
    Type: 'Wait',
    Timestamp:
      '{% $fromMillis($max([$toMillis($states.input.notBefore), $toMillis($states.context.State.EnteredTime) + 1000])) %}',
    Next: then,
  },
  Refused: refused,
});

/** Nothing was changed: the execution fails with what is wrong and what to do about it. */
export const refused: State = {
  Type: 'Fail',
  Error: '{% $states.input.fault %}',
  Cause: '{% $states.input.cause %}',
};

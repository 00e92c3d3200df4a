import type { FaultName } from '../control-plane/model/faults.ts';

type Answer = 'try-again' | 'try-later' | 'look-again' | 'stop';

/** What the loop does about each fault. Leaving one out does not compile. */
const whenItFails: Record<FaultName, Answer> = {
  Throttled: 'try-later', // many are at work: whoever stands in line behind them has more patience than whom nobody answers
  Unavailable: 'try-again',
  Conflict: 'look-again', // someone else wrote: the plan is stale, so observe again instead of repeating the write
  Absent: 'look-again',
  Forbidden: 'stop',
  Rejected: 'stop',
};

const faultsThat = (answer: Answer): string[] =>
  Object.entries(whenItFails)
    .filter(([, then]) => then === answer)
    .map(([name]) => `Fault.${name}`);

/** The function was never run, so trying again repeats nothing. */
const NEVER_RAN = ['Lambda.TooManyRequestsException'];

/**
 * The function was killed, Lambda gave up on it, or its answer got lost: it may never have run, and it may be running still.
 *
 * Source  Step Functions guide, Handle transient Lambda service exceptions
 */
const UNHEARD = [
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'States.Timeout',
];

const withPatience = (ErrorEquals: readonly string[], MaxAttempts = 5) => ({
  ErrorEquals,
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
});

/** For states that change no resource. */
export const tryAgain = [
  withPatience(faultsThat('try-later'), 7),
  withPatience([...faultsThat('try-again'), ...NEVER_RAN, ...UNHEARD]),
];
/** For the state every run must end in: what it writes is the same however often it is written. */
export const tryAgainAlways = [withPatience(['States.ALL'])];
/** For states that write: whatever happened after they began, the answer is to look, not to write again. */
export const tryAgainIfNeverRun = [withPatience(NEVER_RAN)];
export const staleFaults: readonly string[] = faultsThat('look-again');
/** No look cures them. */
export const stoppingFaults: readonly string[] = faultsThat('stop');

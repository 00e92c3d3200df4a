import type { Json } from './json.ts';

/** A state that failed: the Error and Cause that retriers and catchers see. */
export class StateFailure extends Error {
  readonly error: string;
  readonly because: string | undefined;
  constructor(error: string, cause?: string) {
    super(`${error}: ${cause ?? ''}`);
    this.name = 'StateFailure';
    this.error = error;
    this.because = cause;
  }
}

/** Unwinds a branch that must stop: its execution was stopped or timed out, or a sibling failed. Nothing catches it. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Fails the execution whatever its catchers say. Source: Step Functions guide, Handling errors, States.Runtime. */
export const runtimeFailure = (cause: string): StateFailure => new StateFailure('States.Runtime', cause);

export const dataLimitExceeded = (what: string): StateFailure =>
  new StateFailure('States.DataLimitExceeded', `${what} exceeds the maximum number of bytes service limit.`);

/** The error as a catcher hands it on. */
export const errorOutput = (failure: StateFailure): Json => ({
  Error: failure.error,
  ...(failure.because === undefined ? {} : { Cause: failure.because }),
});

const isTimeout = (error: string): boolean => error === 'States.Timeout' || error === 'States.HeartbeatTimeout';

/** Errors the wildcards leave alone. Source: Step Functions guide, Handling errors, States.ALL. */
const beyondWildcards: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/**
 * Whether a retrier or catcher names this error.
 *
 * Source  Step Functions guide, Handling errors: States.ALL takes everything but States.DataLimitExceeded and
 *         States.Runtime; States.TaskFailed everything but time-outs; States.Timeout also a missed heartbeat;
 *         nothing takes States.Runtime, whatever it names
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !beyondWildcards.has(error);
    if (name === 'States.TaskFailed') return !beyondWildcards.has(error) && !isTimeout(error);
    return name === 'States.Timeout' && isTimeout(error);
  });
}

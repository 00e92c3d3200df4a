import type { Branch, ParallelState } from './definition.ts';
import type { BranchEnd, StoppingPoint } from './execution.ts';
import { StateFailure } from './failure.ts';
import { type Frame, innerFrame, record } from './frame.ts';
import { type Json, type JsonObject, type Payload, payloadOf } from './json.ts';
import type { Lifetime } from './lifetime.ts';
import { runBranch } from './run-branch.ts';
import type { Left, Visit } from './visit.ts';

/** Runs one branch or iteration in a scope of its own, from where it stopped if it did, and notes how it ended. */
export async function runInner(
  outer: Frame,
  lifetime: Lifetime,
  branch: Branch,
  input: () => Promise<Payload>,
  place: { ends: (BranchEnd | undefined)[]; at: number; before: BranchEnd | undefined; item?: JsonObject },
  events: { started?: (frame: Frame) => void; ended?: (frame: Frame, error: unknown) => void } = {},
): Promise<Json> {
  const { ends, at, before, item } = place;
  if (before?.ended === 'succeeded') {
    ends[at] = before;
    return before.output;
  }
  ends[at] = before;
  const frame = innerFrame(outer, lifetime, {
    ...(item === undefined ? {} : { item }),
    ...(before === undefined ? {} : { variables: before.at.variables }),
  });
  try {
    lifetime.check();
    events.started?.(frame);
    const output = await runBranch(frame, branch, await input(), before?.at);
    ends[at] = { ended: 'succeeded', output: output.value };
    events.ended?.(frame, undefined);
    outer.lastEventId = frame.lastEventId;
    return output.value;
  } catch (error) {
    if (frame.stoppedAt !== undefined) ends[at] = { ended: 'stopped', at: frame.stoppedAt };
    if (outer.execution.status === 'RUNNING') events.ended?.(frame, error);
    outer.lastEventId = Math.max(outer.lastEventId, frame.lastEventId);
    throw error;
  }
}

/** All results, or the first failure once every other run has been cut off and has let go. */
export async function together<Result>(lifetime: Lifetime, runs: readonly Promise<Result>[]): Promise<Result[]> {
  try {
    return await Promise.all(runs);
  } catch (error) {
    lifetime.end();
    await Promise.allSettled(runs);
    throw error;
  } finally {
    lifetime.close();
  }
}

/**
 * Runs every branch of a Parallel at once; the result is their outputs in the order of the branches.
 *
 * Faults  that of the branch that failed first; the others are stopped
 * Source  Step Functions guide, Parallel workflow state, Error handling
 */
export async function attemptParallel(
  visit: Visit,
  state: ParallelState,
  resume: StoppingPoint['children'],
): Promise<Left> {
  const { frame } = visit;
  const input = payloadOf(await visit.arguments(state));
  record(frame, 'ParallelStateStarted');
  const lifetime = frame.lifetime.inner();
  const ends: (BranchEnd | undefined)[] = [];
  visit.children = ends;
  const startedId = frame.lastEventId;
  try {
    const runs = state.Branches.map((branch, at) => {
      frame.lastEventId = startedId;
      return runInner(frame, lifetime, branch, () => Promise.resolve(input), { ends, at, before: resume?.[at] });
    });
    const result = await together(lifetime, runs);
    record(frame, 'ParallelStateSucceeded');
    return await visit.leave(result, state);
  } catch (error) {
    if (error instanceof StateFailure && frame.execution.status === 'RUNNING' && !frame.lifetime.ended)
      record(frame, 'ParallelStateFailed');
    throw error;
  }
}

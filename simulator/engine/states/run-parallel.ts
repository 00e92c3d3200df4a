import type { ParallelState } from './definition.ts';
import type { BranchEnd, StoppingPoint } from './execution.ts';
import { StateFailure } from './failure.ts';
import { record } from './frame.ts';
import { type RunBranch, runInner, together } from './inner-run.ts';
import { payloadOf } from './json.ts';
import type { Left, Visit } from './visit.ts';

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
  runBranch: RunBranch,
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
      return runInner(runBranch, frame, lifetime, branch, input, {
        ends,
        at,
        before: resume?.[at],
      });
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

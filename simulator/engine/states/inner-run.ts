import type { Branch } from './definition.ts';
import type { BranchEnd, StoppingPoint } from './execution.ts';
import { type Frame, innerFrame } from './frame.ts';
import type { Json, JsonObject, Payload } from './json.ts';
import type { Lifetime } from './lifetime.ts';

/** What runs a line of states: given to Parallel and Map, whose branches are such lines again. */
export type RunBranch = (frame: Frame, branch: Branch, input: Payload, from?: StoppingPoint) => Promise<Payload>;

/** Runs one branch or iteration in a scope of its own, from where it stopped if it did, and notes how it ended. */
export async function runInner(
  runBranch: RunBranch,
  outer: Frame,
  lifetime: Lifetime,
  branch: Branch,
  input: Payload,
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
    const output = await runBranch(frame, branch, input, before?.at);
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

import type { Place } from '../../control-plane/kinds/kind.ts';
import type { AwsCall, Dialogue } from '../../control-plane/model/aws-call.ts';
import type { Declared } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';

/** A call as a test speaks of it: 'getStages', and what was given. */
export interface Said {
  readonly method: string;
  readonly input: Record<string, unknown>;
}

/** Answers by method: a value, or a function of the input. Throw a Fault from it to have the call fail. */
export type Answers = Readonly<Record<string, unknown>>;

/** Runs a dialogue against answers written by hand. A call without an answer is the test's mistake, and fails it. */
export function converse<Result>(
  dialogue: Dialogue<AwsCall, Result>,
  answers: Answers,
): { readonly result: Result; readonly reads: readonly Said[]; readonly writes: readonly Said[] } {
  const reads: Said[] = [];
  const writes: Said[] = [];
  let step = dialogue.next();
  while (!step.done) {
    const { method, access } = step.value;
    const input = step.value.input as Said['input'];
    (access === 'read' ? reads : writes).push({ method, input });
    if (!(method in answers)) throw new Error(`nobody answers ${method}`);
    const answer = answers[method];
    try {
      const value: unknown = typeof answer === 'function' ? answer(input) : answer;
      step = dialogue.next(value);
    } catch (fault) {
      step = dialogue.throw(fault);
    }
  }
  return { result: step.value, reads, writes };
}

export const placeIn = (region: Region, declared: Declared, known: Readonly<Record<string, string>> = {}): Place => ({
  region,
  declared,
  known: (target) => known[target],
});

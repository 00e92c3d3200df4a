import { Fault } from '../../control-plane/model/faults.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';

/** A runtime whose machine is switched off after so many writes; and the writes that were made, 'iam createRole'. */
export function mortal(
  runtime: Runtime,
  afterWrites: number,
): { readonly runtime: Runtime; readonly writes: string[] } {
  const writes: string[] = [];
  const call: Caller = async (made) => {
    if (writes.length === afterWrites) throw new Fault('Unavailable', 'the machine was switched off');
    const answer = await runtime.call(made);
    if (made.access === 'write') writes.push(`${made.service} ${made.method}`);
    return answer;
  };
  return { runtime: { ...runtime, call }, writes };
}

import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import { notBefore, RunRequest, RunState } from './run.ts';
import { isDead, isOfScope, type Run } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';

const Input = strict({ ...RunRequest.shape, scope: RunState.shape.scope.default({}), notBefore });

const ASK_AGAIN_AFTER_MS = 5_000;

/** Nobody waits for what comes of it: it only makes somebody look. */
const isHint = (signal: string): boolean => signal.startsWith('event:') || signal === 'schedule';

/**
 * Checks what a reconcile was asked to look at, and whether it is its turn: while another reconcile of the same scope is at
 * work, it waits. Called again after each wait.
 *
 * Out    RunState, with `notBefore` where it is to wait first; or { leftTo }: another of its scope has not looked yet, and will see
 *        all that this one was started for
 * Faults Rejected: no such fleet, or a Region in the scope that is no member
 */
export const handler = task({
  input: Input,
  async run(input, runtime) {
    const store = new FleetStore(runtime);
    const { fleet, run, scope } = input;
    const { members, runs } = await store.load(fleet);
    for (const region of scope.regions ?? [])
      if (!members.some((member) => member.region === region))
        throw new Fault(
          'Rejected',
          `scope.regions: ${region} is not a member of ${fleet}; leave it out, or join it first`,
        );
    const nowMs = runtime.nowMs();
    const isAtWork = (other: Run): boolean =>
      other.run !== run &&
      other.purpose === 'reconcile' &&
      isOfScope(other, scope) &&
      !(other.isWaiting === true || other.isSettled || isDead(other, nowMs));
    const { notBefore: asked, ...rest } = input;
    const isKnown = runs.some((known) => known.run === run);
    const waits = (other: Run): boolean =>
      other.run !== run &&
      other.purpose === 'reconcile' &&
      other.isWaiting === true &&
      isOfScope(other, scope) &&
      !isDead(other, nowMs) &&
      // Of two that wait already, one stays.
      (!isKnown || other.run < run);
    const leftTo = isHint(input.signal) ? runs.find(waits) : undefined;
    if (leftTo !== undefined) {
      if (isKnown) await store.endRun(fleet, run);
      return { fleet, run, leftTo: leftTo.run };
    }
    const notBeforeMs = asked === undefined ? 0 : Date.parse(asked);
    const waitsUntilMs =
      notBeforeMs > nowMs ? notBeforeMs : runs.some(isAtWork) ? nowMs + ASK_AGAIN_AFTER_MS : undefined;
    const isWaiting = waitsUntilMs !== undefined;
    // Before it looks, which takes its time where many do: whoever finds it waiting leaves what has happened until then to it,
    // and whoever finds it at work waits.
    await store.noteRun(fleet, { run, purpose: 'reconcile', scope, seenAtMs: nowMs, isSettled: false, isWaiting });
    return RunState.parse({
      ...rest,
      purpose: 'reconcile',
      ...(isWaiting && { notBefore: new Date(waitsUntilMs).toISOString() }),
    });
  },
});

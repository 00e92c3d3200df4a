import { z } from 'zod';
import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import { RunRequest, RunState } from './run.ts';
import { isResumed } from './runtime/abandoned.ts';
import { isRunning, stop } from './runtime/executions.ts';
import type { MemberRow } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permitToLeave } from './runtime/permit.ts';
import { task } from './runtime/task.ts';

const Input = strict({
  ...RunRequest.shape,
  by: asked.by,
  because: asked.because.optional(),
  override: asked.override,
  region: z.string({ error: 'name the Region that is to leave, as in {"region":"eu-west-1"}' }),
});

/**
 * Starts a member's way out: from now on no view names it, and its targets stay until callers have moved.
 *
 * In     { fleet, region, by?, because?, override? }
 * Out    RunState
 * Faults Rejected, before anything is changed: not a member, the home Region or the last serving one before the others,
 *        a policy refuses, another run at work on it. Where somebody has moved callers meanwhile, or changed the fleet, all
 *        of it is asked again
 */
export const handler = task({
  input: Input,
  async run({ fleet, region, by, because, override, run, execution, startedAtMs, signal }, runtime) {
    const store = new FleetStore(runtime);
    // What is on record once is found there by whoever asks again.
    let given = override;
    const insteadOf = await store.changeMembers(fleet, async (state) => {
      const member = state.members.find((candidate) => candidate.region === region);
      const refuse = (says: string): never => {
        throw new Fault('Rejected', `region: ${says}`);
      };
      if (member === undefined) {
        const members = state.members.map((candidate) => candidate.region).join(', ');
        return refuse(`${region} is not a member of ${fleet}; members are ${members || 'none yet'}`);
      }
      // Tried again after it was done, it finds that it was.
      if (member.by === execution) return { decision: member.insteadOf };
      if (region === state.declared.fleet.home && state.members.length > 1)
        return refuse(`${region} is the fleet's home, where its control plane lives; take the others out first`);
      const serving = state.members.filter(
        ({ role, phase, inTraffic }) => role === 'serving' && phase === 'joined' && inTraffic,
      );
      if (serving.length === 1 && serving[0]?.region === region && state.members.length > 1)
        return refuse(
          `${region} is the last serving member, and callers in the others would have nowhere to go; join another first`,
        );
      const isAnother = await isRunning(member.by, runtime);
      // Whoever wants it out means it; nobody asked for this join to be gone on with.
      const isResumedJoin = isAnother && member.phase === 'joining' && isResumed(member.by);
      if (isAnother && !isResumedJoin)
        return refuse(`${region} is being worked on by ${member.by}; wait for it, or stop it`);
      // Others may have been taken out by hand, or be sick: that is a policy's to say, and somebody's to answer for.
      const wish = { fleet, region, by, approve: false, override: given, run };
      const allowed = await permitToLeave(wish, state, runtime);
      given = undefined;
      const ends = isResumedJoin ? member.by : member.insteadOf;
      const phase = member.phase === 'leaving' ? 'leaving' : 'draining';
      const put: MemberRow = { ...member, phase, by: execution, ...(ends !== undefined && { insteadOf: ends }) };
      const leaving = new Journal(runtime).items(fleet, [
        {
          run,
          atMs: runtime.nowMs(),
          what: 'leaving',
          says: `${region} is leaving: callers elsewhere are moved off it first${because === undefined ? '' : `: ${because}`}`,
          // What the sweep goes on with has nobody's name.
          ...(signal === 'operator' && { by }),
        },
      ]);
      return { put, beside: [...allowed, ...leaving], decision: ends };
    });
    // Not before it is on record: of a departure that is refused after all, the join goes on.
    if (insteadOf !== undefined) await stop(insteadOf, `${region} leaves, by ${execution}`, runtime);
    return RunState.parse({
      fleet,
      region,
      run,
      execution,
      startedAtMs,
      signal,
      purpose: 'offboard',
      phase: 'draining',
      scope: { regions: [region] },
    });
  },
});

import { provingPath } from '../control-plane/loop/verify.ts';
import { NAMES_ARE_STALE_FOR_SECONDS } from '../control-plane/model/zone.ts';
import { inService } from '../control-plane/traffic/in-service.ts';
import { RunState } from './run.ts';
import { sumOf } from './runtime/caller.ts';
import { FleetStore, standsIn } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { darkIn, situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

const ASK_AGAIN_AFTER_SECONDS = 10;
const MAX_ATTEMPTS = 60;

/**
 * Proves that callers are answered by somebody else: one request by the fleet's name from every member, but from those that
 * are dark: nobody there could be asked, nor could say anything of the callers there.
 *
 * Out  RunState; `wait` until nobody's name leads to the member any more, and then until nobody remembers that it did
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    const fleet = await new FleetStore(runtime).load(state.fleet);
    const { requester } = runtime;
    const { fleet: declared } = fleet.declared;
    const dark = darkIn(fleet, runtime.nowMs());
    const joined = fleet.members.filter(({ phase }) => phase === 'joined');
    const callers = joined.filter(({ region }) => !dark.has(region));
    const notAsked = joined.filter(({ region }) => dark.has(region)).map(({ region }) => region);
    const answers =
      requester === undefined
        ? []
        : await Promise.all(
            callers.map(async ({ region }) => {
              const from = standsIn(fleet, region);
              return {
                region,
                answer: await requester({ from, url: `https://${declared.domain}${provingPath(declared)}` }),
              };
            }),
          );
    const rest = inService(fleet.declared, situationOf(fleet, runtime.nowMs()).diagnosis);
    if (rest.length === 0)
      return {
        ...state,
        ...sumOf(state, runtime.tally),
        decision: 'settled' as const,
        says: 'nobody is left in service: Route 53 takes all for healthy then, and callers keep trying all of them',
      };
    const left = answers
      .filter(({ answer }) => !answer.answered || answer.servedBy === state.region)
      .map(
        ({ region, answer }) =>
          `${region} ${answer.answered ? `is still answered by ${state.region}` : `is not answered: ${answer.says}`}`,
      );
    const nowMs = runtime.nowMs();
    const counted = { ...state, ...sumOf(state, runtime.tally) };
    if (left.length > 0) {
      const isLast = state.failedProofs + 1 >= MAX_ATTEMPTS;
      return {
        ...counted,
        failedProofs: state.failedProofs + 1,
        staleUntilMs: undefined,
        decision: isLast ? ('gave-up' as const) : ('wait' as const),
        lookAgainAfterSeconds: ASK_AGAIN_AFTER_SECONDS,
        says: left.join('; '),
      };
    }
    const says =
      requester === undefined
        ? 'not proven: nothing here can make a request inside a VPC'
        : [
            `requests from ${answers.length} members were answered elsewhere`,
            ...(notAsked.length > 0 ? [`nobody was asked in ${notAsked.join(' and ')}, where all is dark`] : []),
          ].join('; ');
    const staleUntilMs = state.staleUntilMs ?? nowMs + NAMES_ARE_STALE_FOR_SECONDS * 1_000;
    if (nowMs < staleUntilMs)
      return {
        ...counted,
        staleUntilMs,
        decision: 'wait' as const,
        lookAgainAfterSeconds: Math.ceil((staleUntilMs - nowMs) / 1_000),
        says: `${says}; some callers may still remember`,
      };
    await new Journal(runtime).append(state.fleet, [
      { run: state.run, atMs: nowMs, what: 'proof', says, proofs: answers },
    ]);
    return { ...counted, nameProven: true, decision: 'settled' as const, says };
  },
});

import { provingPath } from '../control-plane/loop/verify.ts';
import { howMany } from '../control-plane/model/how-many.ts';
import type { Region } from '../control-plane/model/region.ts';
import { NAMES_ARE_STALE_FOR_SECONDS } from '../control-plane/model/zone.ts';
import { inService } from '../control-plane/traffic/in-service.ts';
import { RunState } from './run.ts';
import { sumOf } from './runtime/caller.ts';
import { standsIn } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { NOT_ASKED, type PrivateAnswer } from './runtime/requester.ts';
import { darkIn, situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

const ASK_AGAIN_AFTER_SECONDS = 10;
const MAX_ATTEMPTS = 60;
/** An evacuation has half an hour, and ends by itself: requests that are not answered take their time, too. */
const EVACUATION_PROVES_FOR_MS = 25 * 60_000;
/** The workflow waits between two of them for as long as anybody may remember what names said. */
const MAX_ATTEMPTS_OF_A_DEPARTURE = 5;

interface Asked {
  readonly region: Region;
  readonly answer: PrivateAnswer;
}

/**
 * Proves that callers are answered by somebody else: one request by the fleet's name from every member, but from those that
 * are dark: nobody there could be asked, nor could say anything of the callers there.
 *
 * Of a member that leaves the fleet: that nobody is answered by it. Who is not answered at all is not for want of it, and
 * would keep it for ever; but where no request was made at all, nothing is proven.
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
    const url = `https://${declared.domain}${provingPath(declared)}`;
    const answers: readonly Asked[] =
      requester === undefined
        ? []
        : await Promise.all(
            callers.map(async ({ region }) => ({
              region,
              answer: await requester({ from: standsIn(fleet, region), url }),
            })),
          );
    const nowMs = runtime.nowMs();
    const counted = { ...state, ...sumOf(state, runtime.tally) };
    const isDeparture = state.purpose === 'offboard';
    const rest = inService(fleet.declared, situationOf(fleet, nowMs).diagnosis);
    if (!isDeparture && rest.length === 0)
      return {
        ...counted,
        decision: 'settled' as const,
        says: 'nobody is left in service: Route 53 takes all for healthy then, and callers keep trying all of them',
      };
    const stillThere = answers.filter(({ answer }) => answer.answered && answer.servedBy === state.region);
    const unanswered = answers.filter(({ answer }) => !answer.answered).map(describe);
    const nobodyAsked =
      answers.length > 0 && answers.every(({ answer }) => !answer.answered && answer.at === NOT_ASKED);
    const left = [
      ...stillThere.map(({ region }) => `${region} is still answered by ${state.region}`),
      ...(isDeparture && !nobodyAsked ? [] : unanswered),
    ];
    if (left.length > 0) {
      const isLast = isDeparture
        ? state.failedProofs + 1 >= MAX_ATTEMPTS_OF_A_DEPARTURE
        : state.failedProofs + 1 >= MAX_ATTEMPTS || nowMs - state.startedAtMs >= EVACUATION_PROVES_FOR_MS;
      return {
        ...counted,
        failedProofs: state.failedProofs + 1,
        staleUntilMs: undefined,
        decision: isLast ? ('gave-up' as const) : ('wait' as const),
        lookAgainAfterSeconds: ASK_AGAIN_AFTER_SECONDS,
        says: left.join('; '),
      };
    }
    const inAll = `requests from ${howMany(answers.length, 'member')}`;
    const says =
      requester === undefined
        ? 'not proven: nothing here can make a request inside a VPC'
        : [
            isDeparture ? `${inAll}: none was answered by ${state.region}` : `${inAll} were answered elsewhere`,
            ...(isDeparture ? unanswered : []),
            ...(notAsked.length > 0 ? [`nobody was asked in ${notAsked.join(' and ')}, where all is dark`] : []),
          ].join('; ');
    const staleUntilMs = state.staleUntilMs ?? nowMs + NAMES_ARE_STALE_FOR_SECONDS * 1_000;
    if (!isDeparture && nowMs < staleUntilMs)
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
    // A departure goes on to remove, and counts anew.
    return isDeparture
      ? { ...counted, failedProofs: 0, decision: 'settled' as const, says }
      : { ...counted, nameProven: true, decision: 'settled' as const, says };
  },
});

const describe = ({ region, answer }: Asked): string =>
  `${region} is not answered${answer.answered ? '' : `: ${answer.says}`}`;

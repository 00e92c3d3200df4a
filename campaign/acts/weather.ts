import { type End, type Storm, weatherOf } from '../../simulator/weather/index.ts';
import type { Request } from '../../simulator/world.ts';
import { functionBehind } from '../our-calls.ts';
import type { Act } from '../schedule.ts';
import type { ActKind } from './act.ts';

/** Calls of the control plane and of agents: whoever plays the people of a world is spared, so that what they do is done. */
const only = ({ principal }: Request): boolean => functionBehind(principal) !== undefined;

const creations = (request: Request): boolean => only(request) && request.operation.startsWith('Create');
const writers = ({ principal }: Request): boolean => functionBehind(principal) === 'apply-plan';
/** Step Functions, which waits for a function. */
const workflows = ({ principal, operation }: Request): boolean =>
  operation === 'Invoke' && principal.arn.includes(':assumed-role/landbridge-workflow/');

/** What was switched on for an act, and not off yet. */
const ends = new WeakMap<Act, End>();

/** A switch that is on for as long as its act lasts. */
const switched = (on: (storm: Storm, act: Act) => End): ActKind => ({
  family: 'weather',
  isDrawn: true,
  begin({ bed }, act) {
    ends.set(act, on(weatherOf(bed.world), act));
  },
  end(_stage, act) {
    ends.get(act)?.();
    ends.delete(act);
  },
});

const onRequest = (kind: ActKind): ActKind => ({ ...kind, isDrawn: false, isDrawnOnRequest: true });

/** A quota of the account that somebody else has used up, by its code in Service Quotas. */
const usedUp = (quota: string): ActKind => switched((storm) => storm.exhaust({ quota }));

/** Longer than a lease: by such a clock everybody's has run out. */
const AHEAD_MS = 6 * 60_000;
/** A look and the writes that follow it mostly have the same. */
const TURN_MS = 20_000;

/** Functions that begin while it is on have clocks that are ahead for as long as they live; those that begin between have not. */
const someClocksAhead: ActKind = {
  family: 'weather',
  isDrawn: true,
  begin({ bed: { world, landbridge } }, act) {
    const { clock, outages } = world;
    const turn = (isAhead: boolean) => (): void => {
      outages.setSkew(landbridge.home, isAhead ? AHEAD_MS : 0);
      turning = clock.after(TURN_MS, turn(!isAhead));
    };
    let turning = clock.after(0, turn(true));
    ends.set(act, () => {
      turning.cancel();
      outages.setSkew(landbridge.home, 0);
    });
  },
  end(_stage, act) {
    ends.get(act)?.();
    ends.delete(act);
  },
};

/** Step Functions gives up on a function of ours after five minutes. */
const LONGER_THAN_ANYBODY_WAITS_MS = 10 * 60_000;

const A_FEW = 0.05;
const MANY = 0.3;

/** AWS's moods. Shares are of calls or events. */
export const weather: Readonly<Record<string, ActKind>> = {
  'calls are throttled': switched((storm) => storm.throttle({ share: MANY, only })),
  'calls fail': switched((storm) => storm.fail({ share: MANY, only })),
  'calls get lost': switched((storm) => storm.loseRequests({ share: A_FEW, only })),
  'answers get lost': switched((storm) => storm.loseAnswers({ share: A_FEW, only })),
  'answers to creations get lost': onRequest(switched((storm) => storm.loseAnswers({ share: MANY, only: creations }))),
  'calls are slow': switched((storm) => storm.slow({ share: MANY, byMs: [200, 4_000], only })),
  // Whoever writes has its lease for long; whoever looks is as quick as ever.
  'writes take long': onRequest(switched((storm) => storm.slow({ share: 1, byMs: [400, 1_000], only: writers }))),
  'reads are stale': switched((storm) => storm.staleReads({ share: 0.5, only })),
  'batches are done in part': switched((storm) => storm.partialBatches({ share: MANY, only })),
  'functions crash': switched((storm) => storm.crash({ share: A_FEW / 2, only })),
  'whoever writes dies': onRequest(switched((storm) => storm.crash({ share: A_FEW, only: writers }))),
  'functions are given up': switched((storm) => storm.unheard({ share: MANY, only: workflows })),
  'functions are never heard': switched((storm) =>
    storm.loseAnswers({ share: A_FEW, waitMs: LONGER_THAN_ANYBODY_WAITS_MS, only: workflows }),
  ),
  'events get lost': switched((storm) => storm.events({ lost: MANY })),
  'events come twice': switched((storm) => storm.events({ doubled: MANY })),
  'events are late': switched((storm) => storm.events({ late: MANY })),
  'events overtake each other': switched((storm) => storm.events({ reordered: MANY })),
  'new rules hear nothing yet': switched((storm) => storm.lateRules({ share: 0.5 })),
  'a link loses packets': switched((storm, { from, to }) => storm.links({ from, to, bothWays: true, drop: MANY })),
  'a link is slow': switched((storm, { from, to }) =>
    storm.links({ from, to, bothWays: true, delayMs: 400, jitterMs: 300 }),
  ),
  'changes conflict': switched((storm) => storm.conflicts({ share: MANY, only })),
  "a Region's control planes are down": switched((storm, { to }) => storm.controlPlaneDown({ regions: [to] })),
  'a Region is cut off': switched((storm, { to }) => storm.isolate(to)),
  'home goes dark': switched((storm) => storm.darken('us-east-1')),
  'some clocks at home are far ahead': someClocksAhead,
  'no more VPCs': usedUp('L-F678F1CE'),
  'no more peerings': usedUp('L-7E9ECCDB'),
  'no more routes': usedUp('L-93826ACB'),
  'no more endpoints': usedUp('L-29B6F2EB'),
  'no more health checks': usedUp('L-ACB674F3'),
};

import type { EventSelector } from '@aws-sdk/client-cloudtrail';
import type { WorldMs } from '../../clock.ts';
import type { Place, StateHome } from '../../service.ts';
import type { World } from '../../world.ts';

export interface Trail {
  readonly arn: string;
  readonly name: string;
  readonly homeRegion: string;
  readonly s3BucketName: string;
  readonly isMultiRegion: boolean;
  readonly includesGlobalServices: boolean;
  selectors: readonly EventSelector[];
  hasOwnSelectors: boolean;
  /** Left out: it never did. */
  startedAtMs?: WorldMs;
  stoppedAtMs?: WorldMs;
  isLogging: boolean;
}

/** Trails of one account whose home is this Region. */
export interface CloudTrailState {
  readonly trails: Map<string, Trail>;
}

/** The Region in which every account's first trail is at home. */
const FIRST_AT = 'us-east-1';
export const FIRST_TRAIL = 'management-events';

/** Of a trail that was given none. Source: CloudTrail API reference, PutEventSelectors, EventSelector: the defaults */
export const EVERYTHING: readonly EventSelector[] = [
  { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
];

export const trailArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:cloudtrail:${region}:${account}:trail/${name}`;

/** Accounts begin with a trail of every Region, as accounts of an organization do: whoever stops it has no events of calls. */
const firstTrail = (place: Place, nowMs: WorldMs): Trail => ({
  arn: trailArn(place, FIRST_TRAIL),
  name: FIRST_TRAIL,
  homeRegion: place.region,
  s3BucketName: `management-events-${place.account}`,
  isMultiRegion: true,
  includesGlobalServices: true,
  selectors: EVERYTHING,
  hasOwnSelectors: false,
  startedAtMs: nowMs,
  isLogging: true,
});

export const cloudTrailHome: StateHome<CloudTrailState> = {
  name: 'cloudtrail',
  scope: 'regional',
  newState: (place, { clock }) => ({
    trails: new Map(place.region === FIRST_AT ? [[FIRST_TRAIL, firstTrail(place, clock.nowMs())]] : []),
  }),
};

/** Where an account has trails at home, or had. */
export const trailPlaces = (world: World, { account }: Pick<Place, 'account'>): readonly Place[] =>
  world.placesOf(cloudTrailHome).filter((place) => place.account === account);

/** Every trail that records calls of a Region, those at home elsewhere included: by AWS's word, shadow trails. */
export function trailsSeenIn(world: World, place: Place): readonly Trail[] {
  const first = { ...place, region: FIRST_AT };
  const homes = trailPlaces(world, place);
  const all = homes.some(({ region }) => region === FIRST_AT) ? homes : [first, ...homes];
  return all
    .flatMap((home) => [...world.look(cloudTrailHome, home).trails.values()])
    .filter(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === place.region);
}

/**
 * Whether a management event of a Region is recorded by a trail: without one, EventBridge hears nothing of it.
 *
 * Source  EventBridge user guide, AWS service events via CloudTrail: "you must enable a CloudTrail trail with logging"
 */
export const isRecorded = (
  world: World,
  place: Place,
  { readOnly, isGlobal }: { readOnly: boolean; isGlobal: boolean },
): boolean =>
  trailsSeenIn(world, place).some(
    ({ isLogging, includesGlobalServices, selectors }) =>
      isLogging &&
      (!isGlobal || includesGlobalServices) &&
      selectors.some(
        ({ IncludeManagementEvents = true, ReadWriteType = 'All' }) =>
          IncludeManagementEvents &&
          (ReadWriteType === 'All' || ReadWriteType === (readOnly ? 'ReadOnly' : 'WriteOnly')),
      ),
  );

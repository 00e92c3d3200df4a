import type { CloudTrail, Trail as DescribedTrail } from '@aws-sdk/client-cloudtrail';
import { AwsError } from '../../aws-error.ts';
import type { Call, Service } from '../../service.ts';
import {
  type CloudTrailState,
  cloudTrailHome,
  EVERYTHING,
  type Trail,
  trailArn,
  trailPlaces,
  trailsSeenIn,
} from './state.ts';

type TrailCall = Call<CloudTrailState>;

/** Source: CloudTrail user guide, Naming requirements for CloudTrail resources */
const NAME = /^(?=.{3,128}$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/;
/** Source: CloudTrail user guide, Creating multiple trails: "A multi-Region trail counts as one trail per Region." */
const MOST_TRAILS = 5;

/**
 * CloudTrail as far as EventBridge depends on it: trails, whether they log, and of which management events. Every account
 * begins with one, of all Regions.
 *
 * There is no S3: buckets are taken at their word, and nothing is delivered. Data events, Insights, and advanced selectors
 * are not simulated.
 */
export const cloudtrail: Service<CloudTrail, CloudTrailState> = {
  ...cloudTrailHome,
  eventSource: 'cloudtrail.amazonaws.com',
  operations: {
    CreateTrail(input, { state, place, world }) {
      const { Name: name = '', S3BucketName = '', IncludeGlobalServiceEvents, IsMultiRegionTrail = false } = input;
      requireName(name);
      if (input.IsOrganizationTrail === true)
        throw new AwsError('OrganizationsNotInUseException', 'Organizations are not simulated');
      if (state.trails.has(name))
        throw new AwsError(
          'TrailAlreadyExistsException',
          `Trail ${name} already exists for customer: ${place.account}`,
        );
      const full = (IsMultiRegionTrail ? [place, ...trailPlaces(world, place)] : [place]).find(
        (one) => trailsSeenIn(world, one).length >= MOST_TRAILS,
      );
      if (full !== undefined)
        throw new AwsError(
          'MaximumNumberOfTrailsExceededException',
          `User: ${place.account} already has ${MOST_TRAILS} trails in ${full.region}.`,
        );
      if (IsMultiRegionTrail && IncludeGlobalServiceEvents === false)
        throw new AwsError(
          'InvalidParameterCombinationException',
          'Multi-Region trail must include global service events.',
        );
      const trail: Trail = {
        arn: trailArn(place, name),
        name,
        homeRegion: place.region,
        s3BucketName: S3BucketName,
        isMultiRegion: IsMultiRegionTrail,
        includesGlobalServices: IncludeGlobalServiceEvents ?? true,
        selectors: EVERYTHING,
        hasOwnSelectors: false,
        isLogging: false,
      };
      state.trails.set(name, trail);
      const {
        HomeRegion: _home,
        HasCustomEventSelectors: _own,
        HasInsightSelectors: _insights,
        ...created
      } = described(trail);
      return created;
    },

    DeleteTrail({ Name }, call) {
      call.state.trails.delete(atHome(Name, call).name);
      return {};
    },

    DescribeTrails({ trailNameList = [], includeShadowTrails = true }, { world, place }) {
      const seen = trailsSeenIn(world, place).filter(
        ({ homeRegion }) => includeShadowTrails || homeRegion === place.region,
      );
      const wanted = new Set(trailNameList);
      // By name where it is at home, by ARN everywhere: who is not there is left out.
      const isWanted = ({ name, arn, homeRegion }: Trail): boolean =>
        wanted.size === 0 || wanted.has(arn) || (wanted.has(name) && homeRegion === place.region);
      return { trailList: seen.filter(isWanted).map(described) };
    },

    GetTrailStatus({ Name }, call) {
      const { isLogging, startedAtMs, stoppedAtMs } = named(Name, call);
      return {
        IsLogging: isLogging,
        ...(startedAtMs !== undefined && { StartLoggingTime: new Date(startedAtMs) }),
        ...(stoppedAtMs !== undefined && { StopLoggingTime: new Date(stoppedAtMs) }),
      };
    },

    StartLogging({ Name }, call) {
      Object.assign(atHome(Name, call), { isLogging: true, startedAtMs: call.nowMs });
      return {};
    },

    StopLogging({ Name }, call) {
      Object.assign(atHome(Name, call), { isLogging: false, stoppedAtMs: call.nowMs });
      return {};
    },

    GetEventSelectors({ TrailName }, call) {
      const { arn, selectors } = named(TrailName, call);
      return { TrailARN: arn, EventSelectors: [...selectors] };
    },

    PutEventSelectors({ TrailName, EventSelectors = [], AdvancedEventSelectors = [] }, call) {
      if (AdvancedEventSelectors.length > 0)
        throw new AwsError('UnsupportedOperationException', 'Advanced event selectors are not simulated');
      if (EventSelectors.length === 0 || EventSelectors.length > 5)
        throw new AwsError('InvalidEventSelectorsException', 'A trail has one to five event selectors.');
      const trail = atHome(TrailName, call);
      trail.selectors = EventSelectors.map((selector) => ({ ...EVERYTHING[0], ...selector }));
      trail.hasOwnSelectors = true;
      return { TrailARN: trail.arn, EventSelectors: [...trail.selectors] };
    },
  },
};

function requireName(name: string): void {
  if (!NAME.test(name))
    throw new AwsError(
      'InvalidTrailNameException',
      `Trail names have 3 to 128 letters, digits, periods, underscores and dashes, and begin and end with a letter or a digit. Specified name: ${name}`,
    );
}

const described = (trail: Trail): DescribedTrail => ({
  Name: trail.name,
  S3BucketName: trail.s3BucketName,
  IncludeGlobalServiceEvents: trail.includesGlobalServices,
  IsMultiRegionTrail: trail.isMultiRegion,
  HomeRegion: trail.homeRegion,
  TrailARN: trail.arn,
  LogFileValidationEnabled: false,
  HasCustomEventSelectors: trail.hasOwnSelectors,
  HasInsightSelectors: false,
  IsOrganizationTrail: false,
});

/** By name in its home Region, by ARN wherever it is seen. */
function named(given: string | undefined = '', { world, place }: TrailCall): Trail {
  const found = trailsSeenIn(world, place).find(
    ({ name, arn, homeRegion }) => arn === given || (name === given && homeRegion === place.region),
  );
  if (found !== undefined) return found;
  if (!given.startsWith('arn:')) requireName(given);
  const arn = given.startsWith('arn:') ? given : trailArn(place, given);
  throw new AwsError('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${place.account}`);
}

/** As `named`, for who changes it: that is done in its home Region. */
function atHome(given: string | undefined, call: TrailCall): Trail {
  const trail = named(given, call);
  if (trail.homeRegion !== call.place.region)
    throw new AwsError(
      'InvalidHomeRegionException',
      `Trail ${trail.arn} is a shadow trail. Its home Region is ${trail.homeRegion}.`,
    );
  return trail;
}

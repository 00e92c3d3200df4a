import type { AdvancedFieldSelector, GetEventSelectorsResponse } from '@aws-sdk/client-cloudtrail';
import { type Dialogue, type ReadCall, read } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type Finding, fine, warning } from './finding.ts';

/** A trail, as far as it tells EventBridge of what is called in an account. */
export interface TrailSeen {
  readonly arn: string;
  readonly homeRegion: Region;
  readonly isMultiRegion: boolean;
  readonly isLogging: boolean;
  /** What changes anything is among what it records. */
  readonly recordsWrites: boolean;
}

const tells = ({ isLogging, recordsWrites: records }: TrailSeen): boolean => isLogging && records;

/**
 * Every trail of an account that could tell of these Regions, an organization's included. Two reads for each, and one for all.
 *
 * Source  CloudTrail API reference, DescribeTrails: includeShadowTrails
 */
export function* trailsOf(regions: readonly Region[]): Dialogue<ReadCall, readonly TrailSeen[]> {
  const seen = new Map<string, TrailSeen>();
  for (const region of regions) {
    // Whatever tells of every Region has been found in the first.
    if ([...seen.values()].some((trail) => trail.isMultiRegion && tells(trail))) break;
    const { trailList = [] } = yield* read(region, 'cloudtrail', 'describeTrails', { includeShadowTrails: true });
    for (const { TrailARN: arn = '', HomeRegion: homeRegion = region, IsMultiRegionTrail = false } of trailList) {
      if (seen.has(arn)) continue;
      const { IsLogging = false } = yield* read(homeRegion, 'cloudtrail', 'getTrailStatus', { Name: arn });
      const selectors = yield* read(homeRegion, 'cloudtrail', 'getEventSelectors', { TrailName: arn });
      seen.set(arn, {
        arn,
        homeRegion,
        isMultiRegion: IsMultiRegionTrail,
        isLogging: IsLogging,
        recordsWrites: recordsWrites(selectors),
      });
    }
  }
  return [...seen.values()];
}

function recordsWrites({ EventSelectors = [], AdvancedEventSelectors = [] }: GetEventSelectorsResponse): boolean {
  const basic = EventSelectors.some(
    ({ IncludeManagementEvents = true, ReadWriteType = 'All' }) =>
      IncludeManagementEvents && ReadWriteType !== 'ReadOnly',
  );
  return basic || AdvancedEventSelectors.some(({ FieldSelectors = [] }) => isOfManagedWrites(FieldSelectors));
}

/** Source: CloudTrail user guide, Filtering management events with advanced event selectors: eventCategory, readOnly. */
const isOfManagedWrites = (fields: readonly AdvancedFieldSelector[]): boolean =>
  fields.some(({ Field, Equals = [] }) => Field === 'eventCategory' && Equals.includes('Management')) &&
  !fields.some(({ Field, Equals = [] }) => Field === 'readOnly' && !Equals.includes('false') && Equals.length > 0);

/**
 * Whether EventBridge hears of what somebody calls in each Region. Without a trail nothing is wrong, and everything is late: what
 * people change by hand is found by the sweep alone, and refusals are written down by nobody.
 */
export function judgeTrails(
  regions: readonly Region[],
  where: string,
  trails: readonly TrailSeen[],
): readonly Finding[] {
  const telling = trails.filter(tells);
  const isTold = (region: Region): boolean =>
    telling.some(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === region);
  const deaf = regions.filter((region) => !isTold(region));
  if (deaf.length === 0) return [fine('trails', where, `told by ${telling.map(({ arn }) => arn).join(', ')}`)];
  const stopped = trails.find(({ isLogging, isMultiRegion }) => !isLogging && isMultiRegion);
  return [
    warning(
      'trails',
      where,
      `no trail logs what is called in ${deaf.join(', ')}, so EventBridge hears nothing of it: what people change is found by the sweep alone, a minute later, and nobody writes down who was refused`,
      stopped === undefined
        ? 'aws cloudtrail create-trail --name management-events --is-multi-region-trail --s3-bucket-name BUCKET, then aws cloudtrail start-logging --name management-events'
        : `aws cloudtrail start-logging --name ${stopped.arn} --region ${stopped.homeRegion}`,
    ),
  ];
}

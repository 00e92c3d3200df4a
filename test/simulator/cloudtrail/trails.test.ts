import { beforeEach, describe, expect, test } from 'vitest';
import { recordTrail } from '../../../simulator/engine/cloud-trail.ts';
import { cloudtrail } from '../../../simulator/services/cloudtrail/index.ts';
import { FIRST_TRAIL } from '../../../simulator/services/cloudtrail/state.ts';
import { toyWorld } from '../engine/toy-world.ts';
import { ACCOUNT, IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(cloudtrail);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const arnOf = (name: string, region = VIRGINIA): string => `arn:aws:cloudtrail:${region}:${ACCOUNT}:trail/${name}`;
const OWN = { Name: 'our-own', S3BucketName: 'our-bucket' };

describe('a trail', () => {
  test('of every Region is there when an account begins, and is seen from everywhere', async () => {
    const { trailList } = await aws.call('DescribeTrails', {}, IRELAND);
    expect(trailList).toMatchObject([
      { TrailARN: arnOf(FIRST_TRAIL), HomeRegion: VIRGINIA, IsMultiRegionTrail: true, IsOrganizationTrail: false },
    ]);
    expect((await aws.call('DescribeTrails', { includeShadowTrails: false }, IRELAND)).trailList).toEqual([]);
    expect(await aws.call('GetTrailStatus', { Name: arnOf(FIRST_TRAIL) }, IRELAND)).toMatchObject({ IsLogging: true });
  });

  test('that is made logs nothing before it is told to, and can be taken away', async () => {
    expect(await aws.call('CreateTrail', OWN, IRELAND)).toMatchObject({
      TrailARN: arnOf('our-own', IRELAND),
      IsMultiRegionTrail: false,
      IncludeGlobalServiceEvents: true,
    });
    expect(await aws.call('GetTrailStatus', { Name: 'our-own' }, IRELAND)).toEqual({ IsLogging: false });
    await aws.call('StartLogging', { Name: 'our-own' }, IRELAND);
    await aws.call('StopLogging', { Name: arnOf('our-own', IRELAND) }, IRELAND);
    const startedAt = new Date(aws.clock.nowMs());
    expect(await aws.call('GetTrailStatus', { Name: 'our-own' }, IRELAND)).toEqual({
      IsLogging: false,
      StartLoggingTime: startedAt,
      StopLoggingTime: startedAt,
    });
    await aws.call('DeleteTrail', { Name: 'our-own' }, IRELAND);
    expect((await aws.call('DescribeTrails', { trailNameList: ['our-own'] }, IRELAND)).trailList).toEqual([]);
  });

  test('has the selectors that it was given, or all management events', async () => {
    expect(await aws.call('GetEventSelectors', { TrailName: FIRST_TRAIL })).toEqual({
      TrailARN: arnOf(FIRST_TRAIL),
      EventSelectors: [
        { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
      ],
    });
    await aws.call('PutEventSelectors', { TrailName: FIRST_TRAIL, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] });
    expect((await aws.call('GetEventSelectors', { TrailName: FIRST_TRAIL })).EventSelectors).toMatchObject([
      { ReadWriteType: 'ReadOnly', IncludeManagementEvents: true },
    ]);
    expect((await aws.call('DescribeTrails', {})).trailList).toMatchObject([{ HasCustomEventSelectors: true }]);
  });

  test.for([
    { name: 'x', code: 'InvalidTrailNameException', why: 'too short' },
    { name: 'two--dashes', code: 'InvalidTrailNameException', why: 'dashes in a row' },
    { name: FIRST_TRAIL, code: 'TrailAlreadyExistsException', why: 'a name that is taken' },
  ])('is not made: $why', async ({ name, code }) => {
    expect((await aws.refused('CreateTrail', { ...OWN, Name: name })).code).toBe(code);
  });

  test('is changed in its home Region alone, and found by its name there', async () => {
    expect((await aws.refused('StopLogging', { Name: arnOf(FIRST_TRAIL) }, IRELAND)).code).toBe(
      'InvalidHomeRegionException',
    );
    expect((await aws.refused('GetTrailStatus', { Name: FIRST_TRAIL }, IRELAND)).code).toBe('TrailNotFoundException');
  });

  test('is one of five of a Region', async () => {
    for (const Name of ['one', 'two', 'three', 'four']) await aws.call('CreateTrail', { ...OWN, Name });
    expect((await aws.refused('CreateTrail', OWN)).code).toBe('MaximumNumberOfTrailsExceededException');
  });

  test('is one of five of every Region where it records, if it records them all', async () => {
    // The first of them is the one that the account began with.
    for (const Name of ['one', 'two', 'three', 'four']) await aws.call('CreateTrail', { ...OWN, Name }, IRELAND);
    expect((await aws.refused('CreateTrail', OWN, IRELAND)).code).toBe('MaximumNumberOfTrailsExceededException');
    const everywhere = await aws.refused('CreateTrail', { ...OWN, IsMultiRegionTrail: true });
    expect(everywhere.message).toContain(`already has 5 trails in ${IRELAND}`);
    expect(await aws.call('CreateTrail', OWN)).toMatchObject({ TrailARN: arnOf('our-own') });
  });
});

describe('EventBridge', () => {
  /** How many events came of one call in Ireland that changes something, after trails were treated like that. */
  async function toldOfABus(
    ...treated: readonly (readonly [operation: string, input: object, region?: string])[]
  ): Promise<number> {
    const { world, clock, call, invoked } = toyWorld({ seen: () => null });
    recordTrail(world);
    const EventPattern = JSON.stringify({ source: ['aws.events'], detail: { eventName: ['CreateEventBus'] } });
    await call('eventbridge', 'PutRule', { Name: 'told', EventPattern }, IRELAND);
    const Targets = [{ Id: 'seen', Arn: `arn:aws:lambda:${IRELAND}:${ACCOUNT}:function:seen` }];
    await call('eventbridge', 'PutTargets', { Rule: 'told', Targets }, IRELAND);
    for (const [operation, input, region] of treated) await call('cloudtrail', operation, input, region);
    await call('eventbridge', 'CreateEventBus', { Name: 'orders' }, IRELAND);
    await clock.runFor(60_000);
    return invoked.length;
  }
  const stopped = ['StopLogging', { Name: FIRST_TRAIL }] as const;
  const started = ['StartLogging', { Name: OWN.Name }] as const;

  test('is told of calls by the trail that the account began with', async () => {
    expect(await toldOfABus()).toBe(1);
  });

  test('is told nothing where no trail logs', async () => {
    expect(await toldOfABus(stopped)).toBe(0);
    expect(await toldOfABus(stopped, ['CreateTrail', OWN, IRELAND])).toBe(0);
  });

  test('is told by a trail of that Region, and by none of another', async () => {
    expect(await toldOfABus(stopped, ['CreateTrail', OWN, IRELAND], [...started, IRELAND])).toBe(1);
    expect(await toldOfABus(stopped, ['CreateTrail', OWN], started)).toBe(0);
  });

  test('is not told of changes by a trail of reads alone', async () => {
    const EventSelectors = [{ ReadWriteType: 'ReadOnly' }];
    expect(await toldOfABus(['PutEventSelectors', { TrailName: FIRST_TRAIL, EventSelectors }])).toBe(0);
  });
});

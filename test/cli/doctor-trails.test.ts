import { describe, expect, test } from 'vitest';
import { judgeTrails, type TrailSeen, trailsOf } from '../../cli/doctor/trails.ts';
import type { ReadCall } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';

const [VIRGINIA, IRELAND] = ['us-east-1', 'eu-west-1'];
const REGIONS = [VIRGINIA, IRELAND];
const seen = (but: Partial<TrailSeen> = {}): TrailSeen => ({
  arn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/all',
  homeRegion: VIRGINIA,
  isMultiRegion: true,
  isLogging: true,
  recordsWrites: true,
  ...but,
});

describe('Regions are told of', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { trails: [seen()],                                                level: 'ok',      why: 'one trail of every Region' },
    { trails: [seen({ isMultiRegion: false }), seen({ isMultiRegion: false, homeRegion: IRELAND })], level: 'ok', why: 'a trail in each' },
    { trails: [],                                                      level: 'warning', why: 'there is none', remedy: 'create-trail', deaf: 'us-east-1, eu-west-1' },
    { trails: [seen({ isLogging: false })],                            level: 'warning', why: 'it was stopped', remedy: 'start-logging --name arn:aws:cloudtrail:us-east-1:111122223333:trail/all', deaf: 'us-east-1, eu-west-1' },
    { trails: [seen({ recordsWrites: false })],                        level: 'warning', why: 'it records data alone', remedy: 'create-trail', deaf: 'us-east-1, eu-west-1' },
    { trails: [seen({ isMultiRegion: false })],                        level: 'warning', why: 'it is of home alone', remedy: 'create-trail', deaf: 'eu-west-1' },
  ])('$level: $why', ({ trails, level, remedy, deaf }) => {
    const [finding, ...more] = judgeTrails(REGIONS, 'here', trails);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ check: 'trails', where: 'here', level });
    if (deaf !== undefined) expect(finding?.says).toContain(`called in ${deaf},`);
    if (remedy !== undefined) expect(finding?.remedy).toContain(remedy);
  });
});

describe('selectors', () => {
  const recordsWrites = async (selectors: object): Promise<boolean | undefined> => {
    const answers: Readonly<Record<string, object>> = {
      describeTrails: { trailList: [{ TrailARN: 'arn', HomeRegion: VIRGINIA, IsMultiRegionTrail: true }] },
      getTrailStatus: { IsLogging: true },
      getEventSelectors: selectors,
    };
    const asked: string[] = [];
    const trails = await converse(trailsOf(REGIONS), (call) => {
      asked.push(`${(call as ReadCall).method} in ${call.region}`);
      return answers[call.method];
    });
    // Whatever is seen from several Regions is asked about once, and where it tells of all of them nobody else is looked for.
    const isOfAll = trails.some(({ recordsWrites: records }) => records);
    expect(asked).toEqual([
      'describeTrails in us-east-1',
      'getTrailStatus in us-east-1',
      'getEventSelectors in us-east-1',
      ...(isOfAll ? [] : ['describeTrails in eu-west-1']),
    ]);
    return trails[0]?.recordsWrites;
  };
  const field = (Field: string, ...Equals: string[]) => ({ Field, Equals });
  const MANAGEMENT = field('eventCategory', 'Management');

  // biome-ignore format: a table is read down its columns
  test.for([
    { selectors: { EventSelectors: [{}] },                                                                        records: true,  why: 'as a trail begins' },
    { selectors: { EventSelectors: [{ ReadWriteType: 'WriteOnly' }] },                                            records: true,  why: 'writes alone' },
    { selectors: { EventSelectors: [{ ReadWriteType: 'ReadOnly' }] },                                             records: false, why: 'reads alone' },
    { selectors: { EventSelectors: [{ IncludeManagementEvents: false }] },                                        records: false, why: 'data alone' },
    { selectors: { AdvancedEventSelectors: [{ FieldSelectors: [MANAGEMENT] }] },                                  records: true,  why: 'advanced, of management events' },
    { selectors: { AdvancedEventSelectors: [{ FieldSelectors: [MANAGEMENT, field('readOnly', 'false')] }] },      records: true,  why: 'advanced, writes alone' },
    { selectors: { AdvancedEventSelectors: [{ FieldSelectors: [MANAGEMENT, field('readOnly', 'true')] }] },       records: false, why: 'advanced, reads alone' },
    { selectors: { AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Data')] }] },              records: false, why: 'advanced, data alone' },
    { selectors: {},                                                                                              records: false, why: 'none at all' },
  ])('$why: $records', async ({ selectors, records }) => {
    expect(await recordsWrites(selectors)).toBe(records);
  });
});

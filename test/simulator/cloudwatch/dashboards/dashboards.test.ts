import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatch } from '../../../../simulator/services/cloudwatch/index.ts';
import { ACCOUNT, IRELAND, ServiceWorld } from '../../service-world.ts';

const newWorld = () => new ServiceWorld(cloudwatch);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const text = { type: 'text', properties: { markdown: 'hello' } };
const put = (DashboardName: string, body: unknown, region?: string) =>
  aws.call('PutDashboard', { DashboardName, DashboardBody: JSON.stringify(body) }, region);

describe('dashboards', () => {
  test('are kept as they were given, for the whole account, whatever Region is asked', async () => {
    const body = { widgets: [text] };
    expect(await put('one', body, IRELAND)).toEqual({ DashboardValidationMessages: [] });
    expect(await aws.call('GetDashboard', { DashboardName: 'one' })).toEqual({
      DashboardArn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/one`,
      DashboardBody: JSON.stringify(body),
      DashboardName: 'one',
    });
    await put('one', { widgets: [] });
    const { DashboardBody } = await aws.call('GetDashboard', { DashboardName: 'one' }, IRELAND);
    expect(DashboardBody).toBe('{"widgets":[]}');
  });

  test('are listed by name, with their size and when they were put', async () => {
    for (const name of ['b', 'a-2', 'a-1']) await put(name, { widgets: [] });
    const { DashboardEntries } = await aws.call('ListDashboards', { DashboardNamePrefix: 'a' });
    expect(DashboardEntries).toMatchObject([
      { DashboardName: 'a-1', Size: 14, LastModified: new Date(aws.clock.nowMs()) },
      { DashboardName: 'a-2' },
    ]);
  });

  test('are deleted all or none', async () => {
    await put('one', { widgets: [] });
    expect((await aws.refused('DeleteDashboards', { DashboardNames: ['one', 'two'] })).code).toBe('ResourceNotFound');
    await aws.call('GetDashboard', { DashboardName: 'one' });
    await aws.call('DeleteDashboards', { DashboardNames: ['one'] });
    expect(await aws.refused('GetDashboard', { DashboardName: 'one' })).toMatchObject({
      code: 'ResourceNotFound',
      message: 'Dashboard one does not exist',
    });
  });

  test.for(['', 'a b', 'a/b', 'x'.repeat(256)])('are not called %j', async (name) => {
    expect((await aws.refused('PutDashboard', { DashboardName: name, DashboardBody: '{"widgets":[]}' })).code).toBe(
      'InvalidParameterValue',
    );
  });
});

const metric = (properties: object) => ({ widgets: [{ type: 'metric', properties }] });
const lambda = ['AWS/Lambda', 'Errors', 'FunctionName', 'look'];

describe('a body', () => {
  test.for(['', 'nonsense', '[]', '7'])('that is no JSON object is refused: %j', async (DashboardBody) => {
    expect(await aws.refused('PutDashboard', { DashboardName: 'one', DashboardBody })).toMatchObject({
      code: 'InvalidParameterInput',
      message: 'The field DashboardBody must be a valid JSON object',
    });
  });

  test('of every documented type of widget is taken', async () => {
    await put('one', {
      start: '-PT6H',
      periodOverride: 'inherit',
      widgets: [
        text,
        ...metric({
          region: 'us-east-1',
          metrics: [lambda, [{ expression: "SEARCH('{A,b}', 'Sum', 60)", region: 'eu-west-1' }]],
        }).widgets,
        ...metric({ annotations: { alarms: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:a'] } }).widgets,
        { type: 'alarm', x: 0, y: 0, width: 24, height: 3, properties: { alarms: [] } },
        { type: 'log', properties: { region: 'us-east-1', query: 'SOURCE x' } },
        { type: 'custom', properties: { endpoint: 'arn:aws:lambda:us-east-1:111122223333:function:f', updateOn: {} } },
      ],
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[why: string, body: unknown, faults: readonly (readonly [path: string, message: string])[]]>([
    ['has no widgets',           {},                                                     [['', "Should have required property 'widgets'"]]],
    ['has widgets of no array',  { widgets: {} },                                        [['/widgets', 'Should be array']]],
    ['has an end and no start',  { end: 'x', widgets: [] },                              [['', "Should have required property 'start'"]]],
    ['has too many widgets',     { widgets: Array.from({ length: 501 }, () => text) },   [['/widgets', 'Should NOT have more than 500 items']]],
    ['has a widget of no type',  { widgets: [text, { properties: {} }] },                [['/widgets/1', "Should have required property 'type'"]]],
    ['has an unknown type',      { widgets: [{ type: 'clock', properties: {} }] },       [['/widgets/0/type', 'Should be equal to one of the allowed values']]],
    ['has a type of Object\'s',  { widgets: [{ type: 'toString', properties: {} }] },    [['/widgets/0/type', 'Should be equal to one of the allowed values']]],
    ['leaves the grid',          { widgets: [{ ...text, x: 24, width: 25, y: -1 }] },    [['/widgets/0/x', 'Should be <= 23'], ['/widgets/0/y', 'Should be >= 0'], ['/widgets/0/width', 'Should be <= 24']]],
    ['has text without words',   { widgets: [{ type: 'text', properties: {} }] },        [['/widgets/0/properties', "Should have required property 'markdown'"]]],
    ['names no metrics',         metric({ region: 'us-east-1' }),                        [['/widgets/0/properties', "Should have required property 'metrics'"], ['/widgets/0/properties', 'The metric widget should have specified a region and a data source or an alarm annotation'], ['/widgets/0/properties', "Should have required property 'annotations'"]]],
    ['has metrics of no array',  metric({ region: 'us-east-1', metrics: ['a'] }),        [['/widgets/0/properties/metrics/0', 'Should be array'], ['/widgets/0/properties/metrics/0', 'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element']]],
    ['has half a dimension',     metric({ region: 'us-east-1', metrics: [lambda.slice(0, 3)] }), [['/widgets/0/properties/metrics/0', 'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element']]],
    ['has a view of its own',    metric({ region: 'us-east-1', metrics: [lambda], view: 'map' }), [['/widgets/0/properties/view', 'Should be equal to one of the allowed values']]],
  ])('that %s is refused, and nothing is kept', async ([, body, faults]) => {
    const error = await aws.refused('PutDashboard', { DashboardName: 'one', DashboardBody: JSON.stringify(body) });
    expect(error.code).toBe('InvalidParameterInput');
    expect(error.message).toContain('The dashboard body is invalid, there ');
    expect(error.fields.dashboardValidationMessages).toEqual(faults.map(([DataPath, Message]) => ({ DataPath, Message })));
    expect((await aws.call('ListDashboards', {})).DashboardEntries).toEqual([]);
  });
});

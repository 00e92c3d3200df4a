import { expect, test } from 'vitest';
import { allRegions } from '../../control-plane/model/region.ts';
import { checkBody } from '../../simulator/services/cloudwatch/dashboards/check-body.ts';
import { dashboardBody } from '../../workflows/dashboard.ts';
import { workflows } from '../../workflows/index.ts';

const of = { account: '111122223333', home: 'eu-west-1' };
const MOST_SEARCHES = 100;
const MOST_SEARCH_SIGNS = 1_024;

const expressionsIn = (metrics: readonly unknown[]): readonly { expression: string; region?: string }[] =>
  metrics.flatMap((metric) => {
    const last: unknown = (metric as unknown[]).at(-1);
    return typeof last === 'object' && last !== null && 'expression' in last ? [last as { expression: string }] : [];
  });
const metricsOf = (properties: object): readonly unknown[] =>
  'metrics' in properties ? (properties.metrics as unknown[]) : [];

test.for([of, { ...of, fleet: 'payments' }, { ...of, regions: ['eu-west-1', 'us-east-1'] }])(
  'CloudWatch would take it, and its searches are within its limits: %j',
  (options) => {
    const body = dashboardBody(options);
    expect(checkBody(JSON.stringify(body))).toEqual([]);
    for (const { properties } of body.widgets) {
      const expressions = expressionsIn(metricsOf(properties));
      expect(expressions.length).toBeLessThanOrEqual(MOST_SEARCHES);
      for (const { expression, region } of expressions) {
        expect(expression).toMatch(/^SEARCH\('\{[^}]+\} [^']+', '\w+', \d+\)$/);
        expect(expression.length).toBeLessThanOrEqual(MOST_SEARCH_SIGNS);
        expect(region).toBeDefined();
      }
    }
  },
);

test('no widget lies over another, and none leaves the grid', () => {
  const { widgets } = dashboardBody(of);
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
});

test('members are looked for in every Region, each once', () => {
  const availability = dashboardBody(of).widgets.find(
    ({ properties }) => 'title' in properties && properties.title === 'Availability of members',
  );
  const regions = expressionsIn(metricsOf(availability?.properties ?? {})).map(({ region }) => region);
  expect(regions).toHaveLength(allRegions.length);
  expect(new Set(regions)).toEqual(new Set(allRegions));
});

test('every state machine is there, with what became of its runs', () => {
  const json = JSON.stringify(dashboardBody(of));
  for (const { name } of workflows) expect(json.split(`stateMachine:landbridge-${name}"`).length - 1, name).toBe(4);
});

test('one fleet alone is asked for where it is named, to the letter', () => {
  const json = JSON.stringify(dashboardBody({ ...of, fleet: 'pay"(ments' }));
  expect(json).toContain(JSON.stringify(String.raw`fleet="pay\"\(ments"`).slice(1, -1));
  expect(dashboardBody({ ...of, fleet: 'payments' }).widgets[0]?.properties).toMatchObject({
    endpoint: 'arn:aws:lambda:eu-west-1:111122223333:function:landbridge-fleet-widget',
    params: { fleet: 'payments' },
  });
});

import { METRICS_NAMESPACE } from '../control-plane/model/agents.ts';
import { allRegions, type Region } from '../control-plane/model/region.ts';
import { workflows } from './index.ts';

export const DASHBOARD_NAME = 'landbridge';

export interface DashboardOf {
  readonly account: string;
  readonly home: Region;
  /** Only this fleet's. Left out: the widget shows the only one there is, and the graphs all. */
  readonly fleet?: string;
  /** Where members may be: CloudWatch is asked there. Left out: in every Region there is. */
  readonly regions?: readonly Region[];
}

/** One widget of a dashboard, as CloudWatch takes it. */
interface Widget {
  readonly type: 'custom' | 'metric' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: object;
}

export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: 'inherit';
  readonly widgets: readonly Widget[];
}

type Place = Pick<Widget, 'x' | 'y' | 'width' | 'height'>;
type Metric = readonly unknown[];

const MINUTE = 60;
const FIVE_MINUTES = 300;
const DAY = 86_400;

/** What stands in double quotes in a search is found exactly. */
const exactly = (value: string): string => `"${value.replaceAll(/["\\()]/g, String.raw`\$&`)}"`;

/**
 * Whatever metric fits, those of new members by themselves.
 *
 * Bounds  100 searches and 500 time series in one graph; one Region each
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function search(
  schema: string,
  terms: readonly string[],
  { stat, seconds }: { readonly stat: string; readonly seconds: number },
): string {
  return `SEARCH('{${schema}} ${terms.join(' ')}', '${stat}', ${seconds})`;
}

/**
 * What CloudWatch shows of Landbridge: the fleet's map, what its callers feel, what was repaired and how fast, and whether the
 * machinery itself is well.
 *
 * Out     a dashboard's body; JSON of it is what PutDashboard takes
 * Bounds  a search sees one Region, so that of members there is one for each Region they may be in
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardBody({ account, home, fleet, regions = allRegions }: DashboardOf): DashboardBody {
  const ofFleet = fleet === undefined ? [] : [`fleet=${exactly(fleet)}`];

  const graph = (title: string, place: Place, metrics: readonly Metric[], more: object = {}): Widget => ({
    type: 'metric',
    ...place,
    properties: { title, region: home, view: 'timeSeries', stacked: false, period: MINUTE, metrics, ...more },
  });
  /** Of every member, in whichever Region it is. */
  const members = (name: string, stat: string): readonly Metric[] =>
    regions.map((region, index) => [
      {
        expression: search(`${METRICS_NAMESPACE},fleet,member`, [`MetricName=${exactly(name)}`, ...ofFleet], {
          stat,
          seconds: MINUTE,
        }),
        id: `e${index}`,
        region,
        label: '',
      },
    ]);
  /** Of every cause kind, which home alone tells of. */
  const incidents = (name: string, stat: string, seconds: number, label = ''): Metric => [
    {
      expression: search(`${METRICS_NAMESPACE},fleet,cause`, [`MetricName=${exactly(name)}`, ...ofFleet], {
        stat,
        seconds,
      }),
      label,
      region: home,
    },
  ];
  const ours = (schema: string, name: string, stat: string): Metric => [
    {
      expression: search(schema, [`${schema.split(',')[1]}=landbridge`, `MetricName=${exactly(name)}`], {
        stat,
        seconds: FIVE_MINUTES,
      }),
      label: '',
      region: home,
    },
  ];
  const machines = (metric: string): readonly Metric[] =>
    workflows.map(({ name }) => [
      'AWS/States',
      metric,
      'StateMachineArn',
      `arn:aws:states:${home}:${account}:stateMachine:landbridge-${name}`,
      { label: `${name} ${metric.replace('Executions', '').toLowerCase()}` },
    ]);
  const percent = { yAxis: { left: { min: 0, max: 100, label: '%', showUnits: false } } };
  const milliseconds = { yAxis: { left: { min: 0, label: 'ms', showUnits: false } } };
  const seconds = { yAxis: { left: { min: 0, label: 's', showUnits: false } } };
  const sums = { stat: 'Sum', period: FIVE_MINUTES, yAxis: { left: { min: 0 } } };

  return {
    start: '-PT6H',
    periodOverride: 'inherit',
    widgets: [
      {
        type: 'custom',
        x: 0,
        y: 0,
        width: 16,
        height: 19,
        properties: {
          title: fleet === undefined ? 'The fleet' : `Fleet ${fleet}`,
          endpoint: `arn:aws:lambda:${home}:${account}:function:landbridge-fleet-widget`,
          params: fleet === undefined ? {} : { fleet },
          updateOn: { refresh: true, resize: false, timeRange: false },
        },
      },
      graph(
        'Availability of members',
        { x: 16, y: 0, width: 8, height: 6 },
        members('Availability', 'Average'),
        percent,
      ),
      graph('Latency of members, p90', { x: 16, y: 6, width: 8, height: 6 }, members('Latency', 'p90'), milliseconds),
      graph(
        'The worst link of each member',
        { x: 16, y: 12, width: 8, height: 7 },
        members('WorstLink', 'Minimum'),
        percent,
      ),

      graph(
        'Incidents',
        { x: 0, y: 19, width: 8, height: 6 },
        [
          incidents('IncidentsOpened', 'Sum', FIVE_MINUTES, 'opened'),
          incidents('IncidentsClosed', 'Sum', FIVE_MINUTES, 'closed'),
        ],
        sums,
      ),
      graph(
        'Time to repair, each day: median and nine of ten',
        { x: 8, y: 19, width: 8, height: 6 },
        [incidents('TimeToRepair', 'p50', DAY, 'p50'), incidents('TimeToRepair', 'p90', DAY, 'p90')],
        { ...seconds, period: DAY, start: '-P30D', end: 'P0D', view: 'timeSeries' },
      ),
      {
        type: 'text',
        x: 16,
        y: 19,
        width: 8,
        height: 6,
        properties: { markdown: COST },
      },

      graph('Runs', { x: 0, y: 25, width: 12, height: 6 }, machines('ExecutionsStarted'), sums),
      graph(
        'Runs that failed, timed out or were stopped',
        { x: 12, y: 25, width: 12, height: 6 },
        ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].flatMap(machines),
        sums,
      ),
      graph(
        'Errors of functions',
        { x: 0, y: 31, width: 8, height: 6 },
        [ours('AWS/Lambda,FunctionName', 'Errors', 'Sum')],
        sums,
      ),
      graph(
        'Functions kept waiting',
        { x: 8, y: 31, width: 8, height: 6 },
        [ours('AWS/Lambda,FunctionName', 'Throttles', 'Sum')],
        sums,
      ),
      graph(
        'What went astray and lies in queues',
        { x: 16, y: 31, width: 8, height: 6 },
        [ours('AWS/SQS,QueueName', 'ApproximateNumberOfMessagesVisible', 'Maximum')],
        { ...sums, stat: 'Maximum' },
      ),
    ],
  };
}

const COST = `## What it costs
Evidence of health is paid for per serving member: the widget beside this says how much for this fleet, and
\`landbridge cost\` what for. \`docs/cost.md\` has the whole bill, with what it was reckoned from.

This dashboard is made from \`workflows/dashboard.ts\`: what is changed here by hand is lost with the next deployment.`;

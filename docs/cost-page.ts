import { type CostLine, costOfEvidence, total } from '../control-plane/health/cost.ts';
import { BIT_REMEMBERS_MS, CHECKED_FROM } from '../control-plane/model/agents.ts';
import { functions } from '../handlers/index.ts';
import { workflows } from '../workflows/index.ts';
import { measuredRuns, type RunCount } from './measured-runs.ts';

const SIZES = [3, 10, 20, 34];
const HOURS = 730;
const MINUTES = HOURS * 60;
const MILLION = 1_000_000;

/** US dollars, us-east-1, without free tiers. */
const PRICES = {
  transition: 0.025 / 1_000,
  expressRequest: 1 / MILLION,
  expressGbSecond: 0.00001667,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / MILLION,
  readUnit: 0.125 / MILLION,
  key: 1,
  alarm: 0.1,
  dashboard: 3,
  metric: 0.3,
  logGb: 0.5,
  trace: 5 / MILLION,
  endpointZoneHour: 0.01,
} as const;

/** Nobody has measured these: there is no account to measure them in. Each is named on the page. */
const ASSUMED = {
  sweepSeconds: 2,
  listSeconds: 0.2,
  expressMemoryGb: 0.064,
  /** Strongly consistent: twice what the watch reads of the same rows. */
  readUnitsPerMember: 1.4,
  sweepLogBytes: 3_000,
  taskSeconds: 2,
  zones: 2,
  alarmsOfQueues: 3,
  keys: 4,
} as const;

const CAUSE_KINDS = 7;
const INCIDENT_METRICS = 3;

const dollars = (amount: number): string =>
  amount > 0 && amount < 0.005 ? `$${amount.toPrecision(1)}` : `$${amount.toFixed(2)}`;
const amountOf = (quantity: number): string =>
  quantity >= 100 ? Math.round(quantity).toLocaleString('en') : String(Number(quantity.toPrecision(3)));
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (...cells: readonly string[]): string =>
  [row(...cells), row('---', ...cells.slice(1).map(() => '---:'))].join('\n');

/** What is cheap is sold by the million. */
const priceOf = (price: number, unit: string): string =>
  price < 0.001
    ? `$${Number((price * MILLION).toPrecision(6))} a million ${unit}`
    : `$${price.toFixed(2)} for each ${unit.replace(/s$/, '')}`;

const memoryGb = (name: string): number => (functions.find((one) => one.name === name)?.memoryMb ?? 0) / 1_024;

const evidence = (members: number): readonly CostLine[] =>
  costOfEvidence(members, CHECKED_FROM.length, BIT_REMEMBERS_MS);

/** Two of each function and each workflow, of queues, and of nobody looking and a standby that lags. */
const alarms = functions.length * 2 + workflows.length * 2 + ASSUMED.alarmsOfQueues + 2;

/** What it costs to have a control plane at all, and to let it look every minute. */
function controlPlane(members: number): readonly CostLine[] {
  const line = (item: string, quantity: number, unit: string, price: number): CostLine => ({
    item,
    quantity,
    unit,
    price,
    dollars: quantity * price,
  });
  const { sweepSeconds, listSeconds, expressMemoryGb } = ASSUMED;
  const asleep = sweepSeconds + listSeconds;
  return [
    line('alarms of the machinery', alarms, 'alarms', PRICES.alarm),
    line('keys, of home and of the standby', ASSUMED.keys, 'keys', PRICES.key),
    line('dashboard', 1, 'dashboard', PRICES.dashboard),
    line('sweep, every minute: runs', MINUTES, 'express runs', PRICES.expressRequest),
    line('sweep: time of the runs', MINUTES * asleep * expressMemoryGb, 'GB-seconds', PRICES.expressGbSecond),
    line('sweep: sweep-fleet', MINUTES * sweepSeconds * memoryGb('sweep-fleet'), 'GB-seconds', PRICES.lambdaGbSecond),
    line('sweep: list-fleets', MINUTES * listSeconds * memoryGb('list-fleets'), 'GB-seconds', PRICES.lambdaGbSecond),
    line('sweep: invocations', MINUTES * 2, 'requests', PRICES.lambdaRequest),
    line('sweep: reads of the table', MINUTES * members * ASSUMED.readUnitsPerMember, 'read units', PRICES.readUnit),
    line('sweep: logs', (MINUTES * ASSUMED.sweepLogBytes) / 1e9, 'GB', PRICES.logGb),
    line('sweep: traces', MINUTES, 'traces', PRICES.trace),
  ];
}

const endpoint = ASSUMED.zones * HOURS * PRICES.endpointZoneHour;

/** One table with a column for each size. Lines are the same for each. */
function table(of: (members: number) => readonly CostLine[]): string {
  const columns = SIZES.map((members) => of(members));
  const [first = []] = columns;
  return [
    head('', 'price', ...SIZES.map((members) => `of ${members} members`)),
    ...first.map(({ item, unit, price }, index) =>
      row(
        item,
        priceOf(price, unit),
        ...columns.map((lines) => {
          const line = lines[index];
          return line === undefined ? '' : `${amountOf(line.quantity)} = ${dollars(line.dollars)}`;
        }),
      ),
    ),
    row('**in all**', '', ...columns.map((lines) => `**${dollars(total(lines))}**`)),
  ].join('\n');
}

const runRow = ({ what, transitions, tasks }: RunCount): string => {
  const time = tasks * ASSUMED.taskSeconds * PRICES.lambdaGbSecond;
  const sum = transitions * PRICES.transition + time + tasks * PRICES.lambdaRequest;
  return row(what, String(transitions), String(tasks), dollars(sum));
};

/** docs/cost.md: what a fleet costs, from what it is made of. */
export function costPage(): string {
  const months = SIZES.map((members) => {
    const parts = [total(evidence(members)) * members, total(controlPlane(members)), endpoint * members];
    const [seen = 0, plane = 0, endpoints = 0] = parts;
    const own = seen + plane;
    return row(
      String(members),
      dollars(seen),
      dollars(plane),
      `**${dollars(own)}**`,
      dollars(own / members),
      dollars(endpoints),
    );
  });
  return `# What it costs

Generated by \`npm run docs\` from \`docs/cost-page.ts\`; do not edit. US dollars, prices of us-east-1, a month of ${HOURS} hours,
without free tiers, for a fleet whose members all serve; most other Regions cost more. \`landbridge cost\` says for a fleet of
yours what its evidence costs, and so does the widget on the dashboard, \`workflows/dashboard.ts\`.

## A month

${head('members', 'evidence of health', 'control plane', 'Landbridge in all', 'of that, a member', "the fleet's own endpoints")}
${months.join('\n')}

The fleet's own endpoints are there with or without Landbridge: interface endpoints in ${ASSUMED.zones} zones, at
$${PRICES.endpointZoneHour} an hour and zone. What callers send through them is not reckoned: $0.01 a GB and more, and between
Regions $0.01 to $0.02 a GB in the US and Europe.

## Evidence of health, for each serving member

What it takes to know how one member is, and to tell the others: \`control-plane/health/cost.ts\`. It grows with the fleet only
where rows are kept in every member.

${table(evidence)}

## The control plane

What is there and looks every minute, in a month in which nothing goes wrong.

${table(controlPlane)}

## Runs

What is paid for when something is done. Counted in the simulator (\`docs/measured-runs.ts\`); a task is an invocation.

${head('', 'transitions', 'tasks', 'costs')}
${Object.values(measuredRuns).map(runRow).join('\n')}

## Metrics

Members' metrics are among the evidence: three for each. Beside them home tells of incidents: opened, closed, and their time to
repair, by fleet and kind of cause. They belong to the fleet and not to a member, and are printed only when something happens. AWS
bills a metric by the hours in which it is sent: a quiet month costs nothing, and the worst one, in which every kind of
cause comes up in every hour, ${dollars(CAUSE_KINDS * INCIDENT_METRICS * PRICES.metric)} a fleet (${CAUSE_KINDS} kinds, ${INCIDENT_METRICS} metrics, $${PRICES.metric} each).

The dashboard's own searches are free in the console. Each time it is refreshed, its widget runs for about a second.

## What was assumed

| what | how much | why |
| --- | --- | --- |
| a sweep of the fleet takes | ${ASSUMED.sweepSeconds} s | 276 calls at the rates that AWS allows take 1 to 2 s for 34 members |
| a list of fleets takes | ${ASSUMED.listSeconds} s | one query, in a container that is warm |
| an express run is billed as | ${ASSUMED.expressMemoryGb * 1_000} MB | the least there is; it waits for its functions |
| a task takes | ${ASSUMED.taskSeconds} s of 1 GB | most wait for AWS, and have less memory than that |
| a sweep reads | ${ASSUMED.readUnitsPerMember} read units a member | what \`watch\` is known to read, twice: a sweep reads consistently |
| a sweep logs | ${ASSUMED.sweepLogBytes.toLocaleString('en')} bytes | two reports of Lambda's and one of Step Functions' |
| every sweep is traced | 1 trace | X-Ray's sampling takes the first of each second, and there is one a minute |
| keys | ${ASSUMED.keys} | records and incidents, in home and in the standby; ${ASSUMED.keys / 2} without one |
| alarms | ${alarms} | two for each of ${functions.length} functions and ${workflows.length} workflows, ${ASSUMED.alarmsOfQueues} queues, the sweep, the standby |

Not reckoned, since they are cents or not Landbridge's: CloudTrail, events between Regions ($1 a million), messages to
people, queues that are empty, storage of the state table and of logs, requests to keys, what the fleet's API and functions cost.

Sources: the prices are those in \`docs/aws-facts.md\` and on aws.amazon.com/step-functions/pricing, /lambda/pricing,
/cloudwatch/pricing, /kms/pricing, /xray/pricing, /dynamodb/pricing and /privatelink/pricing.
`;
}

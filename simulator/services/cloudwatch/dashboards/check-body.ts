/** Something that is wrong with a dashboard's body, and where. */
export interface Fault {
  /** '/widgets/9/properties' */
  readonly dataPath: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: string) => readonly Fault[];

const MOST_WIDGETS = 500;
const MOST_METRICS = 500;
const MOST_ALARMS = 100;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fault = (dataPath: string, message: string): Fault => ({ dataPath, message });

const ofType =
  (type: 'string' | 'boolean' | 'number'): Check =>
  (value, path) =>
    typeof value === type ? [] : [fault(path, `Should be ${type}`)];
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? [] : [fault(path, 'Should be equal to one of the allowed values')];
const wholeFrom =
  (least: number, most = Number.POSITIVE_INFINITY): Check =>
  (value, path) => {
    if (!Number.isInteger(value)) return [fault(path, 'Should be integer')];
    if ((value as number) < least) return [fault(path, `Should be >= ${least}`)];
    return (value as number) > most ? [fault(path, `Should be <= ${most}`)] : [];
  };
const object: Check = (value, path) => (isFields(value) ? [] : [fault(path, 'Should be object')]);
const strings =
  (most: number): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return [fault(path, 'Should be array')];
    if (value.length > most) return [fault(path, `Should NOT have more than ${most} items`)];
    return value.flatMap((one: unknown, index) => ofType('string')(one, `${path}/${index}`));
  };

const METRICS_FORM =
  'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element';

/** ["AWS/Lambda", "Errors", "FunctionName", "look", { "region": "eu-west-1" }], or [{ "expression": "SEARCH(...)" }] */
const metric: Check = (value, path) => {
  if (!Array.isArray(value)) return [fault(path, 'Should be array'), fault(path, METRICS_FORM)];
  const renderer: unknown = isFields(value.at(-1)) ? value.at(-1) : undefined;
  const names: readonly unknown[] = renderer === undefined ? value : value.slice(0, -1);
  const isExpression = isFields(renderer) && typeof renderer.expression === 'string';
  // A namespace and a name, then names and values of dimensions.
  const isWellFormed = names.every((name) => typeof name === 'string') && names.length % 2 === 0;
  return isWellFormed && (names.length >= 2 || (isExpression && names.length === 0)) ? [] : [fault(path, METRICS_FORM)];
};

const metrics: Check = (value, path) => {
  if (!Array.isArray(value)) return [fault(path, 'Should be array')];
  if (value.length > MOST_METRICS) return [fault(path, `Should NOT have more than ${MOST_METRICS} items`)];
  return value.flatMap((one: unknown, index) => metric(one, `${path}/${index}`));
};

/** What each type of widget may be given, as far as it is looked at; and what it must be. */
const kinds: Readonly<
  Record<string, { readonly must: readonly string[]; readonly may: Readonly<Record<string, Check>> }>
> = {
  metric: {
    must: [],
    may: {
      metrics,
      annotations: object,
      region: ofType('string'),
      accountId: ofType('string'),
      title: ofType('string'),
      stat: ofType('string'),
      period: ofType('number'),
      stacked: ofType('boolean'),
      sparkline: ofType('boolean'),
      liveData: ofType('boolean'),
      setPeriodToTimeRange: ofType('boolean'),
      yAxis: object,
      legend: object,
      view: oneOf('timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table'),
    },
  },
  text: {
    must: ['markdown'],
    may: { markdown: ofType('string'), background: oneOf('solid', 'transparent') },
  },
  log: {
    must: ['region', 'query'],
    may: { region: ofType('string'), query: ofType('string'), title: ofType('string') },
  },
  alarm: {
    must: ['alarms'],
    may: {
      alarms: strings(MOST_ALARMS),
      title: ofType('string'),
      sortBy: oneOf('default', 'stateUpdatedTimestamp', 'timestamp'),
    },
  },
  explorer: {
    must: ['metrics'],
    may: { labels: (value, path) => (Array.isArray(value) ? [] : [fault(path, 'Should be array')]) },
  },
  custom: { must: [], may: { endpoint: ofType('string'), title: ofType('string'), updateOn: object } },
  chart: { must: [], may: { title: ofType('string') } },
};

const missing = (fields: Fields, names: readonly string[], path: string): readonly Fault[] =>
  names
    .filter((name) => fields[name] === undefined)
    .map((name) => fault(path, `Should have required property '${name}'`));

const checked = (fields: Fields, checks: Readonly<Record<string, Check>>, path: string): readonly Fault[] =>
  Object.entries(checks).flatMap(([name, check]) =>
    fields[name] === undefined ? [] : check(fields[name], `${path}/${name}`),
  );

function checkMetricWidget(properties: Fields, path: string): readonly Fault[] {
  const { region, annotations } = properties;
  const isAlarm = isFields(annotations) && Array.isArray(annotations.alarms);
  const hasSource = properties.metrics !== undefined && region !== undefined;
  if (isAlarm || hasSource) return [];
  return [
    ...missing(properties, ['metrics'], path),
    fault(path, 'The metric widget should have specified a region and a data source or an alarm annotation'),
    ...missing(properties, ['annotations'], path),
  ];
}

function checkWidget(widget: unknown, path: string): readonly Fault[] {
  if (!isFields(widget)) return [fault(path, 'Should be object')];
  const { type, properties } = widget;
  const place = { x: wholeFrom(0, 23), y: wholeFrom(0), width: wholeFrom(1, 24), height: wholeFrom(1, 1_000) };
  const faults = [...missing(widget, ['type', 'properties'], path), ...checked(widget, place, path)];
  if (type === undefined || properties === undefined) return faults;
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) return [...faults, ...oneOf()(type, `${path}/type`)];
  const inside = `${path}/properties`;
  if (!isFields(properties)) return [...faults, ...object(properties, inside)];
  return [
    ...faults,
    ...(type === 'metric' ? checkMetricWidget(properties, inside) : []),
    ...missing(properties, kind.must, inside),
    ...checked(properties, kind.may, inside),
  ];
}

/**
 * What is wrong with a dashboard's body; `undefined` where it is no JSON object at all.
 *
 * Bounds  types, required fields, enumerations and limits. What is inside yAxis, annotations, queries and search expressions
 *         is not looked at
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html; the messages as
 *         AWS is seen to word them, github.com/aws-samples/aws-eda-slurm-cluster/issues/116, github.com/pulumi/pulumi/issues/13059
 */
export function checkBody(json: string): readonly Fault[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isFields(body)) return undefined;
  const { widgets } = body;
  const times = { start: ofType('string'), end: ofType('string'), periodOverride: oneOf('auto', 'inherit') };
  const faults = [...checked(body, times, ''), ...missing(body, ['widgets'], '')];
  if (body.end !== undefined && body.start === undefined) faults.push(...missing(body, ['start'], ''));
  if (widgets === undefined) return faults;
  if (!Array.isArray(widgets)) return [...faults, fault('/widgets', 'Should be array')];
  if (widgets.length > MOST_WIDGETS)
    return [...faults, fault('/widgets', `Should NOT have more than ${MOST_WIDGETS} items`)];
  return [...faults, ...widgets.flatMap((widget: unknown, index) => checkWidget(widget, `/widgets/${index}`))];
}

import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { WorldMs } from '../../clock.ts';
import { additionOfValues, byName, type Datum, isInTime, record } from './record.ts';
import type { CloudWatchState, Dimension } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

const MOST_METRICS = 100;
const MOST_VALUES = 100;
const MOST_DIMENSIONS = 30;

const units: ReadonlySet<unknown> = new Set(Object.values(StandardUnit));

/**
 * Puts the metrics that a line of a log holds in the embedded metric format.
 *
 * In      a line as it was logged; what Lambda wrote before the JSON is passed over
 * Faults  none: of a line that is not in the format, or in any way against its specification, nothing is put
 * Bounds  a line without the format's name in it costs a search for that name
 * Source  CloudWatch user guide, Specification: embedded metric format
 */
export function putEmbeddedMetrics(state: () => CloudWatchState, line: string, nowMs: WorldMs): void {
  if (!line.includes('"CloudWatchMetrics"')) return;
  const root = objectIn(line.slice(line.indexOf('{')));
  const meta = root?.['_aws'];
  if (root === undefined || !isObject(meta)) return;
  const { Timestamp: atMs, CloudWatchMetrics: directives } = meta;
  if (typeof atMs !== 'number' || !Number.isInteger(atMs) || !isInTime(atMs, nowMs) || !Array.isArray(directives))
    return;
  const found = directives.map((directive) => dataOf(root, directive, atMs));
  if (found.includes(undefined)) return;
  for (const { namespace, data } of found.filter((one) => one !== undefined))
    for (const datum of data) record(state(), namespace, datum, nowMs);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 255;

function objectIn(text: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Every metric of a directive, once per set of dimensions; undefined where the directive is malformed. */
function dataOf(
  root: Json,
  directive: unknown,
  atMs: WorldMs,
): { readonly namespace: string; readonly data: readonly Datum[] } | undefined {
  if (!isObject(directive)) return undefined;
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (!isName(namespace) || namespace.startsWith('AWS/') || namespace.startsWith(':')) return undefined;
  if (!Array.isArray(sets) || !Array.isArray(metrics) || metrics.length > MOST_METRICS) return undefined;
  const dimensionSets = sets.map((names: unknown) => dimensionsIn(root, names));
  const measured = metrics.map((metric: unknown) => measurement(root, metric, atMs));
  const data = dimensionSets.flatMap((dimensions) =>
    measured.map((one) => (dimensions === undefined || one === undefined ? undefined : { ...one, dimensions })),
  );
  const good = data.filter((one) => one !== undefined);
  return good.length === data.length ? { namespace, data: good } : undefined;
}

function dimensionsIn(root: Json, names: unknown): readonly Dimension[] | undefined {
  if (!Array.isArray(names) || names.length > MOST_DIMENSIONS) return undefined;
  const dimensions = names.flatMap((Name: unknown): Dimension[] => {
    const Value = isName(Name) ? root[Name] : undefined;
    return isName(Name) && typeof Value === 'string' && Value !== '' && Value.length <= 1_024 ? [{ Name, Value }] : [];
  });
  return dimensions.length === names.length ? dimensions.toSorted(byName) : undefined;
}

function measurement(root: Json, metric: unknown, atMs: WorldMs): Omit<Datum, 'dimensions'> | undefined {
  if (!isObject(metric)) return undefined;
  const { Name: name, Unit: unit = 'None', StorageResolution: seconds = 60 } = metric;
  if (!isName(name) || !units.has(unit) || (seconds !== 1 && seconds !== 60)) return undefined;
  const target = root[name];
  const values: readonly unknown[] = Array.isArray(target) ? target : [target];
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length !== values.length || values.length === 0 || values.length > MOST_VALUES) return undefined;
  return {
    name,
    unit: unit as StandardUnit,
    atMs,
    addition: additionOfValues(numbers),
    highResolution: seconds === 1,
  };
}

import type { MapState } from './definition.ts';
import type { BranchEnd, StoppingPoint } from './execution.ts';
import { Interrupted, runtimeFailure, StateFailure } from './failure.ts';
import { type Frame, record } from './frame.ts';
import { type RunBranch, runInner, together } from './inner-run.ts';
import { isObject, type Json, type JsonObject, type Payload, payloadOf } from './json.ts';
import { mustFind } from './json-path.ts';
import { MAX_INLINE_ITERATIONS_AT_ONCE } from './limits.ts';
import type { Left, Visit } from './visit.ts';

/** How an iteration ended in the history. */
const ending = (error: unknown): 'MapIterationSucceeded' | 'MapIterationFailed' | 'MapIterationAborted' => {
  if (error === undefined) return 'MapIterationSucceeded';
  return error instanceof Interrupted ? 'MapIterationAborted' : 'MapIterationFailed';
};

/**
 * Runs the item processor once for every item, at most MaxConcurrency at a time.
 *
 * Faults  without a tolerance, that of the iteration that failed first, and the others are stopped; with one,
 *         States.ExceedToleratedFailureThreshold, and what failed within the tolerance has no place in the result
 * Source  Step Functions guide, Map workflow state; states-language.net/spec.html, Tolerated Failure Threshold
 */
export async function attemptMap(
  visit: Visit,
  state: MapState,
  resume: StoppingPoint['children'],
  runBranch: RunBranch,
): Promise<Left> {
  const { frame, name } = visit;
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw runtimeFailure(`the Map state '${name}' has no ItemProcessor`);
  const items = await itemsOf(visit, state);
  const wanted = (await visit.number('MaxConcurrency', { least: 0 })) ?? 0;
  const atOnce = Math.min(wanted === 0 ? MAX_INLINE_ITERATIONS_AT_ONCE : wanted, MAX_INLINE_ITERATIONS_AT_ONCE);
  const tolerates = await toleranceOf(visit, items.length);
  const inputs: Payload[] = [];
  for (const item of items) inputs.push(await selected(visit, state, item));
  record(frame, 'MapStateStarted', 'mapStateStartedEventDetails', { length: items.length });

  const startedId = frame.lastEventId;
  const lifetime = frame.lifetime.inner();
  const ends: (BranchEnd | undefined)[] = [];
  visit.children = ends;
  const outputs: (Json | undefined)[] = [];
  let failures = 0;
  let next = 0;

  const iterate = async (index: number, item: JsonObject): Promise<void> => {
    const event = (inner: Frame, type: Parameters<typeof record>[1]): void => {
      const ended = type !== 'MapIterationStarted';
      const details = `map${ended ? type.slice('Map'.length) : 'IterationStarted'}EventDetails`;
      record(inner, type, details, { name, index });
    };
    frame.lastEventId = startedId;
    outputs[index] = await runInner(
      runBranch,
      frame,
      lifetime,
      processor,
      inputs[index] as Payload,
      { ends, at: index, before: resume?.[index], item },
      {
        started: (inner) => event(inner, 'MapIterationStarted'),
        ended: (inner, error) => event(inner, ending(error)),
      },
    );
  };

  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      try {
        await iterate(index, items[index] as JsonObject);
      } catch (error) {
        if (!(error instanceof StateFailure) || tolerates === undefined) throw error;
        failures += 1;
        if (!tolerates(failures))
          throw new StateFailure(
            'States.ExceedToleratedFailureThreshold',
            `The specified tolerated failure threshold was exceeded: ${failures} of ${items.length} items failed.`,
          );
      }
    }
  };

  try {
    await together(lifetime, Array.from({ length: Math.min(atOnce, items.length) }, worker));
    record(frame, 'MapStateSucceeded');
    return await visit.leave(
      outputs.filter((output) => output !== undefined),
      state,
    );
  } catch (error) {
    if (error instanceof StateFailure && frame.execution.status === 'RUNNING' && !frame.lifetime.ended)
      record(frame, 'MapStateFailed');
    throw error;
  }
}

/** `Map.Item` of the context object, for every item. */
async function itemsOf(visit: Visit, state: MapState): Promise<JsonObject[]> {
  let items: Json;
  if (visit.language === 'JSONata')
    items = state.Items === undefined ? visit.input.value : await visit.jsonata(state.Items, 'Items');
  else {
    const effective = visit.effectiveInput();
    items =
      state.ItemsPath === undefined ? effective : mustFind(state.ItemsPath, visit.paths(effective), 'States.Runtime');
  }
  if (Array.isArray(items)) return items.map((value, index) => ({ Index: index, Value: value }));
  if (visit.language === 'JSONata' && isObject(items))
    return Object.entries(items).map(([key, value], index) => ({ Index: index, Key: key, Value: value }));
  throw visit.unacceptable(
    `The items of the Map state '${visit.name}' must be an array, but were ${JSON.stringify(items)}.`,
    'Items',
  );
}

async function selected(visit: Visit, state: MapState, item: JsonObject): Promise<Payload> {
  const older = state.Iterator === undefined ? undefined : state.Parameters;
  const selector = state.ItemSelector === undefined ? older : state.ItemSelector;
  if (selector === undefined)
    return payloadOf(
      'Key' in item ? { Key: item['Key'] ?? null, Value: item['Value'] ?? null } : (item['Value'] ?? null),
    );
  return payloadOf(
    visit.language === 'JSONata'
      ? await visit.jsonata(selector, 'ItemSelector', {}, item)
      : visit.template(selector, visit.effectiveInput(), item),
  );
}

/** Whether so many failures are tolerated; undefined where the state names no tolerance. */
async function toleranceOf(visit: Visit, items: number): Promise<((failures: number) => boolean) | undefined> {
  const count = await visit.number('ToleratedFailureCount', { least: 0 });
  const percentage = await visit.number('ToleratedFailurePercentage', { least: 0, most: 100, fraction: true });
  if (count === undefined && percentage === undefined) return undefined;
  return (failures) => failures <= (count ?? items) && (failures / items) * 100 <= (percentage ?? 100);
}

import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { QueryLanguage } from './definition.ts';
import type { Engine } from './engine.ts';
import type { Execution, StoppingPoint, Variables } from './execution.ts';
import { Interrupted, StateFailure } from './failure.ts';
import type { Json, JsonObject } from './json.ts';
import type { Lifetime } from './lifetime.ts';
import { MAX_HISTORY_EVENTS } from './limits.ts';

/** One line of states that follow each other: the execution itself, a branch of a Parallel, an iteration of a Map. */
export interface Frame {
  readonly engine: Engine;
  readonly execution: Execution;
  readonly lifetime: Lifetime;
  readonly language: QueryLanguage;
  /** Those of this scope; outer ones are its prototype. */
  readonly variables: Variables;
  /** `Map.Item` of the context object, inside a Map. */
  readonly item: JsonObject | undefined;
  /** `Execution` and `StateMachine` of the context object, made once. */
  readonly contextBase: { readonly Execution: Json; readonly StateMachine: Json };
  lastEventId: number;
  /** Set where this line failed or was cut off. */
  stoppedAt: StoppingPoint | undefined;
}

/** The scope of a branch or iteration: sees this one's variables, and keeps its own. */
export function innerFrame(
  outer: Frame,
  lifetime: Lifetime,
  from: { item?: JsonObject; variables?: Variables },
): Frame {
  return {
    engine: outer.engine,
    execution: outer.execution,
    lifetime,
    language: outer.language,
    variables: Object.assign(Object.create(outer.variables) as Variables, from.variables),
    item: from.item ?? outer.item,
    contextBase: outer.contextBase,
    lastEventId: outer.lastEventId,
    stoppedAt: undefined,
  };
}

/** Writes the execution's last event, which always has a place in the history. */
export function recordEnd(
  execution: Execution,
  previousEventId: number,
  atMs: number,
  type: HistoryEventType,
  details: object,
): void {
  if (execution.machine.type === 'EXPRESS') return;
  const detailsName = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
  execution.history.push({
    id: execution.history.length + 1,
    previousEventId,
    atMs,
    type,
    details: { [detailsName]: details },
  });
}

/**
 * Adds an event to the history of a Standard execution.
 *
 * Faults  ends the execution where only the last place of the history is left, as AWS does at 25,000 events
 */
export function record(frame: Frame, type: HistoryEventType, detailsName?: string, details?: object): number {
  const { execution } = frame;
  if (execution.machine.type === 'EXPRESS') return 0;
  // Whatever a branch does after the execution has closed is no part of its history.
  if (execution.status !== 'RUNNING') throw new Interrupted();
  if (execution.history.length >= MAX_HISTORY_EVENTS - 1) {
    const full = new StateFailure(
      'States.Runtime',
      `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`,
    );
    execution.lifetime.end(full);
    throw full;
  }
  const id = execution.history.length + 1;
  execution.history.push({
    id,
    previousEventId: frame.lastEventId,
    atMs: frame.engine.world.clock.nowMs(),
    type,
    details: detailsName === undefined || details === undefined ? {} : { [detailsName]: details },
  });
  frame.lastEventId = id;
  return id;
}

/** Events say whether data was cut off; the API never cuts. Source: API reference, HistoryEventExecutionDataDetails. */
export const NOT_TRUNCATED = { truncated: false };

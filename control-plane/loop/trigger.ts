import type { TargetKey } from '../model/target.ts';
import type { Scope } from './scope.ts';

/** A write that somebody made, as CloudTrail tells it through EventBridge. Says where to look, never what to do. */
export interface TrailEvent {
  readonly region: string;
  readonly detail: {
    readonly eventName: string;
    readonly requestParameters?: unknown;
    readonly responseElements?: unknown;
  };
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

/** '/hostedzone/Z1', 'arn:aws:lambda:...:function:f' and 'Z1' name one thing each way round. */
const namesIn = (text: string): readonly string[] => [text, ...text.split(/[/:,]/)];

/**
 * Where an event tells us to look: the targets whose ids it mentions, or `undefined` where it touches nothing of ours.
 *
 * Reads  the journal's ids, by id
 */
export function scopeOf(event: TrailEvent, targetsById: ReadonlyMap<string, TargetKey>): Scope | undefined {
  const touched = new Set<TargetKey>();
  for (const text of textsIn([event.detail.requestParameters, event.detail.responseElements]))
    for (const name of namesIn(text)) {
      const target = targetsById.get(name);
      if (target !== undefined) touched.add(target);
    }
  return touched.size === 0 ? undefined : { targets: [...touched] };
}

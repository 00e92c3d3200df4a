import type { ServiceName } from '../service.ts';

/** How often one kind of weather struck one operation. */
export interface Struck {
  /** 'throttled', 'stale' ... */
  readonly kind: Kind;
  readonly service: ServiceName;
  readonly operation: string;
  readonly times: number;
}

/** Everything that weather does to a call, an event or a request; one of these for each time it is counted. */
const kinds = [
  'throttled',
  'bucket empty',
  'failed',
  'request lost',
  'answer lost',
  'slow',
  'stale',
  'not there yet',
  'event lost',
  'event doubled',
  'event late',
  'event overtaken',
  'event unmatched',
  'crashed before',
  'crashed after',
  'dead caller',
  'packet dropped',
  'packet late',
  'control plane down',
  'cut off',
  'quota exhausted',
  'partly done',
  'conflicting',
  'not assumable yet',
  'unheard',
] as const;
export type Kind = (typeof kinds)[number];

/** Counts by kind, service and operation. Bounds: as many numbers as there are operations that were struck. */
export class Tally {
  readonly #counts = new Map<Kind, Map<ServiceName, Map<string, number>>>();

  count(kind: Kind, service: ServiceName, operation: string): void {
    const ofKind = within(this.#counts, kind);
    const ofService = within(ofKind, service);
    ofService.set(operation, (ofService.get(operation) ?? 0) + 1);
  }

  rows(): readonly Struck[] {
    const rows: Struck[] = [];
    for (const kind of kinds)
      for (const [service, ofService] of this.#counts.get(kind) ?? [])
        for (const [operation, times] of ofService) rows.push({ kind, service, operation, times });
    return rows;
  }

  total(kind: Kind): number {
    let sum = 0;
    for (const ofService of this.#counts.get(kind)?.values() ?? [])
      for (const times of ofService.values()) sum += times;
    return sum;
  }
}

function within<Key, InnerKey, Value>(outer: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  let inner = outer.get(key);
  if (inner === undefined) outer.set(key, (inner = new Map()));
  return inner;
}

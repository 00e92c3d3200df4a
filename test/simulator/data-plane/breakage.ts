import { expect } from 'vitest';
import type { HopName } from '../../../simulator/data-plane/journey.ts';
import { reach, request } from '../../../simulator/data-plane/request.ts';
import { JoinedRegions } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';

/** Where the caller is, and the Region that answers it. */
export const HERE = 'us-east-1';
export const THERE = 'eu-west-1';

/** One thing that can go wrong between a caller and the function, and what the caller then sees. */
export interface Breakage {
  readonly what: string;
  readonly why: string;
  breaks(joined: JoinedRegions): Promise<unknown> | void;
  /** Until it shows, in seconds. */
  readonly after?: number;
  readonly failedAt: HopName;
  readonly seen: number | string;
  /** In what the trace says. */
  readonly says: RegExp;
}

/** Breaks it in a fleet that is well otherwise, sends a request, and expects it to end where it should: there and for that reason. */
export async function failsAsTold({ breaks, after = 0, failedAt, seen, says }: Breakage): Promise<void> {
  const joined = await JoinedRegions.settled();
  await breaks(joined);
  await joined.clock.runFor(after * 1000);
  const journey = await joined.clock.runUntil(request(joined.world, joined.asked()));
  const last = known(journey.hops.at(-1));
  expect(last.says).toMatch(says);
  expect({ outcome: journey.outcome, failedAt: journey.failedAt, last: last.hop, ok: last.ok }).toEqual({
    outcome: 'failed',
    failedAt,
    last: failedAt,
    ok: false,
  });
  expect(journey.status ?? journey.clientError?.code).toBe(seen);
  expect(journey.hops.slice(0, -1).every(({ ok }) => ok)).toBe(true);
  expect(journey.latencyMs > 2_000).toBe(journey.clientError?.code === 'ETIMEDOUT');
  // What a probe sees without calling the function is the same, up to the function.
  if (failedAt !== 'function')
    expect(reach(joined.world, joined.asked())).toMatchObject({ outcome: 'failed', failedAt });
}

import type { Region } from '../model/region.ts';
import { reachableFrom } from '../traffic/in-service.ts';
import { type Cause, causeKind, causeName, regionsOf } from './finding.ts';
import { reachability } from './reachability.ts';
import type { Look } from './reachability-sight.ts';

interface Way {
  readonly from: Region;
  readonly to: Region;
  readonly by: 'name' | 'path';
}

/** The requests that would fail if what was observed explains a cause. */
function waysOf(cause: Cause, { declared }: Look): readonly Way[] {
  const [a = '', b = a] = regionsOf(cause);
  const isServing = (region: Region): boolean =>
    declared.members.some((member) => member.region === region && member.role === 'serving');
  switch (causeKind(cause)) {
    case 'link':
      return [
        { from: a, to: b, by: 'path' as const },
        { from: b, to: a, by: 'path' as const },
      ].filter(({ to }) => isServing(to));
    case 'replica':
      return isServing(a) ? [{ from: a, to: a, by: 'path' }] : [];
    case 'view':
      return reachableFrom(declared, causeName(cause)).map(({ region }) => ({ from: a, to: region, by: 'name' }));
    case 'network':
    case 'region':
    case 'observer':
    case 'fleet':
      return [];
  }
}

/**
 * What the observed configuration says to a cause that probes have found: the hop that is broken, and what mends it, or
 * that nothing of it is.
 *
 * In   a look that covers every Region of the cause
 * Out  one sentence, or nothing for causes that are no way from here to there
 */
export function explained(cause: Cause, look: Look): string | undefined {
  const ways = waysOf(cause, look);
  if (ways.length === 0) return undefined;
  for (const { from, to, by } of ways) {
    const reach = reachability(from, to, look, by);
    if (reach.reaches === 'unknown') return undefined;
    if (!reach.reaches)
      return `by what is configured, a request from ${from} to ${to} ends at ${reach.hop}: ${reach.says}; ${reach.target} mends it`;
  }
  return 'by what is configured, requests get through: it is none of the resources that were looked at';
}

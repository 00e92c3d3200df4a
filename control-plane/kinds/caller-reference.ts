import type { Place } from './kind.ts';

/**
 * How every reference begins by which Route 53 was asked for something of a member's. No one can change one later: it proves
 * whose a thing is. And none is ever taken twice, not even that of a thing long deleted: what follows names the attempt.
 */
export const referenceStem = ({ region, declared }: Place): string => `landbridge/${declared.fleet.name}/${region}/`;

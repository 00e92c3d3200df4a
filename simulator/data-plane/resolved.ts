import type { WorldMs } from '../clock.ts';
import type { Ip } from '../ip.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import type { Evidence, Told } from './trail.ts';

/** What a resolver answered, and how it came to that. */
export interface Resolved {
  readonly addresses: readonly Ip[];
  readonly ttlSeconds: number;
  /** The zone, the endpoint or the resolver that answered. */
  readonly resource: string;
  tell(): Told;
}

/** Why there is no answer. `ETIMEDOUT` where there is no resolver to give one. */
export class Unresolved {
  readonly code: 'ENOTFOUND' | 'ETIMEDOUT';
  readonly resource: string;
  readonly says: string;
  readonly evidence: Evidence;
  constructor(resource: string, says: string, evidence: Evidence = {}, code: 'ENOTFOUND' | 'ETIMEDOUT' = 'ENOTFOUND') {
    this.code = code;
    this.resource = resource;
    this.says = says;
    this.evidence = evidence;
  }
}

/** Whose resolver is asked. */
export interface Asking {
  readonly world: World;
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  readonly nowMs: WorldMs;
  readonly random: Random;
  readonly pin: string | undefined;
}

/** CNAMEs and aliases that follow one another; Route 53 and resolvers give up on loops. */
export const LONGEST_CHAIN = 8;

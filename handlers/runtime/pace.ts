import type { AwsCall, ServiceName } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import type { Caller } from './caller.ts';
import type { Runtime } from './runtime.ts';

/** Calls that may be made at once, and then each second. */
interface Pace {
  readonly atOnce: number;
  readonly perSecond: number;
}

/**
 * What one invocation draws from the buckets that every program of an account shares: a quarter of what they hold, and half
 * of what flows in. Others of ours are at work beside it, and so is whoever else is in the account.
 *
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html: 50 requests, 10 a second, per account;
 *         docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: 40, 10 a second;
 *         docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 15 a second for the rest of the control plane
 */
const paces: Partial<Readonly<Record<ServiceName, Pace>>> = {
  'route-53': { atOnce: 12, perSecond: 5 },
  'api-gateway': { atOnce: 10, perSecond: 5 },
  lambda: { atOnce: 4, perSecond: 7.5 },
};

const bucketOf = ({ service, region, account }: AwsCall): string =>
  `${service} ${service === 'route-53' ? GLOBAL_REGION : region} ${account?.id ?? ''}`;

/** Makes calls no faster than their service's pace: what is too soon waits for its turn, in order. Invocations are no control plane's calls. */
export function paced(caller: Caller, { nowMs, sleep }: Pick<Runtime, 'nowMs' | 'sleep'>): Caller {
  /** By bucket, when the call that is next in turn would have been due, had they come evenly. */
  const dueMs = new Map<string, number>();
  return (call) => {
    const pace = paces[call.service];
    if (pace === undefined || call.method === 'invoke') return caller(call);
    const bucket = bucketOf(call);
    const now = nowMs();
    const gapMs = 1_000 / pace.perSecond;
    const turnMs = Math.max(dueMs.get(bucket) ?? 0, now - (pace.atOnce - 1) * gapMs);
    dueMs.set(bucket, turnMs + gapMs);
    return turnMs <= now ? caller(call) : sleep(turnMs - now).then(() => caller(call));
  };
}

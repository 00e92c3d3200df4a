import type { WorldMs } from '../clock.ts';
import type { Route } from '../services/api-gateway/deployed-api.ts';
import type { Stage } from '../services/api-gateway/state.ts';

interface Bucket {
  tokens: number;
  filledAtMs: WorldMs;
}

/** Kept beside the stage: how full a bucket is is nobody's business but the gateway's. */
const buckets = new WeakMap<Stage, Map<string, Bucket>>();

export interface Throttle {
  readonly stage: Stage;
  readonly ratePerSecond: number;
  readonly burst: number;
  /** '*\/*', or the method's own. */
  readonly setting: string;
}

/** A method's own setting, or else the stage's. AWS writes '/' in a path as '~1', and leaves out the first one. */
function settingFor(stage: Stage, route: Route | string, httpMethod: string): string | undefined {
  const { methodSettings } = stage;
  if (methodSettings.size === 0) return undefined;
  if (typeof route !== 'string') {
    const escaped = `${route.resourcePath.replaceAll('/', '~1')}/${httpMethod}`;
    for (const key of [escaped, `${route.resourcePath.slice(1)}/${httpMethod}`])
      if (methodSettings.has(key)) return key;
  }
  return methodSettings.has('*/*') ? '*/*' : undefined;
}

/** The throttle of a stage for a method; `undefined` where it has none. The account's own 10,000 a second never binds here. */
export function throttleOf(stage: Stage, route: Route | string, httpMethod: string): Throttle | undefined {
  const setting = settingFor(stage, route, httpMethod);
  const { throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst } =
    (setting === undefined ? undefined : stage.methodSettings.get(setting)) ?? {};
  // -1 stands for "none of its own".
  if (setting === undefined || ratePerSecond === undefined || ratePerSecond < 0 || burst === undefined || burst < 0)
    return undefined;
  return { stage, ratePerSecond, burst, setting };
}

/**
 * Whether there is a token left, which is taken if it is to be spent.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html: a token bucket
 */
export function takeToken({ stage, ratePerSecond, burst, setting }: Throttle, nowMs: WorldMs, spend: boolean): boolean {
  let ofStage = buckets.get(stage);
  if (ofStage === undefined) {
    ofStage = new Map();
    buckets.set(stage, ofStage);
  }
  const bucket = ofStage.get(setting) ?? { tokens: burst, filledAtMs: nowMs };
  ofStage.set(setting, bucket);
  bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * ratePerSecond);
  bucket.filledAtMs = nowMs;
  if (bucket.tokens < 1) return false;
  if (spend) bucket.tokens -= 1;
  return true;
}

import type { WorldMs } from '../clock.ts';
import type { Route } from '../services/api-gateway/deployed-api.ts';
import type { Stage } from '../services/api-gateway/state.ts';

interface Bucket {
  tokens: number;
  filledAtMs: WorldMs;
}

/** Kept beside the stage: how full a bucket is is nobody's business but the gateway's. */
const buckets = new WeakMap<Stage, Map<string, Bucket>>();

export interface Token {
  readonly taken: boolean;
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

/**
 * Takes a token of the stage's throttle; `undefined` where it has none. The account's own 10,000 a second never binds here.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html: a token bucket
 */
export function takeToken(
  stage: Stage,
  route: Route | string,
  httpMethod: string,
  nowMs: WorldMs,
  spend: boolean,
): Token | undefined {
  const setting = settingFor(stage, route, httpMethod);
  const { throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst } =
    (setting === undefined ? undefined : stage.methodSettings.get(setting)) ?? {};
  // -1 stands for "none of its own".
  if (setting === undefined || ratePerSecond === undefined || ratePerSecond < 0 || burst === undefined || burst < 0)
    return undefined;
  let ofStage = buckets.get(stage);
  if (ofStage === undefined) {
    ofStage = new Map();
    buckets.set(stage, ofStage);
  }
  const bucket = ofStage.get(setting) ?? { tokens: burst, filledAtMs: nowMs };
  ofStage.set(setting, bucket);
  bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * ratePerSecond);
  bucket.filledAtMs = nowMs;
  const taken = bucket.tokens >= 1;
  if (taken && spend) bucket.tokens -= 1;
  return { taken, ratePerSecond, burst, setting };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type EpochMs, epochMs } from '../../control-plane/model/units.ts';
import { httpsRequester } from './https-requester.ts';
import { probeRequester } from './probe-requester.ts';
import { httpsPublicRequester } from './public-requester.ts';
import type { Requester } from './requester.ts';
import { type Runtime, settingsFrom } from './runtime.ts';
import { sdkCaller } from './sdk-caller.ts';

let runtime: Runtime | undefined;

const nowMs = (): EpochMs => epochMs(Date.now());

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  const stop = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, undefined, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}

/** Somebody's emulator in the place of AWS: its VPCs lead nowhere. */
const isElsewhere = (): boolean => Object.keys(process.env).some((name) => name.startsWith('AWS_ENDPOINT_URL'));

/** The runtime of a function on AWS: the SDK and the machine's clock. Made once per container. */
export function lambdaRuntime(): Runtime {
  if (runtime !== undefined) return runtime;
  const base = {
    call: sdkCaller(process.env, undefined, nowMs),
    nowMs,
    sleep: (ms: number) => sleep(ms),
    chance: Math.random,
    within,
    container: {},
    print: (line: string) => console.log(line),
    settings: settingsFrom(process.env),
  };
  // An agent stands where requests are made; the control plane asks the agent there.
  const requester: Requester =
    base.settings.fleet !== undefined ? httpsRequester(base) : isElsewhere() ? undefined : probeRequester(base);
  runtime = { ...base, requester, publicRequester: httpsPublicRequester(base) };
  return runtime;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs } from '../../control-plane/model/units.ts';
import { type Runtime, settingsFrom } from './runtime.ts';
import { sdkCaller } from './sdk-caller.ts';

let runtime: Runtime | undefined;

/** The runtime of a function on AWS: the SDK and the machine's clock. Made once per container. */
export function lambdaRuntime(): Runtime {
  runtime ??= {
    call: sdkCaller(process.env),
    nowMs: () => epochMs(Date.now()),
    sleep: (ms) => sleep(ms),
    chance: Math.random,
    requester: undefined,
    print: (line) => console.log(line),
    settings: settingsFrom(process.env),
  };
  return runtime;
}

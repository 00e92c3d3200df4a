import { epochMs } from '../../control-plane/model/units.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';

/** A runtime at home, at the beginning of time, that asks nobody and waits for nothing, but for what a test gives it. */
export const runtimeByHand = (given: Pick<Runtime, 'call'> & Partial<Runtime>): Runtime => ({
  nowMs: () => epochMs(0),
  sleep: () => Promise.resolve(),
  chance: () => 0,
  requester: undefined,
  print: () => undefined,
  settings: {
    table: 'landbridge-state',
    home: 'us-east-1',
    account: '111122223333',
    region: 'us-east-1',
    fleet: undefined,
    topicArn: undefined,
    leftOut: {},
  },
  ...given,
});

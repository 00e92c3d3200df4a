import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converse } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { operatorCaller } from '../../operator/operator-caller.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { ACCOUNT } from '../support/landbridge.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { describeWith } from '../support/referee.ts';
import { behaviours } from './moto-divergences.ts';

/** Everything is there at once, as at moto. */
const NO_TIME = {
  peeringMs: 0,
  endpointAvailableMs: 0,
  endpointDeletedMs: 0,
  recordSyncMs: 0,
  certificateIssuedMs: 0,
};

describe.for(behaviours)('$of: $aws', ({ isAsOnAws }) => {
  test('so it is in the simulator', async () => {
    const world = createSimulator({ clock: new VirtualClock(), account: ACCOUNT, timings: NO_TIME });
    expect(await converse(isAsOnAws(), directCaller(world, ACCOUNT, rootOf(ACCOUNT)))).toBe(true);
  });
});

describeWith(['moto_server'], 'at moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto.stop();
  });

  // Once one of these fails, moto has become as AWS is: it is to be taken off the list, and what it excuses with it.
  test.for(behaviours)('$of: $moto', async ({ isAsOnAws }) => {
    await moto.reset();
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    expect(await converse(isAsOnAws(), operatorCaller({ AWS_ENDPOINT_URL: moto.url, ...keys }))).toBe(false);
  });
});

import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { write } from '../../../control-plane/model/aws-call.ts';
import { Journal } from '../../../handlers/runtime/journal.ts';
import { signals } from '../../../workflows/signals.ts';
import { type TestBed, testBed } from '../../support/landbridge.ts';

const ownSignals = new Set(signals.map(({ name }) => name));
const TEN_MINUTES_MS = 600_000;

/** How often the control plane was told of an alarm from now on, and what becomes of everything that its own rules hear. */
function alarmsHeard({ world }: TestBed, fate: 'delivered' | 'lost'): () => number {
  let heard = 0;
  world.weather = {
    event({ ruleName }) {
      if (ruleName === 'landbridge-alarms') heard += 1;
      return ownSignals.has(ruleName) ? fate : 'delivered';
    },
  };
  return () => heard;
}

test('no alarm goes off in a join, of a serving member or of a client, and nothing is put right after it', async () => {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  const heard = alarmsHeard(bed, 'delivered');
  await bed.join('us-east-1', 'eu-west-1');
  await bed.run('onboard-region', { fleet: 'payments', region: 'sa-east-1', role: 'client' });
  await bed.clock.runFor(TEN_MINUTES_MS);
  expect(heard()).toBe(0);
  const entries = await bed.clock.runUntil(new Journal(bed.landbridge.operator).newest('payments', 500));
  const outcomes = entries.filter(({ what }) => what === 'outcome').map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['joined', 'joined', 'joined']);
});

test('a prober that was heard and is silent sets off both alarms of its member', async () => {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  await bed.join('us-east-1', 'eu-west-1');
  await bed.clock.runFor(TEN_MINUTES_MS);
  // Nobody mends it meanwhile: what is heard goes no further.
  const heard = alarmsHeard(bed, 'lost');
  const code = new TextEncoder().encode("throw new Error('silent');");
  await bed.asStranger(
    write('eu-west-1', 'lambda', 'updateFunctionCode', {
      FunctionName: 'landbridge-payments_probe',
      ZipFile: zipSync({ 'index.mjs': [code, { mtime: new Date(1980, 0, 1, 12) }] }),
    }),
  );
  await bed.clock.runFor(TEN_MINUTES_MS);
  expect(heard()).toBe(2);
});

import { describe, expect, test } from 'vitest';
import { epochMs } from '../../control-plane/model/units.ts';
import { handler as beginEvacuation } from '../../handlers/begin-evacuation.ts';
import { handler as beginRestore } from '../../handlers/begin-restore.ts';
import { handler as recordOutcome } from '../../handlers/record-outcome.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { endWaysBackHalfDone } from '../../handlers/runtime/way-back.ts';
import { handler as stepRestore } from '../../handlers/step-restore.ts';
import { known } from '../support/known.ts';
import { asked, drainedIn, EU, FLEET, MINUTE_MS, settled, settledBed, US } from './settled-bed.ts';

describe('a way back', () => {
  test('goes on, however far ahead the clock was that wrote the drain', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    const ahead = { ...operator, nowMs: () => epochMs(operator.nowMs() + MINUTE_MS / 2) };
    await bed.clock.runUntil(beginEvacuation.runIn(ahead, asked(bed, EU)));
    await bed.clock.runFor(10_000);
    const begun = await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'back')));
    expect(await settled(bed, stepRestore.runIn(operator, begun))).toBe('done');
    expect(await drainedIn(bed)).toEqual([]);
  });

  test('that began a moment ago is not taken for dead, whoever does not know of its execution yet', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'back')));
    const { traffic } = (await bed.state()).health;
    expect(await bed.clock.runUntil(endWaysBackHalfDone(await bed.state(), operator))).toBe(false);
    expect((await bed.state()).health.traffic).toEqual(traffic);
    const later = { ...operator, nowMs: () => epochMs(operator.nowMs() + 3 * MINUTE_MS) };
    expect(await bed.clock.runUntil(endWaysBackHalfDone(await bed.state(), later))).toBe(true);
    expect((await bed.state()).health.traffic).toMatchObject({ drains: [{ region: EU }], steers: [] });
  });

  test('that another has taken the place of ends, and changes nothing of that', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    const first = await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'first')));
    const second = await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'second')));
    expect(await settled(bed, stepRestore.runIn(operator, second))).toBe('done');
    const { traffic } = (await bed.state()).health;
    expect(traffic).toMatchObject({ drains: [], steers: [{ avoid: EU, endedBy: 'arn:second' }] });

    const cause = await settled(bed, stepRestore.runIn(operator, first));
    expect(cause).toBe('another way back of eu-west-1 has begun since, and goes on in its place');
    await bed.clock.runUntil(recordOutcome.runIn(operator, { ...(first as object), fault: 'Fault.Rejected', cause }));
    expect((await bed.state()).health.traffic).toEqual(traffic);
  });

  test('takes over from the one before what that held of a member that is gone', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'first')));
    const [ofFirst] = (await bed.state()).health.traffic.steers;
    const ofGone = { ...known(ofFirst), viewer: 'ap-southeast-2' };
    await bed.clock.runUntil(
      new HealthStore(operator).moveAs(FLEET, bed.clock.nowMs(), async () => ({ steer: [ofGone] })),
    );
    const second = await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'second')));
    expect(await settled(bed, stepRestore.runIn(operator, second))).toBe('done');
    expect((await bed.state()).health.traffic).toMatchObject({
      drains: [],
      steers: [{ viewer: US, endedBy: 'arn:second' }],
    });
  });
});

import { describe, expect, test } from 'vitest';
import { handler as beginEvacuation } from '../../handlers/begin-evacuation.ts';
import { handler as beginRestore } from '../../handlers/begin-restore.ts';
import type { RunState } from '../../handlers/run.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { handler as stepRestore } from '../../handlers/step-restore.ts';
import {
  asked,
  drainedIn,
  dying,
  EU,
  FLEET,
  interrupted,
  isAbout,
  saysOf,
  settled,
  settledBed,
  US,
} from './settled-bed.ts';

describe('whoever died after the move, and is tried again', () => {
  test('has evacuated', async () => {
    const bed = await settledBed(US, EU);
    const dies = dying(bed, isAbout(`drain#${EU}`));
    expect(await settled(bed, beginEvacuation.runIn(dies, asked(bed, EU)))).toBe('killed');
    const again = beginEvacuation.runIn(bed.landbridge.operator, asked(bed, EU));
    expect(await settled(bed, again)).toBe('done');
    expect(await saysOf(bed, 'drained')).toHaveLength(1);
    expect(await saysOf(bed, 'refused')).toEqual([]);
    const another = beginEvacuation.runIn(bed.landbridge.operator, asked(bed, EU, 'another'));
    expect(await settled(bed, another), 'somebody else’s is another').toMatch(/^cool-down/);
  });

  test('has begun the way back', async () => {
    const bed = await settledBed(US, EU);
    await bed.clock.runUntil(beginEvacuation.runIn(bed.landbridge.operator, asked(bed, EU)));
    const dies = dying(bed, isAbout('steer#'));
    expect(await settled(bed, beginRestore.runIn(dies, asked(bed, EU, 'back')))).toBe('killed');
    const { steers } = (await bed.state()).health.traffic;
    await bed.clock.runFor(1_000);
    expect(await settled(bed, beginRestore.runIn(bed.landbridge.operator, asked(bed, EU, 'back')))).toBe('done');
    expect((await bed.state()).health.traffic.steers).toEqual(steers);
    expect(await saysOf(bed, 'restoring')).toHaveLength(1);
  });

  test('has begun it where every view is kept off the member already', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    const steer = {
      viewer: US,
      avoid: EU,
      sinceMs: bed.clock.nowMs(),
      because: 'a test',
      cause: `link/${EU}~${US}`,
    } as const;
    await bed.clock.runUntil(new HealthStore(operator).moveAs(FLEET, steer.sinceMs, async () => ({ steer: [steer] })));
    const dies = dying(bed, isAbout('!moves'));
    expect(await settled(bed, beginRestore.runIn(dies, asked(bed, EU, 'back')))).toBe('killed');
    await bed.clock.runFor(1_000);
    expect(await settled(bed, beginRestore.runIn(operator, asked(bed, EU, 'back')))).toBe('done');
    expect(await saysOf(bed, 'restoring')).toHaveLength(1);
  });

  test('has let the member’s own callers back', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    const begun = await bed.clock.runUntil(beginRestore.runIn(operator, asked(bed, EU, 'back')));
    await bed.clock.runFor(1_000);
    expect(await settled(bed, stepRestore.runIn(dying(bed, isAbout('!moves')), begun))).toBe('killed');
    await bed.clock.runFor(1_000);
    expect(await bed.clock.runUntil(stepRestore.runIn(operator, begun))).toMatchObject({ ramp: 1 });
    expect(await saysOf(bed, 'restoring')).toEqual([
      expect.stringContaining('view by view'),
      'eu-west-1 is in service for its own callers',
    ]);
  });
});

describe('whoever was given up, and is done just before its successor moves', () => {
  test('has evacuated, and the successor finds that', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    const again = interrupted(bed, isAbout(`drain#${EU}`), () => beginEvacuation.runIn(operator, asked(bed, EU)));
    expect(await settled(bed, beginEvacuation.runIn(again, asked(bed, EU)))).toBe('done');
    expect(await drainedIn(bed)).toEqual([EU]);
    expect(await saysOf(bed, 'drained')).toHaveLength(1);
    expect(await saysOf(bed, 'refused')).toEqual([]);
  });

  test('has begun the way back, and the successor finds that', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    const back = asked(bed, EU, 'back');
    const again = interrupted(bed, isAbout('steer#'), () => beginRestore.runIn(operator, back));
    expect(await settled(bed, beginRestore.runIn(again, back))).toBe('done');
    expect(await saysOf(bed, 'restoring')).toHaveLength(1);
  });

  test('is late itself, and keeps nobody off who has been let back since', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(beginEvacuation.runIn(operator, asked(bed, EU)));
    const back = asked(bed, EU, 'back');
    const late = interrupted(bed, isAbout('steer#'), async () => {
      let state = await beginRestore.runIn(operator, back);
      while ((state as RunState).ramp !== undefined) state = await stepRestore.runIn(operator, state);
    });
    expect(await settled(bed, beginRestore.runIn(late, back))).toMatch(/not evacuated/);
    expect((await bed.state()).health.traffic).toEqual({ drains: [], steers: [] });
  });
});

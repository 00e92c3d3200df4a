import { expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { countCalls } from '../../local/faults/calls-made.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

test("calls of Landbridge's functions count, and those of others do not", async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  const counter = countCalls(bed.world);
  const counted = async (passesMs: number) => {
    const fromMs = bed.clock.nowMs();
    await bed.clock.runFor(passesMs);
    return counter.between(fromMs, bed.clock.nowMs());
  };
  // Whether it is the sweep's minute or not, nothing is to be written.
  expect(await counted(120_000)).toMatchObject({ writes: 0, recordWrites: 0 });

  const RouteTableId = (await bed.state()).ids.get('route-table/eu-west-1/main');
  const theirs = (await bed.state()).declared.members.find(({ region }) => region === 'us-east-1')?.cidrs[0];
  const fromMs = bed.clock.nowMs();
  await bed.asStranger(write('eu-west-1', 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock: theirs }));
  const mended = await counted(60_000);
  expect(mended).toMatchObject({ writes: 1, recordWrites: 0 });
  expect(mended.reads).toBeGreaterThan(10);

  counter.stop();
  expect(await counted(120_000)).toMatchObject({ reads: 0 });
  expect(counter.between(fromMs, bed.clock.nowMs()).writes).toBe(1);
});

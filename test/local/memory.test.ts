import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { settledCast } from '../../local/faults/settled-cast.ts';
import { blowsOf, storm } from '../../local/faults/storm.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import type { Trust } from '../../simulator/memory.ts';
import { seededRandom } from '../../simulator/random.ts';
import type { MadeCall, World } from '../../simulator/world.ts';

const HOUR_MS = 3_600_000;

/** The stacks of this process, as functions that failed here report them, are not the world's. */
function withoutTraces(output: object | undefined): unknown {
  const { Payload } = (output ?? {}) as { readonly Payload?: string | Uint8Array };
  if (Payload === undefined || !('FunctionError' in (output ?? {}))) return output;
  const text = typeof Payload === 'string' ? Payload : new TextDecoder().decode(Payload);
  return { ...output, Payload: { ...(JSON.parse(text) as object), trace: undefined } };
}

/** Every call of a world and what it was answered, as one number that a single character would change. */
function digestOf(world: World) {
  const hash = createHash('sha256');
  let calls = 0;
  world.watchers.add(
    ({ service, operation, input, place, principal, from, requestId, atMs, output, error }: MadeCall) => {
      calls += 1;
      const answer = error === undefined ? withoutTraces(output) : [error.code, error.message];
      hash.update(JSON.stringify([atMs, requestId, service, operation, place, principal.arn, from, input, answer]));
    },
  );
  return {
    calls: () => calls,
    add: (more: unknown) => hash.update(JSON.stringify(more)),
    hex: () => hash.digest('hex'),
  };
}

/** A fleet that is hit by ten faults in two hours, and everything that was said meanwhile. */
async function stormy(memory: Trust) {
  let digest: ReturnType<typeof digestOf> | undefined;
  const watch = (world: World): void => void (digest = digestOf(world));
  const cast = await settledCast({ seed: 'remembered', memory, watch });
  const { bed, trial, everybody } = cast;
  const { clock, world } = bed;
  const serving = everybody.filter((region) =>
    trial.state.members.some((one) => one.region === region && one.role === 'serving'),
  );
  const blows = blowsOf(seededRandom('remembered'), { hours: 2, anHour: 5, serving, everybody });
  let newest = trial.state;
  storm(trial, blows, async () => {
    if (!world.outages.isDark(bed.landbridge.home))
      newest = await new FleetStore(bed.landbridge.operator).load(bed.fleet.name);
    return newest;
  });
  await clock.runFor(3 * HOUR_MS);
  digest?.add(await clock.runUntil(new Journal(bed.landbridge.operator).newest(bed.fleet.name, 10_000)));
  return { calls: digest?.calls(), digest: digest?.hex(), recalls: world.recalls };
}

test('a storm is the same call by call, whether its world remembers or works everything out anew', async () => {
  const { recalls: none, ...forgetful } = await stormy('none');
  const { recalls: trusted, ...remembering } = await stormy('trusted');
  const { recalls: checked, ...careful } = await stormy('checked');
  expect(forgetful.calls).toBeGreaterThan(50_000);
  expect(remembering).toEqual(forgetful);
  expect(careful).toEqual(forgetful);
  expect(none).toEqual({ worked: 0, recalled: 0, wrong: [] });
  expect(checked.wrong).toEqual([]);
  expect(trusted).toEqual(checked);
  expect(trusted.recalled).toBeGreaterThan(10 * trusted.worked);
});

test('where all is well, next to nothing is worked out twice', async () => {
  const { world, clock, join } = await virtualBed({ seed: 'well' });
  await join('us-east-1', 'eu-west-1', 'ap-southeast-2');
  await clock.runFor(20 * 60_000);
  const { worked, recalled } = { ...world.recalls };
  let sweeps = 0;
  world.watchers.add(({ operation, input }) => {
    if (operation === 'Invoke' && JSON.stringify(input).includes('sweep-fleet')) sweeps += 1;
  });
  await clock.runFor(HOUR_MS);
  expect(sweeps).toBe(60);
  // A look of the alarms' minute, and what the resolvers of VPCs forget after a minute.
  expect(world.recalls.worked - worked).toBeLessThan(60 * 10);
  expect(world.recalls.recalled - recalled).toBeGreaterThan(10_000);
});

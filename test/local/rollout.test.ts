import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { sendOne } from '../../local/callers.ts';
import { isWell, type SettledCast, settledCast } from '../../local/faults/settled-cast.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';

const MINUTE_MS = 60_000;
const SERVING = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];

const withHandler = (fleet: Fleet, handler: string): Fleet => ({
  ...fleet,
  functions: Object.fromEntries(Object.entries(fleet.functions).map(([name, spec]) => [name, { ...spec, handler }])),
});

/** The handler that each member's function has at present. */
const handlersOf = ({ bed: { world, fleet } }: SettledCast): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SERVING.map((region) => {
      const { functions } = world.look(lambdaHome, { account: world.account, region });
      const [name = ''] = Object.keys(fleet.functions);
      return [region, functions.get(`landbridge-${fleet.name}-${name}`)?.latest.settings.handler ?? 'none'];
    }),
  );

/** Callers everywhere ask once every five seconds; how many were lost. */
function callersOf({ bed: { world, clock }, url, callers }: SettledCast): { readonly lost: string[] } {
  const lost: string[] = [];
  const ask = (): void => {
    for (const caller of callers)
      sendOne(world, caller, { url }, ({ lostAt }) => {
        if (lostAt !== undefined) lost.push(`${caller.region}: ${lostAt}`);
      });
    clock.after(5_000, ask);
  };
  ask();
  return { lost };
}

describe('a fleet file', () => {
  test('that breaks whatever it changes breaks one member, and callers go on being answered', async () => {
    const cast = await settledCast({ seed: 'a bad file' }, { serving: SERVING, clients: [] });
    const { bed, trial, chronicle } = cast;
    const { fleet } = trial.state.declared;
    const good = handlersOf(cast);
    await bed.store().put(withHandler(fleet, 'nope.handler'));
    await bed.clock.runFor(15 * MINUTE_MS);
    // Its own callers have been sent elsewhere.
    const { lost } = callersOf(cast);
    await bed.clock.runFor(10 * MINUTE_MS);
    expect(handlersOf(cast)).toEqual({ ...good, 'ap-southeast-2': 'nope.handler' });
    expect(chronicle.incidents.map(({ cause }) => cause)).toEqual(['replica/ap-southeast-2']);
    expect(lost).toEqual([]);

    await bed.store().put(fleet);
    await bed.clock.runFor(20 * MINUTE_MS);
    expect(handlersOf(cast)).toEqual(good);
    expect(await isWell(cast)).toBe(true);
  });

  test('that is good goes through the fleet within minutes, and nobody is told of an incident', async () => {
    const cast = await settledCast({ seed: 'a good file' }, { serving: SERVING, clients: [] });
    const { bed, trial, chronicle } = cast;
    const { fleet } = trial.state.declared;
    const { lost } = callersOf(cast);
    await bed.store().put({
      ...fleet,
      functions: Object.fromEntries(
        Object.entries(fleet.functions).map(([name, spec]) => [name, { ...spec, memoryMb: 512 }]),
      ),
    });
    await bed.clock.runFor(8 * MINUTE_MS);
    expect(await isWell(cast)).toBe(true);
    expect(chronicle.incidents).toEqual([]);
    expect(lost).toEqual([]);
  });
});

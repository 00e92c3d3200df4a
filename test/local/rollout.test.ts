import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { sendOne } from '../../local/callers.ts';
import { isWell, type SettledCast, settledCast } from '../../local/faults/settled-cast.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';
import { type Storm, weatherOf } from '../../simulator/weather/index.ts';
import type { Request } from '../../simulator/world.ts';

type Strikes = (request: Request) => boolean;

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

    // However long nobody comes to see to it, and whether or not somebody evacuates who is sick.
    await bed.clock.runFor(100 * MINUTE_MS);
    const input = { fleet: fleet.name, region: 'ap-southeast-2', by: 'somebody', because: 'it is sick' };
    await bed.clock.runUntil(bed.landbridge.start('evacuate-region', input));
    await bed.clock.runFor(45 * MINUTE_MS);
    expect(handlersOf(cast)).toEqual({ ...good, 'ap-southeast-2': 'nope.handler' });
    expect(chronicle.incidents.map(({ cause }) => cause)).toEqual(['replica/ap-southeast-2']);
    expect(lost).toEqual([]);

    await bed.store().put(fleet);
    await bed.clock.runFor(10 * MINUTE_MS);
    await bed.clock.runUntil(bed.landbridge.start('restore-region', { ...input, because: 'it is well' }));
    await bed.clock.runFor(20 * MINUTE_MS);
    expect(handlersOf(cast)).toEqual(good);
    expect(await isWell(cast)).toBe(true);
  });

  /** What befalls whoever makes a call, once; and how many repairs of its target the budget has counted then. */
  const mishaps = {
    'dies before it': {
      befalls: (storm: Storm, isIt: Strikes) =>
        storm.crash({ at: (request) => (isIt(request) ? 'before' : undefined) }),
      counted: 1,
    },
    'dies after it': {
      befalls: (storm: Storm, isIt: Strikes) => storm.crash({ at: (request) => (isIt(request) ? 'after' : undefined) }),
      counted: 0,
    },
    'never hears what came of it': {
      befalls: (storm: Storm, isIt: Strikes) => storm.loseAnswers({ share: 1, only: isIt }),
      counted: 0,
    },
  };

  test.for(Object.entries(mishaps))(
    'that is bad breaks no second member where whoever makes the first change %s',
    async ([, { befalls, counted }]) => {
      const cast = await settledCast({ seed: 'a bad file' }, { serving: SERVING, clients: [] });
      const { bed, trial, chronicle } = cast;
      const { fleet } = trial.state.declared;
      const good = handlersOf(cast);
      const changed: string[] = [];
      befalls(weatherOf(bed.world), ({ operation, place, principal: { arn } }) => {
        const isChange = operation === 'UpdateFunctionConfiguration' && arn.endsWith('/landbridge-apply-plan');
        if (isChange) changed.push(place.region);
        return isChange && changed.length === 1;
      });
      await bed.store().put(withHandler(fleet, 'nope.handler'));
      await bed.clock.runFor(15 * MINUTE_MS);
      expect(new Set(changed)).toEqual(new Set(['ap-southeast-2']));
      expect(handlersOf(cast)).toEqual({ ...good, 'ap-southeast-2': 'nope.handler' });
      expect(chronicle.incidents.map(({ cause }) => cause)).toEqual(['replica/ap-southeast-2']);
      const { repairsAtMs } = await bed.clock.runUntil(bed.store().load(fleet.name));
      const repairs = Object.entries(repairsAtMs).filter(([key]) => key.startsWith('function/ap-southeast-2/'));
      expect(repairs.flatMap(([, atMs]) => atMs)).toHaveLength(counted);
    },
  );

  test('that is bad breaks no second member where a join that somebody asks for anew has changed the first', async () => {
    const cast = await settledCast({ seed: 'a bad file' }, { serving: SERVING, clients: [] });
    const { bed, trial, chronicle } = cast;
    const { fleet } = trial.state.declared;
    const good = handlersOf(cast);
    await bed.store().put(withHandler(fleet, 'nope.handler'));
    const input = { fleet: fleet.name, region: 'eu-west-1', role: 'serving' };
    await bed.clock.runUntil(bed.landbridge.start('onboard-region', input));
    await bed.clock.runFor(15 * MINUTE_MS);
    expect(handlersOf(cast)).toEqual({ ...good, 'eu-west-1': 'nope.handler' });
    expect(chronicle.incidents.map(({ cause }) => cause)).toEqual(['replica/eu-west-1']);
  });

  test('that is bad breaks no second member where two runs change one each at the same moment', async () => {
    const cast = await settledCast({ seed: 'a bad file' }, { serving: SERVING, clients: [] });
    const { bed, trial } = cast;
    const { fleet } = trial.state.declared;
    await bed.store().put(withHandler(fleet, 'nope.handler'));
    const reconcile = (region: string) =>
      bed.landbridge.start('reconcile', { fleet: fleet.name, scope: { regions: [region] } });
    await bed.clock.runUntil(Promise.all(['eu-west-1', 'ap-southeast-2'].map(reconcile)));
    await bed.clock.runFor(15 * MINUTE_MS);
    const broken = Object.entries(handlersOf(cast)).filter(([, handler]) => handler === 'nope.handler');
    expect(broken).toHaveLength(1);
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

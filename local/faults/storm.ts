import { write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';
import type { Random } from '../../simulator/random.ts';
import type { ServiceName } from '../../simulator/service.ts';
import { attachHostCode, detachHostCode } from '../../simulator/services/lambda/host.ts';
import type { World } from '../../simulator/world.ts';
import { breakages } from '../breakages.ts';
import { behaveAgain, broken, byHand, MINUTE_MS, misbehave, type Trial } from './trial.ts';
import {
  agentArn,
  denyEverybody,
  deploySomethingElse,
  lie,
  putRouteTableBack,
  spoiltZip,
  swapRouteTable,
  throwing,
} from './ways.ts';

/** One fault among many: what, when, for how long, and with whom. */
export interface Blow {
  readonly what: string;
  readonly afterMs: number;
  readonly lastsMs: number;
  /** What has two ends has both; what has one has `to`, which serves. */
  readonly from: Region;
  readonly to: Region;
}

/** Faults that last: how many of each stand now, so that one that ends leaves the others that are like it. */
export class Standing {
  readonly #of = new Map<string, number>();
  readonly isEaten = (fromRegion: Region, toRegion: Region): boolean => this.#of.has(`eaten ${fromRegion}>${toRegion}`);

  readonly #onChange: () => void;

  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  /** Whether packets are lost anywhere. */
  get eatsAnything(): boolean {
    return this.#of.keys().some((what) => what.startsWith('eaten '));
  }

  /** Answers whether it is the first. */
  begin(what: string): boolean {
    const before = this.#of.get(what) ?? 0;
    this.#of.set(what, before + 1);
    this.#onChange();
    return before === 0;
  }

  /** Answers whether it was the last. */
  end(what: string): boolean {
    const left = (this.#of.get(what) ?? 1) - 1;
    if (left === 0) this.#of.delete(what);
    else this.#of.set(what, left);
    this.#onChange();
    return left === 0;
  }

  has(what: string): boolean {
    return this.#of.has(what);
  }
}

export interface Hands {
  readonly trial: Trial;
  readonly standing: Standing;
}

export interface Way {
  begin(hands: Hands, blow: Blow): Promise<void> | void;
  /** Left out: nothing undoes it but the fleet itself. */
  end?(hands: Hands, blow: Blow): Promise<void> | void;
}

const FLAP_MS = 20_000;

/** A link that flaps, until whoever began it stops: eaten at this moment, or not. */
interface Flapping {
  isEaten: boolean;
  isOver: boolean;
}
const flapping = new WeakMap<Standing, Map<string, Flapping>>();
const flapOf = ({ afterMs, lastsMs, from, to }: Blow): string => `${from}>${to} ${afterMs} ${lastsMs}`;

const eaten = (both: boolean, flaps: boolean): Way => {
  const ends = ({ from, to }: Blow): readonly string[] => [
    `eaten ${from}>${to}`,
    ...(both ? [`eaten ${to}>${from}`] : []),
  ];
  const flap = ({ standing, trial: { world } }: Hands, blow: Blow): void => {
    const { clock } = world;
    const untilMs = clock.nowMs() + blow.lastsMs - 2 * FLAP_MS;
    const state: Flapping = { isEaten: true, isOver: false };
    flapping.set(standing, (flapping.get(standing) ?? new Map<string, Flapping>()).set(flapOf(blow), state));
    const rest = (): void => {
      if (state.isOver) return;
      for (const end of ends(blow)) standing.end(end);
      state.isEaten = false;
      clock.after(FLAP_MS, () => {
        if (state.isOver) return;
        for (const end of ends(blow)) standing.begin(end);
        state.isEaten = true;
        if (clock.nowMs() < untilMs) clock.after(FLAP_MS, rest);
      });
    };
    clock.after(FLAP_MS, rest);
  };
  return {
    begin(hands, blow) {
      for (const end of ends(blow)) hands.standing.begin(end);
      if (flaps) flap(hands, blow);
    },
    end({ standing }, blow) {
      const state = flaps ? flapping.get(standing)?.get(flapOf(blow)) : undefined;
      if (state !== undefined) state.isOver = true;
      // It may be over sooner than it was meant to be, and in the midst of a pause.
      if (state?.isEaten !== false) for (const end of ends(blow)) standing.end(end);
    },
  };
};

/** Functions of a member do as told, until whoever told them last stops. */
const misbehaving = (how: (world: World) => () => Promise<unknown>): Way => ({
  begin({ trial, standing }, { to }) {
    standing.begin(`misbehaves ${to}`);
    misbehave(trial, to, how(trial.world));
  },
  end({ trial, standing }, { to }) {
    if (standing.end(`misbehaves ${to}`)) behaveAgain(trial, to);
  },
});

const lasting = (what: (blow: Blow) => string, begin: Way['begin'], end: NonNullable<Way['end']>): Way => ({
  async begin(hands, blow) {
    if (hands.standing.begin(what(blow))) await begin(hands, blow);
  },
  async end(hands, blow) {
    if (hands.standing.end(what(blow))) await end(hands, blow);
  },
});

const controlPlaneDown = (service: ServiceName): Way =>
  lasting(
    () => `down ${service}`,
    ({ trial }) => void trial.world.outages.controlPlaneDown.add(service),
    ({ trial }) => void trial.world.outages.controlPlaneDown.delete(service),
  );

/** Every way in which the demo, the catalog, and people with a console break things, with whomsoever. */
export const ways: Readonly<Record<string, Way>> = {
  ...Object.fromEntries(
    breakages.map(({ name }): readonly [string, Way] => [
      name,
      { begin: ({ trial }, { from, to }) => broken(name, from, to)(trial) },
    ]),
  ),
  'packets eaten one way': eaten(false, false),
  'packets eaten both ways': eaten(true, false),
  'link flaps': eaten(true, true),
  'wrong route table associated': { begin: ({ trial }, { to }) => swapRouteTable(trial, [], to) },
  'route table swapped by an experiment': {
    begin: ({ trial }, { to }) => swapRouteTable(trial, [{ Key: 'managedByFIS', Value: 'true' }], to),
    end: ({ trial }, { to }) => putRouteTableBack(trial, to),
  },
  'resource policy denies': { begin: ({ trial }, { to }) => denyEverybody(trial, to) },
  'something else deployed': { begin: ({ trial }, { to }) => deploySomethingElse(trial, to) },
  'function throws': misbehaving(() => throwing),
  'function hangs': misbehaving((world) => () => world.clock.sleep(MINUTE_MS)),
  'Region dark': lasting(
    ({ to }) => `dark ${to}`,
    ({ trial }, { to }) => trial.world.outages.darken(to),
    ({ trial }, { to }) => trial.world.outages.lighten(to),
  ),
  'prober broken': {
    begin: async ({ trial }, { to }) => {
      const FunctionName = agentArn(trial, to, 'probe');
      await byHand(trial, write(to, 'lambda', 'updateFunctionCode', { FunctionName, ZipFile: spoiltZip() }));
    },
  },
  'prober sees everything down': lasting(
    ({ to }) => `lies ${to}`,
    ({ trial }, { to }) => attachHostCode(trial.world, agentArn(trial, to, 'probe'), lie),
    ({ trial }, { to }) => detachHostCode(trial.world, agentArn(trial, to, 'probe')),
  ),
  "Route 53's control plane down": controlPlaneDown('route-53'),
  'every event lost': lasting(
    () => 'events lost',
    ({ trial }) => {
      trial.world.weather.event = ({ event }) => (event['detail-type'] === 'Scheduled Event' ? 'delivered' : 'lost');
    },
    ({ trial }) => {
      trial.world.weather.event = () => 'delivered';
    },
  ),
  'clock two minutes off': lasting(
    ({ to }) => `clock ${to}`,
    ({ trial }, { to }) => trial.world.outages.setSkew(to, -2 * MINUTE_MS),
    ({ trial }, { to }) => trial.world.outages.setSkew(to, 0),
  ),
};

const HOUR_MS = 60 * MINUTE_MS;
const MOST_TRIES = 60;
const SHORTEST_MS = MINUTE_MS;
const LONGEST_MS = 15 * MINUTE_MS;

/** Faults to come: so many an hour on average, at any moment, of any kind, with anybody; the same ones for the same chance. */
export function blowsOf(
  random: Random,
  {
    hours,
    anHour,
    serving,
    everybody,
  }: {
    readonly hours: number;
    readonly anHour: number;
    readonly serving: readonly Region[];
    readonly everybody: readonly Region[];
  },
): readonly Blow[] {
  const names = Object.keys(ways);
  const one = <Item>(of: readonly Item[]): Item => of[Math.floor(random.next() * of.length)] as Item;
  return Array.from({ length: hours * anHour }, (): Blow => {
    const to = one(serving);
    return {
      what: one(names),
      afterMs: Math.floor(random.next() * hours * HOUR_MS),
      lastsMs: SHORTEST_MS + Math.floor(random.next() * (LONGEST_MS - SHORTEST_MS)),
      from: one(everybody.filter((region) => region !== to)),
      to,
    };
  }).toSorted((a, b) => a.afterMs - b.afterMs);
}

/** What stands in a world: whatever it eats is lost there. */
export function standingOver(world: World): Standing {
  const conditions = conditionsOf(world);
  const without = conditions.weather;
  const standing: Standing = new Standing(() => {
    conditions.weather = standing.eatsAnything
      ? { ...without, eats: ({ fromRegion, toRegion }) => standing.isEaten(fromRegion, toRegion), steady: true }
      : without;
  });
  return standing;
}

export interface Storm {
  /** Faults that were too late: what they would have broken was broken, or out of reach. */
  readonly missed: number;
  /** Whatever was begun last, and whatever stands now: what a request is lost for, most likely. */
  readonly latest: string;
}

/**
 * Lets faults loose on a world, from now on.
 *
 * In  `look`: the fleet as it is at that moment, as far as anybody can read it
 */
export function storm(trial: Trial, blows: readonly Blow[], look: () => Promise<Trial['state']>): Storm {
  const { world, stranger } = trial;
  const standing = standingOver(world);
  let missed = 0;
  let latest = 'nothing yet';
  const attempt = async (act: Way['begin'], blow: Blow): Promise<boolean> => {
    try {
      await act({ trial: { world, stranger, state: await look() }, standing }, blow);
      return true;
    } catch (error) {
      // Gone already, being made, or dark; an id nobody has at this moment.
      if (isFault(error) || (error instanceof Error && /has no (?:id|record)|does not exist/.test(error.message)))
        return false;
      throw error;
    }
  };
  const strike = async (way: Way, blow: Blow): Promise<void> => {
    if (!(await attempt(way.begin, blow))) {
      missed += 1;
      return;
    }
    if (way.end === undefined) return;
    await world.clock.sleep(blow.lastsMs);
    // Whoever began it sees to it that it ends, as soon as it is in reach again; what nobody repairs may never be.
    for (let tries = 0; tries < MOST_TRIES && !(await attempt(way.end, blow)); tries += 1)
      await world.clock.sleep(MINUTE_MS);
  };
  for (const blow of blows) {
    const way = ways[blow.what];
    if (way === undefined) throw new Error(`no way to do ${blow.what}`);
    world.clock.after(blow.afterMs, () => {
      latest = blow.what;
      void strike(way, blow);
    });
  }
  return {
    get missed() {
      return missed;
    },
    get latest() {
      return latest;
    },
  };
}

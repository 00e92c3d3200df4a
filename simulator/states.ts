import type { Changing } from './memory.ts';
import type { Place, ServiceName, StateHome } from './service.ts';
import type { World } from './world.ts';

/** Whose state is looked at by work of which nobody asks. */
const whoever = { add: (): unknown => undefined };

/** The states of one service, and how often somebody got one who may have changed it. */
interface States extends Changing {
  changes: number;
  readonly byAccount: Map<string, Map<string, unknown>>;
}

/** What every service of one world knows, place by place, and who has looked at it: what is remembered follows from that. */
export class StatesOf {
  readonly #world: World;
  /** Whose state is being looked at by work that changes nothing; undefined: whoever looks may change what they get. */
  #seen: { add(source: Changing): unknown } | undefined;
  /** By service, account and Region: looked up at every hop of every request, so no key is put together for it. */
  readonly #states = new Map<ServiceName, States>();
  /** In the order they were first looked at. */
  readonly #places = new Map<ServiceName, Place[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * The state of a service in a place, made at the first look. Who asks may change it, unless it is within `seen`: what was
   * remembered of that service is forgotten.
   */
  state<State>(home: StateHome<State>, place: Place): State {
    const states = this.#states.get(home.name) ?? this.#newStates(home.name);
    if (this.#seen === undefined) states.changes += 1;
    else this.#seen.add(states);
    return this.#stateIn(states, home, place);
  }

  /** As `state`, for whoever changes nothing of it that anybody remembers. */
  look<State>(home: StateHome<State>, place: Place): State {
    const states = this.#states.get(home.name) ?? this.#newStates(home.name);
    this.#seen?.add(states);
    return this.#stateIn(states, home, place);
  }

  #stateIn<State>(states: States, home: StateHome<State>, place: Place): State {
    const region = home.scope === 'global' ? 'us-east-1' : place.region;
    const state = states.byAccount.get(place.account)?.get(region) as State | undefined;
    return state ?? this.#newState(states, home, { account: place.account, region });
  }

  /** Work that changes nothing, done at once, and whose state it looked at. What it waits for is not part of it. */
  seen<Result>(work: () => Result): { readonly result: Result; readonly sources: readonly Changing[] } {
    const outer = this.#seen;
    const mine = new Set<Changing>();
    this.#seen = mine;
    try {
      return { result: work(), sources: [...mine] };
    } finally {
      this.#seen = outer;
      if (outer !== undefined) for (const states of mine) outer.add(states);
    }
  }

  /** As `seen`, where nobody asks whose state was looked at. */
  quietly<Result>(work: () => Result): Result {
    if (this.#seen !== undefined) return work();
    this.#seen = whoever;
    try {
      return work();
    } finally {
      this.#seen = undefined;
    }
  }

  saw(sources: readonly Changing[]): void {
    if (this.#seen !== undefined) for (const source of sources) this.#seen.add(source);
  }

  #newStates(service: ServiceName): States {
    const states: States = { changes: 0, byAccount: new Map() };
    this.#states.set(service, states);
    return states;
  }

  #newState<State>({ byAccount }: States, home: StateHome<State>, place: Place): State {
    const ofAccount = byAccount.get(place.account) ?? new Map<string, unknown>();
    byAccount.set(place.account, ofAccount);
    const state = home.newState(place, this.#world);
    ofAccount.set(place.region, state);
    const places = this.#places.get(home.name) ?? [];
    this.#places.set(home.name, [...places, place]);
    return state;
  }

  /** Every place in which a service has been looked at so far. */
  placesOf(home: Pick<StateHome, 'name'>): readonly Place[] {
    return this.#places.get(home.name) ?? [];
  }
}

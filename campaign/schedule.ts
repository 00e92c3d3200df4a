import type { Region } from '../control-plane/model/region.ts';
import type { Random } from '../simulator/random.ts';
import { seededRandom } from '../simulator/random.ts';
import { workflows } from '../workflows/index.ts';
import { type ActName, actNames, actOf } from './acts/index.ts';
import { isOnTheWayIn, leadsTo, sparesAmong } from './ways-to.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** A state of one of our workflows in which time passes, or a function runs: where a run can be when something happens. */
export interface Place {
  /** 'reconcile' */
  readonly workflow: string;
  readonly state: string;
}

/** 'reconcile/Apply' */
export const placeName = ({ workflow, state }: Place): string => `${workflow}/${state}`;

/** One thing that happens to a fleet: at a moment, or when a run next enters a state from that moment on. */
export interface Act {
  readonly what: ActName;
  readonly afterMs: number;
  readonly entering?: Place;
  readonly lastsMs: number;
  /** What has two ends has both; what has one has `to`. */
  readonly from: Region;
  readonly to: Region;
}

/** All that happens in one world. Made of a seed, or cut down from one that was. */
export interface Schedule {
  readonly seed: string;
  readonly serving: readonly Region[];
  readonly clients: readonly Region[];
  /** From the first join to the end of the weather. */
  readonly weatherMs: number;
  /** What of it is left over after that is calm; a world that is not as declared yet gets as long as it may take. */
  readonly lastsMs: number;
  readonly acts: readonly Act[];
}

export interface ScheduleOptions {
  /** Members, the fewest and the most. */
  readonly members?: readonly [number, number];
  /** The least that is simulated. */
  readonly hours?: number;
  /** Acts an hour. */
  readonly anHour?: number;
  /** Kinds of acts there may be, of those that are drawn. Left out: all. */
  readonly only?: readonly ActName[];
  /** Where acts that wait for a run wait, 'reconcile/Apply'. Left out: everywhere. */
  readonly at?: readonly string[];
}

/** Every state in which a run can be met, workflow by workflow. */
export const places: readonly Place[] = workflows.flatMap(({ name, machine }) =>
  statesIn(machine.States).map((state) => ({ workflow: name, state })),
);

function statesIn(states: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(states).flatMap(([name, value]) => {
    const { Type, ItemProcessor } = value as {
      readonly Type: string;
      readonly ItemProcessor?: { readonly States: Readonly<Record<string, unknown>> };
    };
    if (ItemProcessor !== undefined) return statesIn(ItemProcessor.States);
    return Type === 'Task' || Type === 'Wait' ? [name] : [];
  });
}

/** Regions of a fleet that may grow to ten; home is always one. */
const HOME: Region = 'us-east-1';
const ELSEWHERE: readonly Region[] = [
  'eu-west-1',
  'ap-southeast-2',
  'us-west-2',
  'eu-central-1',
  'ap-northeast-1',
  'sa-east-1',
  'ca-central-1',
  'eu-north-1',
  'ap-south-1',
];

const JOINS_WITHIN_MS = 20 * MINUTE_MS;
/** What lasts is over a while before the weather is. */
const LAST_BEGINS_BEFORE_MS = 15 * MINUTE_MS;
const LONGEST_MS = 15 * MINUTE_MS;
/** The share of a world's time in which the weather is over. */
const CALM_SHARE = 1 / 6;
/** The share of acts that wait for a run to come somewhere. */
const MEETINGS_SHARE = 0.5;
/** About so many meetings are a world's: with the next world come others. */
const MEETINGS_EACH = 7;
/** What follows each other is far apart: a prime, so that nothing is left out. */
const MEETINGS_APART = 1_009;
/** Members besides home that join at the beginning, whoever else is waited for. */
const EARLY_ONES = 2;

function pick<Item>(random: Random, of: readonly Item[]): Item {
  const picked = of[Math.floor(random.next() * of.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}

const shuffled = <Item>(random: Random, of: readonly Item[]): readonly Item[] =>
  of
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

/** Seeds that count give worlds that take turns, '17', and those of one commit begin somewhere of their own: 'a3f9-17'. */
function turnOf(seed: string, random: Random): number {
  const [, of = '', count] = /^(.*?)(\d{1,9})$/.exec(seed) ?? [];
  const first = of === '' ? 0 : seededRandom(of).between(0, 1_000_000);
  return count === undefined ? Math.floor(random.next() * 1_000_000) : first + Number(count);
}

interface Meeting {
  readonly what: ActName;
  readonly entering: Place;
}

/** Everything that can happen, at every place where a run can be: worlds one after the other go through all of it. */
function* meetingsOf(turn: number, drawn: readonly ActName[], at: readonly Place[]): Generator<Meeting, never> {
  const all = drawn.flatMap((what) => at.map((entering): Meeting => ({ what, entering })));
  const before = turn * MEETINGS_EACH;
  // Short worlds have fewer than are theirs: the next time round, all are others'.
  const rounds = Math.floor(before / Math.max(1, all.length));
  for (let next = before + rounds; ; next += 1) {
    const meeting = all[(next * MEETINGS_APART) % all.length];
    if (meeting === undefined) throw new Error('there is nothing to meet');
    yield meeting;
  }
}

/** Many are small: what goes wrong among ten goes wrong among four, in a third of the time. */
const sizeOf = (random: Random, fewest: number, most: number): number =>
  fewest + Math.floor(random.next() ** 2 * (most + 1 - fewest));

const placesAmong = (names: readonly string[] | undefined): readonly Place[] =>
  names === undefined ? places : places.filter((place) => names.includes(placeName(place)));

const isDrawn = (name: ActName, isAskedFor: boolean): boolean =>
  actOf(name).isDrawn || (isAskedFor && actOf(name).isDrawnOnRequest === true);

/** What happens in the world of a seed: the same on any machine. */
export function scheduleOf(
  seed: string,
  { members: [fewest, most] = [3, 10], hours = 6, anHour = 6, only, at }: ScheduleOptions = {},
): Schedule {
  const random = seededRandom(`${seed}/schedule`);
  const members = sizeOf(random, fewest, most);
  const others = shuffled(random, ELSEWHERE).slice(0, members - 1);
  const clientCount = Math.min(others.length - 2, Math.floor(random.next() * (members / 2)));
  const clients = others.slice(0, Math.max(0, clientCount));
  const serving = [HOME, ...others.slice(Math.max(0, clientCount))];
  const everybody = [...serving, ...clients];
  const weatherMs = hours * HOUR_MS * (1 - CALM_SHARE);
  const drawn = (only ?? actNames).filter((name) => isDrawn(name, only !== undefined));
  const count = drawn.length === 0 ? 0 : Math.round((weatherMs / HOUR_MS) * anHour);
  const lastMs = weatherMs - LAST_BEGINS_BEFORE_MS;
  const meetings = meetingsOf(turnOf(seed, random), drawn, placesAmong(at));
  const acts: Act[] = [];
  /** Those whose join waits until something waits for it, and until when. */
  const late = new Map<Region, number>();
  while (acts.length < count) {
    const to = pick(random, everybody);
    const act: Act = {
      ...(random.next() < MEETINGS_SHARE ? meetings.next().value : { what: pick(random, drawn) }),
      afterMs: Math.floor(random.next() * lastMs),
      lastsMs: MINUTE_MS + Math.floor(random.next() * (LONGEST_MS - MINUTE_MS)),
      from: pick(
        random,
        everybody.filter((region) => region !== to),
      ),
      to,
    };
    acts.push(act);
    if (act.entering === undefined) continue;
    const spare = pick(random, sparesAmong(serving, HOME));
    for (const { what: led, inMs, with: whom } of leadsTo(act.entering)) {
      const { entering: _, ...lead } = { ...act, what: led, afterMs: act.afterMs + inMs };
      if ((only ?? actNames).includes(led) && lead.afterMs < lastMs)
        acts.push(whom === 'spare' ? { ...lead, from: HOME, to: spare } : lead);
    }
    // Clients first, so that two that serve are there from the beginning.
    const comesLate = others.find((region) => !late.has(region));
    if (isOnTheWayIn(act.entering) && late.size < others.length - EARLY_ONES && comesLate !== undefined)
      late.set(comesLate, act.afterMs + MINUTE_MS);
  }
  const joins = everybody.map((region): Act => {
    const what = clients.includes(region) ? 'join as a client' : 'join';
    // Home first, so that the state table has somewhere to be looked at from.
    const afterMs = region === HOME ? 0 : (late.get(region) ?? Math.floor(random.next() * JOINS_WITHIN_MS));
    return { what, afterMs, lastsMs: 0, from: HOME, to: region };
  });
  return {
    seed,
    serving,
    clients,
    weatherMs,
    lastsMs: hours * HOUR_MS,
    acts: [...joins, ...acts].toSorted((a, b) => a.afterMs - b.afterMs),
  };
}

import { expect, test } from 'vitest';
import { regions } from '../../../simulator/regions.ts';
import { known } from '../../support/known.ts';
import { VIRGINIA } from '../service-world.ts';
import { globalTable } from './global-table.ts';
import { N } from './table-world.ts';

interface Written {
  readonly pk: string;
  readonly atMs: number;
  readonly region: string;
  /** undefined: deleted. */
  readonly value: number | undefined;
  readonly arrivedIn: Set<string>;
}

/** Replication as one would tell it to a child: every Region keeps every change that has reached it, and shows the latest. */
class Plainly {
  readonly #all: readonly string[];
  readonly #written: Written[] = [];
  readonly #travelling = new Set<Written>();
  readonly dark = new Set<string>();

  constructor(all: readonly string[]) {
    this.#all = all;
  }

  write(change: Omit<Written, 'arrivedIn'>): void {
    const written = { ...change, arrivedIn: new Set([change.region]) };
    this.#written.push(written);
    this.#travelling.add(written);
  }

  /** To be called before and after the lights change, and before anybody reads. */
  travel(nowMs: number): void {
    for (const change of this.#travelling) {
      if (change.atMs + 1_000 > nowMs || this.dark.has(change.region)) continue;
      for (const region of this.#all) if (!this.dark.has(region)) change.arrivedIn.add(region);
      if (change.arrivedIn.size === this.#all.length) this.#travelling.delete(change);
    }
  }

  shows(region: string, pk: string): number | undefined {
    return this.#written
      .filter((change) => change.pk === pk && change.arrivedIn.has(region))
      .reduce<Written | undefined>(
        (last, change) => (last !== undefined && isLater(last, change) ? last : change),
        undefined,
      )?.value;
  }
}

const isLater = (one: Written, other: Written): boolean =>
  one.atMs > other.atMs || (one.atMs === other.atMs && one.region > other.region);

// biome-ignore format: a table is read down its columns
test.for([
  { darkShare: 0,     why: 'what has arrived everywhere is put away' },
  { darkShare: 0.002, why: 'now and then a Region waits' },
  { darkShare: 0.02,  why: 'some Region always waits' },
])('eight Regions show what has reached them, with $darkShare of the writes in front of an outage: $why', async ({ darkShare }) => {
  const where = [...regions.keys()].filter((region) => region !== VIRGINIA).slice(0, 7);
  const all = [VIRGINIA, ...where];
  /** So rarely that it gives up its items in between. */
  const rarelyUsed = known(all[7]);
  const { aws, put, remove, get } = await globalTable(...where);
  const { clock, world } = aws;
  const { random, outages } = world;
  const plainly = new Plainly(all);
  /** Those in front are written often, by several Regions at once; those behind seldom. */
  const rows = Array.from({ length: 300 }, (_, at) => `p${at}`);
  const lights = (change: (region: string) => void, ...which: readonly string[]) => {
    plainly.travel(clock.nowMs());
    for (const region of which) change(region);
    plainly.travel(clock.nowMs());
  };
  const out = (region: string) => {
    outages.darken(region);
    plainly.dark.add(region);
  };
  const back = (region: string) => {
    outages.lighten(region);
    plainly.dark.delete(region);
  };
  for (let at = 0; at < 8_000; at += 1) {
    const region = at % 3_900 === 0 ? rarelyUsed : known(all[random.between(0, 7)]);
    if (random.next() < darkShare) lights(out, region);
    if (random.next() < 0.005) lights(back, ...all);
    if (!outages.isDark(region)) {
      const pk = known(rows[Math.floor(random.next() ** 3 * rows.length)]);
      const isGone = random.next() < 0.2;
      plainly.travel(clock.nowMs());
      const before = plainly.shows(region, pk);
      for (const row of region === rarelyUsed ? rows : [pk])
        expect((await get(region, row))?.['n']?.N).toBe(plainly.shows(region, row)?.toString());
      // Deleting what is not there is no change.
      if (!isGone || before !== undefined)
        plainly.write({ pk, atMs: clock.nowMs(), region, value: isGone ? undefined : at });
      if (isGone) await remove(region, pk);
      else await put(region, pk, { n: N(at) });
    }
    await clock.runFor(random.between(0, 300));
  }
  lights(back, ...all);
  await aws.pass(1);
  plainly.travel(clock.nowMs());
  const shown = async (region: string) => Promise.all(rows.map(async (pk) => (await get(region, pk))?.['n']?.N));
  const expected = rows.map((pk) => plainly.shows(VIRGINIA, pk)?.toString());
  expect(expected.filter((row) => row !== undefined).length).toBeGreaterThan(10);
  for (const region of all) expect(await shown(region)).toEqual(expected);
});

test('a Region that is isolated for long is told everything afterwards', async () => {
  const alone = 'eu-west-1';
  const { aws, put, get } = await globalTable(alone);
  const { outages } = aws.world;
  await put(VIRGINIA, 'before');
  await aws.pass(2);
  expect(await get(alone, 'before')).toBeDefined();
  outages.isolate(alone);
  for (let at = 0; at < 1_100; at += 1) {
    await put(VIRGINIA, `p${at % 50}`, { n: N(at) });
    await aws.clock.runFor(100);
  }
  outages.reconnect(alone);
  await aws.pass(2);
  expect((await get(alone, 'p0'))?.['n']).toEqual(N(1_050));
});

import { describe, expect, test } from 'vitest';
import { actNames, actOf } from '../../campaign/acts/index.ts';
import { HOUR_MS, places, scheduleOf } from '../../campaign/schedule.ts';
import { leadsTo } from '../../campaign/ways-to.ts';

const many = Array.from({ length: 300 }, (_, index) => scheduleOf(`${index}`, { members: [3, 10], hours: 6 }));

describe('what happens in a world', () => {
  test('is drawn from its seed and from nothing else', () => {
    expect(scheduleOf('7', { hours: 6 })).toEqual(scheduleOf('7', { hours: 6 }));
    expect(scheduleOf('7', { hours: 6 })).not.toEqual(scheduleOf('8', { hours: 6 }));
  });

  test('happens to fleets of every size, of which at least two members serve', () => {
    const sizes = many.map(({ serving, clients }) => serving.length + clients.length);
    expect(new Set(sizes)).toEqual(new Set([3, 4, 5, 6, 7, 8, 9, 10]));
    for (const { serving, clients } of many) {
      expect(serving.length).toBeGreaterThanOrEqual(2);
      expect(new Set([...serving, ...clients]).size).toBe(serving.length + clients.length);
    }
  });

  test('begins with a join of each member, home first', () => {
    for (const { serving, clients, acts } of many) {
      const joins = acts.filter(({ lastsMs }) => lastsMs === 0);
      expect(joins.map(({ to }) => to).toSorted()).toEqual([...serving, ...clients].toSorted());
      expect(joins[0]).toMatchObject({ what: 'join', to: 'us-east-1', afterMs: 0 });
    }
  });

  test('is over a while before the world is', () => {
    for (const { acts, weatherMs, lastsMs } of many) {
      expect(weatherMs).toBeLessThan(lastsMs);
      expect(lastsMs).toBe(6 * HOUR_MS);
      expect(Math.max(...acts.map(({ afterMs }) => afterMs))).toBeLessThan(weatherMs);
    }
  });

  test('is everything that can happen, and meets runs in every state', () => {
    const acts = many.flatMap((schedule) => schedule.acts);
    const drawn = actNames.filter((name) => actOf(name).isDrawn);
    expect(drawn.filter((name) => !acts.some(({ what }) => what === name))).toEqual([]);
    const waitedFor = new Set(
      acts.flatMap(({ entering }) => (entering ? [`${entering.workflow}/${entering.state}`] : [])),
    );
    expect(waitedFor).toEqual(new Set(places.map(({ workflow, state }) => `${workflow}/${state}`)));
  });

  test('meets runs everywhere: worlds one after the other go through everything at every place', () => {
    const waited = new Set(
      Array.from({ length: 800 }, (_, index) => scheduleOf(`fresh-${index}`, { hours: 6 }).acts).flatMap((acts) =>
        acts.flatMap(({ what, entering }) => (entering ? [`${what} ${entering.workflow}/${entering.state}`] : [])),
      ),
    );
    const drawn = actNames.filter((name) => actOf(name).isDrawn);
    expect(waited.size / (drawn.length * places.length)).toBeGreaterThan(0.99);
  });

  test('has what is drawn on request only where it was asked for, or leads a run to where something waits', () => {
    const requested = actNames.filter((name) => actOf(name).isDrawnOnRequest === true);
    expect(requested).not.toEqual([]);
    const everything = Array.from({ length: 100 }, (_, index) => scheduleOf(String(index), { hours: 6 }).acts).flat();
    const leading = new Set(places.flatMap((place) => leadsTo(place).map(({ what }) => what)));
    expect(everything.filter(({ what }) => requested.includes(what) && !leading.has(what))).toEqual([]);
    expect(everything.filter(({ what, entering }) => requested.includes(what) && entering !== undefined)).toEqual([]);
    for (const what of requested)
      expect(scheduleOf('7', { only: [what] }).acts.filter((act) => act.what === what)).not.toEqual([]);
  });

  test('is only what was asked for', () => {
    const { acts } = scheduleOf('7', { only: ['route deleted'] });
    expect(
      new Set(acts.map(({ what }) => what)).isSubsetOf(new Set(['join', 'join as a client', 'route deleted'])),
    ).toBe(true);
    expect(scheduleOf('7', { only: [] }).acts.every(({ lastsMs }) => lastsMs === 0)).toBe(true);
  });
});

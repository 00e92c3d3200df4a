import { describe, expect, test } from 'vitest';
import { Meetings } from '../../../campaign/meetings.ts';
import { coverageOf, drawnActs, inWords } from '../../../campaign/report/coverage.ts';
import { reasons, whyNever } from '../../../campaign/report/impossible.ts';
import { placeName, places } from '../../../campaign/schedule.ts';

const everything = Object.fromEntries(
  drawnActs.map((what) => [
    what,
    Object.fromEntries(
      places.filter((place) => whyNever(what, place) === undefined).map((place) => [placeName(place), 1]),
    ),
  ]),
);

describe('the coverage', () => {
  test('is full when everything that can be has been', () => {
    const { missing, mistaken, possible } = coverageOf(everything);
    expect({ missing, mistaken }).toEqual({ missing: [], mistaken: [] });
    expect(possible).toBe(drawnActs.length * (places.length - 2));
  });

  test('tells what is missing, and whom it is missing for', () => {
    const { drill: _, ...rest } = everything;
    const { missing } = coverageOf({ ...rest, 'route deleted': { ...rest['route deleted'], 'drill/Hold': 0 } });
    expect(missing).toHaveLength(places.length - 2 + 1);
    expect(inWords(missing, 4)[0]).toBe('drill/Hold: drill, route deleted');
    expect(inWords(missing, 1)[0]).toBe('drill/Hold: drill and 1 more');
    const { missing: all } = coverageOf({ 'route deleted': { 'drill/Hold': 1 } });
    expect(inWords(all, 1)).toContain('drill/Begin, Evacuate, Restore, Record: nothing at all');
    expect(inWords(all, 1).at(-1)).toMatch(/^drill\/Hold: .* and \d+ more$/);
  });

  test('is told when something happens that was taken for impossible', () => {
    const wrong = { ...everything, 'route deleted': { 'offboard-region/Prove': 1 } };
    expect(coverageOf(wrong).mistaken.map(({ what }) => what)).toEqual(['route deleted']);
  });

  test('leaves out as little as it may: each reason is about states that there are', () => {
    const left = places.filter((place) => drawnActs.some((what) => whyNever(what, place) !== undefined));
    expect(left.map(placeName)).toEqual(['offboard-region/Prove', 'offboard-region/WaitToAsk']);
    expect(reasons).toHaveLength(1);
  });
});

describe('a meeting', () => {
  const at = (state: string, executionArn = 'arn:one') => ({
    machine: 'landbridge-reconcile',
    state,
    type: 'Task',
    executionArn,
  });

  test('is of what took place, with those that were there when it was begun', () => {
    const meetings = new Meetings();
    meetings.entered(at('Look'));
    const there = meetings.now;
    meetings.entered(at('Apply'));
    meetings.happened('route deleted', there);
    expect(meetings.counts()).toEqual({ 'route deleted': { 'reconcile/Look': 1 } });
    expect(meetings.visits()).toEqual({ 'reconcile/Look': 1, 'reconcile/Apply': 1 });
  });

  test('of what lasts is with whoever comes, until the last of its kind is over', () => {
    const meetings = new Meetings();
    meetings.stands('calls fail');
    meetings.stands('calls fail');
    meetings.entered(at('Look'));
    meetings.over('calls fail');
    meetings.entered(at('Apply'));
    meetings.over('calls fail');
    meetings.entered(at('Wait'));
    expect(meetings.counts()).toEqual({ 'calls fail': { 'reconcile/Look': 1, 'reconcile/Apply': 1 } });
  });

  test('is with nobody in a state in which no time passes', () => {
    const meetings = new Meetings();
    meetings.entered(at('Look'));
    meetings.entered(at('WhatNow'));
    expect(meetings.now).toEqual(new Set());
  });
});

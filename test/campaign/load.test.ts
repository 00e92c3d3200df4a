import { beforeAll, describe, expect, test } from 'vitest';
import { isKept, type Report } from '../../bench/report.ts';
import { load } from '../../campaign/load/load.ts';

const EVENTS = 2_000;
const HEALED_WITHIN_SECONDS = 5 * 60;

describe('an account of three fleets, all broken at once', () => {
  let report: Report;
  beforeAll(async () => {
    report = await load({ seed: 'small load', fleets: 3, members: 3, events: EVENTS }, () => undefined);
  });

  const measured = (figure: string): number => {
    const found = report.figures.find((one) => one.figure === figure);
    if (found === undefined) throw new Error(`there is no figure called ${figure}`);
    return found.measured;
  };

  test('keeps every bound', () => {
    expect(report.figures.filter((figure) => !isKept(figure))).toEqual([]);
    expect(measured('fleets')).toBe(3);
    expect(measured('members')).toBe(7);
  });

  test('is as declared again within minutes, every fleet of it', () => {
    expect(measured('as declared again, the last')).toBeLessThan(HEALED_WITHIN_SECONDS);
  });

  test('really drew on buckets, and stood in line for them', () => {
    expect(measured('share of a bucket used at worst')).toBeGreaterThan(0.05);
    expect(measured('longest line for a turn')).toBeGreaterThan(0);
  });

  test('has a burst of events looked at, and folded', () => {
    const started = measured(`reconciles that ${EVENTS} events started`);
    expect(started).toBeGreaterThan(0);
    expect(started).toBeLessThan(EVENTS / 20);
  });
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { campaign } from '../../campaign/campaign.ts';
import { KeptWorlds } from '../../campaign/kept-worlds.ts';
import type { ScheduleOptions } from '../../campaign/schedule.ts';

const options: ScheduleOptions = { members: [3, 3], hours: 6 };
const failed = (seed: string) => ({ seed, failed: 'a world that came to no end' });

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-worlds-'));
  file = join(folder, 'worlds.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (how: { readonly state?: string; readonly options?: ScheduleOptions } = {}): KeptWorlds =>
  new KeptWorlds(file, how.options ?? options, how.state ?? 'a state');

test('what was kept is there for the next campaign, with the time it took', () => {
  const first = open();
  first.keep(failed('7'), 2.5);
  first.keep(failed('8'), 1);
  const next = open();
  expect([next.of('7'), next.of('8'), next.of('9')]).toEqual([failed('7'), failed('8'), undefined]);
  expect({ seconds: next.seconds, others: next.others }).toEqual({ seconds: 3.5, others: 0 });
});

test('worlds of another state of the product, or drawn in another way, stay and do not count', () => {
  open().keep(failed('7'), 1);
  for (const other of [open({ state: 'another' }), open({ options: { ...options, hours: 3 } })])
    expect([other.of('7'), other.others, other.seconds]).toEqual([undefined, 1, 0]);
  open({ state: 'another' }).keep(failed('7'), 1);
  expect(open().of('7')).toEqual(failed('7'));
});

test('a line that was not written to its end is taken away, and the next one is whole', () => {
  open().keep(failed('7'), 1);
  const whole = readFileSync(file, 'utf8');
  appendFileSync(file, whole.slice(0, 20));
  const next = open();
  expect(next.of('7')).toEqual(failed('7'));
  next.keep(failed('8'), 1);
  expect(open().of('8')).toEqual(failed('8'));
});

test('a file that holds something else is left as it is', () => {
  writeFileSync(file, '{"name":"landbridge"}\n');
  expect(() => open()).toThrow(`${file}, line 1, is not a world that a campaign has kept: name another file`);
  expect(readFileSync(file, 'utf8')).toBe('{"name":"landbridge"}\n');
});

test('a campaign that was ended early is gone on with, and comes to what it would have come to in one piece', async () => {
  const calm: ScheduleOptions = { members: [3, 3], hours: 0.5, only: [] };
  const stopped = new AbortController();
  stopped.abort();
  const kept = (): KeptWorlds => open({ options: calm });
  const began = await campaign(['1'], calm, () => undefined, { kept: kept() });
  const ended = await campaign(['1', '2'], calm, () => undefined, { kept: kept(), stop: stopped.signal });
  expect(ended.played).toEqual(began.played);
  const all = await campaign(['1', '2'], calm, () => undefined, { kept: kept() });
  const inOnePiece = await campaign(['1', '2'], calm, () => undefined);
  expect(all.played[0]).toEqual(began.played[0]);
  expect(all.played.map(({ digest }) => digest)).toEqual(inOnePiece.played.map(({ digest }) => digest));
});

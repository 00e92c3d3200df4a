import { beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import { handler } from '../../handlers/fleet-widget.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { incident } from '../map/known.ts';
import { all, read, textOf } from '../map/markup-reader.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const context = { theme: 'dark', timezone: { label: 'CET', offsetInMinutes: 60 }, width: 900, height: 500, params: {} };

let bed: TestBed;
let calls: string[];
let runtime: Runtime;
const ask = (event: unknown): Promise<unknown> => bed.clock.runUntil(handler.runIn(runtime, event));
const page = async (event: unknown) => read(String(await ask(event)));

beforeAll(async () => {
  bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  calls = [];
  const { operator } = bed.landbridge;
  runtime = {
    ...operator,
    call: (call) => {
      calls.push(`${call.service}:${call.method}`);
      return operator.call(call);
    },
  };
});

describe('the widget', () => {
  test('describes itself, and asks nobody for that', async () => {
    calls.length = 0;
    const answer = (await ask({ describe: true })) as { markdown: string };
    expect(answer.markdown).toContain('**fleet**');
    expect(calls).toEqual([]);
  });

  test('shows the only fleet there is, in the theme and time zone of the dashboard, and reads only the state table', async () => {
    calls.length = 0;
    const shown = await page({ widgetContext: context });
    const words = textOf(shown);
    expect(words).toContain('payments');
    expect(words).toMatch(/\d\d:\d\d:\d\d CET/);
    for (const region of ['us-east-1', 'eu-west-1']) expect(words).toContain(region);
    expect(words).not.toContain('prefers-color-scheme');
    expect(all(shown).map(({ name }) => name)).toContain('svg');
    expect([...new Set(calls)]).toEqual(['dynamodb:query']);
  });

  test.for([
    ['in the parameters', { fleet: 'payments' }],
    ['in its context', { widgetContext: { ...context, params: { fleet: 'payments' } } }],
  ] as const)('shows the fleet that is named %s', async ([, event]) => {
    expect(textOf(await page(event))).toContain('2 members');
  });

  test('tells times to repair of the last 30 days, and older and open ones not among them', async () => {
    const store = new HealthStore(runtime);
    const nowMs = runtime.nowMs();
    const ended = (minutes: number, daysAgo: number) => {
      const openedAtMs = nowMs - daysAgo * 86_400_000;
      const cause = 'view/eu-west-1' as const;
      const id = `${new Date(openedAtMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-view-eu-west-1-${minutes}`;
      const repairedAtMs = openedAtMs + minutes * 60_000;
      const closedAtMs = repairedAtMs + 600_000;
      return incident(cause, { id, status: 'closed', openedAtMs, sinceMs: openedAtMs, repairedAtMs, closedAtMs });
    };
    const put = async () => {
      for (const after of [ended(2, 1), ended(4, 3), ended(9, 20), ended(500, 31.5)]) {
        const before: Incident = { ...after, status: 'open', repairedAtMs: undefined, closedAtMs: undefined };
        await store.open('payments', before);
        await store.update('payments', before, after);
      }
      const open = incident('replica/eu-west-1', { openedAtMs: nowMs - 60_000, sinceMs: nowMs - 60_000 });
      await store.open('payments', open);
    };
    await bed.clock.runUntil(put());
    const words = textOf(await page({ fleet: 'payments' }));
    expect(words).toContain('time to repair, median, 30 days4 min 00 s');
    expect(words).toContain('nine of ten within9 min 00 s');
    expect(words).toContain('incidents ended, 30 days3');
    expect(words).toContain('1 open incident');
  });

  test.for([
    ['a fleet that is not there', { fleet: 'no-such' }, 'there is no fleet called'],
    ['a fleet that is no name', { fleet: 7 }, 'fleet: '],
    ['markup for a name', { fleet: '<script>alert(1)</script>' }, '<script>alert(1)</script>'],
    ['parameters that are no object', { widgetContext: { ...context, params: 'fleet' } }, 'widgetContext.params'],
    ['nothing at all', null, 'expected object'],
    ['a name as long as a book', { fleet: 'x'.repeat(100_000) }, 'fleet: '],
  ] as const)('told %s, says so in its place', async ([, event, says]) => {
    const shown = await page(event);
    expect(textOf(shown)).toContain('The fleet cannot be shown');
    expect(textOf(shown)).toContain(says);
    expect(all(shown).map(({ name }) => name)).not.toContain('script');
    expect(String(await ask(event)).length).toBeLessThan(3_000);
  });

  test('a context that is not as documented is done without', async () => {
    const words = textOf(
      await page({ widgetContext: { theme: 'purple', timezone: 'Mars', params: { fleet: 'payments' } } }),
    );
    expect(words).toContain('2 members');
    expect(words).toMatch(/\d\d:\d\d:\d\d UTC/);
  });

  test('a table that does not answer is told, not thrown', async () => {
    const silent: Runtime = { ...runtime, call: () => Promise.reject(new TypeError('secret internals')) };
    const shown = String(await bed.clock.runUntil(handler.runIn(silent, { fleet: 'payments' })));
    expect(shown).toContain('nobody foresaw');
    expect(shown).not.toContain('secret internals');
  });
});

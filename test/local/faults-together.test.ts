import { expect, test } from 'vitest';
import type { Incident, TimelineEntry } from '../../control-plane/incidents/incident.ts';
import { storyOf } from '../../control-plane/incidents/story.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { faults } from '../../local/faults/catalog.ts';
import { evacuateTheLast } from '../../local/faults/last-healthy.ts';
import { heldAgainst } from '../../local/faults/promises.ts';
import { tryOut } from '../../local/faults/try-out.ts';
import { testFaults } from '../support/faults.ts';

testFaults(['14']);

test('16: each of three faults has a story of its own, in the order in which things happened', async () => {
  const fault = faults.find(({ row }) => row === '16');
  if (fault === undefined) throw new Error('row 16 is not in the catalog');
  const stories: { readonly incident: Incident; readonly timeline: readonly TimelineEntry[] }[] = [];
  const course = await tryOut(fault, {
    seed: 'a test',
    async atEnd({ bed }) {
      const store = new HealthStore(bed.landbridge.operator);
      for (const incident of await bed.clock.runUntil(store.incidents(bed.fleet.name, 100)))
        stories.push({ incident, timeline: await bed.clock.runUntil(store.timeline(bed.fleet.name, incident.id)) });
    },
  });
  expect(heldAgainst(fault, course), JSON.stringify(course)).toEqual([]);
  for (const cause of fault.causes) {
    const story = stories.find(({ incident }) => incident.cause === cause);
    if (story === undefined) throw new Error(`no story is told of ${cause}`);
    const { incident, timeline } = story;
    const told = timeline.toSorted((a, b) => a.atMs - b.atMs).map(({ what }) => what);
    expect(told, cause).toEqual(expect.arrayContaining(['opened', 'evidence', 'proof', 'closed']));
    const lines = storyOf(incident, timeline);
    const lineOf = (what: string): number =>
      lines.findIndex((line) => line.trimStart().startsWith('+') && line.includes(` ${what} `));
    expect(lineOf('opened'), lines.join('\n')).toBeLessThan(lineOf('proof'));
    expect(lineOf('proof'), lines.join('\n')).toBeLessThan(lineOf('closed'));
    expect(incident.status).toBe('closed');
  }
});

test('17: the last healthy member is not evacuated by hand, unless somebody answers for it', async () => {
  expect(await evacuateTheLast('a test')).toEqual([]);
});

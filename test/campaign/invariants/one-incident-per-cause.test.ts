import { expect, test } from 'vitest';
import { oneIncidentPerCause } from '../../../campaign/invariants/one-incident-per-cause.ts';
import type { Incident } from '../../../control-plane/incidents/incident.ts';
import { Table } from '../../../handlers/runtime/table.ts';
import { InvariantScene } from './scene.ts';

const incident = (id: string, cause: Incident['cause'], more: Partial<Incident> = {}): Incident => ({
  id,
  cause,
  status: 'open',
  openedAtMs: 0,
  openedBy: 'a test',
  says: 'it is out',
  confidence: 1,
  repairsAtMs: [],
  ...more,
});
const first = incident('1', 'replica/eu-west-1');

test('a cause that comes back after its incident was closed has a new one', async () => {
  const scene = await InvariantScene.of(oneIncidentPerCause);
  await scene.health.open(scene.fleet, first);
  await scene.health.update(scene.fleet, first, { ...first, status: 'closed', closedAtMs: 1 });
  await scene.health.open(scene.fleet, incident('2', 'replica/eu-west-1'));
  await scene.health.open(scene.fleet, incident('3', 'replica/us-east-1'));
  expect(scene.told).toEqual([]);
});

test('a second one of the same cause is told, whether it was opened so or came to it', async () => {
  const scene = await InvariantScene.of(oneIncidentPerCause);
  await scene.health.open(scene.fleet, first);
  const other = incident('2', 'network/eu-west-1');
  await scene.health.open(scene.fleet, other);
  // The store refuses it: as if it did not.
  const value = { ...other, cause: first.cause };
  await new Table(scene.runtime).batch({ put: [{ pk: `incidents#${scene.fleet}`, sk: other.id, value }] });
  expect(scene.told).toEqual(['2 of replica/eu-west-1 is open while 1 of the same cause is']);
});

test('one that is open at the end is told, with what is wrong', async () => {
  const scene = await InvariantScene.of(oneIncidentPerCause);
  await scene.health.open(scene.fleet, first);
  expect(await scene.end({ undone: ['endpoint/eu-west-1 drifts'] })).toEqual([
    '1 is open at the end, of replica/eu-west-1: it is out; endpoint/eu-west-1 drifts',
  ]);
});

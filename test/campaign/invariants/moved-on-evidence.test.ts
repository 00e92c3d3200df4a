import { expect, test } from 'vitest';
import { movedOnEvidence } from '../../../campaign/invariants/moved-on-evidence.ts';
import type { ProbeRow, Streak } from '../../../control-plane/health/probe-row.ts';
import type { Steer } from '../../../control-plane/traffic/traffic.ts';
import { HOME, InvariantScene } from './scene.ts';

const AVOID = 'eu-west-1';
const WELL: Streak = { state: 'well', sinceMs: 0, recent: '............', symptom: null, latencyMs: 80, says: '200' };
const SICK: Streak = { ...WELL, state: 'sick', recent: '.........xxx', symptom: 'connect', says: 'nobody answers' };

/** What these observers see of the replica that callers are to be kept off, so long ago. */
async function seen(rows: Readonly<Record<string, Streak>>, ageMs = 0): Promise<InvariantScene> {
  const scene = await InvariantScene.of(movedOnEvidence);
  // Whoever would end a steer that nothing bears out any more stays away.
  scene.bed.world.weather.event = () => 'lost';
  for (const [observer, streak] of Object.entries(rows)) {
    const row: ProbeRow = {
      observer,
      atMs: scene.bed.clock.nowMs(),
      replicas: { [AVOID]: streak },
      name: WELL,
      bit: null,
    };
    await scene.health.putRow(scene.fleet, row);
  }
  await scene.bed.clock.runFor(ageMs);
  return scene;
}
async function steer(scene: InvariantScene, cause: Steer['cause'] = `replica/${AVOID}`): Promise<readonly string[]> {
  const nowMs = scene.bed.clock.nowMs();
  const begin = { viewer: HOME, avoid: AVOID, sinceMs: nowMs, because: 'it does not answer', cause };
  await scene.health.moveAs(scene.fleet, nowMs, async () => ({ steer: [begin] }));
  return scene.told;
}
const TOLD = `callers in ${HOME} were steered off ${AVOID} though their own probes are well: it does not answer`;

test('callers who meet trouble themselves are moved, and so are those of whom two others say so', async () => {
  expect(await steer(await seen({ [HOME]: SICK }))).toEqual([]);
  expect(await steer(await seen({ [HOME]: WELL, 'us-west-2': SICK, 'sa-east-1': SICK }))).toEqual([]);
});

test('a move on the word of one other, or on nobody’s, is told', async () => {
  expect(await steer(await seen({ [HOME]: WELL, 'us-west-2': SICK }))).toEqual([TOLD]);
  expect(await steer(await seen({ [HOME]: WELL }))).toEqual([TOLD]);
});

test('what was seen three minutes ago is no evidence of now', async () => {
  expect(await steer(await seen({ [HOME]: SICK }, 2 * 60_000))).toEqual([]);
  expect(await steer(await seen({ [HOME]: SICK }, 3 * 60_000))).toEqual([TOLD]);
});

test('a step of a way back needs none, and a steer that stands is no other move', async () => {
  expect(await steer(await seen({ [HOME]: WELL }), 'ramp')).toEqual([]);
  const scene = await seen({ [HOME]: SICK });
  await steer(scene);
  await scene.bed.clock.runFor(10 * 60_000);
  expect(await steer(scene)).toEqual([]);
});

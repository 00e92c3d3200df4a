import { expect, test } from 'vitest';
import { notToAndFro } from '../../../campaign/invariants/not-to-and-fro.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import type { Steer } from '../../../control-plane/traffic/traffic.ts';
import type { MemberRow } from '../../../handlers/runtime/fleet-state.ts';
import type { Move } from '../../../handlers/runtime/health-store.ts';
import { eu, incidentOf, us } from '../../control-plane/situations.ts';
import { HOME, InvariantScene } from './scene.ts';

const AVOID = 'eu-west-1';
const WHO = `callers in ${HOME} who may be sent to ${AVOID}`;

/** A scene with two members, and moves in it. */
async function mover(cause: Steer['cause'] = `link/${AVOID}~${HOME}`) {
  const scene = await InvariantScene.of(notToAndFro);
  const { world, clock, fleet } = scene.bed;
  const row = (member: Member): MemberRow => ({ ...member, by: 'a test' });
  await scene.store.change(await scene.store.load(scene.fleet), { put: [row(us), row(eu)] });
  // Nobody else moves anybody.
  world.weather.event = () => 'lost';
  const coolMs = fleet.health.coolDownSeconds * 1_000;
  const one: Steer = { viewer: HOME, avoid: AVOID, sinceMs: 0, because: 'a link', cause };
  const moved = (move: Move) => scene.health.moveAs(scene.fleet, clock.nowMs(), async () => move);
  return {
    scene,
    coolMs,
    wait: (ms: number) => clock.runFor(ms),
    off: () => moved({ steer: [one] }),
    back: () => moved({ unsteer: [one] }),
    drain: (because: string) => moved({ drain: { region: AVOID, sinceMs: clock.nowMs(), by: 'policy', because } }),
    undrain: () => moved({ undrain: AVOID }),
  };
}

test('whoever is let back, and steered off once more, after the cool-down of each move is not told', async () => {
  const { scene, coolMs, off, back, wait } = await mover();
  await off();
  await wait(coolMs);
  await back();
  await wait(coolMs);
  await off();
  expect(scene.told).toEqual([]);
});

test('a way back and a way off within the cool-down are told, each', async () => {
  const { scene, off, back, wait } = await mover();
  await off();
  await wait(60_000);
  await back();
  await wait(120_000);
  await off();
  expect(scene.told).toEqual([
    `${WHO}: let back 60 s after their last move; the cool-down is 300 s`,
    `${WHO}: steered off because a link 120 s after their last move; the cool-down is 300 s`,
  ]);
});

test('callers with nobody else to ask are let back as soon as may be', async () => {
  const { scene, off, back, wait } = await mover();
  await off();
  await scene.health.open(scene.fleet, incidentOf(`replica/${HOME}`));
  await wait(60_000);
  await back();
  expect(scene.told).toEqual([]);
});

test('a member that is drained soon after it came back is told, unless its way back failed', async () => {
  const { scene, coolMs, drain, undrain, wait } = await mover();
  await drain('it is sick');
  await wait(coolMs);
  await undrain();
  await wait(60_000);
  await drain('its way back failed: nobody answers');
  await wait(coolMs);
  await undrain();
  expect(scene.told).toEqual([]);
  await wait(60_000);
  await drain('it is sick');
  expect(scene.told).toEqual([
    `callers of ${AVOID}: drained because it is sick 60 s after their last move; the cool-down is 300 s`,
  ]);
});

test('steps of a way back are as quick as they like, and somebody may answer for more', async () => {
  const ramp = await mover('ramp');
  await ramp.off();
  await ramp.wait(60_000);
  await ramp.back();
  const overridden = await mover();
  const { scene } = overridden;
  await scene.health.putOverride(scene.fleet, {
    policy: 'cool-down',
    proposal: 'steer/*',
    by: 'somebody',
    why: 'a test',
    expiresAtMs: scene.bed.clock.nowMs() + 3_600_000,
  });
  await overridden.off();
  await overridden.wait(60_000);
  await overridden.back();
  expect([...ramp.scene.told, ...scene.told]).toEqual([]);
});

test('whoever leaves is forgotten: when its callers were moved counts for nothing once it comes again', async () => {
  const { scene, off, wait } = await mover();
  await off();
  await wait(60_000);
  await scene.health.forget(scene.fleet, AVOID);
  await wait(60_000);
  await off();
  expect(scene.told).toEqual([]);
});

test('what was moved while a clock was off counts from the moment that it took it for', async () => {
  const { scene, coolMs, off, back, wait } = await mover();
  const { outages } = scene.bed.world;
  await off();
  await wait(coolMs + 120_000);
  outages.setSkew(HOME, -120_000);
  await back();
  outages.setSkew(HOME, 0);
  await wait(coolMs - 120_000);
  await off();
  expect(scene.told).toEqual([]);
  await wait(coolMs - 60_000);
  await back();
  expect(scene.told).toEqual([`${WHO}: let back 240 s after their last move; the cool-down is 300 s`]);
});

import { expect, test } from 'vitest';
import { neverTheLastHealthy } from '../../../campaign/invariants/never-the-last-healthy.ts';
import { zoneIdIn } from '../../../control-plane/model/zone.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { known } from '../../support/known.ts';
import { HOME, InvariantScene } from './scene.ts';

const OTHER = 'eu-west-1';
const MINUTE_MS = 60_000;

/** Two members side by side, and nobody at work any more: whatever happens now, the test has done. */
async function twoMembers() {
  const scene = await InvariantScene.of(neverTheLastHealthy);
  await scene.bed.join(HOME, OTHER);
  scene.bed.world.weather.event = () => 'lost';
  return scene;
}
const drain = (scene: InvariantScene, region: string, how: { sinceMs?: number; endedBy?: string } = {}) =>
  scene.health.moveAs(scene.fleet, scene.bed.clock.nowMs(), async () => ({
    drain: { region, sinceMs: 0, by: 'somebody', because: 'it looked odd', ...how },
  }));

test('one of two may go, and the last one only if somebody answers for it', async () => {
  const scene = await twoMembers();
  await drain(scene, HOME);
  expect(scene.told).toEqual([]);
  await drain(scene, OTHER);
  expect(scene.told).toEqual([`${OTHER} was drained by somebody while nobody else was in service: it looked odd`]);
  await scene.health.putOverride(scene.fleet, {
    policy: 'last-healthy-member',
    proposal: `evacuate/${OTHER}`,
    by: 'somebody',
    why: 'a test',
    expiresAtMs: scene.bed.clock.nowMs() + MINUTE_MS,
  });
  await drain(scene, OTHER, { sinceMs: 1 });
  expect(scene.told).toHaveLength(1);
});

test('a way back that says whose drain it is to end takes nobody out', async () => {
  const scene = await twoMembers();
  await drain(scene, OTHER);
  await drain(scene, HOME);
  await drain(scene, OTHER, { endedBy: 'a way back' });
  expect(scene.told).toEqual([`${HOME} was drained by somebody while nobody else was in service: it looked odd`]);
});

test('nor is the last one taken out of the fleet, unless somebody answers for it', async () => {
  const scene = await twoMembers();
  const leave = (): Promise<void> =>
    scene.store.changeMembers(scene.fleet, async ({ members }) => ({
      put: { ...known(members.find(({ region }) => region === OTHER)), phase: 'draining' },
      decision: undefined,
    }));
  await leave();
  expect(scene.told, 'the other is in service').toEqual([]);
  await scene.store.changeMembers(scene.fleet, async ({ members }) => ({
    put: { ...known(members.find(({ region }) => region === OTHER)), phase: 'joined' },
    decision: undefined,
  }));
  await drain(scene, HOME);
  await leave();
  expect(scene.told).toEqual([`${OTHER} was taken out of the fleet while nobody else was in service`]);
  await leave();
  expect(scene.told, 'it is on its way already').toHaveLength(1);
});

/** Home's function answers its callers, or throws, while its health bit has been out for so long that everybody knows. */
async function leaveHomeAloneWhile(isHomeWell: boolean) {
  const scene = await twoMembers();
  const { world, clock } = scene.bed;
  const { ids } = await scene.store.load(scene.fleet);
  const fails = async (): Promise<never> => {
    throw new Error('the ledger is out of reach');
  };
  attachHostCode(world, known(ids.get(`agent/${HOME}/bit`)), fails);
  if (!isHomeWell) attachHostCode(world, known(ids.get(`function/${HOME}/payments`)), fails);
  await clock.runFor(5 * MINUTE_MS);
  await drain(scene, OTHER);
  return scene.end();
}

test('whoever answers is somebody to ask, however slowly health checks see it; whoever does not is nobody', async () => {
  expect(await leaveHomeAloneWhile(true)).toEqual([]);
  expect(await leaveHomeAloneWhile(false)).toEqual([
    `${OTHER} was drained by somebody while nobody else was in service: it looked odd`,
  ]);
});

/** Home's own replica throws, and its view knows no other: as if its callers had been steered off the one that is well. */
async function keptFromTheOther(isSteered: boolean) {
  const scene = await twoMembers();
  const { world, clock, fleet } = scene.bed;
  const { ids } = await scene.store.load(scene.fleet);
  attachHostCode(world, known(ids.get(`function/${HOME}/payments`)), async () => {
    throw new Error('the ledger is out of reach');
  });
  const HostedZoneId = zoneIdIn(known(ids.get(`view/${HOME}`)));
  const { ResourceRecordSets } = await scene.call<{ ResourceRecordSets: { SetIdentifier?: string }[] }>(
    'route-53',
    'ListResourceRecordSets',
    { HostedZoneId },
  );
  const ResourceRecordSet = known(ResourceRecordSets.find(({ SetIdentifier }) => SetIdentifier === OTHER));
  await scene.call('route-53', 'ChangeResourceRecordSets', {
    HostedZoneId,
    ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet }] },
  });
  const steer = { viewer: HOME, avoid: OTHER, sinceMs: 0, because: 'a link', cause: `link/${OTHER}~${HOME}` as const };
  if (isSteered) await scene.health.moveAs(fleet.name, clock.nowMs(), async () => ({ steer: [steer] }));
  await clock.runFor(15 * MINUTE_MS);
  return scene.end();
}

test('a steer that keeps callers from the only one who could answer them is told, once', async () => {
  expect(await keptFromTheOther(true)).toEqual([
    `callers in ${HOME} have had nobody for 10 minutes, and are kept from ${OTHER} (steered away), who could answer`,
  ]);
});

test('where nobody is kept from anybody, that callers are lost is nobody’s doing', async () => {
  expect(await keptFromTheOther(false)).toEqual([]);
});

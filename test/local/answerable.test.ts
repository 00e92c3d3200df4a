import { expect, test } from 'vitest';
import { provingPath } from '../../control-plane/loop/verify.ts';
import { vpcIdOf } from '../../handlers/runtime/fleet-state.ts';
import { answerable } from '../../local/answerable.ts';
import { sendOne, type Told } from '../../local/callers.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';

const [HOME, OTHER] = ['us-east-1', 'eu-west-1'];
const A_WHILE_MS = 6_000;

test('a request is lost needlessly where somebody could have answered it, and helplessly where nobody could', async () => {
  const bed = await virtualBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  const { world, clock, fleet } = bed;
  await bed.join(HOME, OTHER);
  const state = await clock.runUntil(bed.store().load(fleet.name));
  const replicas = [HOME, OTHER].map((region) => ({ region, vpcId: vpcIdOf(state, region) }));
  const caller = { region: OTHER, vpcId: vpcIdOf(state, OTHER) };
  const url = `https://${fleet.domain}${provingPath(fleet)}`;
  const couldAnswer = answerable(world, url, () => replicas);
  const answers = () => clock.runUntil(couldAnswer(caller));
  const asks = (): Promise<Told> => clock.runUntil(new Promise((told) => sendOne(world, caller, { url }, told)));

  expect(await asks()).toMatchObject({ region: OTHER, answeredBy: OTHER });
  expect(await answers()).toBe(true);

  const conditions = conditionsOf(world);
  const { weather } = conditions;
  conditions.weather = { ...weather, eats: ({ fromRegion, toRegion }) => fromRegion !== toRegion };
  await clock.runFor(A_WHILE_MS);
  expect(await answers(), 'its own replica is there').toBe(true);

  replicas.pop();
  expect(await answers(), 'what was found holds for a moment').toBe(true);
  await clock.runFor(A_WHILE_MS);
  expect(await answers(), 'only the other one is left').toBe(false);

  conditions.weather = weather;
  await clock.runFor(A_WHILE_MS);
  expect(await answers()).toBe(true);
  world.outages.darken(HOME);
  await clock.runFor(A_WHILE_MS);
  expect(await answers(), 'a dark Region answers nobody').toBe(false);
});

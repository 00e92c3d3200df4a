import type { Region } from '../../control-plane/model/region.ts';
import type { ServiceName } from '../../simulator/service.ts';
import { attachHostCode, detachHostCode, type HostCode } from '../../simulator/services/lambda/host.ts';
import type { World } from '../../simulator/world.ts';
import { behaveAgain, type Fault, MINUTE_MS, misbehave, type Trial } from './trial.ts';
import { agentArn, eat, eatNothing, lie } from './ways.ts';

/** A fault that ends by itself, for nobody can mend it. */
type Passing = Required<Pick<Fault, 'lastsMs' | 'inflict' | 'relent'>>;
type Act = (trial: Trial) => Promise<void> | void;

const USUALLY_LASTS_MS = 8 * MINUTE_MS;

export const passing = (inflict: Act, relent: Act, lastsMs = USUALLY_LASTS_MS): Passing => ({
  lastsMs,
  inflict: async (trial) => inflict(trial),
  relent: async (trial) => relent(trial),
});

/** All at once, and over at once, when the longest of them is. */
export const together = (...parts: readonly Passing[]): Passing =>
  passing(
    async (trial) => {
      for (const { inflict } of parts) await inflict(trial);
    },
    async (trial) => {
      for (const { relent } of parts) await relent(trial);
    },
    Math.max(...parts.map(({ lastsMs }) => lastsMs)),
  );

/** Packets are eaten in these directions, while the peering stays active. */
export const eaten = (...directions: readonly (readonly [Region, Region])[]): Passing =>
  passing((trial) => eat(trial, ...directions), eatNothing);

/** The fleet's functions in these Regions do something else than their code says. */
export const misbehaving = (regions: readonly Region[], how: (world: World) => HostCode): Passing =>
  passing(
    (trial) => {
      for (const region of regions) misbehave(trial, region, how(trial.world));
    },
    (trial) => {
      for (const region of regions) behaveAgain(trial, region);
    },
  );

export const dark = (region: Region): Passing =>
  passing(
    ({ world }) => world.outages.darken(region),
    ({ world }) => world.outages.lighten(region),
  );

export const controlPlaneDown = (service: ServiceName): Passing =>
  passing(
    ({ world }) => void world.outages.controlPlaneDown.add(service),
    ({ world }) => void world.outages.controlPlaneDown.delete(service),
  );

/** One of a member's agents does something else. */
export const replaced = (region: Region, agent: 'probe' | 'watch', how: HostCode): Passing =>
  passing(
    (trial) => attachHostCode(trial.world, agentArn(trial, region, agent), how),
    (trial) => detachHostCode(trial.world, agentArn(trial, region, agent)),
  );

/** The prober says that it sees everything down. */
export const lying = (region: Region): Passing => replaced(region, 'probe', lie);

export const skewed = (region: Region, byMs: number): Passing =>
  passing(
    ({ world }) => world.outages.setSkew(region, byMs),
    ({ world }) => world.outages.setSkew(region, 0),
  );

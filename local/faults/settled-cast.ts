import { provingPath } from '../../control-plane/loop/verify.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type FleetState, vpcIdOf } from '../../handlers/runtime/fleet-state.ts';
import type { Principal } from '../../simulator/principal.ts';
import type { Timings } from '../../simulator/timings.ts';
import type { CallerSpec } from '../callers.ts';
import { directCaller } from '../direct-caller.ts';
import { isAsDeclared } from '../scenario.ts';
import { ACCOUNT, type VirtualBed, type VirtualBedOptions, virtualBed } from '../virtual-bed.ts';
import { type Chronicle, chronicleOf } from './chronicle.ts';
import { CLIENTS, MINUTE_MS, SERVING, type Trial } from './trial.ts';

/** As if private domains and their access associations took no time, half an hour of every join, and replicas little. */
const STANDS_SOON: Partial<Timings> = { domainNameMs: 0, accessAssociationMs: 0, replicaActiveMs: 30_000 };

/** Somebody with an AWS console, who is not Landbridge. */
const stranger: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT };

export interface Cast {
  readonly serving: readonly Region[];
  readonly clients: readonly Region[];
}

/** A fleet that has been joined, is well, and has said so. */
export interface SettledCast {
  readonly bed: VirtualBed;
  readonly chronicle: Chronicle;
  readonly trial: Trial;
  readonly everybody: readonly Region[];
  /** When its world began. */
  readonly bornMs: number;
  /** Whatever a caller in each member asks. */
  readonly url: string;
  readonly callers: readonly CallerSpec[];
}

type Watched = Pick<SettledCast, 'bed' | 'chronicle' | 'everybody'>;

const WELL_FOR_MS = 70_000;
const LOOK_EVERY_MS = 5_000;
const SETTLES_WITHIN_MS = 60 * MINUTE_MS;

/** Everybody's newest row is fresh and all of it well, nothing is open, and nobody is moved. */
const looksWell = ({ bed, chronicle, everybody }: Watched): boolean =>
  chronicle.isQuiet &&
  everybody.every((region) => bed.clock.nowMs() - (chronicle.wellAtMs.get(region) ?? 0) < WELL_FOR_MS);

/** Looks well, and is as declared with no run under way. */
export const isWell = async (cast: Watched): Promise<boolean> =>
  looksWell(cast) && (await cast.bed.clock.runUntil(isAsDeclared(cast.bed.landbridge, cast.bed.fleet.name)));

async function joinClients({ clock, landbridge, fleet }: VirtualBed, clients: readonly Region[]): Promise<void> {
  const join = async (region: Region): Promise<void> => {
    const arn = await landbridge.start('onboard-region', { fleet: fleet.name, region, role: 'client' });
    const { status, cause = '' } = await landbridge.ended(arn);
    if (status !== 'SUCCEEDED') throw new Error(`the join of ${region} ${status}: ${cause}`);
  };
  await clock.runUntil(Promise.all(clients.map(join)));
}

/** Serving members side by side, then those that only have callers; and then for as long as it takes to be well. */
export async function settledCast(
  options: VirtualBedOptions = {},
  { serving, clients }: Cast = { serving: SERVING, clients: CLIENTS },
): Promise<SettledCast> {
  const bed = await virtualBed({ ...options, timings: { ...STANDS_SOON, ...options.timings } });
  const { clock, world, landbridge, fleet } = bed;
  const bornMs = clock.nowMs();
  const chronicle = chronicleOf(world);
  await bed.join(...serving);
  await joinClients(bed, clients);
  const everybody = [...serving, ...clients];
  const cast = { bed, chronicle, everybody };
  const untilMs = clock.nowMs() + SETTLES_WITHIN_MS;
  do {
    if (clock.nowMs() > untilMs) throw new Error(`the fleet does not settle: ${notWell(cast)}`);
    await clock.runFor(LOOK_EVERY_MS);
  } while (!(await isWell(cast)));
  const state: FleetState = await clock.runUntil(bed.store().load(fleet.name));
  return {
    ...cast,
    bornMs,
    trial: { world, state, stranger: directCaller(world, landbridge.world.account, stranger) },
    url: `https://${fleet.domain}${provingPath(fleet)}`,
    callers: everybody.map((region) => ({ region, vpcId: vpcIdOf(state, region) })),
  };
}

/** What keeps a fleet from being well, for whoever waits for it. */
export function notWell({ bed, chronicle, everybody }: Watched): string {
  const nowMs = bed.clock.nowMs();
  const silent = everybody.filter((region) => nowMs - (chronicle.wellAtMs.get(region) ?? 0) >= WELL_FOR_MS);
  const open = chronicle.incidents
    .filter(({ status }) => status !== 'closed')
    .map(({ cause, status }) => `${cause} ${status}`);
  return (
    [
      ...(silent.length > 0 ? [`no well row of ${silent.join(', ')}`] : []),
      ...open,
      ...(chronicle.isQuiet || open.length > 0 ? [] : ['callers are moved, or a health check is unhealthy']),
    ].join('; ') || 'it is not as declared, or a run is under way'
  );
}

import { accountsAbroad } from '../control-plane/model/accounts.ts';
import { problemOfOwnedVpc, type VpcOwner } from '../control-plane/model/admission.ts';
import { type Dialogue, type ReadCall, read } from '../control-plane/model/aws-call.ts';
import { problemsOfChanges } from '../control-plane/model/changes-under-members.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import type { BorrowedVpc, Declared, Fleet } from '../control-plane/model/fleet.ts';
import { changesOf, type FleetChanges } from '../control-plane/model/fleet-changes.ts';
import { problemsOfMoves, problemsOfOpenings } from '../control-plane/model/openings.ts';
import { FLEET_TAG } from '../control-plane/model/ownership.ts';
import { type Problem, problem } from '../control-plane/model/problem.ts';
import { ArtefactStore } from '../handlers/runtime/artefact-store.ts';
import { converse } from '../handlers/runtime/caller.ts';
import type { FleetState } from '../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { Journal } from '../handlers/runtime/journal.ts';
import type { Runtime } from '../handlers/runtime/runtime.ts';
import { vpcsOfOthers } from '../handlers/runtime/vpcs-of-others.ts';
import { ensureFleetRoles, fleetRoleCommands, type RoleDone, refuseStrangers } from './fleet-roles.ts';

export interface Putting {
  readonly fleet: Fleet;
  /** Zips by base64 SHA-256. */
  readonly artefacts: ReadonlyMap<string, Uint8Array>;
  /** Who puts it in force, for the journal. */
  readonly by: string;
  /** Its two roles are somebody else's to make: nobody looks at them. */
  readonly leavesRoles: boolean;
}

export type PutOutcome =
  | { readonly roles: readonly RoleDone[]; readonly changes: FleetChanges }
  /** Nothing was changed. Where it reaches for what another fleet has, the journals of both say so. */
  | { readonly refused: readonly Problem[] };

/**
 * Puts a fleet in force with what it takes: its two roles, and its functions' code.
 *
 * Out     what was done with each role, and what differs from what was in force; or what refuses it, before anything is changed
 * Faults  Conflict where somebody joined, left or put another meanwhile: it was judged by what is so no longer. Forbidden, with the commands for somebody who may, where whoever asks may not make roles: nothing is in force then
 */
export async function putFleet({ fleet, artefacts, by, leavesRoles }: Putting, runtime: Runtime): Promise<PutOutcome> {
  const { home } = runtime.settings;
  if (fleet.home !== home)
    return {
      refused: [
        problem(
          'home',
          `is ${fleet.home}, and this is the control plane in ${home}`,
          `use --home ${fleet.home}; or, where ${home} has taken over from ${fleet.home}, write home: ${home}`,
        ),
      ],
    };
  const store = new FleetStore(runtime);
  const owned = await ownedVpcs(fleet, store, runtime);
  const fleets = await store.fleets();
  const before = fleets.includes(fleet.name) ? await store.load(fleet.name) : undefined;
  const inForce = before?.declared ?? { fleet, members: [] };
  const refused = [
    ...problemsOfMoves(fleet, inForce),
    ...problemsOfChanges(fleet, inForce),
    ...(await problemsOfAccounts(fleet, inForce, store)),
    ...owned.map(({ region, vpcId, owner }): Problem => {
      const { path, ...words } = problemOfOwnedVpc(vpcId, owner);
      return { path: `members.${region}.${path}`, ...words };
    }),
  ];
  if (refused.length > 0) {
    const says = `the file of ${fleet.name}, put by ${by}: ${refused.map((one) => `${one.path}: ${one.says}; ${one.remedy}`).join('; ')}`;
    const entry = { run: `put/${fleet.name}`, atMs: runtime.nowMs(), what: 'refused', says, by } as const;
    for (const concerned of new Set([fleet.name, ...owned.map(({ owner }) => owner.fleet)]))
      await new Journal(runtime).append(concerned, [entry]);
    return { refused };
  }
  if (leavesRoles) refuseStrangers(fleet);
  const roles = leavesRoles ? [] : await rolesOf(fleet, runtime);
  for (const [codeSha256, zip] of artefacts) await new ArtefactStore(runtime).put(codeSha256, zip);
  await putAsJudged(fleet, before, store);
  return { roles, changes: changesOf(fleet, before?.declared) };
}

async function putAsJudged(fleet: Fleet, before: FleetState | undefined, store: FleetStore): Promise<void> {
  try {
    await store.put(fleet, { by: before?.revision });
  } catch (error) {
    if (!isFault(error, 'Conflict')) throw error;
    throw new Fault(
      'Conflict',
      `${fleet.name} was changed while this file was looked at: somebody joins, leaves or has put another; put it again`,
      { cause: error },
    );
  }
}

async function rolesOf(fleet: Fleet, { call }: Runtime): Promise<readonly RoleDone[]> {
  try {
    return await converse(ensureFleetRoles(fleet), call);
  } catch (error) {
    if (!isFault(error, 'Forbidden')) throw error;
    const commands = fleetRoleCommands(fleet).join('\n');
    throw new Fault(
      'Forbidden',
      `${fleet.name} is not in force: its two roles could not be made or looked at (${error.message}). Have somebody who may run\n${commands}\nand then put it again with --leave-roles`,
      { cause: error },
    );
  }
}

/** Where its members live, against what the openings of all fleets have room for. */
async function problemsOfAccounts(fleet: Fleet, { members }: Declared, store: FleetStore): Promise<readonly Problem[]> {
  if (accountsAbroad(fleet).length === 0) return [];
  const others: Declared[] = [];
  for (const name of await store.fleets()) if (name !== fleet.name) others.push((await store.load(name)).declared);
  return [...problemsOfOpenings({ fleet, members }, others)];
}

interface OwnedVpc {
  readonly region: string;
  readonly vpcId: string;
  readonly owner: VpcOwner;
}

/** The VPCs which the file names that another fleet has: by the journals, or by their tags as whoever asks may see them. */
async function ownedVpcs(fleet: Fleet, store: FleetStore, { call }: Runtime): Promise<readonly OwnedVpc[]> {
  const borrowed = Object.entries(fleet.members).flatMap(([region, { vpc }]) =>
    vpc === undefined ? [] : [[region, vpc] as const],
  );
  if (borrowed.length === 0) return [];
  const others = await vpcsOfOthers(fleet.name, store);
  const found: OwnedVpc[] = [];
  for (const [region, vpc] of borrowed) {
    const owner = others.get(vpc.vpcId) ?? (await converse(ownerByTag(region, vpc, fleet.name), call));
    if (owner !== undefined) found.push({ region, vpcId: vpc.vpcId, owner });
  }
  return found;
}

/** A VPC that nobody may look at is nobody's here: admission looks again, as who may. */
function* ownerByTag(region: string, { vpcId }: BorrowedVpc, ours: string): Dialogue<ReadCall, VpcOwner | undefined> {
  // By filter and not by id: an unknown id would fail the call.
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  try {
    const { Vpcs = [] } = yield* read(region, 'ec2', 'describeVpcs', { Filters });
    const fleet = Vpcs.flatMap(({ Tags = [] }) => Tags).find(({ Key }) => Key === FLEET_TAG)?.Value;
    return fleet === undefined || fleet === ours ? undefined : { fleet, isBorrowed: false };
  } catch (error) {
    if (isFault(error, 'Forbidden')) return undefined;
    throw error;
  }
}

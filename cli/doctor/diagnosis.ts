import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Fault, isFault } from '../../control-plane/model/faults.ts';
import { problem } from '../../control-plane/model/problem.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { readFleetFile, WITHOUT_AGENTS } from '../../operator/read-fleet-file.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import { contextOf, type GlobalOptions, noFleet, type Reach, reachOf } from '../context.ts';
import { BadInput } from '../exit.ts';
import { simulatedNowMs } from '../now-ms-at.ts';
import { askWho, doctorCaller, type Stamp } from './doctor-caller.ts';
import {
  type Examination,
  examine,
  examineConcurrency,
  examineDeployment,
  examineMembers,
  type Patient,
} from './examine.ts';
import { type Finding, notChecked, problemOf } from './finding.ts';
import { judgeClock, judgeIdentity, judgeTools, type Tools } from './judge-account.ts';
import { refusalsIn } from './ways-in.ts';

/** Which fleet a doctor is asked about: one by its file, or one that is in force. */
export interface Asked {
  readonly fleetFile?: string | undefined;
  readonly fleet?: string | undefined;
  readonly joining?: readonly Region[] | undefined;
  /** Where one is to be deployed, for want of a fleet that says so. */
  readonly deployment?: { readonly home: Region; readonly standby?: Region | undefined };
}

/** Reads whatever a deployment or a join depends on: of this machine, of the account, of every Region of the fleet. */
export async function diagnosis(command: Command, asked: Asked): Promise<readonly Finding[]> {
  const reach = reachOf(command);
  const { home } = command.optsWithGlobals<GlobalOptions>();
  const isAws = reach.endpointUrl === undefined;
  const ofHere = judgeTools(toolsHere());
  const { stamp, who } = await askWho(reach.environment, home);
  const simulatedMs = await simulatedNowMs(reach.endpointUrl);
  const clock = clockFinding(stamp, simulatedMs);
  if ('fault' in who) {
    if (!isFault(who.fault)) throw who.fault;
    return [
      strangerFinding(who.fault, reach),
      clock,
      ...ofHere,
      notChecked('quotas', 'everywhere', 'nobody is signed in'),
    ];
  }
  const patient = await patientOf(command, asked, who.account);
  const ofAccount = [...judgeIdentity(who, 'fleet' in patient ? patient.fleet : undefined, isAws), clock, ...ofHere];
  const examination: Examination = {
    call: doctorCaller(reach.environment, (ms) => pause(ms)),
    ...who,
    isAws,
    nowMs: simulatedMs ?? stamp?.thereMs ?? Date.now(),
  };
  if ('unknown' in patient) {
    const { deployment } = asked;
    const found =
      deployment === undefined
        ? []
        : [
            ...(await examineDeployment(deployment, examination)),
            ...(await examineConcurrency(deployment, examination)),
          ];
    return [...ofAccount, ...found, notChecked('quotas', 'the fleet', patient.unknown)];
  }
  const refusals = refusalsIn(patient.journal, examination.nowMs);
  const found = await examine({ ...patient, refusals }, examination);
  return [...ofAccount, ...found];
}

/**
 * The same, of an account that is to have members, by its own credentials: who is let in there, and for which fleets; and of a fleet
 * whose file is given, whether its members have there what they need.
 */
export async function memberDiagnosis(
  command: Command,
  members: MembersDeployed,
  { fleetFile, joining = [] }: Pick<Asked, 'fleetFile' | 'joining'> = {},
): Promise<readonly Finding[]> {
  const reach = reachOf(command);
  const patient = fleetFile === undefined ? undefined : patientElsewhere(fleetFile, joining, members);
  const { stamp, who } = await askWho(reach.environment, members.home);
  const simulatedMs = await simulatedNowMs(reach.endpointUrl);
  const clock = clockFinding(stamp, simulatedMs);
  if ('fault' in who) {
    if (!isFault(who.fault)) throw who.fault;
    return [strangerFinding(who.fault, reach), clock];
  }
  const examination: Examination = {
    call: doctorCaller(reach.environment, (ms) => pause(ms)),
    ...who,
    isAws: reach.endpointUrl === undefined,
    nowMs: simulatedMs ?? stamp?.thereMs ?? Date.now(),
  };
  const isOf = judgeIdentity(who, undefined, examination.isAws);
  return [...isOf, clock, ...judgeTools(toolsHere()), ...(await examineMembers(members, examination, patient))];
}

/** A fleet by its file alone: its state table is in another account, which is the control plane's. */
function patientElsewhere(fleetFile: string, joining: readonly Region[], members: MembersDeployed): Patient {
  const found = readFleetFile(fleetFile, members.controlPlane, WITHOUT_AGENTS);
  if ('problems' in found) throw new BadInput(found.problems);
  const { fleet } = found;
  if (members.fleets.includes(fleet.name)) return { fleet, members: [], ids: new Map(), joining };
  const says = `declares ${fleet.name}, which may have no members there: --fleets says ${members.fleets.join(', ')}`;
  throw new BadInput([problem('--fleet-file', says, `add ${fleet.name} to --fleets, or name another file`)]);
}

function strangerFinding({ fault, message }: Fault, { endpointUrl }: Reach): Finding {
  const signIn = 'sign in, as with aws sso login; aws sts get-caller-identity shows whether that worked';
  const anySign = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --simulator, which brings its own';
  const start = 'start what should answer there (npm start runs the simulator), or name another with --endpoint-url';
  const remedy = endpointUrl === undefined ? signIn : fault === 'Unavailable' ? start : anySign;
  return problemOf('credentials', endpointUrl ?? 'AWS', message, remedy);
}

function clockFinding(stamp: Stamp | undefined, simulatedMs: number | undefined): Finding {
  if (simulatedMs !== undefined)
    return notChecked(
      'clock',
      'this machine',
      `the simulator lives in ${new Date(simulatedMs).toISOString()}, a time of its own, and takes any signature`,
    );
  return stamp === undefined
    ? notChecked('clock', 'this machine', 'nobody answered')
    : judgeClock(stamp.hereMs, stamp.thereMs);
}

async function patientOf(
  command: Command,
  { fleetFile, fleet: name, joining = [] }: Asked,
  account: string,
): Promise<(Patient & { readonly journal: readonly JournalEntry[] }) | { readonly unknown: string }> {
  if (fleetFile !== undefined) {
    const found = readFleetFile(fleetFile, account, WITHOUT_AGENTS);
    if ('problems' in found) throw new BadInput(found.problems);
    // What is in force of it already has members and ids: they are its own, and not others'.
    const inForce = await inForceOf(command, found.fleet.name, found.fleet.home);
    const { members = [], ids = new Map<TargetKey, string>(), journal = [] } = inForce ?? {};
    return { fleet: found.fleet, members, ids, joining, journal };
  }
  const inForce = await inForceOf(command, name, undefined);
  if (inForce === undefined)
    return { unknown: 'no fleet is in force here: name the file of the one to be, with --fleet-file FILE' };
  const { declared, members, ids, journal } = inForce;
  return { fleet: declared.fleet, members, ids, joining, journal };
}

/** Refusals of the last hour are among these: what is refused again and again is written down once a run. */
const NEWEST_ENTRIES = 500;

/** The fleet as its state table has it, and what happened to it last; `undefined` where there is none, or no table. */
async function inForceOf(command: Command, name: string | undefined, home: Region | undefined) {
  const { runtime } = await contextOf(command);
  const settings = home === undefined ? runtime.settings : { ...runtime.settings, home };
  const store = new FleetStore({ ...runtime, settings });
  try {
    const fleets = await store.fleets();
    const chosen = name ?? (fleets.length === 1 ? fleets[0] : undefined);
    if (name === undefined && fleets.length > 1)
      throw new BadInput([{ path: '--fleet', says: `there are several, ${fleets.join(', ')}`, remedy: 'name one' }]);
    // Of a fleet's file it is no surprise that it is not in force yet; a name that somebody gives is one of these.
    if (home === undefined && name !== undefined && !fleets.includes(name)) throw noFleet(name, fleets);
    if (chosen === undefined || !fleets.includes(chosen)) return undefined;
    const journal = await new Journal({ ...runtime, settings }).newest(chosen, NEWEST_ENTRIES);
    return { ...(await store.load(chosen)), journal };
  } catch (error) {
    if (isFault(error, 'Absent')) return undefined;
    throw error;
  }
}

const ROOT = new URL('../../', import.meta.url);

function toolsHere(): Tools {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return { node: process.version, cdkPinned: dependencies['aws-cdk'] ?? '', cdkInstalled: installedVersion('aws-cdk') };
}

function installedVersion(name: string): string | undefined {
  try {
    const found = readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8');
    return (JSON.parse(found) as { version: string }).version;
  } catch {
    // Why it cannot be read does not matter: npm ci brings it.
    return undefined;
  }
}

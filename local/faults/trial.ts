import type { Cause } from '../../control-plane/health/finding.ts';
import type { Dialogue, ReadCall, WriteCall } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import type { HostCode } from '../../simulator/services/lambda/host.ts';
import { attachHostCode, detachHostCode } from '../../simulator/services/lambda/host.ts';
import type { Timings } from '../../simulator/timings.ts';
import type { World } from '../../simulator/world.ts';
import { type Breakage, breakages } from '../breakages.ts';
import type { Course } from './course.ts';

/**
 * The fleet that faults are tried on: three that serve, and two that only have callers, each nearer to another replica.
 * Whoever sits behind the link or the replica that breaks is known beforehand.
 */
export const CAST = {
  home: 'us-east-1',
  /** Its replica, or its link to `client`, is what breaks. */
  victim: 'eu-west-1',
  third: 'ap-southeast-2',
  /** Nearest to the victim: its callers are the victim's. */
  client: 'eu-central-1',
  /** Nearest to home. */
  bystander: 'ca-central-1',
} as const satisfies Record<string, Region>;
export const SERVING: readonly Region[] = [CAST.home, CAST.victim, CAST.third];
export const CLIENTS: readonly Region[] = [CAST.client, CAST.bystander];

/** One fault being tried in one world. */
export interface Trial {
  readonly world: World;
  /** As the fleet was when everything was well. */
  readonly state: FleetState;
  /** Makes the calls of whoever breaks things: not Landbridge. */
  readonly stranger: Caller;
}

/** What the fleet is to make of a fault. */
export type Expected =
  /** Put right, and nobody needs to be moved for it. */
  | 'repaired'
  /** Callers are moved by the health bit; what is the fleet's is put right, and they come back. */
  | 'failed over'
  /** Callers behind a link are steered round it, and back. */
  | 'steered'
  /** Nobody is moved, and people are told. */
  | 'nobody moved';

export interface Fault {
  /** '2a': the row of the table it belongs to. */
  readonly row: string;
  readonly name: string;
  readonly expected: Expected;
  /** Causes of the incidents it is to open, in this order; none: nothing is to be made of it. */
  readonly causes: readonly Cause[];
  /** Causes of which an incident may be opened besides, before it is clear what is wrong. */
  readonly mayOpen?: readonly Cause[];
  /** Members whose callers may lose requests. */
  readonly affected: readonly Region[];
  /** Of these, members whose callers nobody can help while it lasts: theirs is the Region that is dark. */
  readonly beyondHelp?: readonly Region[];
  /** It ends by itself after this long: nobody can mend it. */
  readonly lastsMs?: number;
  /** An answer that takes its callers longer is none. Left out: they wait for as long as it takes. */
  readonly patienceMs?: number;
  /** Other than those of all trials. */
  readonly timings?: Partial<Timings>;
  inflict(trial: Trial): Promise<void>;
  relent?(trial: Trial): Promise<void>;
  /** What is wrong with how the world looks when the fault is about to end by itself. */
  objections?(trial: Trial): Promise<readonly string[]>;
  /** What is wrong with how it went, besides what is asked of every fault. */
  promises?(course: Course): readonly string[];
}

export const MINUTE_MS = 60_000;

type Call = ReadCall | WriteCall;
export const byHand = <Result>({ stranger }: Trial, dialogue: Dialogue<Call, Result>): Promise<Result> =>
  converse(dialogue, stranger);

export function idOf({ state }: Trial, kind: string, name: string): string {
  const id = state.ids.get(keyOf(kind, name));
  if (id === undefined) throw new Error(`${kind}/${name} has no id in the journal: is it joined?`);
  return id;
}

/** One of the ways in which the demo breaks a fleet, between the client and the victim. */
export const broken =
  (name: string, from: Region = CAST.client, to: Region = CAST.victim) =>
  async (trial: Trial): Promise<void> => {
    const breakage: Breakage | undefined = breakages.find((candidate) => candidate.name === name);
    if (breakage === undefined) throw new Error(`no breakage is called ${name}`);
    await byHand(trial, breakage.do({ state: trial.state, from, to }));
  };

/** Functions of the fleet in one Region do something else than their code says, though its hash is right: a dependency is out. */
export function misbehave(trial: Trial, region: Region, how: HostCode): void {
  for (const arn of functionsIn(trial, region)) attachHostCode(trial.world, arn, how);
}
export function behaveAgain(trial: Trial, region: Region): void {
  for (const arn of functionsIn(trial, region)) detachHostCode(trial.world, arn);
}
const functionsIn = ({ state }: Trial, region: Region): readonly string[] =>
  [...state.ids].filter(([key]) => key.startsWith(`function/${region}/`)).map(([, id]) => id);

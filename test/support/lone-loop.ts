import { apply } from '../../control-plane/loop/apply.ts';
import { observe } from '../../control-plane/loop/observe.ts';
import type { Step } from '../../control-plane/loop/plan.ts';
import { idsToRecord } from '../../control-plane/loop/record.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import { inAccount } from '../../control-plane/model/accounts.ts';
import {
  type AwsCall,
  answered,
  type Dialogue,
  type ReadCall,
  read,
  type WriteCall,
} from '../../control-plane/model/aws-call.ts';
import { type Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { lookAt, placeIn, type Sight } from '../../handlers/runtime/look-at.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { ensureCertificate, ensureTable } from '../../local/ground.ts';
import type { Resource } from '../../local/inventory.ts';
import { ensureFleetRoles } from '../../operator/fleet-roles.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { EXAMPLE_FILE } from './landbridge.ts';

/** An AWS to stand on, whoever's it is. */
export interface Ground {
  readonly account: string;
  /** The account of the second member. Left out: the same. */
  readonly abroad?: string;
  /** Landbridge's calls. */
  readonly call: Caller;
  /** Somebody else's, who is in the same account. */
  readonly stranger: Caller;
  /** Kinds that cannot be had here. */
  readonly leftOut: Readonly<Record<string, string>>;
  nowMs(): number;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  inventory(): Promise<readonly Resource[]>;
}

/** Two members, and one link: every kind has a target in it. The first requests the peering, and the second leaves. */
export const FIRST: Region = 'eu-west-1';
export const SECOND: Region = 'us-east-1';

export interface Carried {
  readonly step: Step;
  readonly fault: Fault | undefined;
}

const MAX_ROUNDS = 60;
/** Where the same is to be done this often, nothing comes of it. */
const MAX_VAIN_ROUNDS = 6;
const PAUSE_MS = 5_000;

/**
 * The loop by itself: looks, does what it can, looks again; without workflows, leases and a store, in one process.
 * Everything it decides and does is done by the loop's own functions and the kinds.
 */
export class LoneLoop {
  readonly ground: Ground;
  readonly fleet: Fleet;
  readonly ids = new Map<TargetKey, string>();
  readonly carried: Carried[] = [];
  /** Carries out every step a second time, as it was planned. */
  doesTwice = false;
  leftOut: Readonly<Record<string, string>>;
  #members: readonly Member[];
  readonly #artefacts: ReadonlyMap<string, Uint8Array>;

  private constructor(
    ground: Ground,
    fleet: Fleet,
    members: readonly Member[],
    artefacts: ReadonlyMap<string, Uint8Array>,
  ) {
    this.ground = ground;
    this.fleet = fleet;
    this.leftOut = ground.leftOut;
    this.#members = members;
    this.#artefacts = artefacts;
  }

  /** The example fleet with two members that have nothing yet. */
  static async begin(ground: Ground): Promise<LoneLoop> {
    const found = readFleetFile(EXAMPLE_FILE, ground.account, agentPackage);
    if ('problems' in found) throw new Error(JSON.stringify(found.problems));
    const { artefacts } = found;
    // Home stays while the second leaves.
    const { standby: _none, ...example } = found.fleet;
    const fleet = { ...example, home: FIRST };
    await converse(ensureFleetRoles(fleet), ground.call);
    const settings = { home: FIRST, table: STATE_TABLE };
    await ensureTable({ call: ground.call, sleep: (ms) => ground.pass(ms), settings });
    const { abroad } = ground;
    if (abroad !== undefined) await converse(inAccount(fleet.name, abroad, ensureFleetRoles(fleet)), ground.call);
    const members: Member[] = [];
    for (const [index, region] of [FIRST, SECOND].entries()) {
      const account = region === SECOND ? abroad : undefined;
      const looking = memberIn(fleet, region, index + 1);
      const member = await converse(
        account === undefined ? looking : inAccount(fleet.name, account, looking),
        ground.call,
      );
      members.push(account === undefined ? member : { ...member, account });
    }
    return new LoneLoop(ground, fleet, members, artefacts);
  }

  get state(): FleetState {
    const declared = { fleet: this.fleet, members: this.#members };
    const members = this.#members.map((member) => ({ ...member, by: 'nobody' }));
    return {
      declared,
      members,
      ids: this.ids,
      madeAtMs: new Map(),
      health: {
        rows: [],
        traffic: { drains: [], steers: [] },
        incidents: [],
        overrides: [],
        movedAtMs: {},
        answeredAtMs: {},
        movesRevision: 0,
      },
      repairsAtMs: {},
      changedAtMs: {},
      entrances: new Map(),
      intents: new Map(),
      runs: [],
      fences: new Map(),
      held: [],
      leftOut: this.leftOut,
      revision: 1,
      lastSequence: members.length,
    };
  }

  /** From now on its targets are to be gone. */
  leave(region: Region): void {
    this.#members = this.#members.map((member) =>
      member.region === region ? { ...member, phase: 'leaving' } : member,
    );
  }

  /** Every call that a look makes, if somebody wants to know. */
  async look(watch: (call: AwsCall) => void = () => {}): Promise<Sight> {
    const call: Caller = (made) => {
      watch(made);
      return this.ground.call(made);
    };
    const sight = await lookAt(this.state, { scope: {}, call, nowMs: this.ground.nowMs() });
    const { ids, gone } = idsToRecord(this.ids, sight);
    for (const [key, id] of ids) this.ids.set(key, id);
    for (const key of gone) this.ids.delete(key);
    return sight;
  }

  /** Looks, and does what is to be done; `after` each step, whatever wants to be known then. */
  async round(after: (carried: Carried) => Promise<void> = () => Promise.resolve()): Promise<Sight> {
    const sight = await this.look();
    for (const step of sight.plan.steps) {
      const carried = await this.#carryOut(step);
      this.carried.push(carried);
      if (this.doesTwice) await this.#carryOut(step);
      await after(carried);
    }
    return sight;
  }

  /** Rounds until nothing is to be done or waited for, or until nothing more comes of it. */
  async settle(after?: (carried: Carried) => Promise<void>): Promise<Sight> {
    let vain = 0;
    let last = '';
    for (let round = 1; round <= MAX_ROUNDS && vain < MAX_VAIN_ROUNDS; round += 1) {
      const sight = await this.round(after);
      const { steps, waiting, lookAgainAfterSeconds } = sight.plan;
      if (steps.length === 0 && waiting.length === 0) return sight;
      const now = steps.map(({ key, action }) => `${action} ${key}`).join();
      const isSettling = [...sight.assessments.values()].some(({ state }) => state === 'settling');
      vain = now === last && !(now === '' && isSettling) ? vain + 1 : 0;
      last = now;
      await this.ground.pass(steps.length > 0 ? PAUSE_MS : lookAgainAfterSeconds * 1_000);
    }
    return this.look();
  }

  /** What one survey sees, and every call it made. */
  async survey(
    kind: string,
    region: Region,
  ): Promise<{ found: ReadonlyMap<TargetKey, unknown>; calls: readonly AwsCall[] }> {
    const calls: AwsCall[] = [];
    const found = await converse(observe({ kind, region }, placeIn(this.state, region)), (call) => {
      calls.push(call);
      return this.ground.call(call);
    });
    return { found, calls };
  }

  /** Carries out a step that was carried out before, and tells what AWS had against it. */
  async repeat(step: Step): Promise<Fault | undefined> {
    return (await this.#carryOut(step)).fault;
  }

  async #carryOut(step: Step): Promise<Carried> {
    const artefact = (sha: string): Uint8Array => answered(this.#artefacts.get(sha), 'the fleet file');
    // Through JSON: so it travels from the planner to the applier.
    const travelled = JSON.parse(JSON.stringify(step)) as Step;
    const dialogue = apply(
      travelled,
      wantedTargets(this.state.declared).get(step.key),
      placeIn(this.state, step.region),
      artefact,
    );
    try {
      const applied = await converse(dialogue, this.ground.call);
      if (applied !== undefined) this.ids.set(step.key, applied.id);
      return { step, fault: undefined };
    } catch (error) {
      if (!isFault(error)) throw error;
      return { step, fault: error };
    }
  }
}

/** A member as admission would write it down, with a certificate of its own. */
function* memberIn(fleet: Fleet, region: Region, sequence: number): Dialogue<ReadCall | WriteCall, Member> {
  yield* ensureCertificate(region, fleet.domain);
  const { CertificateSummaryList = [] } = yield* read(region, 'acm', 'listCertificates', {});
  const certificate = CertificateSummaryList.find(({ DomainName }) => DomainName === fleet.domain);
  const { AvailabilityZones = [] } = yield* read(region, 'ec2', 'describeAvailabilityZones', {});
  const zones = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).toSorted();
  return {
    region,
    role: 'serving',
    phase: 'joined',
    inTraffic: true,
    sequence,
    cidrs: [`10.${63 + sequence}.0.0/16`],
    zones: zones.slice(0, fleet.network.zones),
    certificateArn: answered(certificate?.CertificateArn, 'listCertificates'),
  };
}

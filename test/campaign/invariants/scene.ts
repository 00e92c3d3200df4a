import type { Ending, Invariant, Witness } from '../../../campaign/invariants/invariant.ts';
import { TableView } from '../../../campaign/table-view.ts';
import type { Intent } from '../../../control-plane/model/intent.ts';
import type { LeaseScope, TargetKey } from '../../../control-plane/model/target.ts';
import type { MemberRow } from '../../../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../../../handlers/runtime/fleet-store.ts';
import { HealthStore } from '../../../handlers/runtime/health-store.ts';
import { Journal } from '../../../handlers/runtime/journal.ts';
import { type Lease, Leases } from '../../../handlers/runtime/lease.ts';
import type { Runtime } from '../../../handlers/runtime/runtime.ts';
import { directCaller } from '../../../local/direct-caller.ts';
import { ACCOUNT, type VirtualBed, virtualBed } from '../../../local/virtual-bed.ts';
import { type Principal, roleSession } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { known } from '../../support/known.ts';

export const HOME = 'us-east-1';

/** One of our functions, as AWS sees who calls. */
export const functionOf = (name: string): Principal =>
  roleSession(`arn:aws:iam::${ACCOUNT}:role/landbridge-${name}`, `landbridge-${name}`);
export const stranger: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT };

/** A world in which a test plays our functions, well or badly, before the eyes of one invariant. */
export class InvariantScene {
  readonly bed: VirtualBed;
  readonly told: string[] = [];
  readonly witness: Witness;
  readonly store: FleetStore;
  readonly health: HealthStore;
  readonly journal: Journal;
  readonly runtime: Runtime;

  private constructor(bed: VirtualBed, { watch }: Invariant) {
    this.bed = bed;
    const { world, landbridge } = bed;
    const table = new TableView(world, landbridge.home);
    this.witness = watch({ bed, table, regions: [HOME] }, (says) => this.told.push(says));
    world.watchers.add((made) => this.witness.called?.(made));
    this.runtime = { ...landbridge.operator, call: directCaller(world, ACCOUNT, functionOf('apply-plan')) };
    this.store = new FleetStore(this.runtime);
    this.health = new HealthStore(this.runtime);
    this.journal = new Journal(this.runtime);
  }

  static async of(invariant: Invariant): Promise<InvariantScene> {
    const scene = new InvariantScene(await virtualBed({ authorization: 'ignored' }), invariant);
    if (scene.witness.ready !== undefined) await scene.bed.clock.runUntil(scene.witness.ready);
    return scene;
  }

  get fleet(): string {
    return this.bed.fleet.name;
  }

  /** A call as it comes from whoever it is; what AWS answers, or its error. */
  async call<Answer = Record<string, unknown>>(
    service: ServiceName,
    operation: string,
    input: object,
    { by = functionOf('apply-plan'), region = HOME }: { by?: Principal; region?: string } = {},
  ): Promise<Answer> {
    const { world } = this.bed;
    return (await world.invoke({
      service,
      operation,
      input,
      place: { account: ACCOUNT, region },
      principal: by,
    })) as Answer;
  }

  async take(scope: LeaseScope, run: string): Promise<Lease> {
    const { fences } = await this.store.load(this.fleet);
    return known(await new Leases(this.runtime, this.fleet).take(scope, run, fences.get(scope)));
  }

  /** Announces a write under a lease, as apply-plan does. */
  async announce(lease: Lease, key: TargetKey, call: string, more: Partial<Intent> = {}): Promise<Intent> {
    const intent: Intent = {
      key,
      action: 'create',
      atMs: this.bed.clock.nowMs(),
      run: lease.holder,
      fence: lease.fence,
      call: `${call} in ${HOME}`,
      ...more,
    };
    await new Leases(this.runtime, this.fleet).whileHeld(lease, [this.store.intentItem(this.fleet, intent)]);
    return intent;
  }

  async member(region: string, more: Partial<MemberRow> = {}): Promise<void> {
    const state = await this.store.load(this.fleet);
    const member: MemberRow = {
      region,
      role: 'serving',
      phase: 'joined',
      inTraffic: true,
      sequence: state.lastSequence + 1,
      cidrs: ['10.70.0.0/16'],
      zones: [`${region}a`],
      by: 'a test',
      ...more,
    };
    await this.store.change(state, { put: [member] });
  }

  /** The end of the world, as it stands or as told. */
  async end(more: Partial<Ending> = {}): Promise<readonly string[]> {
    const { clock } = this.bed;
    const state = await this.store.load(this.fleet);
    const journal = (await this.journal.newest(this.fleet, 1_000)).toReversed();
    const nowMs = clock.nowMs();
    const ending: Ending = { state, journal, settledAtMs: nowMs, clearedAtMs: nowMs, undone: [], ...more };
    await clock.runUntil(Promise.resolve(this.witness.ended?.(ending)));
    return this.told;
  }
}

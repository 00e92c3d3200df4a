import type { z } from 'zod';
import type { Proven } from '../health/proven.ts';
import type { AwsCall, Dialogue, ReadCall } from '../model/aws-call.ts';
import type { Drift } from '../model/drift.ts';
import type { Entrance } from '../model/entrance.ts';
import type { Declared } from '../model/fleet.ts';
import type { Permission } from '../model/permission.ts';
import type { Open } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import type { LeaseScope, TargetKey } from '../model/target.ts';

/** Where a survey looks, and what is already known of what should be there. */
export interface Place {
  readonly region: Region;
  readonly declared: Declared;
  /**
   * The id that AWS gave a target, as the journal has it. Second to nothing: a resource whose tags somebody
   * removed is still found by it, and gets them back.
   */
  known(target: TargetKey): string | undefined;
  /** This member's own entrance, as it was seen last. */
  readonly entrance?: Entrance | undefined;
  /** What this member's own prober shows, and need not be read. Only of looks at the whole fleet; scoped ones read. */
  readonly proven?: Proven | undefined;
}

/** One resource the fleet wants, before references are resolved. */
export interface DesiredTarget<Desired = unknown> {
  readonly kind: string;
  /** Unique within the kind, and stable: it becomes the tag `landbridge:target`. */
  readonly name: string;
  /** Whose survey sees it. */
  readonly region: Region;
  readonly lease: LeaseScope;
  /** It exists while all of these are members; once one is leaving, it is to be removed. */
  readonly owners: readonly Region[];
  /** Looked at whenever one of these is in scope. Contains the owners. */
  readonly concerns: readonly Region[];
  readonly want: Open<Desired>;
  /** Named by id in the fleet file: observed and referred to, never created, changed or removed. */
  readonly borrowed?: true;
}

/** Not as desired yet, and nothing to do but look again: AWS is still working on it. */
export interface Settling {
  readonly because: string;
  readonly lookAgainAfterSeconds: number;
}

/** What AWS told at the write, for the journal. */
export interface Applied {
  readonly id: string;
}

export interface Change<Desired, Observed> {
  readonly target: DesiredTarget<Desired>;
  readonly key: TargetKey;
  /** References resolved, parsed by the kind's own schema. */
  readonly desired: Desired;
  readonly observed: Observed | undefined;
  readonly drift: readonly Drift[];
  readonly place: Place;
  /** Zip bytes of a function, by their base64 SHA-256. Only the function kind asks. */
  readonly artefact: (codeSha256: string) => Uint8Array;
}

export interface Removal<Observed> {
  readonly target: DesiredTarget;
  readonly key: TargetKey;
  readonly observed: Observed;
  readonly place: Place;
}

/**
 * One type of AWS resource under management. Performs no IO: `survey`, `apply` and `remove` are dialogues that
 * yield the next AWS call and are resumed with its answer; the rest is pure.
 */
export interface Kind<Desired, Observed> {
  readonly name: string;
  /** Only for order that no reference shows: kinds of the same owners that must show no drift first. */
  readonly dependsOn: readonly string[];
  /** So long after a write callers may be answered from before it, and no list of AWS's shows it: a proof shows nothing. */
  readonly staleForSeconds?: number;
  /** Its survey asks a global service, which answers while the member's own Region does not. */
  readonly isGlobal?: true;
  /** Its targets lie in the control plane's account, wherever their members live. Left out: in the member's own. */
  readonly isControlPlanes?: true;
  readonly desired: z.ZodType<Desired>;
  /** What has to be allowed for its survey; and what for its apply and remove besides. Roles are computed from it. */
  readonly permissions: { readonly read: readonly Permission[]; readonly write: readonly Permission[] };
  /** Every target of this kind that the fleet wants, as if all members stayed. */
  targets(declared: Declared): Iterable<DesiredTarget<Desired>>;
  /**
   * Every target of this kind in one Region, by name, with paged describes and never one call per target.
   * What it tells of each is plain JSON: it travels to the applier inside the plan.
   */
  survey(place: Place): Dialogue<ReadCall, ReadonlyMap<string, Observed>>;
  /** What other targets may refer to. An attribute that is not ready to be relied on is left out. `id` goes into the journal. */
  attributes(observed: Observed): Readonly<Record<string, string>>;
  /** Why it is not ours to change, though it stands where ours should; names the other. */
  conflict?(desired: Desired, observed: Observed): string | undefined;
  diff(desired: Desired, observed: Observed | undefined): readonly Drift[];
  settling?(observed: Observed): Settling | undefined;
  /** Its removal was asked for already and takes its time: nothing to do but wait for its end. */
  leaving?(observed: Observed): Settling | undefined;
  /** What of somebody else's would go with it, or stands in its way; names it. Then it stays, and whoever is leaving with it. */
  holdsOthers?(observed: Observed): string | undefined;
  /**
   * Creates or changes. Looks before it creates where AWS takes no client token, and returns the id of what it made:
   * once that is in the journal, a plan that was made before it makes no second one.
   */
  apply(change: Change<Desired, Observed>): Dialogue<AwsCall, Applied | void>;
  /** Deletes what an offboard asked for. Called only when nothing of the fleet refers to it any more. */
  remove(removal: Removal<Observed>): Dialogue<AwsCall, void>;
}

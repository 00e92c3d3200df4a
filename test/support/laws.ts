import { kindNamed, kinds } from '../../control-plane/kinds/index.ts';
import type { Assessment } from '../../control-plane/loop/diff.ts';
import { type Wanted, wantedTargets } from '../../control-plane/loop/wanted.ts';
import { accountFor, within } from '../../control-plane/model/accounts.ts';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { type Fault, isFault } from '../../control-plane/model/faults.ts';
import { kindOf, type TargetKey } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import { placeIn, type Sight } from '../../handlers/runtime/look-at.ts';
import type { Resource } from '../../local/inventory.ts';
import type { LookAlike, Made, Scene } from '../../local/look-alikes/look-alike.ts';
import { type Carried, FIRST, type Ground, LoneLoop, SECOND } from './lone-loop.ts';

/** Of a kind's own targets: those of the second member, or of its link. */
const targetsOf = (kind: string, wanted: ReadonlyMap<TargetKey, Wanted>): readonly Wanted[] =>
  [...wanted.values()].filter((target) => target.kind === kind && target.owners.includes(SECOND));

export type States = ReadonlyMap<TargetKey, Assessment>;

/** What one kind's survey told, and what it asked for that. */
export interface Surveyed {
  readonly calls: readonly AwsCall[];
  readonly found: ReadonlyMap<TargetKey, unknown>;
}

/** What became of a target that a stranger removed. */
export interface Mended {
  readonly key: TargetKey;
  /** AWS itself did not let it be removed. */
  readonly refused: Fault | undefined;
  readonly after: Sight;
}

export interface Removed {
  readonly key: TargetKey;
  readonly fault: Fault | undefined;
  /** What came of removing it once more. */
  readonly again: Fault | undefined;
  /** Seen by the survey right afterwards, and not on its way out. */
  readonly isStillThere: boolean;
}

/** A fleet of two members, from nothing to nothing for the second, and what was seen on the way. */
export interface Life {
  readonly before: readonly Resource[];
  readonly built: Sight;
  readonly again: Sight;
  /** Where every step was carried out twice. */
  readonly inventory: readonly Resource[];
  /** By 'kind@region'. */
  readonly surveys: ReadonlyMap<string, Surveyed>;
  readonly ids: ReadonlyMap<TargetKey, string>;
  /** By kind. */
  readonly mended: ReadonlyMap<string, Mended>;
  readonly removed: readonly Removed[];
  readonly left: Sight;
  readonly after: readonly Resource[];
}

const kindsHere = (ground: Ground): string[] => [...kinds.keys()].filter((kind) => ground.leftOut[kind] === undefined);

/** Lives through it all once: joined with every step carried out twice, broken by a stranger kind by kind, and left. */
export async function liveThrough(ground: Ground): Promise<Life> {
  const loop = await LoneLoop.begin(ground);
  const before = await ground.inventory();
  loop.doesTwice = true;
  const built = await loop.settle();
  loop.doesTwice = false;
  const again = await loop.round();
  const inventory = await ground.inventory();
  const ids = new Map(loop.ids);

  const surveys = new Map<string, Surveyed>();
  for (const kind of kindsHere(ground))
    for (const region of [FIRST, SECOND]) surveys.set(`${kind}@${region}`, await loop.survey(kind, region));

  const mended = new Map<string, Mended>();
  for (const kind of kindsHere(ground)) {
    const broken = await breakOne(kind, loop, ground);
    if (broken !== undefined) mended.set(kind, { ...broken, after: await loop.settle() });
  }

  const removed: Removed[] = [];
  loop.leave(SECOND);
  const left = await loop.settle(async (carried) => {
    if (carried.step.action === 'remove') removed.push(await removeAgain(carried, loop));
  });
  return { before, built, again, inventory, surveys, ids, mended, removed, left, after: await ground.inventory() };
}

/** A stranger removes one target, with the very calls that its kind would make. */
async function breakOne(
  kind: string,
  loop: LoneLoop,
  { stranger }: Ground,
): Promise<Pick<Mended, 'key' | 'refused'> | undefined> {
  const { wanted, observation } = await loop.look();
  const target = targetsOf(kind, wanted).find(({ key }) => observation.targets.has(key));
  if (target === undefined) return undefined;
  const { key, region } = target;
  const observed = observation.targets.get(key);
  const place = placeIn(loop.state, region);
  try {
    const removal = kindNamed(kind).remove({ target, key, observed, place });
    await converse(within(place.declared, accountFor(kindNamed(kind), place), removal), stranger);
    return { key, refused: undefined };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { key, refused: error };
  }
}

async function removeAgain({ step, fault }: Carried, loop: LoneLoop): Promise<Removed> {
  const kind = kindNamed(kindOf(step.key));
  const again = fault === undefined ? await loop.repeat(step) : undefined;
  const observed = (await loop.survey(kind.name, step.region)).found.get(step.key);
  const isStillThere = fault === undefined && observed !== undefined && kind.leaving?.(observed) === undefined;
  return { key: step.key, fault, again, isStillThere };
}

/**
 * What the targets of a kind need before they can be: every kind they refer to or come after, and so on; but for what is
 * left out, where they can do without.
 */
function neededBy(
  kind: string,
  wanted: ReadonlyMap<TargetKey, Wanted>,
  leftOut: Ground['leftOut'],
): ReadonlySet<string> {
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const before of kindNamed(name).dependsOn) need(before);
    for (const target of wanted.values())
      if (target.kind === name)
        for (const { $ref, optional } of target.references)
          if (optional !== true || leftOut[kindOf($ref)] === undefined) need(kindOf($ref));
  };
  need(kind);
  needed.delete(kind);
  return needed;
}

/** A loop that knows of no kind but this one's needs, and of this one only once it is told. */
async function loopFor(kind: string, ground: Ground): Promise<{ loop: LoneLoop; lift(): void }> {
  const loop = await LoneLoop.begin(ground);
  const needed = neededBy(kind, wantedTargets(loop.state.declared), ground.leftOut);
  const others = [...kinds.keys()].filter((name) => name !== kind && !needed.has(name));
  const leftOut = Object.fromEntries(others.map((name) => [name, 'it is not what this is about']));
  loop.leftOut = { ...leftOut, [kind]: 'it is not its turn yet' };
  return {
    loop,
    lift() {
      loop.leftOut = leftOut;
    },
  };
}

/** A kind by itself, with nothing but what it needs; also where it is said that it cannot be had. */
export async function bringUp(kind: string, ground: Ground): Promise<States> {
  const { loop, lift } = await loopFor(kind, ground);
  lift();
  const { wanted, assessments } = await loop.settle();
  return new Map(targetsOf(kind, wanted).map(({ key }) => [key, assessments.get(key) ?? { state: 'settled' }]));
}

/** A look-alike, before and after the loop met it. */
export interface Encounter {
  readonly made: Pick<Made, 'id'>;
  readonly asMade: unknown;
  readonly asJoined: unknown;
  readonly asLeft: unknown;
  /** Of the kind's targets, once there was nothing more to be done. */
  readonly states: States;
  /** What another look still wants to do. */
  readonly restless: readonly TargetKey[];
}

/** Has a stranger put a look-alike where a target is about to be made, and lets the loop join and leave all the same. */
export async function meetLookAlike(
  kind: string,
  { make, within: isWithin }: LookAlike,
  ground: Ground,
): Promise<Encounter> {
  const { loop, lift } = await loopFor(kind, ground);
  await loop.settle();
  const stranger = strangerFor(kind, ground);
  const made = await converse(make(sceneOf(loop)), stranger);
  const see = (): Promise<unknown> => converse(made.see(), stranger);
  const asMade = await see();
  lift();
  const joined = await loop.settle();
  const asJoined = await see();
  const restless = (await loop.look()).plan.steps.map(({ key }) => key);
  loop.leave(SECOND);
  await loop.settle();
  const asLeft = isWithin === true ? asJoined : await see();
  const states = targetsOf(kind, joined.wanted).map(({ key }) => [key, joined.assessments.get(key)] as const);
  return { made, asMade, asJoined, asLeft, restless, states: new Map(states.filter(isAssessed)) };
}

/** Somebody where the kind's things are: of the second member's Region, in its account. */
function strangerFor(kind: string, { stranger, abroad }: Ground): Caller {
  if (abroad === undefined || kindNamed(kind).isControlPlanes === true) return stranger;
  return (call) => stranger(call.region === SECOND ? { ...call, account: { id: abroad, fleet: 'strangers' } } : call);
}

const isAssessed = (entry: readonly [TargetKey, Assessment | undefined]): entry is [TargetKey, Assessment] =>
  entry[1] !== undefined;

function sceneOf({ fleet, ids, state }: LoneLoop): Scene {
  const [peer, member] = state.members;
  if (peer === undefined || member === undefined) throw new Error('there are two members');
  return {
    fleet,
    region: member.region,
    account: member.account,
    cidr: member.cidrs[0] ?? '',
    zone: member.zones[0] ?? '',
    certificateArn: member.certificateArn ?? '',
    peerRegion: peer.region,
    peerCidr: peer.cidrs[0] ?? '',
    id(kind, name) {
      const id = ids.get(`${kind}/${name}`);
      if (id === undefined) throw new Error(`${kind}/${name} was not made`);
      return id;
    },
  };
}

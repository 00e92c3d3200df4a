import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { isDrained, NO_TRAFFIC_CHANGES } from '../traffic/traffic.ts';
import { linksIn, networksIn, notOnto, unheard, without } from './cut.ts';
import { downIn, silentIn } from './down.ts';
import { freshRows } from './evidence.ts';
import { type CauseKind, causeKind, causeName, type Diagnosis, type Finding } from './finding.ts';
import type { ProbeRow } from './probe-row.ts';
import { allSick, type Field, fieldOf, isMending, onto, ownSight, type Sight, seesOf, thatSee } from './sight.ts';
import { suspectsIn } from './suspects.ts';
import { all, findingOf, observersOf } from './tell.ts';

/** Whoever is outvoted on itself may still be right about what its own callers meet. */
const ONLY_ITSELF = 0.5;

const widestFirst: readonly CauseKind[] = ['fleet', 'region', 'replica', 'network', 'link', 'view', 'observer'];

const surestFirst = (a: Finding, b: Finding): number =>
  b.confidence - a.confidence ||
  widestFirst.indexOf(causeKind(a.cause)) - widestFirst.indexOf(causeKind(b.cause)) ||
  (a.cause < b.cause ? -1 : 1);

const namesOf = (findings: readonly Finding[]): ReadonlySet<Region> =>
  new Set(findings.map(({ cause }) => causeName(cause)));

const fleetFinding = ({ fleet }: Declared, { targets, sights }: Field): Finding =>
  findingOf(
    `fleet/${fleet.name}`,
    `All ${targets.length} serving members of ${fleet.name} are down at once: ${all(targets)}`,
    { sick: sights, well: [] },
  );

/**
 * Nobody sees anything well. It need not have been so for long: whoever is sure a beat before the others is not blind,
 * and the first that is down for sure is not the only one.
 */
const isAllLost = ({ targets, sights }: Field): boolean =>
  observersOf(sights).length > 1 &&
  targets.every((target) => allSick(sights.filter((sight) => sight.target === target)));

/**
 * Viewers whose callers cannot use the name, though the replicas it may lead to answer when asked straight. A name with
 * no address is never explained by a replica that does not answer.
 */
function viewsIn(field: Field, unexplained: Field): readonly Finding[] {
  const isExplained = ({ observer, streak }: Sight): boolean =>
    field.sights.some(
      (sight) =>
        sight.observer === observer &&
        sight.sees !== 'well' &&
        (streak.symptom !== 'name' || sight.streak.symptom === 'name'),
    );
  return thatSee('sick', field.names)
    .filter((name) => !isExplained(name))
    .map((name) => {
      const straight = unexplained.sights.filter(({ observer }) => observer === name.observer);
      // Names that a sick replica explains are no evidence, for or against.
      const others = field.names.filter(
        (one) => one.observer !== name.observer && !(one.sees === 'sick' && isExplained(one)),
      );
      return findingOf(
        `view/${name.observer}`,
        `Callers in ${name.observer} cannot use the name, and the replicas asked straight do not explain it`,
        { sick: [name], well: [...straight, ...others] },
      );
    });
}

/** Sees its own replica sick and is outvoted: nobody's callers are moved for that, and somebody should know. */
function outvotedIn(field: Field, down: ReadonlySet<Region>): readonly Finding[] {
  return field.targets.flatMap((region) => {
    const own = ownSight(field, region);
    // While it mends, the others are only a beat ahead of it.
    if (own?.sees !== 'sick' || isMending(own) || down.has(region)) return [];
    const well = observersOf(thatSee('well', onto(field, region)));
    return findingOf(
      `observer/${region}`,
      `${region} sees its own replica sick, and ${all(well)} can reach it`,
      { sick: [own], well: onto(field, region) },
      ONLY_ITSELF,
    );
  });
}

/**
 * Health bits that keep callers off a replica that is well: not drained, and not one bad round as far as its own
 * observer remembers. Then the bit is wrong, and callers are moved for nothing.
 */
function wrongBitsIn(declared: Declared, field: Field, rows: readonly ProbeRow[]): readonly Finding[] {
  return rows.flatMap(({ observer, atMs, bit }) => {
    const own = ownSight(field, observer);
    if (bit === null || seesOf(bit) !== 'sick' || !bit.recent.endsWith('x')) return [];
    if (own?.sees !== 'well' || own.streak.recent.includes('x')) return [];
    if (isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, observer)) return [];
    const sight: Sight = { observer, target: 'its own health bit', sees: 'sick', streak: bit, atMs };
    return findingOf(
      `observer/${observer}`,
      `The health bit of ${observer} is out of service though its replica is well`,
      {
        sick: [sight],
        well: [own],
      },
    );
  });
}

/**
 * What is the matter: the smallest set of causes that explains what the probe matrix says, surest first.
 *
 * Causes are looked for from the widest to the narrowest, and what one explains, the next do not see: observers that see
 * nothing; members that are down; members that are cut off; pairs; views. Confidence is the share of evidence on a cause
 * that agrees, less with one observer only, or in one direction only.
 *
 * In      the fleet as declared; rows of any observers and any age, in any order
 * Out     findings, and whose rows did not count
 * Bounds  exact for one trouble in a mesh of three, and two in one of four, where every row is true and those of members
 *         that are not dark are from after it began (`test/control-plane/health/laws.test.ts`). With two members a link
 *         and a whole network look alike: the link is named. So do any two of three that are cut off: all are named
 */
export function diagnose(declared: Declared, rows: readonly ProbeRow[], nowMs: number): Diagnosis {
  const { usable, discounted } = freshRows(rows, nowMs);
  const seen = fieldOf(declared, usable);
  const suspects = suspectsIn(seen);
  const silent = silentIn(suspects.field);
  const field = unheard(suspects.field, silent);
  const because = {
    ...discounted,
    ...notJudged(usable, field),
    ...suspects.discounted,
    ...Object.fromEntries([...silent].map((region) => [region, 'it is from before others lost it'])),
  };

  const down = downIn(field, silent);
  // Everything down at once has one cause, and it is in no Region. A fleet of one is its replica.
  const isFleet = seen.targets.length > 1 && (isAllLost(seen) || down.length === seen.targets.length);
  const seenWell = seenWellBy(usable.filter(({ observer }) => because[observer] === undefined));
  if (isFleet) return { findings: [fleetFinding(declared, seen)], discounted: because, seenWell };

  const areDown = namesOf(down);
  const reachable = notOnto(field, areDown);
  const networks = networksIn(reachable);
  const unexplained = without(reachable, namesOf(networks));
  const links = linksIn(unexplained);
  const findings = [
    ...suspects.findings,
    ...down,
    ...networks,
    ...links,
    ...viewsIn(field, unexplained),
    ...outvotedIn(field, areDown),
  ];
  const blamed = namesOf(findings);
  const bits = wrongBitsIn(declared, field, usable).filter(({ cause }) => !blamed.has(causeName(cause)));
  return { findings: [...findings, ...bits].toSorted(surestFirst), discounted: because, seenWell };
}

const seenWellBy = (rows: readonly ProbeRow[]): readonly Region[] => {
  const streaks = rows.flatMap(({ replicas }) => Object.entries(replicas));
  return [...new Set(streaks.filter(([, { state }]) => state === 'well').map(([region]) => region))].toSorted();
};

const notJudged = (usable: readonly ProbeRow[], { peers }: Field): Readonly<Record<Region, string>> =>
  Object.fromEntries(
    usable
      .filter(({ observer }) => !peers.has(observer))
      .map(({ observer }) => [observer, 'it is no joined member of the fleet: its links are being made or removed']),
  );

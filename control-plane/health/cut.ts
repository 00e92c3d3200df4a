import type { Region } from '../model/region.ts';
import { type LinkName, linkName } from '../model/target.ts';
import type { Finding } from './finding.ts';
import { allSick, type Field, nearlyAllSick, onto, outOf, ownSight, type Sight, thatSee } from './sight.ts';
import { all, findingOf, observersOf } from './tell.ts';

/** Seen in one direction only. A missing rule looks so, and so does an observer that errs. */
const ONE_WAY = 0.75;

const isAcross = ({ observer, target }: Sight): boolean => observer !== target;

/** A field without what is explained by these members: neither what they see of others nor what others see of them. */
export const without = (field: Field, regions: ReadonlySet<Region>): Field => ({
  ...field,
  sights: field.sights.filter(
    (sight) => !isAcross(sight) || !(regions.has(sight.observer) || regions.has(sight.target)),
  ),
});

/** Without what these observers say, of others and of themselves. */
export const unheard = (field: Field, observers: ReadonlySet<Region>): Field => ({
  ...field,
  sights: field.sights.filter(({ observer }) => !observers.has(observer)),
  names: field.names.filter(({ observer }) => !observers.has(observer)),
});

/** Without what others see of these members. What they see of others stands: a sick API does not cut its VPC off. */
export const notOnto = (field: Field, regions: ReadonlySet<Region>): Field => ({
  ...field,
  sights: field.sights.filter(({ target }) => !regions.has(target)),
});

/** It sees itself well and none of the others see it; they may be out of its own reach as well. */
function cutOffFindings(field: Field, isCut: (others: readonly Sight[]) => boolean): readonly Finding[] {
  return field.targets.flatMap((region) => {
    const own = ownSight(field, region);
    const others = onto(field, region);
    if (own?.sees === 'sick' || others.length < 2 || !isCut(others)) return [];
    const itself = own === undefined ? [] : [own];
    const out = outOf(field, region);
    const bothWays = thatSee('sick', out).length > 0;
    const them = all(observersOf(thatSee('sick', others)));
    return findingOf(
      `network/${region}`,
      `${region} sees itself well and is out of reach of ${them}${bothWays ? ', as they are of it' : ''}: its own end of all its links`,
      { sick: bothWays ? [...others, ...out] : others, well: itself },
      bothWays ? 1 : ONE_WAY,
    );
  });
}

/** It reaches none of at least two others, whatever they see of it. */
function shutInFindings(field: Field): readonly Finding[] {
  return observersOf(field.sights).flatMap((region) => {
    const out = outOf(field, region);
    if (out.length < 2 || !allSick(out)) return [];
    const own = ownSight(field, region);
    const reached = out.map(({ target }) => target).toSorted();
    return findingOf(
      `network/${region}`,
      `${region} reaches none of ${all(reached)}: its own way out, unless all of them are down`,
      { sick: out, well: own === undefined ? [] : [own] },
      ONE_WAY,
    );
  });
}

/**
 * Members whose own end of all links is cut: one cause, where its links one by one would be several.
 *
 * First those that nobody reaches, all at once: where everybody is cut off from everybody there is no first one. Then,
 * without what those explain, those that nearly nobody reaches; then those that reach nobody.
 */
export function networksIn(field: Field): readonly Finding[] {
  const findings: Finding[] = [];
  for (const look of [
    (left: Field) => cutOffFindings(left, allSick),
    (left: Field) => cutOffFindings(left, nearlyAllSick),
    shutInFindings,
  ]) {
    const explained = new Set(findings.map(({ cause }) => cause.slice('network/'.length)));
    findings.push(...look(without(field, explained)));
  }
  return findings;
}

/** Pairs that do not reach each other, in one direction at least, though both are reached or reach others. */
export function linksIn(field: Field): readonly Finding[] {
  const across = field.sights.filter(isAcross);
  const names = [...new Set(thatSee('sick', across).map(({ observer, target }) => linkName(observer, target)))];
  return names.toSorted().map((name) => linkFinding(field, name));
}

function linkFinding(field: Field, name: LinkName): Finding {
  const ends = name.split('~');
  const [between, elsewhere] = [true, false].map((whether) =>
    field.sights.filter(
      (sight) =>
        (ends.includes(sight.observer) || ends.includes(sight.target)) &&
        (isAcross(sight) && ends.includes(sight.observer) && ends.includes(sight.target)) === whether,
    ),
  ) as [Sight[], Sight[]];
  const sick = thatSee('sick', between);
  const agreed = between.length - thatSee('well', between).length > 1;
  const one = sick[0];
  const says =
    agreed || one === undefined
      ? `${all(ends)} do not reach each other; the rest of what they see does not explain it`
      : `${one.observer} does not reach ${one.target}, though ${whatSpeaksForBoth(field, one)}`;
  return findingOf(`link/${name}`, says, { sick: between, well: elsewhere }, agreed ? 1 : ONE_WAY);
}

/** Why it is the way between the two, and neither of them. */
function whatSpeaksForBoth(field: Field, { observer, target }: Sight): string {
  const reachers = observersOf(thatSee('well', onto(field, target)).filter((sight) => sight.observer !== observer));
  if (reachers.length > 0) return `${all(reachers)} can`;
  if (ownSight(field, target)?.sees === 'well') return `${target} sees itself well`;
  return `nobody calls ${target} down`;
}

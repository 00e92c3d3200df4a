import { type Cause, causeKind, causeName, type Diagnosis, type Finding, regionsOf } from '../health/finding.ts';
import type { Step } from '../loop/plan.ts';
import type { Declared } from '../model/fleet.ts';
import type { TargetKey } from '../model/target.ts';
import { linksAt } from '../model/topology.ts';
import { servingInTraffic } from '../traffic/in-service.ts';
import type { KnownDrift } from './known-drift.ts';

/** One thing that is the matter: what probes see of it and what is not as declared, under the cause that explains both. */
export interface Matter {
  readonly cause: Cause;
  /** Every cause it answers for, its own among them. */
  readonly causes: ReadonlySet<Cause>;
  /** Surest first. Empty: only a look has found it. */
  readonly findings: readonly Finding[];
  /** What callers feel, with its step where this look has one. */
  readonly felt: ReadonlyMap<TargetKey, Step | undefined>;
  /** What is being made, or waits for it. */
  readonly moving: readonly TargetKey[];
  readonly conflicts: readonly string[];
}

const isWithin = (link: Cause, network: Cause): boolean => regionsOf(link).includes(causeName(network));

/** One cause is a part of another: whoever sees the whole sees the part. */
export function isPartOf(part: Cause, whole: Cause): boolean {
  const kind = causeKind(part);
  switch (causeKind(whole)) {
    case 'fleet':
      return kind === 'replica' || kind === 'region' || kind === 'network';
    case 'region':
      return (kind === 'replica' || kind === 'network' || kind === 'link') && isWithin(part, whole);
    case 'network':
      return kind === 'link' && isWithin(part, whole);
    case 'link':
    case 'replica':
    case 'view':
    case 'observer':
      return false;
  }
}

/** What is wrong with resources of one cause shows as another to probes, which do not see resources. */
function explains(drift: Cause, seen: Cause, declared: Declared): boolean {
  if (drift === seen) return true;
  const region = causeName(drift);
  switch (causeKind(drift)) {
    // Its VPC, subnets and routes carry everything that begins or ends there.
    case 'network':
      return causeKind(seen) !== 'fleet' && regionsOf(seen).includes(region);
    case 'replica':
      return seen === `region/${region}` || (causeKind(seen) === 'fleet' && servingInTraffic(declared).length === 1);
    // The only link of a member is all of its network.
    case 'link':
      return causeKind(seen) === 'network' && isWithin(drift, seen) && linksAt(declared, causeName(seen)).length === 1;
    case 'region':
    case 'view':
    case 'observer':
    case 'fleet':
      return false;
  }
}

/** Whether two causes may be two views of one thing: an incident of the one becomes one of the other. */
export const isRelated = (a: Cause, b: Cause, declared: Declared): boolean =>
  isPartOf(a, b) || isPartOf(b, a) || explains(a, b, declared) || explains(b, a, declared);

/**
 * Sorts what is seen and what has drifted into as few matters as explain it all.
 *
 * A finding goes to the drift that explains it, if there is any: what a person would repair is the cause. What is a part
 * of something greater that is seen goes with that.
 *
 * Returns  matters by name of their cause, no cause twice
 */
export function mattersOf(declared: Declared, { findings }: Diagnosis, drift: KnownDrift): readonly Matter[] {
  const drifting = [...new Set([...drift.felt.keys(), ...drift.moving.keys()])].toSorted();
  const ownerOf = ({ cause }: Finding): Cause =>
    drifting.includes(cause) ? cause : (drifting.find((candidate) => explains(candidate, cause, declared)) ?? cause);
  const labels = [...new Set([...drifting, ...findings.map(ownerOf)])];
  // What only moves is nothing the matter by itself, and takes nothing in.
  const isGreat = (label: Cause): boolean =>
    drift.felt.has(label) || findings.some((finding) => ownerOf(finding) === label);
  const wholeOf = (label: Cause): Cause => {
    const whole = labels.filter(isGreat).find((other) => other !== label && isPartOf(label, other));
    return whole === undefined ? label : wholeOf(whole);
  };
  return [...new Set(labels.map(wholeOf))].toSorted().map((cause) => {
    const parts = new Set(labels.filter((label) => wholeOf(label) === cause));
    const seen = findings.filter((finding) => parts.has(ownerOf(finding)));
    return {
      cause,
      causes: new Set([cause, ...parts, ...seen.map((finding) => finding.cause)]),
      findings: seen.toSorted((a, b) => b.confidence - a.confidence),
      felt: new Map([...parts].flatMap((part) => [...(drift.felt.get(part) ?? [])])),
      moving: [...parts].flatMap((part) => drift.moving.get(part) ?? []),
      conflicts: [...parts].flatMap((part) => drift.conflicts.get(part) ?? []),
    };
  });
}

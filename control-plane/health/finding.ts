import type { Region } from '../model/region.ts';
import type { LinkName } from '../model/target.ts';
import type { Symptom } from './probe-row.ts';

/**
 * What is the matter, and with whom.
 *
 * `link` one pair; `network` all links of a member, though it sees itself well; `replica` its API; `region` it answers
 * nobody and says nothing; `view` names, for one member's callers; `observer` the one who says so; `fleet` every
 * serving member at once.
 */
export type Cause =
  | `link/${LinkName}`
  | `network/${Region}`
  | `replica/${Region}`
  | `region/${Region}`
  | `view/${Region}`
  | `observer/${Region}`
  | `fleet/${string}`;
export type CauseKind = 'link' | 'network' | 'replica' | 'region' | 'view' | 'observer' | 'fleet';

export const causeKind = (cause: Cause): CauseKind => cause.slice(0, cause.indexOf('/')) as CauseKind;
/** 'eu-west-1', or 'eu-west-1~us-east-1' for a link. */
export const causeName = (cause: Cause): string => cause.slice(cause.indexOf('/') + 1);
export const regionsOf = (cause: Cause): readonly Region[] =>
  causeKind(cause) === 'fleet' ? [] : causeName(cause).split('~');

/** One cause that explains some of what is seen, with what it rests on. */
export interface Finding {
  readonly cause: Cause;
  /** One plain sentence. */
  readonly says: string;
  /** What requests die of, where they agree. */
  readonly symptom?: Symptom | undefined;
  /** 0 to 1: the share of fresh evidence on it that agrees. */
  readonly confidence: number;
  /** The earliest moment any of the evidence names. */
  readonly sinceMs: number;
  /** Whoever sees something sick that it rests on, alphabetically. */
  readonly seenBy: readonly Region[];
  /** Whoever saw what: 'us-east-1 to eu-west-1: connect, 3 rounds'. */
  readonly evidence: readonly string[];
}

/** What the probe matrix says at one moment. */
export interface Diagnosis {
  /** The smallest set of causes that explains what is seen, surest first. */
  readonly findings: readonly Finding[];
  /** Rows that do not count, and why: stale, from the future, or of an observer that is itself the suspect. */
  readonly discounted: Readonly<Record<Region, string>>;
  /** Replicas that a row which does count sees well, alphabetically. Of one that is neither here nor in a finding, nobody knows anything. */
  readonly seenWell: readonly Region[];
}

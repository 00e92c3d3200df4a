import type { Region } from './region.ts';

/** 'peering/eu-west-1~us-east-1': kind and name. Unique in a fleet, the value of the tag `landbridge:target`. */
export type TargetKey = `${string}/${string}`;

export const keyOf = (kind: string, name: string): TargetKey => `${kind}/${name}`;
export const kindOf = (key: TargetKey): string => key.slice(0, key.indexOf('/'));

/** A link's name: its two Regions, alphabetically, so that both ends call it the same. */
export type LinkName = `${Region}~${Region}`;
export const linkName = (a: Region, b: Region): LinkName => (a < b ? `${a}~${b}` : `${b}~${a}`);

/** What one writer at a time may change. 'rollout': replicas that are well. */
export type LeaseScope = `member/${Region}` | `link/${LinkName}` | 'rollout';

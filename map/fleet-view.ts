import type { Cause } from '../control-plane/health/finding.ts';
import type { Incident } from '../control-plane/incidents/incident.ts';
import type { Role } from '../control-plane/model/fleet.ts';
import type { Region } from '../control-plane/model/region.ts';

/**
 * How a member is. `sick`: it, or its network, or names there, answer badly; `dark`: its Region answers nobody; `drained`:
 * well, and callers are sent elsewhere on purpose; `unheard`: nothing fresh is known of it.
 */
export const memberStates = ['well', 'sick', 'drained', 'dark', 'joining', 'leaving', 'unheard'] as const;
export type MemberState = (typeof memberStates)[number];

/**
 * How a link is. `cut`: requests do not cross it; `repairing`: they do not, and a run is at it; `steered`: callers are kept
 * off it, or are not back yet; `idle`: one of its ends is dark; `making`: one of its ends is joining or leaving.
 */
export const linkStates = ['well', 'steered', 'cut', 'repairing', 'idle', 'making'] as const;
export type LinkState = (typeof linkStates)[number];

export interface MemberView {
  readonly region: Region;
  readonly role: Role;
  readonly state: MemberState;
  /** One sentence. */
  readonly says: string;
  /** Who may answer its callers, the nearest first: a latency record most likely names that one. Empty: it has none yet. */
  readonly servedBy: readonly Region[];
  /** Open incidents are about it, or about one of its links. */
  readonly incidents: number;
}

export interface LinkView {
  readonly ends: readonly [Region, Region];
  readonly state: LinkState;
  readonly says: string;
}

export interface IncidentView {
  readonly id: string;
  readonly cause: Cause;
  readonly status: Incident['status'];
  /** The earliest moment that evidence names, or when it was opened. */
  readonly sinceMs: number;
  readonly says: string;
}

/** A fleet at one moment, as far as a picture of it goes. */
export interface FleetView {
  readonly fleet: string;
  readonly domain: string;
  readonly home: Region;
  readonly standby?: Region | undefined;
  readonly atMs: number;
  /** By sequence. */
  readonly members: readonly MemberView[];
  readonly links: readonly LinkView[];
  /** Open ones, newest first. */
  readonly incidents: readonly IncidentView[];
}

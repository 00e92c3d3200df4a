import type { Region } from '../../control-plane/model/region.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import type { VirtualBed } from '../../local/virtual-bed.ts';
import type { EnteredState, MadeCall } from '../../simulator/world.ts';
import type { TableView } from '../table-view.ts';

/** The world that is watched. */
export interface Watched {
  readonly bed: VirtualBed;
  /** The state table as it is at this moment, read for nothing and disturbing nobody. */
  readonly table: TableView;
  /** Where members may come to be. */
  readonly regions: readonly Region[];
}

/** How it all ended: the weather has cleared and the time to settle is over. */
export interface Ending {
  readonly state: FleetState;
  /** The whole journal, oldest first. */
  readonly journal: readonly JournalEntry[];
  /** When everything was as declared and no run was under way; left out: never. */
  readonly settledAtMs: number | undefined;
  readonly clearedAtMs: number;
  /** What is not as declared, in words. */
  readonly undone: readonly string[];
}

/** What is told of everything that happens, at once. Each may be left out. */
export interface Witness {
  /** What has to come about before anything else happens. */
  readonly ready?: Promise<void>;
  /** After each call that anybody made, whatever came of it. */
  called?(made: MadeCall): void;
  entered?(entered: EnteredState): void;
  ended?(ending: Ending): void | Promise<void>;
}

/** Something that is so at every moment of every world, whatever happens. */
export interface Invariant {
  /** 'one writer per scope' */
  readonly name: string;
  /** What it says, in one sentence. */
  readonly says: string;
  /** Watches one world from its beginning; `tell` takes each violation, in words that name who, what and where. */
  watch(world: Watched, tell: (violation: string) => void): Witness;
}

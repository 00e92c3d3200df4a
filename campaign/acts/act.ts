import type { Hands } from '../../local/faults/storm.ts';
import type { VirtualBed } from '../../local/virtual-bed.ts';
import type { Act } from '../schedule.ts';

/** Whom an act has at hand. `trial.state` is the fleet as it is at that moment, as far as anybody can read it. */
export interface Stage extends Hands {
  readonly bed: VirtualBed;
}

/** Where an act comes from: what breaks by itself or by somebody's hand, AWS's moods, the fleet's own people, its file. */
export type Family = 'fault' | 'weather' | 'operator' | 'file';

/** One kind of thing that happens. */
export interface ActKind {
  readonly family: Family;
  /** Whether schedules are made of it; what is not stands at the beginning of each. */
  readonly isDrawn: boolean;
  /** Not drawn, but where somebody asks for it by name, or where it leads a run to a place (`leadsTo`). */
  readonly isDrawnOnRequest?: true;
  begin(stage: Stage, act: Act): Promise<void> | void;
  /** After `lastsMs`, or when the weather is over. Left out: nothing undoes it but the fleet itself. */
  end?(stage: Stage, act: Act): Promise<void> | void;
}

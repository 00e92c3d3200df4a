import type { Clock, Timer, WorldMs } from '../clock.ts';
import type { Maybe } from '../maybe.ts';
import { Holds, type SharesHolds } from './holds.ts';

/** What every clock does alike: work that holds time, and waiting that lets go of it. How time passes is each one's own. */
export abstract class HoldingClock implements Clock, SharesHolds {
  protected readonly holds = new Holds(() => this.onHoldsChanged());

  abstract nowMs(): WorldMs;
  abstract at(atMs: WorldMs, callback: () => void): Timer;
  /** Called after time was first held and after it was last let go. */
  protected abstract onHoldsChanged(): void;

  after(delayMs: number, callback: () => void): Timer {
    return this.at(this.nowMs() + delayMs, callback);
  }

  sleep(delayMs: number): Promise<void> {
    const wake = this.holds.release();
    return new Promise((resolve) => {
      this.after(delayMs, () => {
        wake();
        resolve();
      });
    });
  }

  async hold<Result>(work: () => Promise<Result>, name = work.name || 'work without a name'): Promise<Result> {
    return this.holds.during(work, name);
  }

  holdWhile<Result>(work: () => Maybe<Result>, name: string): Maybe<Result> {
    return this.holds.during(work, name);
  }

  currentHold(): string | undefined {
    return this.holds.currentHold();
  }

  withinHold<Result>(id: string, work: () => Result): Result {
    return this.holds.withinHold(id, work);
  }
}

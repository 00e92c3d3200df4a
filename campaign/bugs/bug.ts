/** A deliberate mistake in the product: what stands in a file once, and what is put in its place when the file is loaded. */
export interface Bug {
  /** 'a fence is not checked' */
  readonly name: string;
  /** From the project's folder: 'handlers/runtime/lease.ts'. */
  readonly file: string;
  readonly instead: string;
  readonly of: string;
  /**
   * Acts without which it does not show, where drawing from all of them would take long to come to it. One that is named twice
   * is drawn twice as often.
   */
  readonly only?: readonly string[];
  /** Where those that wait for a run wait, 'reconcile/Apply', where it shows nowhere else. */
  readonly at?: readonly string[];
  /** Acts an hour, where it takes many in a row of them. */
  readonly anHour?: number;
  /** Simulated hours of each of its worlds, and members, fewest and most, where it takes more than the hunt's own. */
  readonly hours?: number;
  readonly members?: readonly [number, number];
}

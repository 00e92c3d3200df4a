import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { sinceStart } from './print.ts';

/** A run that says nothing new for so long is alive: that is said. */
const SAY_SO_AFTER_MS = 5 * 60_000;

/** What a run that is followed has to say, each thing once, with how long it has been at work. */
export class Progress {
  #said = '';
  #saidAfterMs = 0;

  /** In: its history, newest first, and when it began. Out: a line, where there is something to tell. */
  lineOf(newestFirst: readonly HistoryEvent[], startedAtMs: number): string | undefined {
    const newest = newestSaying(newestFirst);
    if (newest === undefined) return undefined;
    const { says, round, atMs } = newest;
    const afterMs = atMs - startedAtMs;
    const isSame = says === this.#said;
    if (isSame && afterMs - this.#saidAfterMs < SAY_SO_AFTER_MS) return undefined;
    this.#said = says;
    this.#saidAfterMs = afterMs;
    const inRound = round > 0 ? `round ${round}: ` : '';
    return `${sinceStart(afterMs)}  ${inRound}${isSame ? 'still the same' : says}`;
  }
}

/** The newest state that ended and had something to say. How a run ended is told by whoever follows it. */
function newestSaying(
  newestFirst: readonly HistoryEvent[],
): { readonly says: string; readonly round: number; readonly atMs: number } | undefined {
  for (const { stateExitedEventDetails: exited, timestamp } of newestFirst) {
    if (exited?.output === undefined || exited.name === 'Record' || timestamp === undefined) continue;
    const { says, round, outcome } = JSON.parse(exited.output) as { says?: string; round?: number; outcome?: string };
    // What is handed on after Record is what it said.
    if (outcome !== undefined) return undefined;
    if (says !== undefined && says !== '') return { says, round: round ?? 0, atMs: timestamp.getTime() };
  }
  return undefined;
}

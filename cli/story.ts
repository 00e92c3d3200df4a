import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { howMany } from '../control-plane/model/how-many.ts';
import type { JournalEntry } from '../handlers/runtime/journal.ts';
import { folded, type StoryLine } from './folded.ts';
import { duration, sinceStart } from './print.ts';
import { isUndone, undoneSays } from './undone.ts';

export type { HistoryEvent } from '@aws-sdk/client-sfn';

export interface Story {
  readonly lines: readonly { readonly afterMs: number; readonly says: string }[];
  readonly ended: 'running' | 'succeeded' | 'failed';
}

/** What a state hands on, as far as a story needs it. */
interface Handed {
  readonly says?: string;
  readonly round?: number;
  readonly lookAgainAfterSeconds?: number;
  readonly outcome?: string;
  readonly reads?: number;
  readonly writes?: number;
  readonly rounds?: number;
  readonly purpose?: string;
  readonly minutes?: number;
  /** How the halves of a drill ended. */
  readonly evacuated?: Half;
  readonly restored?: Half;
}

interface Half {
  readonly outcome?: string;
  readonly says?: string;
  readonly seconds?: number;
}

/**
 * An execution's history as sentences: one per state that a person would care about, and what comes again and again once.
 *
 * In  its history, and what its run wrote into the journal: which steps failed, and why
 */
export function storyOf(events: readonly HistoryEvent[], journal: readonly JournalEntry[] = []): Story {
  const startedAtMs = events[0]?.timestamp?.getTime() ?? 0;
  const undone = Map.groupBy(journal.filter(isUndone), ({ round }) => round);
  const lines: StoryLine[] = [];
  let ended: Story['ended'] = 'running';
  let isCaught = false;
  for (const event of events) {
    const told = isCaught && event.type === 'TaskStateExited' ? [] : sentencesOf(event, undone);
    isCaught = event.type !== undefined && FAILED.has(event.type);
    if (event.type === 'ExecutionSucceeded') ended = 'succeeded';
    if (event.type === 'ExecutionFailed' || event.type === 'ExecutionTimedOut' || event.type === 'ExecutionAborted')
      ended = 'failed';
    const afterMs = (event.timestamp?.getTime() ?? startedAtMs) - startedAtMs;
    for (const { says, same = says, opens = false } of told) lines.push({ afterMs, says, same: alike(same), opens });
  }
  return { lines: folded(lines, sinceStart).map(({ afterMs, says }) => ({ afterMs, says })), ended };
}

/** A state that ends right after one of these has handed on what it was given, for its catcher. */
const FAILED: ReadonlySet<string> = new Set(['TaskFailed', 'TaskTimedOut', 'LambdaFunctionFailed']);

/** Ids of requests, and what AWS hides from whoever may not know why, are others each time. */
const alike = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{100,}/g, '…');

type Undone = ReadonlyMap<number | undefined, readonly JournalEntry[]>;

interface Sentence {
  readonly says: string;
  readonly same?: string;
  readonly opens?: boolean;
}

function sentencesOf(event: HistoryEvent, undone: Undone): readonly Sentence[] {
  const one = (says: string): readonly Sentence[] => [{ says }];
  const end = (says: string): readonly Sentence[] => [{ says, opens: true }];
  switch (event.type) {
    case 'ExecutionStarted':
      return one(`asked for: ${event.executionStartedEventDetails?.input ?? ''}`);
    case 'TaskStateExited':
      return ofTask(event.stateExitedEventDetails?.name, handedBy(event), undone);
    case 'WaitStateEntered': {
      const { lookAgainAfterSeconds: seconds, minutes = 0 } = handedTo(event);
      const { name } = event.stateEnteredEventDetails ?? {};
      if (name === 'Drain')
        return one('waits for callers to move: answers they were given before are still good for a while');
      if (name === 'Hold') return one(`keeps it out for ${duration(minutes * 60_000)}`);
      return name === 'Wait' && seconds !== undefined ? [{ says: `waits ${seconds} s`, same: 'waits' }] : [];
    }
    case 'LambdaFunctionFailed':
    case 'TaskFailed': {
      const details = event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails;
      const what = event.taskFailedEventDetails?.resourceType === 'states' ? 'another workflow' : 'a function';
      return one(`${what} failed: ${details?.error ?? ''}: ${messageIn(details?.cause)}`);
    }
    case 'TaskTimedOut':
      return one('a function ran out of time');
    case 'ExecutionSucceeded':
      return end('done');
    case 'ExecutionFailed':
      return end(
        `failed: ${event.executionFailedEventDetails?.error ?? ''}: ${event.executionFailedEventDetails?.cause ?? ''}`,
      );
    case 'ExecutionTimedOut':
      return end('ran out of time');
    case 'ExecutionAborted':
      return end('was stopped');
    default:
      return [];
  }
}

function ofTask(name: string | undefined, handed: Handed, undone: Undone): readonly Sentence[] {
  const { says, round, outcome, reads, writes, rounds, purpose, evacuated, restored } = handed;
  const one = (sentence: string): readonly Sentence[] => [{ says: sentence }];
  const endOf = ({ outcome: end = '?', says: why, seconds }: Half = {}): string =>
    seconds === undefined
      ? `${end}${why === undefined ? '' : `, ${why}`}`
      : `${end} after ${duration(seconds * 1_000)}`;
  switch (name) {
    case 'Admit':
      return one('the Region was admitted');
    case 'Withdraw':
      return one('the Region is leaving: no view is to name it any more');
    case 'Remove':
      return one('callers have moved: what the fleet has there is to go');
    case 'Look':
      return [{ says: `round ${round ?? '?'}, looked: ${says ?? ''}`, same: `looked: ${says ?? ''}`, opens: true }];
    case 'Apply':
      return [
        { says: `round ${round ?? '?'}, applied; ${howMany(writes ?? 0, 'write')} so far`, same: 'applied' },
        ...(undone.get(round) ?? []).map((entry) => ({ says: `  ${undoneSays(entry)}` })),
      ];
    case 'Prove':
      return [{ says: `asked for proof: ${says ?? ''}`, opens: true }];
    case 'Record': {
      // What works without rounds counts none.
      const counts =
        rounds === undefined || rounds === 0
          ? ''
          : ` after ${howMany(rounds, 'round')}, ${howMany(reads ?? 0, 'read')} and ${howMany(writes ?? 0, 'write')}`;
      return [{ says: `recorded: ${outcome ?? ''}${counts}`, opens: true }];
    }
    case 'Begin':
      return purpose === 'drill' && says !== undefined ? one(says) : [];
    case 'Evacuate':
      return one(`callers were moved off: ${endOf(evacuated)}`);
    case 'Restore':
      return one(`callers were let back: ${endOf(restored)}`);
    case 'ProveMoved':
      return [{ says: says ?? '', opens: true }];
    default:
      return [];
  }
}

const parsed = (text: string | undefined): Handed => (text === undefined ? {} : (JSON.parse(text) as Handed));
const handedBy = (event: HistoryEvent): Handed => parsed(event.stateExitedEventDetails?.output);
const handedTo = (event: HistoryEvent): Handed => parsed(event.stateEnteredEventDetails?.input);

/** Causes of Lambda and of workflows that were waited for are JSON around the words; others are plain. */
function messageIn(cause = ''): string {
  try {
    const { errorMessage, Cause, Status } = JSON.parse(cause) as Readonly<Record<string, string | undefined>>;
    return errorMessage ?? Cause ?? (Status === undefined ? cause : `it ended as ${Status}`);
  } catch {
    return cause;
  }
}

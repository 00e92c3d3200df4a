import type { HistoryEvent } from '@aws-sdk/client-sfn';

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
}

/** An execution's history as sentences: one per state that a person would care about. */
export function storyOf(events: readonly HistoryEvent[]): Story {
  const startedAtMs = events[0]?.timestamp?.getTime() ?? 0;
  const lines: { afterMs: number; says: string }[] = [];
  let ended: Story['ended'] = 'running';
  for (const event of events) {
    const says = sentenceOf(event);
    if (event.type === 'ExecutionSucceeded') ended = 'succeeded';
    if (event.type === 'ExecutionFailed' || event.type === 'ExecutionTimedOut' || event.type === 'ExecutionAborted')
      ended = 'failed';
    if (says !== undefined) lines.push({ afterMs: (event.timestamp?.getTime() ?? startedAtMs) - startedAtMs, says });
  }
  return { lines, ended };
}

function sentenceOf(event: HistoryEvent): string | undefined {
  switch (event.type) {
    case 'ExecutionStarted':
      return `asked for: ${event.executionStartedEventDetails?.input ?? ''}`;
    case 'TaskStateExited':
      return ofTask(event.stateExitedEventDetails?.name, handedBy(event));
    case 'WaitStateEntered': {
      const seconds = handedTo(event).lookAgainAfterSeconds;
      const { name } = event.stateEnteredEventDetails ?? {};
      if (name === 'Drain')
        return 'waits for callers to move: answers they were given before are still good for a while';
      return name === 'Wait' && seconds !== undefined ? `waits ${seconds} s` : undefined;
    }
    case 'LambdaFunctionFailed':
    case 'TaskFailed': {
      const details = event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails;
      const what = event.taskFailedEventDetails?.resourceType === 'states' ? 'another workflow' : 'a function';
      return `${what} failed: ${details?.error ?? ''}: ${messageIn(details?.cause)}`;
    }
    case 'ExecutionSucceeded':
      return 'done';
    case 'ExecutionFailed':
      return `failed: ${event.executionFailedEventDetails?.error ?? ''}: ${event.executionFailedEventDetails?.cause ?? ''}`;
    case 'ExecutionTimedOut':
      return 'ran out of time';
    case 'ExecutionAborted':
      return 'was stopped';
    default:
      return undefined;
  }
}

function ofTask(name: string | undefined, { says, round, outcome, reads, writes, rounds }: Handed): string | undefined {
  switch (name) {
    case 'Admit':
      return 'the Region was admitted';
    case 'Withdraw':
      return 'the Region is leaving: no view is to name it any more';
    case 'Remove':
      return 'callers have moved: what the fleet has there is to go';
    case 'Look':
      return `round ${round ?? '?'}, looked: ${says ?? ''}`;
    case 'Apply':
      return `round ${round ?? '?'}, applied; ${writes ?? 0} writes so far`;
    case 'Prove':
      return `asked for proof: ${says ?? ''}`;
    case 'Record':
      return `recorded: ${outcome ?? ''} after ${rounds ?? '?'} rounds, ${reads ?? '?'} reads and ${writes ?? '?'} writes`;
    default:
      return undefined;
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

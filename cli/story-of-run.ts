import { read } from '../control-plane/model/aws-call.ts';
import { converse, patient } from '../handlers/runtime/caller.ts';
import { Journal, type JournalEntry } from '../handlers/runtime/journal.ts';
import type { Runtime } from '../handlers/runtime/runtime.ts';
import { type HistoryEvent, type Story, storyOf } from './story.ts';

/** Of a page; AWS gives a hundred to whoever does not say, and a run of a day has 25,000. */
const MOST_EVENTS = 1_000;
/** The clocks of functions, which write the journal, are not that of Step Functions. */
const CLOCKS_DIFFER_BY_MS = 10 * 60_000;

/** What Step Functions and the journal know of one execution, as a story. */
export async function storyOfRun(executionArn: string, runtime: Runtime): Promise<Story> {
  const call = patient(runtime.call, runtime);
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[] | undefined; nextToken?: string | undefined } = await converse(
      read(runtime.settings.home, 'sfn', 'getExecutionHistory', {
        executionArn,
        maxResults: MOST_EVENTS,
        ...(nextToken !== undefined && { nextToken }),
      }),
      call,
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return storyOf(events, await journalOf(executionArn, events, runtime));
}

async function journalOf(
  executionArn: string,
  events: readonly HistoryEvent[],
  runtime: Runtime,
): Promise<readonly JournalEntry[]> {
  const fleet = fleetIn(events[0]?.executionStartedEventDetails?.input);
  const [first, last] = [events[0]?.timestamp, events.at(-1)?.timestamp];
  const run = executionArn.split(':').at(-1);
  if (fleet === undefined || run === undefined || first === undefined || last === undefined) return [];
  const [fromMs, untilMs] = [first.getTime() - CLOCKS_DIFFER_BY_MS, last.getTime() + CLOCKS_DIFFER_BY_MS];
  return new Journal(runtime).ofRun(fleet, run, fromMs, untilMs);
}

/** What somebody starts by hand may be any JSON. */
function fleetIn(input: string | undefined): string | undefined {
  const asked = input === undefined ? undefined : (JSON.parse(input) as { readonly fleet?: unknown } | null);
  return typeof asked?.fleet === 'string' ? asked.fleet : undefined;
}

import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError } from '../../aws-error.ts';

const MOST_ENTRIES = 10;

interface Entry {
  readonly Id: string | undefined;
}

/**
 * Does the same for each entry of a batch, and answers which of them were refused.
 *
 * Faults  EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct, for all of them
 * Source  SendMessageBatch
 */
export function eachOf<One extends Entry, Done extends object>(
  entries: readonly One[] = [],
  does: (entry: One) => Done,
): { Successful: (Done & { Id: string })[]; Failed: BatchResultErrorEntry[] } {
  if (entries.length === 0)
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  if (entries.length > MOST_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id = '' }) => Id);
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  const Successful: (Done & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries)
    try {
      Successful.push({ Id: entry.Id ?? '', ...does(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  return { Successful, Failed };
}

/**
 * How much of a function that events invoke runs at once: so much is kept back for it, and more it never takes of what
 * workflows need. Later events wait in Lambda's queue.
 *
 * Bounds  events wait for an hour at most (`dead-letters.ts`)
 * Source  docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html,
 *         docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const reservedConcurrency: Readonly<Record<string, number>> = {
  // A thousand writes in a minute, of somebody's roll-out, all lead to the same few reconciles.
  'on-signal': 5,
  // When a Region goes, every member reports every other at once, and each report may wait for its row.
  'on-health': 10,
};

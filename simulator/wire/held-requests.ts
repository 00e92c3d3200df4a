import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { SharesHolds } from '../clocks/holds.ts';

/** Which hold a request was sent from, when it comes from this process. */
export const HOLD_HEADER = 'x-simulator-hold';

/**
 * Marks the requests that held work of this process sends to a simulator in the same process.
 *
 * A handler stops time while it runs. Where its request takes simulated time, the answer would wait for a time that the
 * handler keeps from passing, and the handler for the answer. Marked, the request lets go of the handler's hold.
 *
 * Returns what stops it.
 */
export function markHeldRequests(clock: SharesHolds, port: number): () => void {
  const created = channel('http.client.request.created');
  const mark = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') !== `127.0.0.1:${port}` && request.getHeader('host') !== `localhost:${port}`) return;
    const hold = clock.currentHold();
    if (hold !== undefined && !request.headersSent) request.setHeader(HOLD_HEADER, hold);
  };
  created.subscribe(mark);
  return () => created.unsubscribe(mark);
}

/**
 * The payload of an invocation by one of AWS's own front doors, within the process: an event it has just made and gives
 * away, so that nobody needs to write it out and read it again. What comes back is text, and not bytes.
 *
 * The event must be such as JSON would bring over unchanged: no `undefined`, no dates, nothing that others hold.
 */
export class OwnEvent {
  readonly event: object;

  constructor(event: object) {
    this.event = event;
  }

  /** For whoever looks at the call. */
  toString(): string {
    return JSON.stringify(this.event);
  }
}

/** Above this an event is written out after all: whether it is too large is told by its bytes. */
const MOST_CHARACTERS = 1_000_000;

export const payloadOf = (event: object & { readonly body?: unknown }): OwnEvent | string =>
  typeof event.body === 'string' && event.body.length > MOST_CHARACTERS ? JSON.stringify(event) : new OwnEvent(event);

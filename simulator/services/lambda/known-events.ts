/** Longer ones are seldom the same twice. */
const LONGEST = 20_000;
const MOST_KNOWN = 512;

const known = new Map<string, unknown>();

/** The event that a text stands for, frozen all the way down: whoever is invoked with the same text again and again gets the same. */
export function knownEvent(text: string, parse: (text: string) => unknown): unknown {
  if (text.length > LONGEST) return parse(text);
  let event = known.get(text);
  if (event !== undefined) return event;
  event = parse(text);
  freeze(event);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, event);
  return event;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}

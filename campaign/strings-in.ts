/** Every string in a call's input, however deep; of bytes, none. */
export function* stringsIn(value: unknown): Generator<string, void> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    for (const inner of Object.values(value)) yield* stringsIn(inner);
}

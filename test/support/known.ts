/** The value, where AWS's types allow for none and a test's world must have one. */
export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('AWS left out what this test needs');
  return value;
}

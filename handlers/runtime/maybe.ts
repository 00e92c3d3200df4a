/**
 * Something that is there at once where nothing had to be waited for. On AWS every call is waited for; in a simulated world few
 * are, and a fleet that lives there for years makes them by the million.
 */
export type Maybe<Value> = Value | Promise<Value>;

export const isLater = <Value>(value: Maybe<Value>): value is Promise<Value> => value instanceof Promise;

/** Goes on with a value, at once where it is there. */
export const whenThere = <Value, Next>(value: Maybe<Value>, goOn: (value: Value) => Maybe<Next>): Maybe<Next> =>
  isLater(value) ? value.then(goOn) : goOn(value);

/** All of them, at once where all are there. */
export const allOf = <Value>(values: readonly Maybe<Value>[]): Maybe<readonly Value[]> =>
  values.some(isLater) ? Promise.all(values) : (values as readonly Value[]);

/** Something that is there at once where nothing had to be waited for: whoever asks a million times does not wait a million times. */
export type Maybe<Value> = Value | Promise<Value>;

export const isLater = <Value>(value: Maybe<Value>): value is Promise<Value> => value instanceof Promise;

/** Goes on with a value, at once where it is there. */
export const whenThere = <Value, Next>(value: Maybe<Value>, goOn: (value: Value) => Maybe<Next>): Maybe<Next> =>
  isLater(value) ? value.then(goOn) : goOn(value);

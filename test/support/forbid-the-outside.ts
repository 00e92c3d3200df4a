/** Loaded before the domain's tests: whoever asks the outside world fails, by name. */
const forbid = (name: string) => () => {
  throw new Error(`control-plane is pure: it may not call ${name}`);
};
Object.assign(globalThis, { fetch: forbid('fetch') });
Math.random = forbid('Math.random');
Date.now = forbid('Date.now');

import * as fc from 'fast-check';

/** Loaded before the domain's tests: whoever asks the outside world fails, by name. */
const forbid = (name: string) => () => {
  throw new Error(`control-plane is pure: it may not call ${name}`);
};
Object.assign(globalThis, { fetch: forbid('fetch') });
Math.random = forbid('Math.random');
Date.now = forbid('Date.now');

// fast-check takes its seed from the clock unless it is told one; FAST_CHECK_SEED tries others.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 1) });

import { expect, test } from 'vitest';
import { Lifetime } from '../../../simulator/engine/states/lifetime.ts';

test('what was begun after the end, and fails later still, is nobody’s: no rejection is left unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const lifetime = new Lifetime();
    lifetime.end();
    const { promise, reject } = Promise.withResolvers<never>();
    await expect(lifetime.race(promise)).rejects.toThrow();
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

import { expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';
import { workflows } from '../../workflows/index.ts';

/** Every state that asks a function of ours, those inside a Map too: the function's name, and for how long it is waited for. */
function asksIn(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Arguments, TimeoutSeconds } = value as { Arguments?: { FunctionName?: unknown }; TimeoutSeconds?: unknown };
  const name = Arguments?.FunctionName;
  const own = typeof name === 'string' ? [[name.replace('landbridge-', ''), TimeoutSeconds] as const] : [];
  return [...own, ...Object.values(value).flatMap(asksIn)];
}

test.for(workflows)('$name waits for each function for longer than it may run, and not for ever', ({ machine }) => {
  const asks = asksIn(machine.States);
  expect(asks.length).toBeGreaterThan(0);
  for (const [name, waits] of asks) {
    const { timeoutSeconds = Infinity } = functions.find((one) => one.name === name) ?? {};
    expect({ name, waits }).toEqual({ name, waits: expect.any(Number) as number });
    expect(waits, name).toBeGreaterThan(timeoutSeconds);
  }
});

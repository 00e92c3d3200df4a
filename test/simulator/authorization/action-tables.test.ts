import { expect, test } from 'vitest';
import { actionTables } from '../../../simulator/authorization/actions/index.ts';
import { services } from '../../../simulator/services/index.ts';

/** Operations that need nothing but their own name on everything, and why that is so. */
const excused: Readonly<Record<string, string>> = {};

test('every simulated operation says what it needs', () => {
  const without = services.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter((operation) => !Object.hasOwn(actionTables[name] ?? {}, operation))
      .map((operation) => `${name} ${operation}`),
  );
  expect(without.filter((one) => excused[one] === undefined)).toEqual([]);
  expect(Object.keys(excused).filter((one) => !without.includes(one))).toEqual([]);
});

import type { Violation } from './play.ts';
import type { Schedule } from './schedule.ts';

/** A schedule as a test to paste into test/campaign/regressions.test.ts. */
export function testOf(schedule: Schedule, { invariant, says }: Violation): string {
  const { acts, ...rest } = schedule;
  return [
    `// ${invariant}: ${says}`,
    `test(${JSON.stringify(`seed ${schedule.seed}: ${invariant}`)}, async () => {`,
    '  const schedule: Schedule = {',
    ...Object.entries(rest).map(([field, value]) => `    ${field}: ${JSON.stringify(value)},`),
    '    acts: [',
    ...acts.map((act) => `      ${JSON.stringify(act)},`),
    '    ],',
    '  };',
    '  expect((await play(schedule)).violations).toEqual([]);',
    '});',
  ].join('\n');
}

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { describeWith, node26 } from '../support/referee.ts';

const worlds = ['campaign/simulate.ts', '--seeds', '1..2', '--members', '3..3', '--hours', '1', '--digests'];

/** Seeds and digests of the journals of their worlds, as another process finds them. */
const digests = (command: string, parameters: readonly string[]): readonly string[] =>
  execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trim()
    .split('\n');

describeWith(['Node 26'], 'the same seed', () => {
  test('is the same world, call by call, twice under Node 24 and under Node 26', () => {
    const here = digests(process.execPath, worlds);
    expect(here).toHaveLength(2);
    for (const line of here) expect(line).toMatch(/^\d [0-9a-f]{64}$/);
    expect(new Set(here.map((line) => line.split(' ')[1])).size, 'other seeds are other worlds').toBe(2);
    expect(digests(process.execPath, worlds)).toEqual(here);
    expect(digests('npm', node26(...worlds))).toEqual(here);
  });
});

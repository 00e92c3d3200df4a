import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const simulate = (...words: readonly string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('../../campaign/simulate.ts', import.meta.url)), ...words], {
    encoding: 'utf8',
  });

// biome-ignore format: a table is read down its columns
test.for([
  { words: ['--bogus'],                    says: /Unknown option '--bogus'/,             why: 'no such option' },
  { words: ['extra'],                      says: /Unexpected argument 'extra'/,          why: 'nothing goes without a name' },
  { words: ['--seeds', '5..1'],            says: /5\.\.1: .* the smaller one first/,    why: 'nobody counts backwards' },
  { words: ['--replay', 'banana'],         says: /--replay banana: write a seed/,        why: 'no report names such a world' },
  { words: ['--report', 'package.json'],   says: /--report package\.json: .*EEXIST/,     why: 'a file is no folder, and nothing is played first' },
  { words: ['--keep', 'package.json'],     says: /--keep package\.json: /,                why: 'it holds no worlds, and stays as it is' },
  { words: ['--uncovered', '5'],           says: /--uncovered 5: name the worlds so far/, why: 'nothing says what was covered' },
])('$words ends with 2, which is not what a broken invariant ends with: $why', ({ words, says }) => {
  const { status, stdout, stderr } = simulate(...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toContain('npm run simulate -- [--seeds');
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('help names every option', () => {
  const { status, stdout } = simulate('--help');
  expect(status).toBe(0);
  for (const option of [
    '--replay',
    '--shrink',
    '--bugs',
    '--load',
    '--acts',
    '--report',
    '--keep',
    '--fresh',
    '--json',
  ])
    expect(stdout).toMatch(new RegExp(`^ .*${option}\\b.* {2,}\\w`, 'm'));
});

import { join } from 'node:path';
import * as fc from 'fast-check';
import pc from 'picocolors';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BadInput, reportFailure } from '../../cli/exit.ts';
import { oneLine, printer } from '../../cli/print.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { folderWith, landbridge } from './landbridge.ts';

const FORGED = '\r\n2026-11-21 05:00:00  outcome  repaired\u001b[2J\u001b[1A\u001b]0;owned\u0007\u009b2K\u202e';
/** All but line ends, which are looked at apart. */
const OBEYED = /[^\P{Cc}\n]|[\p{Bidi_Control}\u2028\u2029]/u;

/** Bold, dim and colours: what may be left of what others wrote. */
const STYLES = new RegExp(String.raw`\u001b\[(?:1|2|22|3[0-79]|9[0-7])m`, 'g');

afterEach(() => vi.restoreAllMocks());

function heard(say: () => void): string {
  const said: string[] = [];
  const hear = (text: string) => void said.push(text);
  vi.spyOn(console, 'log').mockImplementation(hear);
  vi.spyOn(console, 'error').mockImplementation(hear);
  say();
  return said.join('\n');
}

describe('whatever others wrote, whoever reads the commands’ output sees, and their terminal does not obey', () => {
  const print = printer(false);
  // biome-ignore format: a table is read down its columns
  test.for([
    { what: 'a line',             say: () => print.line(`\n${FORGED}`.trimStart()),                            lines: 1 },
    { what: 'a line after ours',  say: () => print.line(`\nfirst signal  ${FORGED}`),                          lines: 2 },
    { what: 'a table',            say: () => print.table(['incident', 'what'], [[FORGED, 'a'], ['b', FORGED]]), lines: 3 },
    { what: 'progress',           say: () => print.progress(FORGED),                                           lines: 1 },
    { what: 'JSON',               say: () => printer(true).json({ says: FORGED }),                             lines: 3 },
    { what: 'a problem',          say: () => reportFailure(new BadInput([{ path: FORGED, says: FORGED, remedy: FORGED }]), false), lines: 2 },
    { what: 'a problem as JSON',  say: () => reportFailure(new BadInput([{ path: FORGED, says: FORGED, remedy: FORGED }]), true), lines: 1 },
  ])('$what', ({ say, lines }) => {
    const text = heard(say);
    expect(text).not.toMatch(OBEYED);
    expect(text.split('\n').filter((line, index) => index === 0 || line !== '')).toHaveLength(lines);
    expect(text).toContain('[2J');
    process.exitCode = 0;
  });

  test('a failure: no line of it moves the cursor', () => {
    const text = heard(() => reportFailure(new Fault('Rejected', `no:\n  landbridge put ${FORGED}`), false));
    process.exitCode = 0;
    expect(text).not.toMatch(OBEYED);
  });

  test('our own styles stay, and theirs do not pass for ours but for those', () => {
    const { red, bold, dim } = pc.createColors(true);
    const ours = `${red('sick')} ${bold('x')} ${dim('y')}`;
    expect(oneLine(ours)).toBe(ours);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\u001b', '[', '0', '8', '3', '1', ';', 'm', 'H', '?') }),
        (text) => {
          const left = oneLine(text).replaceAll(STYLES, '');
          expect(left).not.toMatch(OBEYED);
        },
      ),
    );
  });
});

test('a fleet file that is looked at writes nothing to the terminal but text', async () => {
  const file = join(
    folderWith({ 'fleet.json': JSON.stringify({ version: 1, fleet: FORGED, [FORGED]: FORGED, home: FORGED }) }),
    'fleet.json',
  );
  const { code, stdout, stderr } = await landbridge(['validate', file]);
  expect(code).toBe(2);
  expect(stdout + stderr).not.toMatch(OBEYED);
  expect(stdout + stderr).not.toMatch(/^2026/m);
  expect(stdout + stderr).toContain('[2J');
});

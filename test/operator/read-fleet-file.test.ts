import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { type ReadFleet, readFleetFile, WITHOUT_AGENTS } from '../../operator/read-fleet-file.ts';
import { known } from '../support/known.ts';
import { ACCOUNT, EXAMPLE_FILE } from '../support/landbridge.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The example in a folder of its own, its fleet file as `change` makes it. */
function exampleIn(change: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-'));
  folders.push(folder);
  cpSync(dirname(EXAMPLE_FILE), folder, { recursive: true });
  writeFileSync(join(folder, 'fleet.yaml'), change(readFileSync(EXAMPLE_FILE, 'utf8')));
  return folder;
}

const readIn = (folder: string): ReadFleet => readFleetFile(join(folder, 'fleet.yaml'), ACCOUNT, WITHOUT_AGENTS);

function filesOf(found: ReadFleet): Readonly<Record<string, string>> {
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  const { codeSha256 } = known(found.fleet.functions['payments']);
  const unpacked = unzipSync(known(found.artefacts.get(codeSha256)));
  return Object.fromEntries(Object.entries(unpacked).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

describe('YAML that can be parsed and not read is a problem of the file, and no mistake of ours', () => {
  const bomb = `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`;
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'a wildcard without quotes is an alias of nothing', change: (text: string) => text.replace(/^domain: .*/m, 'domain: *.example.com'), says: /^does not parse: Unresolved alias .*: \.example\.com$/ },
    { why: 'aliases of aliases that would fill the memory',    change: (text: string) => text + bomb,                                          says: /^does not parse: Excessive alias count/ },
    { why: 'a tag of some other tool means nothing here',      change: (text: string) => text.replace(/^domain: .*/m, 'domain: !Ref Domain'),   says: /^does not parse, at line \d+: Unresolved tag: !Ref$/ },
  ])('$why', ({ change, says }) => {
    expect(readIn(exampleIn(change))).toEqual({
      problems: [{ path: '(the file)', says: expect.stringMatching(says) as string, remedy: expect.any(String) as string }],
    });
  });
});

describe("a function's folder", () => {
  test('is packed with what links in it lead to: files, and folders', () => {
    const folder = exampleIn();
    const code = join(folder, 'functions/payments');
    mkdirSync(join(folder, 'shared/deep'), { recursive: true });
    writeFileSync(join(folder, 'shared/money.mjs'), 'export const cents = 100;');
    writeFileSync(join(folder, 'shared/deep/rates.mjs'), 'export const rates = {};');
    symlinkSync('../../shared/money.mjs', join(code, 'money.mjs'));
    symlinkSync('../../shared', join(code, 'shared'));
    const files = filesOf(readIn(folder));
    expect(Object.keys(files)).toEqual(['index.mjs', 'money.mjs', 'shared/deep/rates.mjs', 'shared/money.mjs']);
    expect(files['money.mjs']).toBe('export const cents = 100;');
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'a link that leads nowhere',      leadsTo: 'nowhere.mjs', says: /^\.\/functions\/payments cannot be read: ENOENT: .*gone/ },
    { why: 'a link that leads back to it',   leadsTo: '..',          says: /^\.\/functions\/payments cannot be read: .* leads back to a folder that it is in$/ },
  ])('cannot be read with $why, and says so', ({ leadsTo, says }) => {
    const folder = exampleIn();
    symlinkSync(leadsTo, join(folder, 'functions/payments/gone'));
    expect(readIn(folder)).toMatchObject({
      problems: [{ path: 'functions.payments.code', says: expect.stringMatching(says) as string }],
    });
  });

  test('may be a file of another ending, if that is a zip; and where it is none, that is what is said', () => {
    const folder = exampleIn((text) => text.replace('./functions/payments', './functions/payments/index.mjs'));
    expect(readIn(folder)).toMatchObject({
      problems: [{ path: 'functions.payments.code', says: './functions/payments/index.mjs is not a zip' }],
    });
  });

  // Lambda would refuse it in each Region, at each attempt.
  test('is refused where it is more than Lambda takes, as a zip or unpacked', () => {
    const folder = exampleIn((text) => text.replace('./functions/payments', './code.zip'));
    const index = strToU8('export const handler = () => undefined;');
    const saysOf = (zip: Uint8Array): unknown => {
      writeFileSync(join(folder, 'code.zip'), zip);
      const found = readIn(folder);
      return 'problems' in found ? found.problems : [];
    };
    expect(saysOf(zipSync({ 'index.mjs': index }))).toEqual([]);
    const large = zipSync({ 'index.mjs': index, model: [new Uint8Array(51 * 1_048_576), { level: 0 }] });
    expect(saysOf(large)).toMatchObject([
      {
        path: 'functions.payments.code',
        says: './code.zip takes 52 MB as a zip and 52 MB unpacked, and Lambda takes 50 and 250',
      },
    ]);
    const swelling = Buffer.from(zipSync({ 'index.mjs': index }));
    const UNCOMPRESSED_SIZE = 24;
    swelling.writeUInt32LE(300 * 1_048_576, swelling.indexOf('PK\u0001\u0002') + UNCOMPRESSED_SIZE);
    expect(saysOf(swelling)).toMatchObject([{ says: expect.stringContaining('300 MB unpacked') as string }]);
  });
});

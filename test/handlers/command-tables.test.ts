import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commandTables } from '../../handlers/runtime/commands/commands.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where the four are made, of a service and a method that are handed over. */
const MAKES_CALLS = 'control-plane/model/aws-call.ts';

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => file !== MAKES_CALLS);

const CALL = /(?<![\w.#])(?:read|readOrAbsent|write|writeUnlessAbsent)\((?=\s*(?<inputs>[^;]{0,200}))/g;
const NAMED = /^[^']*?,\s*'(?<service>[a-z0-9-]+)',\s*'(?<method>[a-z]\w+)'/;

interface Called {
  readonly where: string;
  /** 'ec2 describeVpcs'; `undefined` where it is not written there. */
  readonly what: string | undefined;
}

const callsIn = (file: string): readonly Called[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(CALL)].map(({ groups }) => {
    const { inputs = '' } = groups ?? {};
    const named = NAMED.exec(inputs)?.groups;
    return { where: `${file}: ${inputs.slice(0, 60)}`, what: named && `${named['service']} ${named['method']}` };
  });

const calls = [...sourcesIn('control-plane'), ...sourcesIn('handlers')].flatMap(callsIn);

interface Tabled {
  readonly what: string;
  readonly command: string;
}

async function tabled(): Promise<readonly Tabled[]> {
  const found: Tabled[] = [];
  for (const [service, load] of Object.entries(commandTables))
    for (const [method, { name: command }] of Object.entries((await load()).commands))
      found.push({ what: `${service} ${method}`, command });
  return found;
}

test('every call says in words which service and which method it is of, so that what is called can be read off the sources', () => {
  expect(calls.length).toBeGreaterThan(80);
  expect(calls.filter(({ what }) => what === undefined)).toEqual([]);
});

test('the tables hold what control plane and handlers call: nothing is missing, and nothing is carried for nothing', async () => {
  const called = new Set(calls.map(({ what }) => what));
  expect(new Set((await tabled()).map(({ what }) => what))).toEqual(called);
});

test('each method leads to the command of its name', async () => {
  const commandOf = (what: string): string => {
    const method = what.split(' ')[1] ?? '';
    return `${method.charAt(0).toUpperCase()}${method.slice(1)}Command`;
  };
  const table = await tabled();
  expect(table.map(({ command }) => command)).toEqual(table.map(({ what }) => commandOf(what)));
});

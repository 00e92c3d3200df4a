import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  readonly file: string;
  /** 'simulator' for what lies in that folder of ours, '@aws-sdk/client-ec2' for a package, 'node:' for what Node brings. */
  readonly of: string;
  readonly isType: boolean;
}

interface Law {
  /** Folders of ours that it may use, beside itself. */
  readonly folders: readonly string[];
  /** Packages that it may load; `undefined`: any. */
  readonly packages?: readonly RegExp[];
  /** Packages whose types it may name without loading them. */
  readonly types?: readonly RegExp[];
  readonly why: string;
}

// biome-ignore format: a table is read down its columns
const laws: Readonly<Record<string, Law>> = {
  'control-plane': { folders: [], packages: [/^zod$/], types: [/^@aws-sdk\/client-/], why: 'pure: it performs no IO and loads no SDK' },
  simulator:       { folders: [], why: 'AWS as it is, of use without this project' },
  workflows:       { folders: ['control-plane'], packages: [], why: 'data: nothing to load' },
  map:             { folders: ['control-plane'], packages: [], why: 'pure: a picture of what it is given' },
  handlers:        { folders: ['control-plane', 'map'], packages: [/^zod$/, /^@aws-sdk\//, /^@aws-lambda-powertools\//, /^node:/], why: 'what is deployed does not know the simulator' },
  runbooks:        { folders: ['control-plane', 'workflows'], packages: [], why: 'data: nothing to load' },
  permissions:     { folders: ['control-plane', 'handlers', 'workflows', 'runbooks'], packages: [], why: 'data, computed from what is declared elsewhere' },
  operator:        { folders: ['control-plane', 'workflows', 'handlers', 'permissions'], packages: [/^@aws-sdk\/client-/, /^fflate$/, /^yaml$/, /^node:/], why: 'what people run against AWS does not know the simulator' },
  bundles:         { folders: ['control-plane', 'handlers', 'permissions'], packages: [/^esbuild$/, /^fflate$/, /^node:/], why: 'makes packages of what is deployed, and of nothing else' },
  local:           { folders: ['control-plane', 'workflows', 'handlers', 'permissions', 'runbooks', 'operator', 'simulator'], why: 'puts the one into the other' },
  cli:             { folders: ['control-plane', 'workflows', 'handlers', 'permissions', 'bundles', 'operator', 'local', 'simulator', 'map'], why: 'stands on top' },
  bench:           { folders: ['control-plane', 'workflows', 'handlers', 'bundles', 'local', 'simulator', 'test'], why: 'stands on top' },
  campaign:        { folders: ['control-plane', 'workflows', 'handlers', 'operator', 'local', 'simulator', 'bench', 'map'], why: 'stands on top' },
  infra:           { folders: ['control-plane', 'workflows', 'handlers', 'permissions', 'bundles', 'runbooks', 'map'], packages: [/^aws-cdk-lib/, /^constructs$/, /^cdk-nag$/, /^zod$/, /^node:/], why: 'puts what is deployed on AWS, and does not know the simulator' },
  examples:        { folders: [], why: "somebody else's code: it knows only Lambda" },
};

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

const importsIn = (file: string): readonly Import[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, type, named, loaded]) => {
    const from = named ?? loaded ?? '';
    const path = from.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), from)) : from;
    return { file, of: from.startsWith('.') ? (path.split('/')[0] ?? '') : path, isType: type !== undefined };
  });

const known = new Set([...Object.keys(laws), 'test', 'docs', '.ci']);
const isOurs = ({ of }: Import): boolean => known.has(of);

test.for(Object.entries(laws))('%s uses the folders it may', ([folder, { folders, why }]) => {
  const imports = sourcesIn(folder).flatMap(importsIn).filter(isOurs);
  expect(
    imports.filter(({ of }) => of !== folder && !folders.includes(of)),
    why,
  ).toEqual([]);
});

test.for(Object.entries(laws).filter(([, { packages }]) => packages !== undefined))(
  '%s loads the packages it may',
  ([folder, { packages = [], types = [], why }]) => {
    const isAllowed = ({ of, isType }: Import): boolean =>
      [...packages, ...(isType ? types : [])].some((pattern) => pattern.test(of));
    const imports = sourcesIn(folder).flatMap(importsIn);
    expect(
      imports.filter((one) => !isOurs(one) && !isAllowed(one)),
      why,
    ).toEqual([]);
  },
);

/** Where the outside comes in: the machine's clock, chance, environment. Everything else is handed them. */
const COMPOSITION_ROOTS = [/^simulator\/clocks\//, /^cli\//, /^bench\//, /^handlers\/runtime\/lambda-runtime\.ts$/];
const OUTSIDE =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.env\b|\bperformance\.now\b/;

test.for(['control-plane', 'map', 'workflows', 'handlers', 'operator', 'simulator', 'local'])(
  '%s is handed time, chance and environment, and never takes them',
  (folder) => {
    const takers = sourcesIn(folder)
      .filter((file) => !COMPOSITION_ROOTS.some((root) => root.test(file)))
      .filter((file) => OUTSIDE.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(takers).toEqual([]);
  },
);

test('the reader of imports reads them', () => {
  expect(importsIn('handlers/runtime/commands/ec2.ts').map(({ of }) => of)).toEqual([
    '@aws-sdk/client-ec2',
    'handlers',
  ]);
  expect(importsIn('handlers/runtime/sdk-caller.ts').map(({ of }) => of)).toContain('control-plane');
  expect(importsIn('control-plane/model/aws-call.ts')).toContainEqual({
    file: 'control-plane/model/aws-call.ts',
    of: '@aws-sdk/client-ec2',
    isType: true,
  });
});

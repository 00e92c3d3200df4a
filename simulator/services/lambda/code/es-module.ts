import { registerHooks } from 'node:module';
import { cannotFind, TASK_ROOT } from './code-fault.ts';
import { isProvided } from './commonjs.ts';
import type { PackageFiles } from './package-files.ts';
import { globalNames, type SandboxGlobals } from './sandbox.ts';

/** What the module hooks need to know of one execution environment. */
interface EsPackage {
  readonly files: PackageFiles;
  readonly globals: SandboxGlobals;
  readonly require: (path: string) => unknown;
}

const SCHEME = 'lambda-code:';
/** Modules that are being loaded find their environment here: there is no other way to hand one a value. */
const REGISTRY = Symbol.for('simulated-lambda.packages');
const packages = new Map<string, EsPackage>();

/** A module of Node's own loader, so that its `import` is Node's, whatever this file was loaded by. */
const NODES_OWN_IMPORT: string = 'data:text/javascript,export default (url) => import(url)';

let nextId = 1;
let nativeImport: ((url: string) => Promise<Record<string, unknown>>) | undefined;

/**
 * Imports an ES module of a package, each time as a new instance with its own globals.
 *
 * Node keeps every module it ever loaded: an execution environment costs memory for as long as the process lives.
 */
export async function importFromPackage(esPackage: EsPackage, path: string): Promise<Record<string, unknown>> {
  const id = String(nextId++);
  packages.set(id, esPackage);
  nativeImport ??= await hookedImport();
  return nativeImport(urlOf(id, path));
}

const urlOf = (id: string, path: string): string => `${SCHEME}//${id}${TASK_ROOT}/${path}`;

/** A stack as Lambda shows it: the function's own files, and nothing of what runs them here. */
export const asInLambda = (stack: string): string =>
  stack
    .replaceAll(/lambda-code:\/\/\d+/g, 'file://')
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || line.includes(TASK_ROOT))
    .join('\n');

function placeOf(url: string | undefined): { readonly id: string; readonly path: string } | undefined {
  if (url?.startsWith(SCHEME) !== true) return undefined;
  const { hostname, pathname } = new URL(url);
  return { id: hostname, path: decodeURIComponent(pathname.slice(TASK_ROOT.length + 1)) };
}

async function hookedImport(): Promise<(url: string) => Promise<Record<string, unknown>>> {
  Object.assign(globalThis, { [REGISTRY]: packages });
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith(SCHEME)) return { url: specifier, shortCircuit: true };
      const importer = placeOf(context.parentURL);
      const files = importer === undefined ? undefined : packages.get(importer.id)?.files;
      if (importer === undefined || files === undefined) return next(specifier, context);
      const path = files.resolve(specifier, importer.path);
      if (path !== undefined) return { url: urlOf(importer.id, path), shortCircuit: true };
      if (!isProvided(specifier)) throw cannotFind(specifier, importer.path);
      return next(specifier, { ...context, parentURL: import.meta.url });
    },
    load(url, context, next) {
      const place = placeOf(url);
      const found = place === undefined ? undefined : packages.get(place.id);
      if (place === undefined || found === undefined) return next(url, context);
      return { format: 'module', source: sourceOf(found, place.id, place.path), shortCircuit: true };
    },
  });
  const native: { default: (url: string) => Promise<Record<string, unknown>> } = await import(NODES_OWN_IMPORT);
  return native.default;
}

function sourceOf({ files, require }: EsPackage, id: string, path: string): string {
  const registry = `globalThis[Symbol.for(${JSON.stringify(REGISTRY.description)})].get(${JSON.stringify(id)})`;
  if (files.isEsModule(path)) {
    const source = files.text(path);
    // On the first line, so that line numbers stay what they are.
    return `const { ${missingIn(source).join(', ')} } = ${registry}.globals; ${source}`;
  }
  const names = Object.keys(Object(require(path))).filter(
    (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default',
  );
  const required = `const required = ${registry}.require(${JSON.stringify(path)}); export default required;`;
  return `${required}${names.map((name, at) => `const n${at} = required.${name}; export { n${at} as ${name} };`).join('')}`;
}

/** The globals that a module does not declare itself, as in `import process from 'node:process'`. */
const missingIn = (source: string): string[] =>
  globalNames.filter(
    (name) =>
      !new RegExp(String.raw`\b(?:const|let|var|class|function)\s+${name}\b|\bimport\b[^;'"]*\b${name}\b`).test(source),
  );

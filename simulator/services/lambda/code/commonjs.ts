import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path/posix';
import { compileFunction } from 'node:vm';
import { CodeFault, cannotFind, TASK_ROOT } from './code-fault.ts';
import type { PackageFiles } from './package-files.ts';
import { globalNames, type SandboxGlobals } from './sandbox.ts';

const requireOfSimulator = createRequire(import.meta.url);

/** Lambda's Node runtimes bring the AWS SDK with them. Source: Lambda Developer Guide, "Runtime-included SDK versions". */
export const isProvided = (specifier: string): boolean =>
  isBuiltin(specifier) || /^@(aws-sdk|smithy)\//.test(specifier);

const wrapper = ['exports', 'require', 'module', '__filename', '__dirname', ...globalNames] as const;

/** `require` for one execution environment: each file of the package is run once, with the environment's own globals. */
export function commonJsLoader(files: PackageFiles, globals: SandboxGlobals): (path: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();

  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    // Registered before it runs: modules may require each other.
    const module: { exports: unknown } = { exports: {} };
    loaded.set(path, module);
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(files.text(path));
      return module.exports;
    }
    const filename = `${TASK_ROOT}/${path}`;
    const run = compileFunction(files.text(path), wrapper, { filename });
    const values = globalNames.map((name) => globals[name]);
    try {
      run.call(module.exports, module.exports, requireFrom(path), module, filename, dirname(filename), ...values);
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    return module.exports;
  };

  const requireFrom =
    (importer: string) =>
    (specifier: string): unknown => {
      if (specifier === 'process' || specifier === 'node:process') return globals.process;
      if (isBuiltin(specifier)) return requireOfSimulator(specifier);
      const path = files.resolve(specifier, importer);
      if (path === undefined) {
        if (isProvided(specifier)) return requireOfSimulator(specifier);
        throw cannotFind(specifier, importer);
      }
      if (files.isEsModule(path))
        throw new CodeFault(
          'Runtime.ImportModuleError',
          `Error: require() of ES Module ${TASK_ROOT}/${path} is not simulated`,
        );
      return load(path);
    };

  return load;
}

/** Code that could not be loaded, with the name Lambda's runtime has for it: Runtime.ImportModuleError, Runtime.HandlerNotFound ... */
export class CodeFault extends Error {
  readonly errorType: string;
  readonly trace: readonly string[];
  constructor(errorType: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.name = errorType;
    this.errorType = errorType;
    this.trace = [`${errorType}: ${message}`, ...trace];
  }
}

export const TASK_ROOT = '/var/task';

export const cannotFind = (specifier: string, importer: string): CodeFault =>
  new CodeFault(
    'Runtime.ImportModuleError',
    `Error: Cannot find module '${specifier}'\nRequire stack:\n- ${importer === '' ? '/var/runtime/index.mjs' : `${TASK_ROOT}/${importer}`}`,
  );

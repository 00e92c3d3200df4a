import { dirname, join, normalize } from 'node:path/posix';
import { compileFunction } from 'node:vm';

/** The files of a deployment package, as Node would look for them under /var/task. */
export class PackageFiles {
  readonly #files: ReadonlyMap<string, Uint8Array>;

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#files = files;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  text(path: string): string {
    return new TextDecoder().decode(this.#files.get(path));
  }

  /** The file that a specifier means, seen from a file of the package; undefined where the package has none. */
  resolve(specifier: string, importer: string): string | undefined {
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
      const path = specifier.startsWith('/var/task/')
        ? specifier.slice('/var/task/'.length)
        : normalize(join(dirname(importer), specifier));
      return this.#fileAt(path);
    }
    for (let folder = dirname(importer); ; folder = dirname(folder)) {
      const found = this.#fileAt(normalize(join(folder, 'node_modules', specifier)));
      if (found !== undefined || folder === '.') return found;
    }
  }

  #fileAt(path: string): string | undefined {
    const exact = ['', '.js', '.cjs', '.mjs', '.json'].map((ending) => path + ending).find((file) => this.has(file));
    if (exact !== undefined) return exact;
    const manifest = this.#manifest(join(path, 'package.json'));
    const main = typeof manifest?.['main'] === 'string' ? manifest['main'] : 'index.js';
    return [main, `${main}.js`, join(main, 'index.js'), 'index.js', 'index.mjs', 'index.cjs']
      .map((file) => normalize(join(path, file)))
      .find((file) => this.has(file));
  }

  #manifest(path: string): Record<string, unknown> | undefined {
    if (!this.has(path)) return undefined;
    const parsed: unknown = JSON.parse(this.text(path));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  }

  /**
   * Whether a file is an ES module. By its ending, by the nearest package.json, or by its syntax.
   *
   * Source    Node.js documentation, "Determining module system" and "Syntax detection"
   */
  isEsModule(path: string): boolean {
    if (path.endsWith('.mjs')) return true;
    if (path.endsWith('.cjs') || path.endsWith('.json')) return false;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const type = this.#manifest(normalize(join(folder, 'package.json')))?.['type'];
      if (type === 'module') return true;
      if (type === 'commonjs') return false;
      if (folder === '.') return this.#readsAsEsModule(path);
    }
  }

  #readsAsEsModule(path: string): boolean {
    try {
      compileFunction(this.text(path), ['exports', 'require', 'module', '__filename', '__dirname']);
      return false;
    } catch (error) {
      return (
        error instanceof Error &&
        /Cannot use import statement|Unexpected token 'export'|import\.meta|await is only valid/.test(error.message)
      );
    }
  }
}

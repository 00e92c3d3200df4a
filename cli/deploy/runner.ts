import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program with our own Node, in the project's folder, to its end; what it says goes to standard error as it says it,
 * and its questions are answered where ours was started.
 *
 * In   `hear`: is told all that it says. It then has no terminal, and can ask nothing
 * Out  its exit code; `undefined` where a signal ended it
 */
export type Runner = (
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  hear?: (text: string) => void,
) => Promise<number | undefined>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STANDARD_ERROR = 2;

export const inProcess: Runner = (words, environment, hear) =>
  new Promise((resolve, reject) => {
    // CDK asks only where its output is a terminal: standard error is as good a one, and leaves our output to what we say.
    const output = hear === undefined ? STANDARD_ERROR : 'pipe';
    const child = spawn(process.execPath, [...words], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ['inherit', output, output],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        hear?.(text);
        process.stderr.write(text);
      });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? undefined));
  });

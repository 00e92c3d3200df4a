import pc from 'picocolors';
import { isFault } from '../control-plane/model/faults.ts';
import { plainJson } from '../control-plane/model/plain-text.ts';
import type { Problem } from '../control-plane/model/problem.ts';
import { oneLine, severalLines } from './print.ts';

/** What a command's exit code tells a script. Bad input, or what was refused, has changed nothing; what failed may have. */
export const EXIT = { done: 0, failed: 1, badInput: 2 } as const;

/** Input that cannot be used: where, what and what to do. */
export class BadInput extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, says, remedy }) => `${path}: ${says}; ${remedy}`).join('\n'));
    this.name = 'BadInput';
    this.problems = problems;
  }
}

/** Prints why a command failed, to standard error, and sets the exit code. */
export function reportFailure(error: unknown, asJson: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  const isInput = error instanceof BadInput || isFault(error, 'Rejected');
  process.exitCode = isInput ? EXIT.badInput : EXIT.failed;
  if (asJson) {
    const problems = error instanceof BadInput ? error.problems : undefined;
    console.error(plainJson({ error: message, ...(problems !== undefined && { problems }) }));
    return;
  }
  if (error instanceof BadInput)
    for (const { path, says, remedy } of error.problems) {
      console.error(oneLine(`${pc.red('error')} ${pc.bold(path)} ${says}`));
      console.error(oneLine(`      ${pc.dim('→')} ${remedy}`));
    }
  else console.error(severalLines(`${pc.red('error')} ${message}`));
  // An error nobody classified is our mistake, and its trace is what we need to mend it.
  if (!isInput && !isFault(error) && error instanceof Error) console.error(pc.dim(error.stack ?? ''));
}

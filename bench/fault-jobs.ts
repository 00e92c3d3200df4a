import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Course } from '../local/faults/course.ts';

/** One trial that a worker is given. */
export interface Job {
  readonly row: string;
  readonly seed: string;
  /** With nobody in home who is told of anything. */
  readonly alone: boolean;
}

export interface Tried extends Job {
  readonly course: Course;
  /** What every fault, and this one in particular, is held to and was not. */
  readonly held: readonly string[];
  readonly wallMs: number;
}

/** What a worker sends back: a trial that could not be made at all says why. */
export type Answer = { readonly tried: Tried } | { readonly job: Job; readonly failed: string };

const WORKER = fileURLToPath(new URL('./fault-worker.ts', import.meta.url));

/**
 * Tries all jobs in processes of their own, as many at a time as this machine has cores.
 *
 * Bounds  they end with this process, however it ends
 */
export async function tryAll(
  jobs: readonly Job[],
  told: (answer: Answer, done: number) => void,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const left = [...jobs];
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => fork(WORKER));
  const endAll = (): void => {
    for (const worker of workers) worker.kill();
  };
  process.once('exit', endAll);
  const employ = (worker: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const job = left.shift();
        if (job === undefined) worker.disconnect();
        else worker.send(job);
      };
      worker.on('message', (answer: Answer) => {
        answers.push(answer);
        told(answer, answers.length);
        next();
      });
      worker.on('error', reject);
      worker.on('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`a worker ended with ${signal ?? code}`));
      });
      next();
    });
  try {
    await Promise.all(workers.map(employ));
  } finally {
    endAll();
    process.off('exit', endAll);
  }
  return answers;
}

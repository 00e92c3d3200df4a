import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What a worker sends: how it is getting on, or the answer to its job. */
export type FromWorker<Answer> = { readonly progress: string } | { readonly answer: Answer };

/**
 * Has every job done in processes of their own, as many at a time as this machine has cores.
 *
 * In      the worker's file, which calls `workOff`
 * Bounds  workers end with this process, however it ends
 */
export async function inProcesses<Answer>(
  worker: URL,
  jobs: readonly object[],
  told: { progress?(says: string): void; answered?(answer: Answer, done: number): void },
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const left = [...jobs];
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => fork(worker));
  const endAll = (): void => {
    for (const one of workers) one.kill();
  };
  process.once('exit', endAll);
  const employ = (one: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const job = left.shift();
        if (job === undefined) one.disconnect();
        else one.send(job);
      };
      one.on('message', (message: FromWorker<Answer>) => {
        if ('progress' in message) {
          told.progress?.(message.progress);
          return;
        }
        answers.push(message.answer);
        told.answered?.(message.answer, answers.length);
        next();
      });
      one.on('error', reject);
      one.on('exit', (code, signal) => {
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

/** In a worker: does one job after another, until nobody tells it any more. */
export function workOff<Answer>(work: (job: never, tell: (progress: string) => void) => Promise<Answer>): void {
  const send = (message: FromWorker<Answer>): void => void process.send?.(message);
  const take = async (job: never): Promise<void> => {
    send({ answer: await work(job, (progress) => send({ progress })) });
  };
  // Whoever told it is gone: nobody waits for the answer.
  process.once('disconnect', () => process.exit());
  process.on('message', (job: object) => void take(job as never));
}

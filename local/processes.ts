import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** MB. What lives for one event is most of what there is: with room for it, less is copied, and worlds take a twentieth less time. */
const YOUNG_SPACE = '--max-semi-space-size=32';

/** What a worker sends: how it is getting on, or the answer to its job. */
export type FromWorker<Answer> = { readonly progress: string } | { readonly answer: Answer };

export interface Employment<Answer> {
  progress?(says: string): void;
  answered?(answer: Answer, done: number): void;
  /** After so many jobs another process takes over: what one has loaded or kept is not the next one's. Left out: never. */
  readonly jobsEach?: number;
  /** No job is begun after that: those under way are done. */
  readonly stop?: AbortSignal;
}

/**
 * Has every job done in processes of their own, as many at a time as this machine has cores.
 *
 * In      the worker's file, which calls `workOff`
 * Bounds  workers end with this process, however it ends
 */
export async function inProcesses<Answer>(
  worker: URL,
  jobs: readonly object[],
  { progress, answered, jobsEach = Number.POSITIVE_INFINITY, stop }: Employment<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const left = stop?.aborted === true ? [] : [...jobs];
  const leaveIt = (): void => void left.splice(0);
  stop?.addEventListener('abort', leaveIt);
  const workers = new Set<ChildProcess>();
  const endAll = (): void => {
    for (const one of workers) one.kill();
  };
  process.once('exit', endAll);
  const employ = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const one = fork(worker, { execArgv: [...process.execArgv, YOUNG_SPACE] });
      workers.add(one);
      let taken = 0;
      const next = (): void => {
        const job = taken < jobsEach ? left.shift() : undefined;
        taken += 1;
        if (job === undefined) one.disconnect();
        else one.send(job);
      };
      one.on('message', (message: FromWorker<Answer>) => {
        if ('progress' in message) {
          progress?.(message.progress);
          return;
        }
        answers.push(message.answer);
        answered?.(message.answer, answers.length);
        next();
      });
      one.on('error', reject);
      one.on('exit', (code, signal) => {
        workers.delete(one);
        if (code === 0) resolve();
        else reject(new Error(`a worker ended with ${signal ?? code}`));
      });
      next();
    });
  const keepOneEmployed = async (): Promise<void> => {
    while (left.length > 0) await employ();
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), left.length) }, keepOneEmployed));
  } finally {
    endAll();
    process.off('exit', endAll);
    stop?.removeEventListener('abort', leaveIt);
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
  // A terminal interrupts whole groups of processes: whoever hands out the jobs says when it is over.
  process.on('SIGINT', () => undefined);
  process.on('message', (job: object) => void take(job as never));
}

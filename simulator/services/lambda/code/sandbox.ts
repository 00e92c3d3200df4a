import { format } from 'node:util';
import type { Clock } from '../../../clock.ts';
import { CodeFault, TASK_ROOT } from './code-fault.ts';

/** What code of a zip finds in the place of Node's own: a process with the function's environment, and the world's time. */
export interface SandboxGlobals {
  readonly process: object;
  readonly console: object;
  readonly Date: DateConstructor;
  readonly setTimeout: (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) => Timeout;
  readonly clearTimeout: (timeout: Timeout | undefined) => void;
  readonly setInterval: (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) => Timeout;
  readonly clearInterval: (timeout: Timeout | undefined) => void;
}
export const globalNames = [
  'process',
  'console',
  'Date',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
] as const;

interface Timeout {
  cancelled: boolean;
  ref(): Timeout;
  unref(): Timeout;
}

/** What code reaches of the world it runs in. */
export interface Outside {
  readonly clock: Clock;
  /** Is told each line, as Lambda would log it. */
  print(level: string, message: string): void;
}

/**
 * The globals of one execution environment.
 *
 * This keeps code apart from the simulator's own process and clock. It is no wall: code that wants to get at them can.
 *
 * In   what it reaches, held by whoever runs it: Node never lets go of a module that it loaded, and a world that is over
 *      would never be let go of either
 */
export function sandboxGlobals(
  outside: WeakRef<Outside>,
  environment: Readonly<Record<string, string>>,
): SandboxGlobals {
  const print: Outside['print'] = (level, message) => outside.deref()?.print(level, message);
  const write =
    (level: string) =>
    (...args: unknown[]): void =>
      print(level, format(...args));
  const runAfter = async (timeout: Timeout, delayMs: number | undefined, run: () => void): Promise<void> => {
    await outside.deref()?.clock.sleep(Math.max(1, delayMs ?? 1));
    if (timeout.cancelled) return;
    try {
      run();
    } catch (error) {
      // In Lambda this ends the process. Here the process is the simulator's: the invocation goes on, and times out.
      print('ERROR', `Uncaught Exception\t${format(error)}`);
    }
  };
  return {
    process: Object.create(process, {
      env: { value: { ...environment }, enumerable: true, writable: true },
      cwd: { value: () => TASK_ROOT },
      exit: {
        value: (code = 0) => {
          throw new CodeFault('Runtime.ExitError', `Error: Runtime exited with exit status ${code}`);
        },
      },
    }),
    console: Object.assign(Object.create(console), {
      log: write('INFO'),
      info: write('INFO'),
      debug: write('DEBUG'),
      trace: write('TRACE'),
      warn: write('WARN'),
      error: write('ERROR'),
    }),
    Date: worldDate(() => outside.deref()?.clock.nowMs() ?? 0),
    setTimeout: (callback, delayMs, ...args) => {
      const timeout = newTimeout();
      void runAfter(timeout, delayMs, () => callback(...args));
      return timeout;
    },
    setInterval: (callback, delayMs, ...args) => {
      const timeout = newTimeout();
      const again = (): void => {
        callback(...args);
        void runAfter(timeout, delayMs, again);
      };
      void runAfter(timeout, delayMs, again);
      return timeout;
    },
    clearTimeout: cancel,
    clearInterval: cancel,
  };
}

function newTimeout(): Timeout {
  const timeout: Timeout = { cancelled: false, ref: () => timeout, unref: () => timeout };
  return timeout;
}

function cancel(timeout: Timeout | undefined): void {
  if (timeout !== undefined) timeout.cancelled = true;
}

/** Dates that know what time it is in the world. */
const worldDate = (nowMs: () => number): DateConstructor =>
  new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
    apply: (target) => new target(nowMs()).toString(),
    get: (target, property) => (property === 'now' ? nowMs : Reflect.get(target, property)),
  });

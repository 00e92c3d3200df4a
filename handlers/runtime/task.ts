import { ZodError, type z } from 'zod';
import { Fault } from '../../control-plane/model/faults.ts';
import { lambdaRuntime } from './lambda-runtime.ts';
import type { Runtime } from './runtime.ts';

interface TaskParts<Input, Output> {
  readonly input: z.ZodType<Input>;
  run(input: Input, runtime: Runtime): Promise<Output>;
}

/** A Lambda entry point. AWS calls it with an event; `local/` and tests say what world it runs in. */
export interface Handler {
  (event: unknown): Promise<unknown>;
  runIn(runtime: Runtime, event: unknown): Promise<unknown>;
}

const problemsOf = (error: ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');

/**
 * Makes a handler: validates what comes in, then runs in the given world.
 *
 * Faults  Rejected where the input is not of its shape, naming each field; otherwise the run's own
 */
export function task<Input, Output>({ input, run }: TaskParts<Input, Output>): Handler {
  const runIn = async (runtime: Runtime, event: unknown): Promise<Output> => {
    const parsed = input.safeParse(event);
    if (!parsed.success) throw new Fault('Rejected', problemsOf(parsed.error), { cause: parsed.error });
    return run(parsed.data, runtime);
  };
  return Object.assign((event: unknown) => runIn(lambdaRuntime(), event), { runIn });
}

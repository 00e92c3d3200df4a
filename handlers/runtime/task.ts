import { ZodError, type z } from 'zod';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { BookedTurns } from './booked-turns.ts';
import { counted, emptyTally, patient, type Tally } from './caller.ts';
import { lambdaRuntime } from './lambda-runtime.ts';
import type { Maybe } from './maybe.ts';
import { Turns, type Where } from './pace.ts';
import type { Runtime } from './runtime.ts';
import { Table } from './table.ts';

/** The world as one invocation sees it: calls keep to a pace, reads are repeated with patience, and every call made is counted. */
export interface Invocation extends Runtime {
  /** Calls of this invocation so far. */
  readonly tally: Tally;
  /** Waits until it is a call's turn. The same call, made next, waits no more: for whoever proves something right before it. */
  turnOf(call: AwsCall): Maybe<void>;
  /** Books turns for so many reads and waits for the first. Throttled where too many stand in line already. */
  standInLine(where: Where, reads: number): Promise<void>;
}

interface TaskParts<Input, Output> {
  readonly input: z.ZodType<Input>;
  /** 'shared': with every run of the account, booked in the state table. Left out: a share of its own, and nobody is asked. */
  readonly pace?: 'shared';
  /** What to do about a fault at a path of the input, where the message does not say so itself. */
  readonly remedy?: (path: readonly PropertyKey[]) => string | undefined;
  /** May be done at once. */
  run(input: Input, runtime: Invocation): Maybe<Output>;
}

/** A Lambda entry point. AWS calls it with an event; `local/` and tests say what world it runs in. */
export interface Handler {
  (event: unknown): Promise<unknown>;
  runIn(runtime: Runtime, event: unknown): Promise<unknown>;
  /** As `runIn`, and at once, throwing too, where nothing has to be waited for. */
  begin(runtime: Runtime, event: unknown): Maybe<unknown>;
}

function problemsOf({ issues }: ZodError, remedy: (path: readonly PropertyKey[]) => string | undefined): string {
  const problems = issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    const keys =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => (path === '' ? key : `${path}.${key}`)) : [];
    const where = keys.length > 0 ? keys.join(', ') : path || 'input';
    return [`${where}: ${issue.message}`, remedy(issue.path)].filter((part) => part !== undefined).join('; ');
  });
  return problems.join('; ');
}

/**
 * Makes a handler: validates what comes in, then runs in the given world.
 *
 * Faults  Rejected where the input is not of its shape, naming each field; otherwise the run's own
 */
export function task<Input, Output>({ input, pace, remedy = () => undefined, run }: TaskParts<Input, Output>): Handler {
  const valid = new WeakMap<object, ReturnType<typeof input.safeParse>>();
  /** The very same event, which nobody can change, is as valid as it was. */
  const parse = (event: unknown): ReturnType<typeof input.safeParse> => {
    if (typeof event !== 'object' || event === null || !Object.isFrozen(event)) return input.safeParse(event);
    let parsed = valid.get(event);
    if (parsed === undefined) valid.set(event, (parsed = input.safeParse(event)));
    return parsed;
  };
  const begin = (runtime: Runtime, event: unknown): Maybe<Output> => {
    const parsed = parse(event);
    if (!parsed.success) throw new Fault('Rejected', problemsOf(parsed.error, remedy), { cause: parsed.error });
    const tally = emptyTally();
    const call = counted(runtime.call, tally);
    const booked =
      pace === 'shared' ? new BookedTurns(new Table({ ...runtime, call }), () => runtime.nowMs()) : undefined;
    const turns = new Turns(runtime, booked);
    return run(parsed.data, {
      ...runtime,
      tally,
      call: patient(turns.paced(call), runtime),
      turnOf: (asked) => turns.before(asked),
      standInLine: (where, reads) => turns.standInLine(where, reads),
    });
  };
  const runIn = async (runtime: Runtime, event: unknown): Promise<Output> => begin(runtime, event);
  return Object.assign((event: unknown) => runIn(lambdaRuntime(), event), { runIn, begin });
}

import type { Lambda } from '@aws-sdk/client-lambda';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { AwsError } from '../../../simulator/aws-error.ts';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { Service, ServiceName } from '../../../simulator/service.ts';
import { cloudtrail } from '../../../simulator/services/cloudtrail/index.ts';
import { eventbridge } from '../../../simulator/services/eventbridge/index.ts';
import { sfn } from '../../../simulator/services/sfn/index.ts';
import { sqs } from '../../../simulator/services/sqs/index.ts';
import { awsTimings } from '../../../simulator/timings.ts';
import { World } from '../../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const HOME = { account: ACCOUNT, region: 'us-east-1' };
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/workflow`;

/** A failure a function reports: `errorType` is what retriers and catchers match. */
export const failing =
  (errorType: string): (() => never) =>
  () => {
    throw Object.assign(new Error(`${errorType} happened`), { name: errorType });
  };

export type ToyFunction = (event: never, attempt: number) => unknown;

/** A world with Step Functions, EventBridge, and functions that are closures of the test. */
export function toyWorld(functions: Readonly<Record<string, ToyFunction>> = {}) {
  const clock = new VirtualClock({ startMs: Date.UTC(2026, 0, 1) });
  const startMs = clock.nowMs();
  /** Every invocation: which function, how many seconds after the start, with what. */
  const invoked: { name: string; atSeconds: number; event: unknown; region: string }[] = [];
  const attempts = new Map<string, number>();

  const lambda: Service<Lambda, object> = {
    name: 'lambda',
    eventSource: 'lambda.amazonaws.com',
    scope: 'regional',
    newState: () => ({}),
    dataEvents: new Set(['Invoke']),
    operations: {
      async Invoke(input, { place }) {
        const name = input.FunctionName?.split(':').at(-1) ?? '';
        const run = functions[name];
        if (run === undefined)
          throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, { status: 404 });
        const text = input.Payload instanceof Uint8Array ? Buffer.from(input.Payload).toString('utf8') : 'null';
        const event: unknown = JSON.parse(text);
        const attempt = (attempts.get(name) ?? 0) + 1;
        attempts.set(name, attempt);
        invoked.push({ name, atSeconds: (clock.nowMs() - startMs) / 1_000, event, region: place.region });
        try {
          const answer = await run(event as never, attempt);
          return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: bytes(answer ?? null) };
        } catch (error) {
          if (error instanceof AwsError || !(error instanceof Error)) throw error;
          const report = { errorType: error.name, errorMessage: error.message, trace: [] };
          return { StatusCode: 200, FunctionError: 'Unhandled', Payload: bytes(report) };
        }
      },
    },
  };
  const services: readonly Service[] = [sfn, eventbridge, lambda, sqs, cloudtrail];
  const world = new World({ clock, seed: 'toy', timings: awsTimings, services, account: ACCOUNT });

  const call = async <Output>(service: ServiceName, operation: string, input: object, region = 'us-east-1') =>
    (await world.invoke({
      service,
      operation,
      input,
      place: { account: ACCOUNT, region },
      principal: rootOf(ACCOUNT),
    })) as Output;

  let machines = 0;
  const create = async (
    definition: object,
    type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
    name = `machine-${(machines += 1)}`,
  ) =>
    (
      await call<{ stateMachineArn: string }>('sfn', 'CreateStateMachine', {
        name,
        type,
        definition: JSON.stringify(definition),
        roleArn: ROLE,
      })
    ).stateMachineArn;

  const start = async (stateMachineArn: string, input: unknown = {}, name?: string) =>
    (
      await call<{ executionArn: string }>('sfn', 'StartExecution', {
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name === undefined ? {} : { name }),
      })
    ).executionArn;

  const ended = async (executionArn: string): Promise<Ended> => {
    const told = await call<{ status: string; output?: string; error?: string; cause?: string; stopDate?: Date }>(
      'sfn',
      'DescribeExecution',
      { executionArn },
    );
    return {
      executionArn,
      status: told.status,
      output: told.output === undefined ? undefined : (JSON.parse(told.output) as unknown),
      error: told.error,
      cause: told.cause,
      seconds: told.stopDate === undefined ? undefined : (told.stopDate.getTime() - startMs) / 1_000,
      history: await historyOf(executionArn),
    };
  };

  const historyOf = async (executionArn: string): Promise<HistoryEvent[]> =>
    (await call<{ events: HistoryEvent[] }>('sfn', 'GetExecutionHistory', { executionArn, maxResults: 1_000 })).events;

  /** Creates a machine, runs it for a day or so, and tells how it ended. */
  const run = async (definition: object, input: unknown = {}, forMs = 86_400_000): Promise<Ended> => {
    const arn = await start(await create(definition), input);
    await clock.runFor(forMs);
    return ended(arn);
  };
  return { world, clock, startMs, call, create, start, ended, historyOf, run, invoked };
}

export interface Ended {
  readonly executionArn: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly seconds: number | undefined;
  readonly history: HistoryEvent[];
}

const bytes = (value: unknown): Uint8ArrayBlobAdapter => Uint8ArrayBlobAdapter.fromString(JSON.stringify(value));

/** A machine in JSONata, its states in order: each goes to the next unless it says otherwise. */
export function machine(states: Readonly<Record<string, Record<string, unknown>>>, more: object = {}): object {
  const names = Object.keys(states);
  const linked = names.map((name, at) => {
    const state = states[name] as Record<string, unknown>;
    const settled = 'Next' in state || 'End' in state || ['Choice', 'Succeed', 'Fail'].includes(String(state['Type']));
    const next = names[at + 1];
    return [name, settled ? state : { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { QueryLanguage: 'JSONata', StartAt: names[0], States: Object.fromEntries(linked), ...more };
}

/** A task that invokes a function and keeps what it answers. */
export const invoke = (name: string, more: object = {}): Record<string, unknown> => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...more,
});

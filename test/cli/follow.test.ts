import { describe, expect, test } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { conclude, type Ended, follow, startWorkflow } from '../../cli/follow.ts';
import { printer } from '../../cli/print.ts';
import { Fault, type FaultName } from '../../control-plane/model/faults.ts';
import { epochMs } from '../../control-plane/model/units.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { runtimeByHand } from '../support/runtime-by-hand.ts';

const ARN = 'arn:aws:states:us-east-1:111122223333:execution:landbridge-onboard-region:x';
const ENDS_AFTER_MS = 35 * 60_000;
const MINUTE_MS = 60_000;

/** A run of 35 minutes, at an AWS that does not answer from one moment to another; and how long it was followed. */
async function followed(outage: { readonly fault: FaultName; readonly fromMs: number; readonly untilMs: number }) {
  let nowMs = 0;
  let calls = 0;
  const answers: Readonly<Record<string, () => object>> = {
    describeExecution: () =>
      nowMs < ENDS_AFTER_MS
        ? { status: 'RUNNING', startDate: new Date(0) }
        : { status: 'SUCCEEDED', startDate: new Date(0), output: '{"outcome":"joined"}' },
    getExecutionHistory: () => ({ events: [] }),
  };
  const context: Context = {
    print: printer(true),
    who: 'arn:aws:iam::111122223333:user/olga',
    endpointUrl: undefined,
    runtime: runtimeByHand({
      call({ method }) {
        calls += 1;
        if (nowMs >= outage.fromMs && nowMs < outage.untilMs)
          return Promise.reject(new Fault(outage.fault, `sfn ${method} in us-east-1: no answer`));
        return Promise.resolve(answers[method]?.());
      },
      nowMs: () => epochMs(nowMs),
      sleep(ms) {
        nowMs += ms;
        return Promise.resolve();
      },
      chance: () => 0.5,
    }),
  };
  const ended = await follow(ARN, context).catch((error: unknown) => error as Error);
  return { ended, forMs: nowMs, calls };
}

describe('whoever follows a run of half an hour', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'the network is away for four minutes', fault: 'Unavailable', fromMs: 10 * MINUTE_MS, untilMs: 14 * MINUTE_MS },
    { why: 'somebody else asks too much of AWS',   fault: 'Throttled',   fromMs: 0,              untilMs: 2_000 },
    { why: 'what began just now is not shown yet', fault: 'Absent',      fromMs: 0,              untilMs: 4_000 },
  ] as const)('sees it to its end, though $why', async (outage) => {
    const { ended, forMs, calls } = await followed(outage);
    expect(calls).toBeLessThan(1_000);
    expect(ended).toEqual<Ended>({ executionArn: ARN, status: 'SUCCEEDED', output: { outcome: 'joined' } });
    expect(forMs).toBeLessThan(ENDS_AFTER_MS + 6_000);
  });

  test('gives up after five minutes without an answer, and says that the run does not', async () => {
    const { ended, forMs } = await followed({ fault: 'Unavailable', fromMs: 10 * MINUTE_MS, untilMs: ENDS_AFTER_MS });
    expect(ended).toMatchObject({
      fault: 'Unavailable',
      message: expect.stringMatching(
        /^\S+:x goes on, and is out of sight: sfn describeExecution .*\n +landbridge explain \S+:x tells what comes of it$/,
      ) as string,
    });
    expect(Math.abs(forMs - 15 * MINUTE_MS)).toBeLessThan(10_000);
  });

  test('gives up at once where nobody lets them look', async () => {
    const { ended, forMs } = await followed({ fault: 'Forbidden', fromMs: MINUTE_MS, untilMs: ENDS_AFTER_MS });
    expect(ended).toMatchObject({ fault: 'Forbidden' });
    expect(Math.abs(forMs - MINUTE_MS)).toBeLessThan(10_000);
  });
});

describe('an execution that failed', () => {
  const entered = (id: number, type: string, name: string) => ({ id, type, stateEnteredEventDetails: { name } });

  // biome-ignore format: a table is read down its columns
  test.for([
    { error: 'Fault.Rejected', endedIn: 'Refused', fault: 'Rejected', why: 'a policy refused it before anything was changed' },
    { error: 'Fault.Rejected', endedIn: 'Failed',  fault: 'Conflict', why: 'a step of the way back was refused, and callers had been moved' },
    { error: 'Fault.Conflict', endedIn: 'Refused', fault: 'Conflict', why: 'somebody else was faster, and it may be asked for again' },
  ])('is $fault where $error ends it in $endedIn: $why', async ({ error, endedIn, fault }) => {
    const events = [
      { id: 9, type: 'ExecutionFailed' },
      entered(8, 'FailStateEntered', endedIn),
      entered(2, 'TaskStateEntered', 'Begin'),
    ];
    const execution = { status: 'FAILED', error, cause: 'eu-west-1 is not well', startDate: new Date(0) };
    const context: Context = {
      print: { ...printer(false), progress: () => undefined },
      who: '',
      endpointUrl: undefined,
      runtime: runtimeByHand({
        call: ({ method }) => Promise.resolve(method === 'describeExecution' ? execution : { events }),
      }),
    };
    const ended = await follow(ARN, context);
    expect(() => conclude(ended, context)).toThrow(
      expect.objectContaining({ fault, message: expect.stringContaining('eu-west-1 is not well') as string }),
    );
  });
});

describe('a start that was not answered', () => {
  const INPUT = { fleet: 'payments', region: 'eu-west-1' };

  /** Step Functions as it is: one execution for a name, and its ARN again for the same name while it runs. */
  function stepFunctions({ unanswered, ended }: { readonly unanswered: number; readonly ended?: true }) {
    const begun = new Map<string, string>();
    let asked = 0;
    const call: Caller = (made) => {
      const { name = '', input = '', executionArn } = made.input as Readonly<Record<string, string>>;
      if (made.method === 'describeExecution') return { input: begun.get(executionArn?.split(':').at(-1) ?? '') };
      asked += 1;
      const isKnown = begun.has(name);
      begun.set(name, input);
      if (asked <= unanswered) throw new Fault('Unavailable', 'sfn startExecution in us-east-1: no answer');
      if (isKnown && ended === true) throw new Fault('Conflict', 'ExecutionAlreadyExists');
      return { executionArn: `${name} runs` };
    };
    const context: Context = {
      print: printer(true),
      who: '',
      endpointUrl: undefined,
      runtime: runtimeByHand({ call }),
    };
    return { begun, started: startWorkflow('evacuate-region', INPUT, undefined, context) };
  }

  test('is asked for again, and nothing begins twice', async () => {
    const { begun, started } = stepFunctions({ unanswered: 2 });
    expect(await started).toMatch(/^[0-9a-f-]{36} runs$/);
    expect([...begun.values()]).toEqual([JSON.stringify(INPUT)]);
  });

  test('is that of the execution which has ended meanwhile', async () => {
    const { begun, started } = stepFunctions({ unanswered: 1, ended: true });
    expect(await started).toBe(
      `arn:aws:states:us-east-1:111122223333:execution:landbridge-evacuate-region:${[...begun.keys()].join()}`,
    );
  });

  test('again and again, may have begun all the same: it says so, and where to look', async () => {
    const { begun, started } = stepFunctions({ unanswered: 99 });
    await expect(started).rejects.toMatchObject({
      fault: 'Unavailable',
      message: expect.stringContaining(
        `it may have begun all the same: landbridge explain evacuate-region/${[...begun.keys()].join()} tells`,
      ) as string,
    });
  });
});

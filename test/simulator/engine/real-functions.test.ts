import { expect, test } from 'vitest';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { Service } from '../../../simulator/service.ts';
import { eventbridge } from '../../../simulator/services/eventbridge/index.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { sfn } from '../../../simulator/services/sfn/index.ts';
import { awsTimings } from '../../../simulator/timings.ts';
import { World } from '../../../simulator/world.ts';
import { ACCOUNT, HOME, invoke, machine, ROLE } from './toy-world.ts';

test("an event starts a workflow that invokes a function of Lambda's own, and retries what it throws", async () => {
  const clock = new VirtualClock();
  const services: Service[] = [sfn, eventbridge, lambda];
  const world = new World({ clock, seed: 'real', timings: awsTimings, services, account: ACCOUNT });
  const call = (service: Service['name'], operation: string, input: object) =>
    world.invoke({ service, operation, input, place: HOME, principal: rootOf(ACCOUNT) }) as Promise<
      Record<string, unknown>
    >;

  const made = await call('lambda', 'CreateFunction', {
    FunctionName: 'work',
    Role: ROLE,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 30,
    Code: { ZipFile: new Uint8Array([80, 75, 5, 6, ...Array.from({ length: 18 }, () => 0)]) },
  });
  let attempts = 0;
  attachHostCode(world, String(made['FunctionArn']), async (event) => {
    attempts += 1;
    await clock.sleep(2_000);
    if (attempts === 1) throw Object.assign(new Error('slow down'), { name: 'Fault.Throttled' });
    return { got: event };
  });
  await clock.runFor(60_000);

  const retry = [{ ErrorEquals: ['Fault.Throttled'], IntervalSeconds: 5 }];
  const { stateMachineArn } = await call('sfn', 'CreateStateMachine', {
    name: 'm',
    roleArn: ROLE,
    definition: JSON.stringify(machine({ A: invoke('work', { Retry: retry }) })),
  });
  await call('eventbridge', 'PutRule', { Name: 'r', EventPattern: '{"source":["probe"]}' });
  await call('eventbridge', 'PutTargets', {
    Rule: 'r',
    Targets: [{ Id: '1', Arn: stateMachineArn, RoleArn: ROLE, InputPath: '$.detail' }],
  });
  await call('eventbridge', 'PutEvents', { Entries: [{ Source: 'probe', DetailType: 'T', Detail: '{"n":1}' }] });
  await clock.runFor(60_000);

  const listed = (await call('sfn', 'ListExecutions', { stateMachineArn })) as {
    executions: { executionArn: string; startDate: Date; stopDate: Date }[];
  };
  const [execution] = listed.executions;
  const told = await call('sfn', 'DescribeExecution', { executionArn: execution?.executionArn });
  expect(told).toMatchObject({ status: 'SUCCEEDED', output: '{"got":{"n":1}}' });
  expect(Number(execution?.stopDate) - Number(execution?.startDate)).toBeGreaterThanOrEqual(9_000);
});

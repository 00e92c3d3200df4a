import { strToU8, zipSync } from 'fflate';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { attachHostCode, type HostCode, type HostContext } from '../../../simulator/services/lambda/host.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { weatherOf } from '../../../simulator/weather/index.ts';
import { ACCOUNT, VIRGINIA } from '../service-world.ts';

/** A whole AWS with functions that are closures of the test, and its weather. */
export function weatherWorld(seed = 'weather') {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed });
  const ask = (service: ServiceName, operation: string, input: object = {}, region = VIRGINIA): Promise<object> =>
    world.invoke({ service, operation, input, place: { account: ACCOUNT, region }, principal: rootOf(ACCOUNT) });
  return {
    clock,
    world,
    storm: weatherOf(world),
    ask,
    /** Asks, and lets as much time pass as it takes. */
    get: async <Output = Record<string, never>>(
      service: ServiceName,
      operation: string,
      input: object = {},
      region = VIRGINIA,
    ) => (await clock.runUntil(ask(service, operation, input, region))) as Output,
    /** Makes calls as a function does that runs. */
    callIn:
      ({ principal }: HostContext, from?: string) =>
      (service: ServiceName, operation: string, input: object = {}, region = VIRGINIA): Promise<object> =>
        world.invoke({
          service,
          operation,
          input,
          principal,
          place: { account: ACCOUNT, region },
          ...(from !== undefined && { from }),
        }),
    async function(name: string, code: HostCode, region = VIRGINIA): Promise<string> {
      await ask(
        'lambda',
        'CreateFunction',
        {
          FunctionName: name,
          Role: `arn:aws:iam::${ACCOUNT}:role/runs`,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 60,
          Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => {};') }) },
        },
        region,
      );
      await clock.runFor(5_000);
      const arn = `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;
      attachHostCode(world, arn, code);
      return arn;
    },
    /** What Lambda answers: the function's own answer, or what it reports of its end. */
    async run(arn: string, region = VIRGINIA): Promise<{ readonly failed: boolean; readonly said: unknown }> {
      const { FunctionError, Payload } = (await clock.runUntil(
        ask('lambda', 'Invoke', { FunctionName: arn }, region),
      )) as { FunctionError?: string; Payload: Uint8Array };
      return {
        failed: FunctionError !== undefined,
        said: JSON.parse(Buffer.from(Payload).toString('utf8')) as unknown,
      };
    },
  };
}

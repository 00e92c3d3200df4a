import { strToU8, zipSync } from 'fflate';
import type { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import { attachHostCode, type HostCode } from '../../../simulator/services/lambda/host.ts';
import type { World } from '../../../simulator/world.ts';
import { ACCOUNT } from '../service-world.ts';

interface InAWorld {
  readonly world: World;
  readonly clock: VirtualClock;
}

const ask = ({ world }: InAWorld, region: string, operation: string, input: object): Promise<object> =>
  world.invoke({
    service: 'lambda',
    operation,
    input,
    place: { account: ACCOUNT, region },
    principal: rootOf(ACCOUNT),
  });

/** A function 'bit' with a URL, and code of this process behind it. `admit` lets everybody in, as the console does. */
export async function functionUrl(
  aws: InAWorld,
  region: string,
  code: HostCode,
  { admit = true }: { readonly admit?: boolean } = {},
): Promise<string> {
  await ask(aws, region, 'CreateFunction', {
    FunctionName: 'bit',
    Role: `arn:aws:iam::${ACCOUNT}:role/bit`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => 1;') }) },
  });
  attachHostCode(aws.world, `arn:aws:lambda:${region}:${ACCOUNT}:function:bit`, code);
  if (admit) await admitEverybody(aws, region);
  const made = await ask(aws, region, 'CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE' });
  await aws.clock.runFor(3_000);
  return (made as { FunctionUrl: string }).FunctionUrl;
}

export async function admitEverybody(aws: InAWorld, region: string): Promise<void> {
  const [url, invoke] = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
  const everybody = { FunctionName: 'bit', Principal: '*' };
  await ask(aws, region, 'AddPermission', {
    ...everybody,
    StatementId: 'url',
    Action: url,
    FunctionUrlAuthType: 'NONE',
  });
  await ask(aws, region, 'AddPermission', {
    ...everybody,
    StatementId: 'invoke',
    Action: invoke,
    InvokedViaFunctionUrl: true,
  });
}

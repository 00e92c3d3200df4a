import { strToU8, zipSync } from 'fflate';
import { attachHostCode, type HostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { known } from '../../support/known.ts';
import { ACCOUNT, ServiceWorld } from '../service-world.ts';

/** A function with a URL, and code of this process behind it. `admit` lets everybody in, as the console does. */
export async function functionUrl(
  aws: ServiceWorld<unknown, unknown>,
  region: string,
  code: HostCode,
  { admit = true, timeoutSeconds = 3 }: { admit?: boolean; timeoutSeconds?: number } = {},
): Promise<string> {
  const name = { FunctionName: 'bit' };
  await aws.ask(
    lambda,
    'CreateFunction',
    {
      ...name,
      Role: `arn:aws:iam::${ACCOUNT}:role/bit`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: timeoutSeconds,
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => 1;') }) },
    },
    region,
  );
  attachHostCode(aws.world, `arn:aws:lambda:${region}:${ACCOUNT}:function:bit`, code);
  if (admit) await admitEverybody(aws, region);
  const { FunctionUrl } = await aws.ask(lambda, 'CreateFunctionUrlConfig', { ...name, AuthType: 'NONE' }, region);
  await aws.pass(3);
  return known(FunctionUrl);
}

export async function admitEverybody(aws: ServiceWorld<unknown, unknown>, region: string): Promise<void> {
  const everybody = { FunctionName: 'bit', Principal: '*' };
  await aws.ask(
    lambda,
    'AddPermission',
    { ...everybody, StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    region,
  );
  await aws.ask(
    lambda,
    'AddPermission',
    { ...everybody, StatementId: 'invoke', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    region,
  );
}

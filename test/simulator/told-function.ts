import { strToU8, zipSync } from 'fflate';
import { attachHostCode } from '../../simulator/services/lambda/host.ts';
import { lambda } from '../../simulator/services/lambda/index.ts';
import { ACCOUNT, type ServiceWorld, VIRGINIA } from './service-world.ts';

/** A function that writes down what it is invoked with, and lets one service in. */
export async function toldFunction<Client, State>(
  aws: ServiceWorld<Client, State>,
  { name, admits }: { readonly name: string; readonly admits?: { Principal: string; SourceArn?: string } },
): Promise<{ readonly arn: string; readonly told: unknown[] }> {
  await aws.ask(lambda, 'CreateFunction', {
    FunctionName: name,
    Role: `arn:aws:iam::${ACCOUNT}:role/told`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => {};') }) },
  });
  if (admits !== undefined)
    await aws.ask(lambda, 'AddPermission', {
      FunctionName: name,
      StatementId: 'in',
      Action: 'lambda:InvokeFunction',
      ...admits,
    });
  await aws.pass(5);
  const arn = `arn:aws:lambda:${VIRGINIA}:${ACCOUNT}:function:${name}`;
  const told: unknown[] = [];
  attachHostCode(aws.world, arn, async (event) => {
    told.push(event);
  });
  return { arn, told };
}

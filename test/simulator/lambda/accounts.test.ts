import { zipSync } from 'fflate';
import { beforeEach, expect, test } from 'vitest';
import { type Principal, rootOf, serviceActing } from '../../../simulator/principal.ts';
import { ACCOUNT, GuardedWorld, OTHER, REGION, refusalOf } from '../authorization/guarded-world.ts';

const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:greet`;

let aws: GuardedWorld;
let caller: Principal;

async function create(account: string, says: string): Promise<void> {
  const code = `export const handler = async () => ${JSON.stringify(says)};`;
  await aws.role('greet', [], { account });
  await aws.call(
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'greet',
      Role: `arn:aws:iam::${account}:role/greet`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.mjs': new TextEncoder().encode(code) }) },
    },
    rootOf(account),
  );
  await aws.clock.runFor(3_000);
}

beforeEach(async () => {
  aws = new GuardedWorld();
  await create(ACCOUNT, 'ours');
  await create(OTHER, 'theirs');
  caller = await aws.role('caller', [{ Action: 'lambda:*', Resource: '*' }], { account: OTHER });
});

const permit = (Principal: string, Action = 'lambda:InvokeFunction') =>
  aws.call('lambda', 'AddPermission', { FunctionName: 'greet', StatementId: Action.slice(7), Principal, Action });

const invoke = async (FunctionName: string, who = caller): Promise<unknown> => {
  const { Payload } = await aws.clock.runUntil(
    aws.call<{ Payload: string }>('lambda', 'Invoke', { FunctionName }, who),
  );
  return JSON.parse(Buffer.from(Payload).toString());
};

test('a function of another account is meant by its ARN, and let in by its policy', async () => {
  expect(await invoke('greet')).toBe('theirs');
  const refused = await refusalOf(invoke(ARN));
  expect(refused.message).toContain('because no resource-based policy allows the lambda:InvokeFunction action');
  await permit(OTHER);
  expect(await invoke(ARN)).toBe('ours');
  expect(await invoke(`${ACCOUNT}:function:greet`)).toBe('ours');
  expect(await refusalOf(aws.call('lambda', 'GetFunction', { FunctionName: ARN }, caller))).toMatchObject({
    code: 'AccessDeniedException',
  });
  await permit(OTHER, 'lambda:GetFunction');
  expect(await aws.call('lambda', 'GetFunction', { FunctionName: ARN }, caller)).toMatchObject({
    Configuration: { FunctionArn: ARN },
  });
});

test('one role of it may be named, and no other gets in', async () => {
  await permit(String(caller.roleArn));
  expect(await invoke(ARN)).toBe('ours');
  const other = await aws.role('other', [{ Action: 'lambda:*', Resource: '*' }], { account: OTHER });
  expect((await refusalOf(invoke(ARN, other))).code).toBe('AccessDeniedException');
});

test('nobody makes a function for another account', async () => {
  const FunctionName = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:new`;
  expect((await refusalOf(aws.call('lambda', 'CreateFunction', { FunctionName }, caller))).code).toBe(
    'AccessDeniedException',
  );
});

test('what a service invokes is where it says', async () => {
  const place = { account: ACCOUNT, region: REGION };
  const principal = serviceActing('events.amazonaws.com', OTHER);
  const input = { FunctionName: ARN };
  const { Payload } = (await aws.clock.runUntil(
    aws.world.invoke({ service: 'lambda', operation: 'Invoke', input, place, principal }),
  )) as { Payload: string };
  expect(JSON.parse(Buffer.from(Payload).toString())).toBe('ours');
});

import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { weatherOf } from '../../../simulator/weather/index.ts';
import { ACCOUNT, GuardedWorld, trusting } from '../authorization/guarded-world.ts';
import { refusalCode } from '../service-world.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/runs`;
const AssumeRolePolicyDocument = trusting({ Service: 'lambda.amazonaws.com', AWS: `arn:aws:iam::${ACCOUNT}:root` });
const made = { RoleName: 'runs', AssumeRolePolicyDocument };

test('a new role is shown before Lambda, or anybody else, can assume it', async () => {
  const guarded = new GuardedWorld();
  const storm = weatherOf(guarded.world);
  const ask = (service: 'iam' | 'lambda' | 'sts', operation: string, input: object) =>
    refusalCode(guarded.clock.runUntil(guarded.call(service, operation, input)));
  const makesFunction = () =>
    ask('lambda', 'CreateFunction', {
      FunctionName: 'one',
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => {};') }) },
    });
  const assumes = () => ask('sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'one' });

  storm.lateRoles({ share: 1, maxMs: 10_000 });
  expect(await ask('iam', 'CreateRole', made)).toBe('no error');
  expect(await ask('iam', 'GetRole', { RoleName: 'runs' })).toBe('no error');
  expect([await makesFunction(), await assumes()]).toEqual(['InvalidParameterValueException', 'AccessDenied']);
  expect(storm.times('not assumable yet')).toBe(1);
  await guarded.clock.runFor(10_000);
  expect([await makesFunction(), await assumes()]).toEqual(['no error', 'no error']);
});

test('a role that was not made is not late', async () => {
  const guarded = new GuardedWorld();
  const storm = weatherOf(guarded.world);
  await guarded.call('iam', 'CreateRole', made);
  storm.lateRoles({ share: 1 });
  expect(await refusalCode(guarded.clock.runUntil(guarded.call('iam', 'CreateRole', made)))).toBe(
    'EntityAlreadyExists',
  );
  const assumed = guarded.call('sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 'one' });
  expect(await refusalCode(guarded.clock.runUntil(assumed))).toBe('no error');
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { ACCOUNT, ServiceWorld } from '../service-world.ts';

/** The engine's own collector, now. */
const collect = async (): Promise<void> => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  // A weak reference that was asked holds on until the turn is over.
  await new Promise(setImmediate);
  gc();
};

async function liveAndDie(source: string): Promise<WeakRef<object>> {
  const aws = new ServiceWorld(lambda);
  await aws.call('CreateFunction', {
    FunctionName: 'pay',
    Role: `arn:aws:iam::${ACCOUNT}:role/reader`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.mjs': strToU8(source) }) },
  });
  await aws.pass(5);
  const { FunctionError } = await aws.clock.runUntil(aws.call('Invoke', { FunctionName: 'pay', Payload: '{}' }));
  expect(FunctionError).toBeUndefined();
  return new WeakRef(aws.clock);
}

// Node keeps every module for as long as it lives, and modules have these in their scope.
test.for([
  'export const handler = async () => Date.now();',
  'export const handler = () => new Promise((answered) => setTimeout(answered, 10));',
  'console.log("loaded"); const kept = { process, setInterval }; export const handler = async () => kept.process.env;',
])('a world that is over is let go of, whatever its functions were: %s', async (source) => {
  const world = await liveAndDie(source);
  await collect();
  expect(world.deref()).toBeUndefined();
});

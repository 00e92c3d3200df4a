import { beforeAll, expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { functions } from '../../handlers/index.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { breakages } from '../../local/breakages.ts';
import { virtualBed } from '../../local/virtual-bed.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import { QUICK } from '../support/landbridge.ts';

const MINUTE_MS = 60_000;
/** As EC2, Route 53 and STS, the newer services, and SNS say it. */
const REFUSED = /^(UnauthorizedOperation|AccessDenied(Exception)?|AuthorizationError)$/;

const denied: string[] = [];
const outcomes: Record<string, string> = {};
/** Names of our roles of which some statement was used. */
const seen = new Set<string>();

/** A fleet's life, with IAM in force. */
beforeAll(async () => {
  const bed = await virtualBed({ seed: 'iam', timings: QUICK });
  const { world, clock, fleet, landbridge } = bed;
  expect(world.authorization).toBe('enforced');
  const invoke = world.invoke.bind(world);
  world.invoke = async (request) => {
    try {
      return await invoke(request);
    } catch (error) {
      if (error instanceof AwsError && REFUSED.test(error.code)) denied.push(error.message);
      throw error;
    }
  };
  world.onAuthorized = ({ principal }) => {
    const role = principal.roleArn?.split('/').at(-1);
    if (role !== undefined) seen.add(role);
  };
  const run = async (workflow: string, input: object): Promise<void> => {
    const { status, cause } = await bed.run(workflow, { fleet: fleet.name, ...input });
    outcomes[workflow] = cause ?? status;
  };

  await bed.join('us-east-1', 'eu-west-1', 'ap-northeast-1');
  await clock.runFor(5 * MINUTE_MS);
  for (const name of ['route deleted', 'peering deleted by its requester', 'rule revoked', 'function code replaced']) {
    const state = await clock.runUntil(bed.store().load(fleet.name));
    const breakage = breakages.find((one) => one.name === name);
    if (breakage === undefined) throw new Error(`there is no breakage called ${name}`);
    await clock.runUntil(
      converse(breakage.do({ state, from: 'eu-west-1', to: 'us-east-1' }), landbridge.operator.call),
    );
    await clock.runFor(5 * MINUTE_MS);
  }
  await run('reconcile', {});
  await run('repair', {});
  await run('evacuate-region', { region: 'eu-west-1' });
  await clock.runFor(10 * MINUTE_MS);
  await run('restore-region', { region: 'eu-west-1' });
  await clock.runFor(10 * MINUTE_MS);
  await run('drill', { region: 'eu-west-1', minutes: 1 });
  await clock.runFor(10 * MINUTE_MS);
  // As the dashboard does.
  const Payload = JSON.stringify({ fleet: fleet.name });
  const widget = write(fleet.home, 'lambda', 'invoke', { FunctionName: 'landbridge-fleet-widget', Payload });
  await clock.runUntil(converse(widget, landbridge.operator.call));
  await run('offboard-region', { region: 'ap-northeast-1' });
}, 240_000);

test('every workflow does its work', () => {
  const all = ['reconcile', 'repair', 'evacuate-region', 'restore-region', 'drill', 'offboard-region'];
  expect(outcomes).toEqual(Object.fromEntries(all.map((workflow) => [workflow, 'SUCCEEDED'])));
});

test('nobody is denied anything', () => expect(denied).toEqual([]));

test('every function does it under its own role', () => {
  const roles = functions.map(({ name }) => `landbridge-${name}`);
  expect(roles.filter((role) => !seen.has(role))).toEqual([]);
});

import { expect, test } from 'vitest';
import { agentFunction } from '../../control-plane/model/agents.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { situationOf } from '../../handlers/runtime/situation.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { brokenFunction } from '../support/broken-function.ts';
import { known } from '../support/known.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';
const MINUTE_MS = 60_000;

test('a member whose observer and whose only link are broken is no dark Region, and is not left alone', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, OTHER);
  const { clock, world, landbridge, fleet } = bed;
  const { call } = landbridge.operator;
  // Until the fleet has made up its mind nobody is there to mend anything.
  const mends = ['look', 'sweep-fleet'].map((name) => brokenFunction(world, HOME, name));
  const { ids, members } = await bed.state();
  const RouteTableId = known(ids.get(`route-table/${OTHER}/main`));
  const [DestinationCidrBlock] = known(members.find(({ region }) => region === HOME)).cidrs;
  const FunctionName = agentFunction(fleet.name, 'probe');
  await clock.runUntil(
    Promise.all([
      converse(write(OTHER, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }), call),
      converse(write(OTHER, 'lambda', 'updateFunctionConfiguration', { FunctionName, Handler: 'index.nothing' }), call),
    ]),
  );
  await clock.runFor(5 * MINUTE_MS);
  const { findings } = situationOf(await bed.state(), clock.nowMs()).diagnosis;
  expect(findings.map(({ cause }) => cause)).toEqual([`region/${OTHER}`]);

  for (const mend of mends) mend();
  await clock.runFor(20 * MINUTE_MS);
  expect(await clock.runUntil(isAsDeclared(landbridge, fleet.name))).toBe(true);
  const after = situationOf(await bed.state(), clock.nowMs());
  expect(after.diagnosis.findings).toEqual([]);
});

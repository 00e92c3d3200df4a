import { expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { measuredRuns, type RunCount } from '../../docs/measured-runs.ts';
import { rootOf } from '../../simulator/principal.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';

const A_TENTH = 0.1;

async function asked<Answer>({ world, clock, fleet }: TestBed, operation: string, input: object): Promise<Answer> {
  const place = { account: world.account, region: fleet.home };
  const call = { service: 'sfn', operation, input, place, principal: rootOf(world.account) } as const;
  return (await clock.runUntil(world.invoke(call))) as Answer;
}

/** States that were entered, and those among them that are tasks. */
async function countsOf(bed: TestBed, executionArn: string): Promise<Omit<RunCount, 'what'>> {
  const types: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: { type: string }[]; nextToken?: string } = await asked(bed, 'GetExecutionHistory', {
      executionArn,
      maxResults: 1_000,
      ...(nextToken !== undefined && { nextToken }),
    });
    types.push(...page.events.map(({ type }) => type));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return {
    transitions: types.filter((type) => type.endsWith('StateEntered')).length,
    tasks: types.filter((type) => type === 'TaskStateEntered').length,
  };
}

async function allOf(bed: TestBed, workflow: string): Promise<readonly string[]> {
  const stateMachineArn = `arn:aws:states:${bed.fleet.home}:${bed.world.account}:stateMachine:landbridge-${workflow}`;
  const { executions } = await asked<{ executions: { executionArn: string }[] }>(bed, 'ListExecutions', {
    stateMachineArn,
  });
  return executions.map(({ executionArn }) => executionArn);
}

function expectAbout(counted: Omit<RunCount, 'what'>, { what, transitions, tasks }: RunCount): void {
  const says = `${what}: ${JSON.stringify(counted)}; write it down in docs/measured-runs.ts and run npm run docs`;
  expect(Math.abs(counted.transitions - transitions), says).toBeLessThanOrEqual(transitions * A_TENTH);
  expect(Math.abs(counted.tasks - tasks), says).toBeLessThanOrEqual(tasks * A_TENTH);
}

test('runs take what docs/cost.md says', async () => {
  const bed = await testBed({ timings: { replicaActiveMs: awsTimings.replicaActiveMs } });
  await bed.join('us-east-1', 'eu-west-1');
  const [join] = await bed.join('ap-southeast-2');
  expectAbout(await countsOf(bed, join?.arn ?? ''), measuredRuns.join);
  const { arn } = await bed.run('reconcile', { fleet: bed.fleet.name });
  expectAbout(await countsOf(bed, arn), measuredRuns.noOp);

  const before = new Set(await allOf(bed, 'reconcile'));
  const VpcPeeringConnectionId = (await bed.state()).ids.get('peering/eu-west-1~us-east-1');
  await bed.asStranger(write('us-east-1', 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
  await bed.clock.runFor(600_000);
  const [repair = '', ...others] = (await allOf(bed, 'reconcile')).filter((one) => !before.has(one));
  // The event of the deletion starts it; what probes have seen meanwhile may start others, which find little to do.
  expect(others).toEqual([]);
  expectAbout(await countsOf(bed, repair), measuredRuns.repair);
});

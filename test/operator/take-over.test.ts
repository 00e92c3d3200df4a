import { describe, expect, test } from 'vitest';
import { read, write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { handler as applyPlan } from '../../handlers/apply-plan.ts';
import { handler as look } from '../../handlers/look.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { Leases } from '../../handlers/runtime/lease.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { handler as sweepFleet } from '../../handlers/sweep-fleet.ts';
import { type LocalLandbridge, localLandbridge } from '../../local/local-landbridge.ts';
import { takeOver } from '../../operator/take-over.ts';
import { request } from '../../simulator/data-plane/request.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { mortal } from '../support/mortal.ts';

const HOME = 'us-east-1';
const STANDBY = 'eu-west-1';
const THIRD = 'ap-southeast-2';
const OLGA = `arn:aws:iam::${ACCOUNT}:user/olga`;
const MINUTE_MS = 60_000;

/** The operator, for whom another Region is home. */
const at = (bed: TestBed, home: Region): Runtime => {
  const { operator } = bed.landbridge;
  return { ...operator, settings: { ...operator.settings, home, region: home } };
};
const taking = (bed: TestBed, home: Region = STANDBY, although?: string) =>
  bed.clock.runUntil(takeOver({ by: OLGA, because: 'the Region is gone', although }, at(bed, home)));
const stateAt = (bed: TestBed, home: Region): Promise<FleetState> =>
  bed.clock.runUntil(new FleetStore(at(bed, home)).load('payments'));

/** The control plane as it is put into the standby: from the same registries, with the roles that are there. */
const installedIn = (bed: TestBed, home: Region): Promise<LocalLandbridge> =>
  bed.clock.runUntil(localLandbridge({ world: bed.world, home, reach: { kind: 'in-process' }, takesOver: true }));

async function run(bed: TestBed, landbridge: LocalLandbridge, workflow: string, input: object) {
  return bed.clock.runUntil(
    (async () => landbridge.ended(await landbridge.start(workflow, { fleet: 'payments', ...input })))(),
  );
}

async function answeredFrom(bed: TestBed, from: Region, state: FleetState): Promise<string | undefined> {
  const journey = await bed.clock.runUntil(
    request(bed.world, {
      from: { account: ACCOUNT, region: from, vpcId: state.ids.get(`vpc/${from}`) ?? '' },
      url: 'https://api.payments.example.com/health',
      resolverCache: 'bypass',
    }),
  );
  return journey.answeredBy?.region;
}

async function joined(): Promise<TestBed> {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, STANDBY, THIRD);
  await bed.clock.runFor(3 * MINUTE_MS);
  return bed;
}

describe('home is gone', () => {
  test('the standby takes over with what its replica holds, reconciles, and heals; home comes back, and is refused', async () => {
    const bed = await joined();
    const before = await bed.state();
    const entries = (await bed.journal()).length;
    bed.world.outages.darken(HOME);
    await bed.clock.runFor(5 * MINUTE_MS);

    expect(await taking(bed)).toEqual({ fleets: ['payments'], already: [], was: [HOME], stopped: [], notStopped: [] });
    expect(await taking(bed), 'again is nothing to do').toMatchObject({ fleets: ['payments'], already: ['payments'] });
    const landbridge = await installedIn(bed, STANDBY);
    const state = await stateAt(bed, STANDBY);
    expect(state.declared.fleet).toMatchObject({ home: STANDBY });
    expect(state.declared.fleet).not.toHaveProperty('standby');
    expect(state.members).toEqual(before.members);
    for (const [key, id] of before.ids)
      if (key !== `state-replica/${STANDBY}` && key !== `event-forward/${STANDBY}`)
        expect(state.ids.get(key), key).toBe(id);
    const journal = await bed.clock.runUntil(new Journal(at(bed, STANDBY)).newest('payments', 100_000));
    expect(journal.length, 'with all that was written down before').toBeGreaterThan(entries);

    // As functions take to be there, on AWS too.
    await bed.clock.runFor(MINUTE_MS);
    // Agents report here, events are handed on to here, and nothing else is to do in what is left.
    const regions = [STANDBY, THIRD];
    const first = await run(bed, landbridge, 'reconcile', { scope: { regions } });
    expect(first, first.cause).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(bed, landbridge, 'reconcile', { scope: { regions } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'as-declared', writes: 0 },
    });
    expect(await answeredFrom(bed, THIRD, state)).toBe(THIRD);

    // Somebody breaks the one link that is left. Nobody is asked.
    const VpcPeeringConnectionId =
      state.ids.get(`peering/${THIRD}~${STANDBY}`) ?? state.ids.get(`peering/${STANDBY}~${THIRD}`);
    await bed.asStranger(write(STANDBY, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
    await bed.clock.runFor(15 * MINUTE_MS);
    const healed = await stateAt(bed, STANDBY);
    const peering =
      healed.ids.get(`peering/${THIRD}~${STANDBY}`) ?? healed.ids.get(`peering/${STANDBY}~${THIRD}`) ?? '';
    expect(peering).not.toBe(VpcPeeringConnectionId);
    const { VpcPeeringConnections = [] } = await bed.clock.runUntil(
      converse(
        read(STANDBY, 'ec2', 'describeVpcPeeringConnections', { VpcPeeringConnectionIds: [peering] }),
        bed.landbridge.operator.call,
      ),
    );
    expect(VpcPeeringConnections.map(({ Status }) => Status?.Code)).toEqual(['active']);

    // Home comes back with everything it had: its rules, its functions, and a table that is behind.
    bed.world.outages.lighten(HOME);
    await bed.clock.runFor(10 * MINUTE_MS);
    await expect(stateAt(bed, HOME)).rejects.toThrow(`home: payments is at home in ${STANDBY} since`);
    const sweeps = await newestOf(bed, 'sweep', HOME);
    expect(sweeps.length, 'it is woken, as ever').toBeGreaterThan(0);
    const last = await run(bed, landbridge, 'reconcile', { scope: {} });
    expect(last, last.cause).toMatchObject({ status: 'SUCCEEDED' });
    expect(await answeredFrom(bed, HOME, healed), 'it is a member again, and no more').toBe(HOME);
    expect(await run(bed, landbridge, 'reconcile', { scope: {} })).toMatchObject({
      output: { outcome: 'as-declared', writes: 0 },
    });
  });

  test('in the moment when it comes back and its table does not know yet, it asks the standby’s', async () => {
    const bed = await joined();
    bed.world.outages.isolate(HOME);
    await taking(bed);
    bed.world.outages.reconnect(HOME);
    expect((await stateAt(bed, HOME)).declared.fleet.home, 'what it holds is from before').toBe(HOME);
    const here = at(bed, HOME);
    for (const [handler, event] of [
      [sweepFleet, { fleet: 'payments' }],
      [look, runState()],
    ] as const)
      await expect(bed.clock.runUntil(handler.runIn(here, event))).rejects.toThrow(/is at home in eu-west-1 since/);
  });

  test('a lease that it holds still is worth nothing, once its table knows', async () => {
    const bed = await joined();
    const here = at(bed, HOME);
    const leases = new Leases(here, 'payments');
    const { fences } = await bed.state();
    const scope = 'member/us-east-1';
    const lease = await bed.clock.runUntil(leases.take(scope, 'a run of before', fences.get(scope)));
    if (lease === undefined) throw new Error('nobody has it');
    await bed.clock.runUntil(leases.whileHeld(lease, []));
    await taking(bed, STANDBY, 'a test of fences');
    await bed.clock.runFor(5_000);
    await expect(bed.clock.runUntil(leases.whileHeld(lease, []))).rejects.toThrow("is somebody else's by now");
    await expect(bed.clock.runUntil(applyPlan.runIn(here, runState())), 'and no plan is carried out').rejects.toThrow();
  });
});

const runState = () => ({
  fleet: 'payments',
  run: 'r',
  execution: 'e',
  purpose: 'reconcile',
  scope: {},
  startedAtMs: 0,
});

async function newestOf(bed: TestBed, workflow: string, region: Region): Promise<readonly object[]> {
  const stateMachineArn = `arn:aws:states:${region}:${ACCOUNT}:stateMachine:landbridge-${workflow}`;
  const { executions = [] } = await bed.clock
    .runUntil(converse(read(region, 'sfn', 'listExecutions', { stateMachineArn }), bed.landbridge.operator.call))
    .catch(() => ({ executions: [{}] }));
  return executions;
}

test('whoever is switched off after any write takes over again, and has what nobody interrupted has', async () => {
  const withHomeGone = async (): Promise<TestBed> => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME, STANDBY);
    await bed.clock.runFor(3 * MINUTE_MS);
    bed.world.outages.darken(HOME);
    return bed;
  };
  const seenOf = async (bed: TestBed): Promise<object> => {
    const { declared, ids, revision } = await stateAt(bed, STANDBY);
    const journal = await bed.clock.runUntil(new Journal(at(bed, STANDBY)).newest('payments', 100_000));
    const { Rules = [] } = await bed.clock.runUntil(
      converse(read(STANDBY, 'eventbridge', 'listRules', {}), bed.landbridge.operator.call),
    );
    return {
      fleet: declared.fleet,
      revision,
      known: [...ids.keys()].toSorted(),
      told: journal.filter(({ what }) => what === 'takeover').map(({ says }) => says),
      rules: Rules.map(({ Name }) => Name),
    };
  };
  const takeover = { by: OLGA, because: 'the Region is gone' };
  const calm = await withHomeGone();
  const { runtime, writes } = mortal(at(calm, STANDBY), Number.POSITIVE_INFINITY);
  await calm.clock.runUntil(takeOver(takeover, runtime));
  const undisturbed = await seenOf(calm);
  expect(writes).toHaveLength(5);
  for (let after = 0; after < writes.length; after += 1) {
    const bed = await withHomeGone();
    const dying = takeOver(takeover, mortal(at(bed, STANDBY), after).runtime);
    await expect(bed.clock.runUntil(dying)).rejects.toThrow('the machine was switched off');
    await taking(bed);
    expect(await seenOf(bed), `after ${after} writes, before ${writes[after]}`).toEqual(undisturbed);
  }
});

test('a home that answers for its table and not for its rules is taken from all the same, and told what still wakes', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME);
  const here = at(bed, STANDBY);
  const halfGone: Caller = (call) => {
    if (call.region === HOME && call.service === 'eventbridge') throw new Fault('Unavailable', 'no answer');
    return here.call(call);
  };
  const takeover = { by: OLGA, because: 'its EventBridge is gone', although: 'its tables answer' };
  const done = await bed.clock.runUntil(takeOver(takeover, { ...here, call: halfGone }));
  expect(done).toMatchObject({ fleets: ['payments'], was: [HOME], stopped: [] });
  expect(done.notStopped).toContainEqual({ name: 'landbridge-every-minute', region: HOME });
  expect((await stateAt(bed, STANDBY)).declared.fleet.home).toBe(STANDBY);
});

describe('is refused, and nothing is changed', () => {
  test('while home answers; and with a reason home is stopped first', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME);
    await expect(taking(bed)).rejects.toThrow(`--home: ${HOME} answers, so it is not gone`);
    expect((await bed.state()).declared.fleet.home).toBe(HOME);
    const { stopped } = await taking(bed, STANDBY, 'it is sick beyond repair');
    expect(stopped.length).toBeGreaterThan(0);
    const rule = await bed.clock.runUntil(
      converse(
        read(HOME, 'eventbridge', 'describeRule', { Name: 'landbridge-every-minute' }),
        bed.landbridge.operator.call,
      ),
    );
    expect(rule.State).toBe('DISABLED');
    await bed.clock.runFor(5_000);
    await expect(stateAt(bed, HOME)).rejects.toThrow(`by ${OLGA} (the Region is gone)`);
  });

  test('where there is no replica of the state table, or the fleet’s standby is elsewhere', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME, THIRD);
    await expect(taking(bed, 'sa-east-1')).rejects.toThrow('sa-east-1 has no replica of landbridge-state');
    await expect(taking(bed, THIRD)).rejects.toThrow(`the standby of payments is ${STANDBY}, not ${THIRD}`);
    await expect(stateAt(bed, STANDBY), 'nor does anybody act there before').rejects.toThrow(`is at home in ${HOME}`);
  });
});

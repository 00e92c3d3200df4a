import { describe, expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Steer } from '../../control-plane/traffic/traffic.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { deleteStage } from '../../local/breakages.ts';
import { callersIn } from '../../local/callers.ts';
import { throwing } from '../../local/faults/ways.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';
import { attachHostCode } from '../../simulator/services/lambda/host.ts';
import { route53Home } from '../../simulator/services/route-53/state.ts';
import { known } from '../support/known.ts';
import { ACCOUNT, type TestBed, testBed } from '../support/landbridge.ts';

const FLEET = 'payments';
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const EU = 'eu-west-1';
const MINUTE_MS = 60_000;
const URL = 'https://api.payments.example.com/health';
const BY = 'arn:aws:iam::111122223333:user/olga';

async function settledBed(declare?: Parameters<typeof testBed>[0]): Promise<TestBed> {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 }, ...declare });
  await bed.join(...REGIONS);
  await bed.clock.runFor(3 * MINUTE_MS);
  return bed;
}

async function callersOf(bed: TestBed) {
  const { ids } = await bed.state();
  return callersIn(
    bed.world,
    REGIONS.map((region) => ({ region, vpcId: ids.get(`vpc/${region}`) ?? '' })),
    URL,
  );
}

/** What Route 53 thinks of each member's bit. */
function bitsOf({ world }: TestBed): Record<string, boolean> {
  const { healthChecks } = world.state(route53Home, { account: ACCOUNT, region: 'us-east-1' });
  return Object.fromEntries(
    [...healthChecks.values()].map(({ id, callerReference }) => [
      callerReference.split('/')[2] ?? '',
      conditionsOf(world).isHealthy(id),
    ]),
  );
}

const saysOf = async (bed: TestBed, what: string): Promise<readonly string[]> =>
  (await bed.journal()).filter((entry) => entry.what === what).map(({ says }) => says);

describe('evacuating and restoring', () => {
  test('moves every caller off a member and back, and none of them loses a request', async () => {
    const bed = await settledBed();
    const callers = await callersOf(bed);
    const gone = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY, because: 'maintenance' });
    expect(gone).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'evacuated', writes: 0 } });
    expect(bitsOf(bed)).toEqual({ 'us-east-1': true, 'eu-west-1': false, 'ap-southeast-2': true });
    expect((await bed.state()).health.traffic.drains).toMatchObject([{ region: EU, by: BY, because: 'maintenance' }]);
    expect(await saysOf(bed, 'drained')).toEqual([expect.stringContaining('maintenance')]);

    await bed.clock.runFor(10 * MINUTE_MS);
    // It is well, and drained: nobody takes that for trouble, and nothing brings it back by itself.
    expect((await bed.state()).health.incidents).toEqual([]);
    expect(bitsOf(bed)[EU]).toBe(false);

    const back = await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    expect(back).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored' } });
    expect(bitsOf(bed)[EU]).toBe(true);
    expect((await bed.state()).health.traffic).toEqual({ drains: [], steers: [] });
    // Its own callers, then each of the two other views by itself: as many steps as there are views.
    expect(await saysOf(bed, 'restoring')).toMatchObject([
      expect.stringContaining('view by view'),
      expect.stringContaining('its own callers'),
      expect.stringMatching(/^callers in \S+ may be sent to eu-west-1 again$/),
      expect.stringMatching(/^callers in \S+ may be sent to eu-west-1 again$/),
    ]);
    expect(callers.tolls().lost).toBe(0);
    callers.stop();
  });

  test('a drill does both, and says how it went', async () => {
    const bed = await settledBed();
    const callers = await callersOf(bed);
    const drill = await bed.run('drill', { fleet: FLEET, region: EU, by: BY, minutes: 1 });
    expect(drill).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'drilled' } });
    expect((drill.output as { says: string }).says).toMatch(/^evacuated in \d+ s, restored in \d+ s$/);
    expect(await saysOf(bed, 'drill')).toEqual([`the loss of ${EU} is rehearsed for 1 minute`]);
    const outcomes = (await bed.journal()).filter(({ what }) => what === 'outcome').map(({ outcome }) => outcome);
    expect(new Set(outcomes.slice(-3))).toEqual(new Set(['drilled', 'evacuated', 'restored']));
    expect((await bed.state()).health.traffic).toEqual({ drains: [], steers: [] });
    expect(callers.tolls().lost).toBe(0);
    callers.stop();
  });

  test('a way back leaves nobody behind, whoever leaves while it goes on', async () => {
    const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
    await bed.join('us-east-1', EU, 'ap-southeast-2', 'us-west-2', 'ca-central-1');
    await bed.clock.runFor(3 * MINUTE_MS);
    await bed.run('evacuate-region', { fleet: FLEET, region: 'us-east-1', by: BY });
    await bed.clock.runFor(6 * MINUTE_MS);
    const began = await bed.clock.runUntil(
      bed.landbridge.start('restore-region', { fleet: FLEET, region: 'us-east-1', by: BY }),
    );
    const lets = `callers in ${EU} may be sent to us-east-1 again`;
    while (!(await saysOf(bed, 'restoring')).includes(lets)) await bed.clock.runFor(1_000);
    // Who was let back first is gone: whoever would have been next is the first of those left.
    await bed.clock.runUntil(bed.landbridge.start('offboard-region', { fleet: FLEET, region: EU }));
    expect(await bed.clock.runUntil(bed.landbridge.ended(began))).toMatchObject({ status: 'SUCCEEDED' });
    expect((await bed.state()).health.traffic.steers.filter(({ cause }) => cause === 'ramp')).toEqual([]);
  });

  test('callers who are kept off a member for what was found stay off it when it is back', async () => {
    const coolDownSeconds = 1_800;
    const bed = await settledBed({
      declare: (example) => ({ ...example, health: { ...example.health, coolDownSeconds } }),
    });
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    const steer: Steer = {
      viewer: 'us-east-1',
      avoid: EU,
      sinceMs: bed.clock.nowMs(),
      because: 'packets are lost between them',
      cause: 'link/eu-west-1~us-east-1',
    };
    const health = new HealthStore(bed.landbridge.operator);
    await bed.clock.runUntil(health.moveAs(FLEET, steer.sinceMs, () => Promise.resolve({ steer: [steer] })));
    const back = await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    expect(back).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored' } });
    expect((await bed.state()).health.traffic).toEqual({ drains: [], steers: [steer] });
    const said = await saysOf(bed, 'restoring');
    expect(said[0]).toMatch(/; callers in us-east-1 stay off it, for what was found$/);
    expect(said.slice(1)).toEqual([
      'eu-west-1 is in service for its own callers',
      'callers in ap-southeast-2 may be sent to eu-west-1 again',
    ]);
    // It ends with what it is for.
    await bed.clock.runFor(coolDownSeconds * 1_000);
    expect((await bed.state()).health.traffic.steers).toEqual([]);
  });

  test('callers with nobody else who is well to ask have it back at once, and view by view it would be worse', async () => {
    const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
    await bed.join('us-east-1', EU);
    await bed.clock.runFor(3 * MINUTE_MS);
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    await bed.clock.runFor(6 * MINUTE_MS);
    const { ids } = await bed.state();
    attachHostCode(bed.world, known(ids.get('function/us-east-1/payments')), throwing);
    await bed.clock.runFor(MINUTE_MS);
    const executionArn = await bed.clock.runUntil(
      bed.landbridge.start('restore-region', { fleet: FLEET, region: EU, by: BY }),
    );
    // Its bit is seen after half a minute, and names are remembered for one.
    await bed.clock.runFor(2 * MINUTE_MS);
    const callers = callersIn(
      bed.world,
      ['us-east-1', EU].map((region) => ({ region, vpcId: known(ids.get(`vpc/${region}`)) })),
      URL,
    );
    await bed.clock.runFor(MINUTE_MS);
    callers.stop();
    expect(callers.tolls().lost).toBe(0);
    const ended = await bed.clock.runUntil(bed.landbridge.ended(executionArn));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored', writes: 0 } });
    expect((await saysOf(bed, 'restoring'))[0]).toMatch(
      /; callers in us-east-1 have it at once, for nobody else who is well can be asked there$/,
    );
  });

  test('a way back waits for nobody else who is sick and under repair', async () => {
    const AP = 'ap-southeast-2';
    let isBusy = false;
    const bed = await settledBed({
      around: (caller) => (call) =>
        isBusy && call.access === 'write' && call.service === 'api-gateway' && call.region === AP
          ? Promise.reject(new Fault('Throttled', 'TooManyRequestsException: Too Many Requests'))
          : caller(call),
    });
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    await bed.clock.runFor(6 * MINUTE_MS);
    const { ids } = await bed.state();
    isBusy = true;
    await bed.asStranger(deleteStage(AP, known(ids.get(`rest-api/${AP}`)), bed.fleet.api.stage));
    await bed.clock.runFor(MINUTE_MS);
    const [sick] = (await bed.state()).health.incidents;
    expect(sick).toMatchObject({ cause: `replica/${AP}`, repairsAtMs: [expect.any(Number)] });
    const back = await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    expect(back).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored' } });
    const { traffic, incidents } = (await bed.state()).health;
    expect(traffic).toEqual({ drains: [], steers: [] });
    expect(incidents.find(({ id }) => id === known(sick).id)?.status, 'nobody has mended it meanwhile').not.toBe(
      'closed',
    );
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { says: 'view by view',                                when: 'before it is in service for anybody' },
    { says: `${EU} is in service for its own callers`,     when: 'when it is in service for its own callers' },
    { says: `may be sent to ${EU} again`,                  when: 'when it is in service for some' },
  ])('a member that is evacuated again on its way back, $when, stays out', async ({ says }) => {
    const bed = await settledBed();
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY, because: 'maintenance' });
    await bed.clock.runFor(6 * MINUTE_MS);
    const callers = await callersOf(bed);
    const began = await bed.clock.runUntil(
      bed.landbridge.start('restore-region', { fleet: FLEET, region: EU, by: BY }),
    );
    while (!(await saysOf(bed, 'restoring')).some((said) => said.includes(says))) await bed.clock.runFor(1_000);
    const override = { policy: 'cool-down', by: BY, why: 'it corrupts payments' };
    const again = { fleet: FLEET, region: EU, by: BY, because: 'it corrupts payments', override };
    const out = await bed.run('evacuate-region', again);
    expect(out).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'evacuated' } });
    const { status, cause } = await bed.clock.runUntil(bed.landbridge.ended(began));
    await bed.clock.runFor(2 * MINUTE_MS);
    const { traffic } = (await bed.state()).health;
    expect(traffic).toMatchObject({ drains: [{ region: EU, by: BY, because: 'it corrupts payments' }], steers: [] });
    expect(bitsOf(bed)[EU]).toBe(false);
    expect({ status, cause }).toEqual({
      status: 'FAILED',
      cause: `${EU} was evacuated again after its way back had begun, by ${BY}: it corrupts payments`,
    });
    callers.stop();
    expect(callers.tolls().lost).toBe(0);
  });

  describe('a way back that somebody stops', () => {
    const OWN = 'eu-west-1 is in service for its own callers';

    /** Evacuated, and on its way back until the journal says so; then its execution is stopped. */
    async function stoppedAfter(says: string, meanwhile: (bed: TestBed) => Promise<unknown> = async () => {}) {
      const bed = await settledBed();
      await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY, because: 'maintenance' });
      await bed.clock.runFor(6 * MINUTE_MS);
      const callers = await callersOf(bed);
      const executionArn = await bed.clock.runUntil(
        bed.landbridge.start('restore-region', { fleet: FLEET, region: EU, by: BY }),
      );
      while (!(await saysOf(bed, 'restoring')).some((said) => said.includes(says))) await bed.clock.runFor(1_000);
      await bed.clock.runFor(10_000);
      await meanwhile(bed);
      await bed.asStranger(write('us-east-1', 'sfn', 'stopExecution', { executionArn }));
      await bed.clock.runFor(5 * MINUTE_MS);
      callers.stop();
      const { traffic } = (await bed.state()).health;
      return { bed, traffic, lost: callers.tolls().lost };
    }

    test('ends where it began, and nobody loses a request', async () => {
      const { bed, traffic, lost } = await stoppedAfter(OWN);
      expect(traffic).toMatchObject({ drains: [{ region: EU, by: 'sweep' }], steers: [] });
      expect(traffic.drains[0]?.because).toBe('its way back ended half-way, as ABORTED');
      expect(bitsOf(bed)[EU]).toBe(false);
      expect(lost).toBe(0);
      expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, FLEET))).toBe(true);
      expect(
        await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY }),
        'and it may begin again',
      ).toMatchObject({
        status: 'SUCCEEDED',
      });
    });

    test('before it was in service leaves the drain as it was', async () => {
      const { traffic } = await stoppedAfter('view by view');
      expect(traffic).toMatchObject({ drains: [{ region: EU, because: 'maintenance' }], steers: [] });
    });

    test('ends with all callers let back where nobody else is in service', async () => {
      const { traffic } = await stoppedAfter(OWN, async ({ clock, landbridge }) => {
        const health = new HealthStore(landbridge.operator);
        for (const region of ['us-east-1', 'ap-southeast-2'])
          await clock.runUntil(
            health.moveAs(FLEET, clock.nowMs(), () =>
              Promise.resolve({ drain: { region, sinceMs: clock.nowMs(), by: BY, because: 'by another way' } }),
            ),
          );
      });
      expect(traffic.steers).toEqual([]);
      expect(traffic.drains.map(({ region }) => region).toSorted()).toEqual(['ap-southeast-2', 'us-east-1']);
    });
  });

  test('a drill whose way back fails says so in the words of what failed', async () => {
    const bed = await settledBed();
    const began = await bed.clock.runUntil(
      bed.landbridge.start('drill', { fleet: FLEET, region: EU, by: BY, minutes: 10 }),
    );
    await bed.clock.runFor(8 * MINUTE_MS);
    bed.world.outages.darken(EU);
    const { status, cause } = await bed.clock.runUntil(bed.landbridge.ended(began));
    expect(status).toBe('FAILED');
    expect(cause).toMatch(/^evacuated in \d+ s, not restored: eu-west-1 is not well: /);
    expect(cause, 'and not in the JSON that it came in').not.toMatch(/[{}"]|ExecutionArn/);
  });

  test('what is not well is not restored, and stays out', async () => {
    const bed = await settledBed();
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    bed.world.outages.darken(EU);
    await bed.clock.runFor(5 * MINUTE_MS);
    const back = await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    expect(back).toMatchObject({ status: 'FAILED' });
    expect(back.cause).toContain('eu-west-1 is not well');
    const { traffic } = (await bed.state()).health;
    expect(traffic.drains).toMatchObject([{ region: EU }]);
    expect(traffic.steers.filter(({ cause }) => cause === 'ramp')).toEqual([]);
  });

  test('a member that answers nobody is evacuated, and nobody waits to be answered there', async () => {
    const bed = await settledBed();
    bed.world.outages.darken(EU);
    await bed.clock.runFor(3 * MINUTE_MS);
    const gone = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    expect(gone).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'evacuated' } });
    expect((gone.output as { says: string }).says).toMatch(
      /^requests from 2 members were answered elsewhere; nobody was asked in eu-west-1, where all is dark$/,
    );
    expect((await bed.state()).health.traffic.drains).toMatchObject([{ region: EU }]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { workflow: 'evacuate-region', input: { region: 'sa-east-1' },                               says: /region: sa-east-1 is not a serving member of payments; serving members are us-east-1, eu-west-1, ap-southeast-2/, why: 'no member' },
    { workflow: 'evacuate-region', input: { region: EU, overide: {} },                           says: /overide: does not belong here/,                                            why: 'misspelt' },
    { workflow: 'evacuate-region', input: { region: EU, override: { policy: 'x', by: 'o', why: 'y' } }, says: /x is nothing that can be overridden to evacuate a member; what can is last-healthy-member, /,                 why: 'an override of nothing' },
    { workflow: 'evacuate-region', input: { region: EU, override: { policy: 'deletion-guard', by: 'o', why: 'y' } }, says: /deletion-guard is nothing that can be overridden to evacuate a member; what can is last-/, why: 'an override of what nobody can answer for' },
    { workflow: 'evacuate-region', input: { region: EU, override: { policy: 'cool-down', by: 'o', why: 'y', minutes: 5000 } }, says: /override\.minutes/,                          why: 'for ever is too long' },
    { workflow: 'restore-region',  input: { region: EU },                                        says: /eu-west-1 is not evacuated; there is nothing to restore/,                    why: 'nothing to restore' },
    { workflow: 'drill',           input: { region: EU, minutes: 0 },                            says: /minutes/,                                                                  why: 'too short' },
  ])('$workflow refuses $why, and changes nothing', async ({ workflow, input, says }) => {
    const bed = await settledBed();
    const execution = await bed.run(workflow, { fleet: FLEET, ...input });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Fault.Rejected' });
    expect(execution.cause).toMatch(says);
    const { traffic, overrides } = (await bed.state()).health;
    expect({ traffic, overrides }).toEqual({ traffic: { drains: [], steers: [] }, overrides: [] });
  });

  test('where the fleet file asks for approval, nobody evacuates without', async () => {
    const bed = await settledBed({
      declare: (example) => ({ ...example, policies: { ...example.policies, approvals: ['evacuate'] } }),
    });
    const refused = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    expect(refused).toMatchObject({ status: 'FAILED', error: 'Fault.Rejected' });
    expect(refused.cause).toContain('approval');
    expect(await saysOf(bed, 'refused')).toHaveLength(1);
    const approved = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY, approve: true });
    expect(approved).toMatchObject({ status: 'SUCCEEDED' });
    expect(await saysOf(bed, 'approved')).toEqual([`${BY} approves: evacuate eu-west-1`]);

    await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    await bed.clock.runFor(6 * MINUTE_MS);
    const again = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    expect(again.cause, 'who approved of one has not approved of another').toMatch(/^approval: /);
    const answeredFor = { policy: 'approval', by: BY, why: 'nobody is there to ask' };
    const over = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY, override: answeredFor });
    expect(over.cause, 'and nobody answers for not asking').toMatch(/^override\.policy: /);
  });

  test.for(['evacuate', 'restore'] as const)('a drill is no way round the approval to %s', async (move) => {
    const bed = await settledBed({
      declare: (example) => ({ ...example, policies: { ...example.policies, approvals: [move] } }),
    });
    const refused = await bed.run('drill', { fleet: FLEET, region: EU, by: BY, minutes: 2 });
    expect(refused).toMatchObject({ status: 'FAILED', error: 'Fault.Rejected' });
    expect(refused.cause).toBe(
      `approval: policies.approvals asks for somebody's approval to ${move}: give it with --approve`,
    );
    expect((await bed.state()).health.traffic.drains).toEqual([]);
    const approved = await bed.run('drill', { fleet: FLEET, region: EU, by: BY, minutes: 120, approve: true });
    expect(approved).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'drilled' } });
    expect((await bed.state()).health.traffic).toEqual({ drains: [], steers: [] });
    expect((await saysOf(bed, 'approved')).toSorted()).toEqual([
      `${BY} approves: drill eu-west-1`,
      `${BY} approves: ${move} eu-west-1`,
    ]);
    await bed.clock.runFor(6 * MINUTE_MS);
    const afterwards = await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    expect(afterwards.status).toBe(move === 'evacuate' ? 'FAILED' : 'SUCCEEDED');
  });

  test('whoever answers for a drill answers for the evacuation in it', async () => {
    const bed = await settledBed();
    const override = { policy: 'cool-down', by: BY, why: 'it is urgent', minutes: 5 };
    await bed.run('evacuate-region', { fleet: FLEET, region: EU, by: BY });
    await bed.run('restore-region', { fleet: FLEET, region: EU, by: BY });
    const held = await bed.run('drill', { fleet: FLEET, region: EU, by: BY, minutes: 2 });
    expect(held.cause).toMatch(/^cool-down: /);
    const drill = await bed.run('drill', { fleet: FLEET, region: EU, by: BY, minutes: 2, override });
    expect(drill).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'drilled' } });
    expect(await saysOf(bed, 'override')).toHaveLength(4);
    const proposals = (await bed.state()).health.overrides.map(({ proposal }) => proposal);
    expect(proposals.toSorted()).toEqual([`drill/${EU}`, `evacuate/${EU}`]);
  });
});

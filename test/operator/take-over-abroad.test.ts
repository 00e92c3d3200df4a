import { describe, expect, test } from 'vitest';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { statementsIn } from '../../control-plane/model/policy-statement.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { callersIn } from '../../local/callers.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { type LocalLandbridge, localLandbridge } from '../../local/local-landbridge.ts';
import { takeOver } from '../../operator/take-over.ts';
import { rootOf } from '../../simulator/principal.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const [HOME, STANDBY, THIRD] = ['eu-west-1', 'us-east-1', 'ap-southeast-2'] as const;
const [SECOND_ACCOUNT, THIRD_ACCOUNT] = ['222233334444', '333344445555'] as const;
const WHERE: Readonly<Record<string, string>> = { [STANDBY]: SECOND_ACCOUNT, [THIRD]: THIRD_ACCOUNT };
const OLGA = `arn:aws:iam::${ACCOUNT}:user/olga`;
const FORWARD = 'landbridge-payments_forward';
const MINUTE_MS = 60_000;

const abroad = (fleet: Fleet): Fleet => ({
  ...fleet,
  home: HOME,
  standby: STANDBY,
  members: {
    [HOME]: { role: 'serving' },
    [STANDBY]: { role: 'serving', account: SECOND_ACCOUNT },
    [THIRD]: { role: 'serving', account: THIRD_ACCOUNT },
  },
});

/** The operator, for whom another Region is home. */
const at = (bed: TestBed, home: Region): Runtime => {
  const { operator } = bed.landbridge;
  return { ...operator, settings: { ...operator.settings, home, region: home } };
};
const stateAt = (bed: TestBed, home: Region): Promise<FleetState> =>
  bed.clock.runUntil(new FleetStore(at(bed, home)).load('payments'));

const asOwner = <Result>(
  { clock, world }: TestBed,
  account: string,
  dialogue: Dialogue<ReadCall | WriteCall, Result>,
): Promise<Result> => clock.runUntil(converse(dialogue, directCaller(world, account, rootOf(account))));

const run = (bed: TestBed, landbridge: LocalLandbridge, scope: object) =>
  bed.clock.runUntil(
    (async () => landbridge.ended(await landbridge.start('reconcile', { fleet: 'payments', scope })))(),
  );

/** Where the rules of members' accounts hand events on to. */
async function handedTo(bed: TestBed, region: Region): Promise<readonly (string | undefined)[]> {
  const { Targets = [] } = await asOwner(
    bed,
    WHERE[region] ?? ACCOUNT,
    read(region, 'eventbridge', 'listTargetsByRule', { Rule: FORWARD }),
  );
  return Targets.map(({ Arn }) => Arn);
}

const busOf = (region: Region): string => `arn:aws:events:${region}:${ACCOUNT}:event-bus/default`;

/** What the standby's bus lets each account tell. */
async function sourcesHeard(bed: TestBed): Promise<Readonly<Record<string, unknown>>> {
  const { Policy } = await asOwner(bed, ACCOUNT, read(STANDBY, 'eventbridge', 'describeEventBus', { Name: 'default' }));
  return Object.fromEntries(
    statementsIn(Policy).map(({ Sid = '', Condition }) => [
      Sid,
      (Condition as Record<string, Record<string, unknown>>)['ForAllValues:StringEquals']?.['events:source'],
    ]),
  );
}

describe('home is gone, and the members that are left live in accounts of their own', () => {
  test('the standby takes over, enters them as home did, hears of them, and heals; home comes back as a member', async () => {
    const bed = await testBed({
      timings: QUICK,
      declare: abroad,
      memberAccounts: { [SECOND_ACCOUNT]: ['payments'], [THIRD_ACCOUNT]: ['payments'] },
    });
    await bed.join(HOME, STANDBY, THIRD);
    await bed.clock.runFor(3 * MINUTE_MS);
    expect(await handedTo(bed, STANDBY)).toEqual([busOf(HOME)]);
    const before = await bed.state();
    bed.world.outages.darken(HOME);
    await bed.clock.runFor(5 * MINUTE_MS);

    const asked = { by: OLGA, because: 'the Region is gone' };
    expect(await bed.clock.runUntil(takeOver(asked, at(bed, STANDBY)))).toMatchObject({
      fleets: ['payments'],
      was: [HOME],
    });
    const { ids: kept } = await stateAt(bed, STANDBY);
    for (const [key, id] of before.ids) if (key !== `state-replica/${STANDBY}`) expect(kept.get(key), key).toBe(id);
    const landbridge = await bed.clock.runUntil(
      localLandbridge({ world: bed.world, home: STANDBY, reach: { kind: 'in-process' }, takesOver: true }),
    );
    await bed.clock.runFor(MINUTE_MS);

    const regions = [STANDBY, THIRD];
    const first = await run(bed, landbridge, { regions });
    expect(first, first.cause).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(bed, landbridge, { regions })).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'as-declared', writes: 0 },
    });
    // The bus of the Region is another account's still: what happens beside it has to be handed on.
    for (const region of regions) expect(await handedTo(bed, region), region).toEqual([busOf(STANDBY)]);
    const told = ['landbridge.health', 'aws.ec2', 'aws.route53', 'aws.apigateway', 'aws.lambda', 'aws.cloudwatch'];
    expect(await sourcesHeard(bed)).toEqual({
      [`LandbridgeEventsOfpaymentsOf${SECOND_ACCOUNT}`]: told,
      [`LandbridgeEventsOfpaymentsOf${THIRD_ACCOUNT}`]: told,
    });

    // Somebody breaks the one link that is left, from one of its accounts. Nobody is asked.
    const { ids } = await stateAt(bed, STANDBY);
    const link = `peering/${THIRD}~${STANDBY}` as const;
    const VpcPeeringConnectionId = ids.get(link);
    await asOwner(bed, THIRD_ACCOUNT, write(THIRD, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
    await bed.clock.runFor(15 * MINUTE_MS);
    const healed = await stateAt(bed, STANDBY);
    expect(healed.ids.get(link), 'another one').not.toBe(VpcPeeringConnectionId);
    const journal = await bed.clock.runUntil(new Journal(at(bed, STANDBY)).newest('payments', 100));
    expect(journal.filter(({ what }) => what === 'refused')).toEqual([]);
    const mended = journal.filter(({ outcome }) => outcome === 'repaired').map(({ signal }) => String(signal));
    expect(mended.join('\n'), 'told by the event of that account, at the new home').toContain(
      `event: DeleteVpcPeeringConnection in ${THIRD} by arn:aws:iam::${THIRD_ACCOUNT}:root`,
    );
    const callers = callersIn(
      bed.world,
      regions.map((region) => ({
        account: WHERE[region] ?? ACCOUNT,
        region,
        vpcId: healed.ids.get(`vpc/${region}`) ?? '',
      })),
      'https://api.payments.example.com/health',
    );
    await bed.clock.runFor(2 * MINUTE_MS);
    expect(callers.tolls()).toMatchObject({ sent: 240, lost: 0 });
    callers.stop();

    bed.world.outages.lighten(HOME);
    await bed.clock.runFor(10 * MINUTE_MS);
    await expect(stateAt(bed, HOME)).rejects.toThrow(`home: payments is at home in ${STANDBY} since`);
    const last = await run(bed, landbridge, {});
    expect(last, last.cause).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(bed, landbridge, {})).toMatchObject({ output: { outcome: 'as-declared', writes: 0 } });
  });
});

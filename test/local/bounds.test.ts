import { describe, expect, test } from 'vitest';
import { readsOf } from '../../bench/read-counts.ts';
import { joinBound } from '../../bench/write-budget.ts';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { linesOf } from '../../local/inventory.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'eu-central-1', 'us-west-2', 'ap-northeast-1'];
const MINUTE_MS = 60_000;

/** Every call that handlers make to resources, as AWS gets them: repeated and failed ones too. */
class Made {
  #calls: AwsCall[] = [];

  readonly around =
    (caller: Caller): Caller =>
    (call) => {
      if (call.service !== 'dynamodb' && call.service !== 'sfn') this.#calls.push(call);
      return caller(call);
    };

  /** The calls since this was last asked. */
  take(): readonly AwsCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}

const writesOf = (calls: readonly AwsCall[]): readonly AwsCall[] => calls.filter(({ access }) => access === 'write');
const regionsOf = (calls: readonly AwsCall[]): readonly string[] =>
  [...new Set(calls.map(({ region }) => region))].toSorted();

async function fleetOf(serving: number, clients: readonly string[] = [], made = new Made()): Promise<TestBed> {
  const bed = await testBed({ timings: QUICK, around: made.around });
  await bed.join(...REGIONS.slice(0, serving));
  for (const region of clients)
    expect(await bed.run('onboard-region', { fleet: 'payments', region, role: 'client' })).toMatchObject({
      status: 'SUCCEEDED',
    });
  await bed.clock.runFor(5 * MINUTE_MS);
  made.take();
  return bed;
}

describe('reads', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { serving: 3, clients: [],            why: 'three links' },
    { serving: 4, clients: ['sa-east-1'], why: 'a member without a replica needs fewer' },
    { serving: 6, clients: [],            why: 'fifteen links, and no call for any of them' },
  ])('of a full look at $serving serving members and $clients: at most 16 each and 4, $why', async ({ serving, clients }) => {
    const { total, pages, byMethod } = await readsOf(await fleetOf(serving, clients), {});
    const members = serving + clients.length;
    expect(total).toBeLessThanOrEqual(16 * members + 4);
    expect(pages).toBe(0);
    for (const [method, times] of byMethod)
      expect(times, method).toBeLessThanOrEqual(method.endsWith('describeVpcAttribute') ? 2 * members : members);
  });

  test('per member do not grow with links', async () => {
    const readsAt = async (serving: number) => (await readsOf(await fleetOf(serving), {})).total;
    const [three, four, six] = [await readsAt(3), await readsAt(4), await readsAt(6)];
    expect(six - three).toBe(3 * (four - three));
  });

  test('of a scoped reconcile stay within its scope', async () => {
    const made = new Made();
    const bed = await fleetOf(4, [], made);
    const { members } = await bed.state();
    const reconciled = async (scope: object) => {
      made.take();
      expect(await bed.run('reconcile', { fleet: 'payments', scope })).toMatchObject({ status: 'SUCCEEDED' });
      return made.take();
    };
    bed.world.weather = { event: () => 'lost' };
    const route = await reconciled({ targets: [`route/eu-west-1/main/${members[2]?.cidrs[0]}`] });
    expect(regionsOf(route), 'one end of one link').toEqual(['eu-west-1']);
    expect(route.length).toBeLessThanOrEqual(3);
    const rule = await reconciled({ targets: ['rule/eu-central-1/443-10.64.0.0/12'] });
    expect(regionsOf(rule)).toEqual(['eu-central-1']);
    expect(rule.length).toBeLessThanOrEqual(2);
  });
});

test('a reconcile of a settled fleet writes nothing, and neither does the sweep', async () => {
  const made = new Made();
  const bed = await fleetOf(3, ['sa-east-1'], made);
  const was = linesOf(await bed.inventory());
  expect(await bed.run('reconcile', { fleet: 'payments' })).toMatchObject({
    status: 'SUCCEEDED',
    output: { outcome: 'as-declared', writes: 0 },
  });
  await bed.clock.runFor(60 * MINUTE_MS);
  expect(writesOf(made.take())).toEqual([]);
  expect(linesOf(await bed.inventory())).toEqual(was);
});

interface OwnCall {
  readonly times: number;
  /** Where the floor knows some of them. */
  readonly of?: number;
  /** As many more in a Region that is not home. */
  readonly awayFromHome?: number;
  readonly why: string;
}

/** Calls that the floor of docs/aws-facts.md does not know, with the reason for each. */
const OWN_CALLS: Readonly<Record<string, OwnCall>> = {
  createVpc: { times: 1, why: 'the floor takes a VPC as given' },
  modifyVpcAttribute: { times: 1, why: 'DNS host names, without which no private zone answers' },
  createSubnet: { times: 2, why: 'one per zone of availability, for the addresses of the endpoint' },
  createLogGroup: { times: 3, why: 'one for each agent' },
  putRetentionPolicy: { times: 3, why: 'with an end to what it keeps' },
  createRouteTable: { times: 1, why: "a table of the fleet's own, so that no stranger's is touched" },
  associateRouteTable: { times: 2, why: 'one per subnet' },
  createFunction: { times: 4, why: 'one per function: without it the API answers nobody; and the three agents' },
  createSecurityGroup: { times: 1, of: 2, why: 'the prober has a group of its own' },
  putRule: { times: 1, awayFromHome: 1, why: 'what calls the prober, and what hands events on to home' },
  putTargets: { times: 1, awayFromHome: 1, why: 'the same' },
  addPermission: { times: 3, why: 'who may call: the schedule, and everybody through the URL, which takes two' },
  createFunctionUrlConfig: { times: 1, why: 'where the health bit is asked from outside' },
  changeTagsForResource: { times: 1, why: 'a health check is made without tags' },
  putMetricAlarm: { times: 1, of: 2, why: 'one per trouble, and the floor knows one' },
  putRestApi: { times: 1, why: 'the API is created with its tags first, for an import takes none' },
  createDomainName: { times: 1, why: "the fleet's own name, with its certificate" },
  createBasePathMapping: { times: 1, why: 'what that name leads to' },
  createDomainNameAccessAssociation: { times: 1, why: 'the endpoint through which that name may be used' },
};

describe('writes', () => {
  test.for([1, 2, 3, 6])('to join member %i: at most a tenth above the floor', async (members) => {
    const made = new Made();
    const bed = await fleetOf(members - 1, [], made);
    await bed.join(REGIONS[members - 1] ?? '');
    const writes = Map.groupBy(writesOf(made.take()), ({ method }) => method);
    let counted = [...writes.values()].reduce((sum, calls) => sum + calls.length, 0);
    for (const [method, { times, of = times, awayFromHome = 0 }] of Object.entries(OWN_CALLS)) {
      const more = members === 1 ? 0 : awayFromHome;
      expect(writes.get(method)?.length, method).toBe(of + more);
      counted -= times + more;
    }
    expect(counted, JSON.stringify([...writes].map(([method, calls]) => [method, calls.length]))).toBeLessThanOrEqual(
      joinBound(members),
    );
  });
});

describe('asked again', () => {
  test('a join of a member that has joined ends as the first did, and writes nothing', async () => {
    const made = new Made();
    const bed = await fleetOf(2, [], made);
    const was = linesOf(await bed.inventory());
    const input = { fleet: 'payments', region: 'eu-west-1', role: 'serving' };
    expect(await bed.run('onboard-region', input)).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'joined', writes: 0 },
    });
    await bed.clock.runFor(5 * MINUTE_MS);
    expect(writesOf(made.take())).toEqual([]);
    expect(linesOf(await bed.inventory())).toEqual(was);
  });

  test('the same name and input are the same execution', async () => {
    const bed = await fleetOf(1);
    const input = { fleet: 'payments', region: 'eu-west-1', role: 'serving' };
    const start = () => bed.clock.runUntil(bed.landbridge.start('onboard-region', input, 'join-eu-west-1'));
    const first = await start();
    await bed.clock.runFor(10_000);
    expect(await start()).toBe(first);
    expect(await bed.clock.runUntil(bed.landbridge.ended(first))).toMatchObject({ status: 'SUCCEEDED' });
  });
});

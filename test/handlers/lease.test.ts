import type { RouteTable } from '@aws-sdk/client-ec2';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AwsCall, write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { handler as applyPlan } from '../../handlers/apply-plan.ts';
import { handler as look } from '../../handlers/look.ts';
import { RunState } from '../../handlers/run.ts';
import { LEASE_SK } from '../../handlers/runtime/fleet-rows.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const MINUTE_MS = 60_000;
/** Longer than a lease. */
const ASLEEP_MS = 6 * MINUTE_MS;

const isResourceWrite = ({ access, service }: AwsCall): boolean => access === 'write' && service !== 'dynamodb';

/** A resource write as it was made: by whom, and under which fence of which scope. */
interface Written {
  readonly by: string;
  readonly scope: string;
  readonly fence: number;
  readonly failed: boolean;
}

/** A handler's caller that makes one call whenever it is told to, and waits otherwise: the handler is asleep meanwhile. */
class Sleeper {
  readonly name: string;
  readonly #bed: TestBed;
  readonly #log: Written[];
  readonly #waiting: { readonly call: AwsCall; readonly go: () => void }[] = [];
  #proof: Pick<Written, 'scope' | 'fence'> | undefined;

  constructor(name: string, bed: TestBed, log: Written[]) {
    this.name = name;
    this.#bed = bed;
    this.#log = log;
  }

  /** Runs a handler in this caller's time. */
  run(handler: typeof applyPlan, state: RunState): Promise<RunState> {
    const call = (made: AwsCall): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.#waiting.push({ call: made, go: () => void this.#make(made).then(resolve, reject) });
      });
    // Turns at AWS are none of this: whoever stands in line has had its turn.
    const sleep = (): Promise<void> => Promise.resolve();
    return handler.runIn({ ...this.#bed.landbridge.operator, call, sleep }, state) as Promise<RunState>;
  }

  /** Lets the next call through. Answers whether there was one. */
  async next(): Promise<boolean> {
    const next = this.#waiting.shift();
    next?.go();
    // Everything that follows without time passing.
    await new Promise((resolve) => void setImmediate(resolve));
    return next !== undefined;
  }

  /** Proven, and about to be written: between the two nothing sleeps, or no fence in the world could help. */
  get isAboutToWrite(): boolean {
    return this.#waiting.some(({ call }) => isResourceWrite(call));
  }

  async #make(call: AwsCall): Promise<unknown> {
    if (call.method === 'transactWriteItems') this.#proof = proofIn(call.input);
    if (!isResourceWrite(call)) return this.#bed.landbridge.operator.call(call);
    const { scope, fence } = this.#proof ?? { scope: 'none', fence: 0 };
    const entry = { by: this.name, scope, fence };
    try {
      const answer = await this.#bed.landbridge.operator.call(call);
      this.#log.push({ ...entry, failed: false });
      return answer;
    } catch (error) {
      this.#log.push({ ...entry, failed: true });
      throw error;
    }
  }
}

interface Transaction {
  readonly TransactItems: readonly {
    readonly ConditionCheck?: {
      readonly Key: { readonly sk: { readonly S: string } };
      readonly ExpressionAttributeValues: { readonly ':fence'?: { readonly N: string } };
    };
  }[];
}

function proofIn(input: unknown): Pick<Written, 'scope' | 'fence'> | undefined {
  const check = (input as Transaction).TransactItems[0]?.ConditionCheck;
  const fence = check?.ExpressionAttributeValues[':fence']?.N;
  return check === undefined || fence === undefined ? undefined : { scope: check.Key.sk.S, fence: Number(fence) };
}

interface Scene {
  readonly bed: TestBed;
  readonly sleepers: readonly [Sleeper, Sleeper];
  readonly written: readonly Written[];
  readonly states: readonly [RunState, RunState];
  readonly table: string;
}

/** A settled fleet of two with a route missing, of which nobody is told, and two runs that have both seen it. */
async function twoWhoSawIt(): Promise<Scene> {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  bed.world.weather = { event: () => 'lost' };
  await bed.clock.runFor(MINUTE_MS);
  const { ids, members } = await bed.state();
  const table = ids.get('route-table/us-east-1/main') ?? '';
  const DestinationCidrBlock = members[1]?.cidrs[0] ?? '';
  await bed.asStranger(write('us-east-1', 'ec2', 'deleteRoute', { RouteTableId: table, DestinationCidrBlock }));
  const written: Written[] = [];
  const see = async (run: string): Promise<[Sleeper, RunState]> => {
    const sleeper = new Sleeper(run, bed, written);
    const state = RunState.parse({
      fleet: 'payments',
      run,
      execution: run,
      purpose: 'reconcile',
      scope: {},
      startedAtMs: bed.clock.nowMs(),
    });
    return [sleeper, await finish(sleeper, sleeper.run(look, state))];
  };
  const [one, ofOne] = await see('one');
  const [other, ofOther] = await see('other');
  expect([ofOne.decision, ofOther.decision]).toEqual(['apply', 'apply']);
  return { bed, sleepers: [one, other], written, states: [ofOne, ofOther], table };
}

async function finish(sleeper: Sleeper, ending: Promise<RunState>): Promise<RunState> {
  while (await sleeper.next());
  return ending;
}

async function routesIn({ bed, table }: Scene): Promise<readonly string[]> {
  const described = (await bed.inventory()).find(({ id }) => id === table)?.described;
  const { Routes = [] } = (described ?? {}) as RouteTable;
  return Routes.flatMap(({ DestinationCidrBlock }) => DestinationCidrBlock ?? []).toSorted();
}
const BOTH_ROUTES = ['10.64.0.0/16', '10.65.0.0/16'];

describe('two reconcilers of one scope', () => {
  test('side by side, call by call: one writes, the other leaves it', async () => {
    const scene = await twoWhoSawIt();
    const [one, other] = scene.sleepers;
    const endings = Promise.all([one.run(applyPlan, scene.states[0]), other.run(applyPlan, scene.states[1])]);
    for (let isMoving = true; isMoving; ) isMoving = [await one.next(), await other.next()].includes(true);
    await endings;
    expect(scene.written).toMatchObject([{ by: 'one', failed: false }]);
    expect(await routesIn(scene)).toEqual(BOTH_ROUTES);
    const left = (await scene.bed.journal())
      .filter(({ run, outcome }) => outcome === 'left' && ['one', 'other'].includes(run))
      .map(({ run, says }) => [run, says]);
    expect(left).toEqual([['other', expect.stringContaining('somebody else is writing in link/eu-west-1~us-east-1')]]);
  });

  test('one after the other: what was planned before the first wrote is not written again', async () => {
    const scene = await twoWhoSawIt();
    const [one, other] = scene.sleepers;
    await finish(one, one.run(applyPlan, scene.states[0]));
    const ended = await finish(other, other.run(applyPlan, scene.states[1]));
    expect(scene.written).toMatchObject([{ by: 'one', failed: false }]);
    const looked = await finish(other, other.run(look, ended));
    expect(looked.decision, 'and the next look finds nothing to do').toBe('settled');
  });

  test('what was planned while the other held the lease, and had not written yet, is not written again', async () => {
    const scene = await twoWhoSawIt();
    const [one, other] = scene.sleepers;
    const writing = one.run(applyPlan, scene.states[0]);
    // The plan is read, the lease taken.
    for (let made = 0; made < 2; made += 1) await one.next();
    const looked = await finish(other, other.run(look, scene.states[1]));
    expect(looked.decision, 'it does not see what is about to be done').toBe('apply');
    await finish(one, writing);
    await finish(other, other.run(applyPlan, looked));
    expect(scene.written).toMatchObject([{ by: 'one', failed: false }]);
  });

  test('a writer that Lambda gave up on writes nothing once its own run has looked again', async () => {
    const scene = await twoWhoSawIt();
    const [one, other] = scene.sleepers;
    const [state] = scene.states;
    const givenUp = one.run(applyPlan, state);
    // The plan is read, the lease taken, the fleet and its health read; then it would prove the lease.
    for (let made = 0; made < 4; made += 1) await one.next();
    const looked = await finish(other, other.run(look, state));
    await finish(one, givenUp);
    expect(scene.written).toEqual([]);
    await finish(other, other.run(applyPlan, looked));
    expect(scene.written).toMatchObject([{ by: 'other', failed: false }]);
  });

  test('a writer that Lambda gave up on leaves what its successor has begun on record', async () => {
    const scene = await twoWhoSawIt();
    const { bed } = scene;
    const [one, other] = scene.sleepers;
    const [state] = scene.states;
    const givenUp = one.run(applyPlan, state);
    for (let made = 0; made < 4; made += 1) await one.next();
    const looked = await finish(other, other.run(look, state));
    const writing = other.run(applyPlan, looked);
    while (!other.isAboutToWrite) await other.next();
    const { intents } = await bed.state();
    expect(intents.size).toBe(1);
    await finish(one, givenUp);
    expect((await bed.state()).intents, 'should it be killed now, its write is known of').toEqual(intents);
    expect(Object.keys((await bed.state()).repairsAtMs), 'what was not done is no repair').toEqual([]);
    await finish(other, writing);
    expect((await bed.state()).intents.size).toBe(0);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { calls: 2, says: 'ran out while it was held',    why: 'before it proves it' },
    { calls: 4, says: "is somebody else's by now",    why: 'with the proof on its way' },
  ])('a holder that lost its lease while asleep, $why, writes nothing when it wakes', async ({ calls, says }) => {
    const scene = await twoWhoSawIt();
    const { bed, written } = scene;
    const [one, other] = scene.sleepers;
    const sleeping = one.run(applyPlan, scene.states[0]);
    // The plan is read, the lease taken, the fleet and its health read; then it would prove the lease.
    for (let made = 0; made < calls; made += 1) await one.next();
    await bed.clock.runFor(ASLEEP_MS);
    const looked = await finish(other, other.run(look, scene.states[1]));
    await finish(other, other.run(applyPlan, looked));
    expect(written).toMatchObject([{ by: 'other', failed: false }]);
    await finish(one, sleeping);
    expect(written, 'still').toHaveLength(1);
    expect(await routesIn(scene)).toEqual(BOTH_ROUTES);
    const said = (await bed.journal()).filter(({ run, what }) => run === 'one' && what === 'step');
    expect(said).toMatchObject([{ outcome: 'Conflict', says: expect.stringContaining(says) as string }]);
    expect((await bed.state()).intents.size).toBe(0);
  });

  test('whatever the interleaving, no write of an older fence follows one of a newer', async () => {
    // 0 and 1: that one's next call. 2: both are asleep for longer than a lease lasts.
    const turns = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.constant(2) }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(turns, async (order) => {
        const scene = await twoWhoSawIt();
        const { bed, sleepers, written } = scene;
        // As its workflow would: whoever wrote nothing looks again, and does what is then to be done.
        const go = async (index: 0 | 1): Promise<void> => {
          let state = scene.states[index];
          for (let rounds = 0; rounds < 3 && state.decision === 'apply'; rounds += 1) {
            const applied = await sleepers[index].run(applyPlan, state).catch((error: unknown) => {
              if (!isFault(error, 'Conflict')) throw error;
              return state;
            });
            state = await sleepers[index].run(look, applied);
          }
        };
        const endings = Promise.all([go(0), go(1)]);
        for (const turn of order) {
          if (turn < 2) await sleepers[turn as 0 | 1].next();
          else if (!sleepers.some(({ isAboutToWrite }) => isAboutToWrite)) await bed.clock.runFor(ASLEEP_MS);
        }
        for (let isMoving = true; isMoving; )
          isMoving = [await sleepers[0].next(), await sleepers[1].next()].includes(true);
        await endings;

        const fences = written.map(({ fence }) => fence);
        expect(fences).toEqual(fences.toSorted((a, b) => a - b));
        expect(written.filter(({ failed }) => !failed)).toHaveLength(1);
        expect(written.every(({ scope }) => scope === `${LEASE_SK}link/eu-west-1~us-east-1`)).toBe(true);
        expect(await routesIn(scene)).toEqual(BOTH_ROUTES);
      }),
      { numRuns: 60 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { allBounded } from '../../../campaign/invariants/all-bounded.ts';
import type { Incident } from '../../../control-plane/incidents/incident.ts';
import { InvariantScene } from './scene.ts';

const repaired = (): Incident => ({
  id: '1',
  cause: 'replica/eu-west-1',
  status: 'open',
  openedAtMs: 0,
  openedBy: 'a test',
  says: 'it is out',
  confidence: 1,
  repairsAtMs: [],
});
const MINUTE_MS = 60_000;

describe('all bounded', () => {
  test('repairs of one cause within the hour', async () => {
    const scene = await InvariantScene.of(allBounded);
    const budget = scene.bed.fleet.policies.repairsPerHour;
    const atMs = Array.from({ length: budget }, (_, at) => at * 30 * MINUTE_MS);
    await scene.health.open(scene.fleet, repaired());
    // Each change of an incident goes by the one before it.
    const becomes = async (...repairsAtMs: readonly number[]): Promise<void> => {
      const [before] = (await scene.health.load(scene.fleet)).incidents;
      if (before === undefined) throw new Error('it is open');
      expect(await scene.health.update(scene.fleet, before, { ...before, repairsAtMs })).toBe(true);
    };
    for (const [at] of atMs.entries()) await becomes(...atMs.slice(0, at + 1));
    expect(scene.told).toEqual([]);
    const soon = Array.from({ length: budget + 1 }, (_, at) => 1_000 * MINUTE_MS + at * MINUTE_MS);
    await becomes(...soon);
    expect(scene.told).toEqual([
      `${budget + 1} repairs of replica/eu-west-1 were begun within an hour, and ${budget} is the budget`,
    ]);
  });

  test('rounds, as the journal has them', async () => {
    const scene = await InvariantScene.of(allBounded);
    const outcome = (run: string, rounds: number) => ({ run, atMs: 0, what: 'outcome' as const, says: 'done', rounds });
    await scene.journal.append(scene.fleet, [outcome('a', 241), outcome('b', 242)]);
    expect(await scene.end()).toEqual(['b took 242 rounds']);
  });

  test('payloads of functions', async () => {
    const scene = await InvariantScene.of(allBounded);
    const invoke = (length: number) =>
      scene
        .call('lambda', 'Invoke', {
          FunctionName: 'landbridge-list-fleets',
          Payload: JSON.stringify({ of: 'x'.repeat(length) }),
        })
        .catch(() => undefined);
    await invoke(1_000);
    expect(scene.told).toEqual([]);
    await invoke(262_144);
    expect(scene.told).toEqual(['landbridge-list-fleets was handed, or answered, 262153 bytes']);
  });

  test('events', async () => {
    const scene = await InvariantScene.of(allBounded);
    const put = (length: number) =>
      scene
        .call('eventbridge', 'PutEvents', {
          Entries: [{ Source: 'mine', DetailType: 'Mine', Detail: JSON.stringify({ of: 'x'.repeat(length) }) }],
        })
        .catch(() => undefined);
    await put(1_000);
    expect(scene.told).toEqual([]);
    await put(262_144);
    expect(scene.told).toEqual(['an event of 262161 bytes: Mine from mine']);
  });

  test('names of executions', async () => {
    const scene = await InvariantScene.of(allBounded);
    const start = (length: number) =>
      scene
        .call('sfn', 'StartExecution', {
          stateMachineArn: `arn:aws:states:us-east-1:${scene.bed.world.account}:stateMachine:landbridge-reconcile`,
          name: 'n'.repeat(length),
          input: '{}',
        })
        .catch(() => undefined);
    await start(80);
    expect(scene.told).toEqual([]);
    await start(81);
    expect(scene.told).toHaveLength(1);
  });

  test('what a state hands on', async () => {
    const scene = await InvariantScene.of(allBounded);
    const { clock } = scene.bed;
    const States = {
      Grow: {
        Type: 'Pass',
        Output: { more: "{% $join($map([1..30000], function($i) { '0123456789' })) %}" },
        End: true,
      },
    };
    const roleArn = `arn:aws:iam::${scene.bed.world.account}:role/landbridge-workflow`;
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Grow', States });
    const made = await scene.call<{ stateMachineArn: string }>('sfn', 'CreateStateMachine', {
      name: 'grows',
      roleArn,
      definition,
    });
    await scene.call('sfn', 'StartExecution', { ...made, name: 'a', input: '{}' });
    await clock.runFor(1_000);
    expect((await scene.end())[0]).toMatch(/^a: States.DataLimitExceeded: /);
  });
});

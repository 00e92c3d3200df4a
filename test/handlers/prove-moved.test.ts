import { beforeAll, describe, expect, test } from 'vitest';
import { handler as proveMoved } from '../../handlers/prove-moved.ts';
import type { PrivateAnswer, PrivateRequest } from '../../handlers/runtime/requester.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const LEAVING = 'eu-west-1';
const STAYING = ['us-east-1', 'ap-southeast-2'];
const NO_NAME = { answered: false, at: 'resolve', says: 'NXDOMAIN', symptom: 'name', latencyMs: 1 } as const;

const by = (servedBy: string): PrivateAnswer => ({ answered: true, status: 200, latencyMs: 1, servedBy });

let bed: TestBed;
let asked: string[];

beforeAll(async () => {
  bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', LEAVING, 'ap-southeast-2');
  await bed.clock.runUntil(
    bed.store().changeMembers(bed.fleet.name, async ({ members }) => {
      const member = members.find(({ region }) => region === LEAVING);
      return { ...(member !== undefined && { put: { ...member, phase: 'draining' } }), decision: undefined };
    }),
  );
});

/** Asks once whether callers have moved off the member that leaves; `answers`: what they get, by where they stand. */
async function proven(answers: Readonly<Record<string, PrivateAnswer>>, failedProofs = 0) {
  const { landbridge, clock, fleet } = bed;
  const { operator } = landbridge;
  asked = [];
  const requester = ({ from }: PrivateRequest): PrivateAnswer => {
    asked.push(from?.region ?? '');
    return answers[from?.region ?? ''] ?? by(from?.region ?? '');
  };
  const state = {
    fleet: fleet.name,
    region: LEAVING,
    run: 'leave',
    execution: 'leave',
    purpose: 'offboard',
    phase: 'draining',
    scope: { regions: [LEAVING] },
    startedAtMs: operator.nowMs(),
    failedProofs,
  };
  return clock.runUntil(proveMoved.runIn({ ...operator, requester }, state));
}

describe('before the endpoint of a member that leaves is removed', () => {
  test('whoever stays is asked, and answered by somebody else', async () => {
    expect(await proven({})).toMatchObject({
      decision: 'settled',
      nameProven: false,
      says: 'requests from 2 members: none was answered by eu-west-1',
    });
    expect(asked.toSorted(), 'its own callers leave with it').toEqual(STAYING.toSorted());
  });

  test('one that it answers still is waited for', async () => {
    expect(await proven({ 'us-east-1': by(LEAVING) })).toMatchObject({
      decision: 'wait',
      failedProofs: 1,
      says: 'us-east-1 is still answered by eu-west-1',
    });
  });

  test('but not for ever: it keeps its endpoint then', async () => {
    expect(await proven({ 'us-east-1': by(LEAVING) }, 4)).toMatchObject({ decision: 'gave-up' });
  });

  test('nobody waits for one that is answered by no one: that is not for want of the one that leaves', async () => {
    expect(await proven({ 'us-east-1': NO_NAME }, 2)).toMatchObject({
      decision: 'settled',
      failedProofs: 0,
      says: 'requests from 2 members: none was answered by eu-west-1; us-east-1 is not answered: NXDOMAIN',
    });
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { handler as proveMoved } from '../../handlers/prove-moved.ts';
import { NOT_ASKED, type PrivateAnswer, type PrivateRequest } from '../../handlers/runtime/requester.ts';
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
async function proven(
  answers: Readonly<Record<string, PrivateAnswer>>,
  failedProofs = 0,
  { purpose = 'offboard', forMs = 0 }: { purpose?: 'offboard' | 'evacuate'; forMs?: number } = {},
) {
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
    purpose,
    phase: 'draining',
    scope: { regions: [LEAVING] },
    startedAtMs: operator.nowMs() - forMs,
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

  test('where nobody could be asked nothing is proven', async () => {
    const throttled = { ...NO_NAME, at: NOT_ASKED, says: 'Throttled', symptom: 'error' } as const;
    const all = { 'us-east-1': throttled, 'ap-southeast-2': throttled };
    expect(await proven(all)).toMatchObject({ decision: 'wait', failedProofs: 1 });
    expect(await proven(all, 4)).toMatchObject({ decision: 'gave-up' });
    expect(await proven({ 'us-east-1': throttled })).toMatchObject({ decision: 'settled' });
  });
});

test('an evacuation that is not proven ends by itself, before its time is over', async () => {
  const answers = { 'us-east-1': NO_NAME };
  const afterMinutes = (minutes: number) => proven(answers, 2, { purpose: 'evacuate', forMs: minutes * 60_000 });
  expect(await afterMinutes(24)).toMatchObject({ decision: 'wait', failedProofs: 3 });
  expect(await afterMinutes(25)).toMatchObject({ decision: 'gave-up' });
});

import { describe, expect, test } from 'vitest';
import { decide, type RunSoFar } from '../../../control-plane/loop/decide.ts';
import type { Assessment } from '../../../control-plane/loop/diff.ts';
import type { Plan } from '../../../control-plane/loop/plan.ts';
import { outcomeOf } from '../../../control-plane/loop/record.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';

const onboard: RunSoFar = { purpose: 'onboard', nameProven: false, writes: 20 };
const reconcile: RunSoFar = { purpose: 'reconcile', nameProven: false, writes: 0 };
const offboard: RunSoFar = { purpose: 'offboard', nameProven: false, writes: 9 };

const step = {
  key: 'vpc/eu-west-1',
  region: 'eu-west-1',
  lease: 'member/eu-west-1',
  action: 'create',
  desired: {},
  observed: undefined,
  drift: [],
} as const;
const waiting = { target: 'stage/eu-west-1', because: 'waits for rest-api/eu-west-1' } as const;
const conflict = { finding: 'conflict', target: 'route/x', says: 'igw-1 is there' } as const;
const unseen = { finding: 'unseen', target: 'vpc/eu-west-1', says: 'no answer' } as const;
const planOf = (parts: Partial<Plan>): Plan => ({
  steps: [],
  waiting: [],
  findings: [],
  lookAgainAfterSeconds: 15,
  ...parts,
});
const settling: Assessment = { state: 'settling', because: 'pending', lookAgainAfterSeconds: 15 };

describe('what a run does next', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { run: onboard,  plan: { steps: [step] },                              decision: 'apply',   why: 'there is something to do' },
    { run: onboard,  plan: { steps: [step], waiting: [waiting] },          decision: 'apply',   why: 'what can be done is done, whatever else waits' },
    { run: onboard,  plan: { waiting: [waiting] },                         decision: 'wait',    why: 'what it waits for may come' },
    { run: onboard,  plan: { waiting: [waiting], findings: [conflict] },   decision: 'blocked', why: 'a stranger stands in the way, and nothing moves' },
    { run: onboard,  plan: { waiting: [waiting], findings: [conflict] }, moving: true, decision: 'wait', why: 'something still moves' },
    { run: onboard,  plan: { findings: [unseen] },                         decision: 'wait',    why: 'a join is finished only when all was seen' },
    { run: reconcile, plan: { findings: [unseen] },                        decision: 'settled', why: 'a Region that is away holds up no repair of the rest' },
    { run: onboard,  plan: {},                                             decision: 'prove',   why: 'that AWS accepted it shows nothing' },
    { run: { ...onboard, nameProven: true }, plan: {},                     decision: 'settled', why: 'it was proven' },
    { run: reconcile, plan: {},                                            decision: 'settled', why: 'nothing was written, so there is nothing to prove' },
    { run: { ...reconcile, writes: 1 }, plan: {},                          decision: 'prove',   why: 'a repair is proven' },
    { run: offboard, plan: {},                                             decision: 'settled', why: 'of what has left there is nothing to prove' },
    { run: { ...onboard, failedRounds: 11 }, plan: { steps: [step] },                  decision: 'apply',   why: 'it may have been in the way of somebody else' },
    { run: { ...onboard, failedRounds: 12 }, plan: { steps: [step] },                  decision: 'gave-up', why: 'what fails for a quarter of an hour is in the way of somebody' },
    { run: onboard,  plan: { steps: [step] }, round: 241,                  decision: 'gave-up', why: 'no run goes on for ever' },
  ])('$decision: $why', ({ run, plan, round = 1, moving = false, decision }) => {
    const assessments = new Map<TargetKey, Assessment>(moving ? [['endpoint/eu-west-1', settling]] : []);
    expect(decide(run, round, planOf(plan), assessments).decision).toBe(decision);
  });

  test('a conflict beside a settled fleet is told', () => {
    expect(decide({ ...reconcile, nameProven: true }, 1, planOf({ findings: [conflict] }), new Map()).says).toMatch(
      /but for 1 conflict$/,
    );
  });
});

describe('what came of a run', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { run: { ...onboard, nameProven: true, decision: 'settled' },         outcome: 'joined' },
    { run: { ...onboard, decision: 'settled' },                           outcome: 'failed' },
    { run: { ...onboard, nameProven: true, decision: 'gave-up' },         outcome: 'failed' },
    { run: { ...offboard, phase: 'leaving', decision: 'settled' },        outcome: 'left' },
    { run: { ...offboard, phase: 'draining', decision: 'settled' },       outcome: 'failed' },
    { run: { ...reconcile, decision: 'settled' },                         outcome: 'as-declared' },
    { run: { ...reconcile, writes: 2, decision: 'settled' },              outcome: 'repaired' },
    { run: { ...reconcile, decision: 'blocked' },                         outcome: 'failed' },
    { run: { ...reconcile, decision: 'settled', fault: 'Fault.Forbidden' }, outcome: 'failed' },
  ] as const)('$run.purpose, $run.decision: $outcome', ({ run, outcome }) => {
    expect(outcomeOf(run)).toBe(outcome);
  });
});

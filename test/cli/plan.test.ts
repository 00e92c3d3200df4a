import { describe, expect, test } from 'vitest';
import { leftByPolicies } from '../../cli/commands/plan.ts';
import type { Plan, Step } from '../../control-plane/loop/plan.ts';
import { START_MS, situationWith, stepFor } from '../control-plane/situations.ts';

const planOf = (...steps: readonly Step[]): Plan => ({
  steps,
  waiting: [{ target: 'stage/us-east-1', because: 'waits for AWS' }],
  findings: [{ finding: 'conflict', target: 'route/us-east-1/main/10.0.0.0/16', says: "is not the fleet's" }],
  lookAgainAfterSeconds: 15,
});
const create = stepFor('rule/eu-west-1/443-10.64.0.0/12');
const remove = stepFor('vpc/eu-west-1', { action: 'remove' });

describe('a plan', () => {
  test('tells what a policy refuses apart from what would be done, with the reason', () => {
    const plan = planOf(create, remove);
    expect(leftByPolicies(plan, situationWith({ steps: plan.steps, fleetSize: 100 }), [])).toEqual({
      steps: [create],
      held: [],
      refused: [
        { step: remove, because: expect.stringMatching(/^deletion-guard: a reconcile removes nothing/) as string },
      ],
    });
  });

  test('tells so what a policy holds, until it is overridden', () => {
    const plan = planOf(create);
    const situation = situationWith({ steps: plan.steps, fleetSize: 0 });
    expect(leftByPolicies(plan, situation, [])).toEqual({
      steps: [],
      held: [{ step: create, because: expect.stringMatching(/^fleet-share: 1 of 0 targets want repair/) as string }],
      refused: [],
    });
    const override = { by: 'ana', why: 'it was a mistake', expiresAtMs: START_MS + 1 };
    const lifted = { ...override, policy: 'fleet-share', proposal: 'repair/*' };
    expect(leftByPolicies(plan, situation, [lifted])).toEqual({ steps: [create], held: [], refused: [] });
  });
});

import { expect, test } from 'vitest';
import { diff } from '../../../control-plane/loop/diff.ts';
import { plan } from '../../../control-plane/loop/plan.ts';
import { resolve } from '../../../control-plane/loop/resolve.ts';
import { wantedTargets } from '../../../control-plane/loop/wanted.ts';
import { optionalRef } from '../../../control-plane/model/reference.ts';
import { declaredWith, memberOf } from '../../support/payments.ts';

const assess = (phase: 'joined' | 'leaving', leftOut: Readonly<Record<string, string>>) => {
  const wanted = wantedTargets(declaredWith(memberOf('eu-west-1', 1, { phase })));
  const observation = { targets: new Map(), unseen: new Map() };
  const assessments = diff({ wanted, observation, leftOut, intendedAtMs: () => undefined, nowMs: 0 }, wanted);
  return { assessments, plan: plan(wanted, assessments) };
};

test('a kind that cannot be had is told, target by target, and nothing is done about it', () => {
  const { assessments, plan: planned } = assess('joined', { view: 'no zones here' });
  expect(planned.findings).toEqual([
    { finding: 'left-out', target: 'view/eu-west-1', says: 'view/eu-west-1 is left out: no zones here' },
  ]);
  expect(planned.steps.map(({ key }) => key)).toContain('vpc/eu-west-1');
  expect(assessments.get('records/eu-west-1'), 'what refers to it never passes for done').toMatchObject({
    state: 'waiting',
    for: ['view/eu-west-1'],
  });
});

test('what was never made is gone when its member leaves', () => {
  const { assessments, plan: planned } = assess('leaving', { view: 'no zones here' });
  expect(assessments.get('view/eu-west-1')).toEqual({ state: 'settled' });
  expect(planned.findings).toEqual([]);
});

test('what can do without it does: left out is not the same as not there yet', () => {
  const check = optionalRef('health-check', 'eu-west-1', 'id');
  const want = { check, all: [check] };
  expect(resolve(want, () => undefined)).toEqual({ value: { check: null, all: [null] }, waitsFor: [] });
  expect(resolve(want, () => undefined, { 'health-check': 'no checkers here' })).toEqual({
    value: { check: undefined, all: [] },
    waitsFor: [],
  });
});

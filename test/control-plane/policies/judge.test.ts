import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neverOverridden, policies } from '../../../control-plane/policies/index.ts';
import { judge, proposalName } from '../../../control-plane/policies/judge.ts';
import type { Override, Proposal, Situation } from '../../../control-plane/policies/policy.ts';
import { declaredAs, diagnosed, drained, START_MS, situationWith, steered, stepFor, trio } from '../situations.ts';

const evacuate: Proposal = { what: 'evacuate', region: 'eu-west-1', by: 'operator' };
const given = (policy: string, proposal: string, expiresAtMs = START_MS + 1): Override => ({
  policy,
  proposal,
  by: 'ana',
  why: 'the data centre floods',
  expiresAtMs,
});

/** Nobody else is in service, and the cool-down is not over. */
const forbiddenWhere = (approvals: readonly string[]): Situation =>
  situationWith({
    declared: declaredAs(
      trio,
      { drains: [drained('us-east-1'), drained('ap-southeast-2')] },
      { policies: { approvals } },
    ),
    movedAtMs: { 'eu-west-1': START_MS - 1_000 },
  });
const forbidden = forbiddenWhere([]);
/** And somebody must approve. */
const unapproved = forbiddenWhere(['evacuate']);

test('the strictest wins, and every reason is kept, strictest first', () => {
  const { verdict, reasons, lookAgainAtMs } = judge(evacuate, unapproved, []);
  expect(verdict).toBe('refuse');
  expect(reasons.map(({ policy, verdict: { verdict: one } }) => `${policy}: ${one}`)).toEqual([
    'last-healthy-member: refuse',
    'approval: refuse',
    'cool-down: hold',
  ]);
  expect(lookAgainAtMs, 'asking again changes no refusal').toBeUndefined();
});

test('what is only held is to be asked again when the last that holds lets go', () => {
  const held = judge(evacuate, situationWith({ movedAtMs: { 'eu-west-1': START_MS - 1_000 } }), []);
  expect(held).toMatchObject({ verdict: 'hold', lookAgainAtMs: START_MS + 299_000 });
});

const refusals = ['last-healthy-member'];

describe('an override', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { overrides: [],                                                                       verdict: 'refuse', why: 'none was given' },
    { overrides: refusals.map((policy) => given(policy, 'evacuate/eu-west-1')),            verdict: 'hold',   why: 'it lifts those it names and no other' },
    { overrides: [...refusals, 'cool-down'].map((policy) => given(policy, 'evacuate/eu-west-1')), verdict: 'allow', why: 'both were named' },
    { overrides: [...refusals, 'cool-down'].map((policy) => given(policy, 'evacuate/*')),  verdict: 'allow',  why: 'it may be for every proposal of a sort' },
    { overrides: [...refusals, 'cool-down'].map((policy) => given(policy, 'drill/eu-west-1')), verdict: 'refuse', why: 'it is for something else' },
    { overrides: [...refusals, 'cool-down'].map((policy) => given(policy, 'evacuate/us-east-1')), verdict: 'refuse', why: 'it is for another member' },
    { overrides: [...refusals, 'cool-down'].map((policy) => given(policy, 'evacuate/eu-west-1', START_MS)), verdict: 'refuse', why: 'it has expired' },
  ])('$verdict: $why', ({ overrides, verdict }) => {
    expect(judge(evacuate, forbidden, overrides).verdict).toBe(verdict);
  });

  test('that lifted something is listed, and one that lifted nothing is not', () => {
    const used = given('last-healthy-member', 'evacuate/eu-west-1');
    const idle = given('evidence', 'evacuate/eu-west-1');
    expect(judge(evacuate, forbidden, [used, idle]).overridden).toEqual([used]);
  });

  test('never stands in for an approval', () => {
    const overrides = [...policies.keys()].map((policy) => given(policy, 'evacuate/*'));
    const { verdict, reasons } = judge(evacuate, unapproved, overrides);
    expect([verdict, reasons.map(({ policy }) => policy)]).toEqual(['refuse', ['approval']]);
  });

  const removal = stepFor('stage/eu-west-1', { action: 'remove' });
  const disturbed = stepFor('stage/eu-west-1', { observed: { foreignFault: 'managedByFIS=true on rtb-1' } });
  test.for([
    { policy: 'deletion-guard', step: removal },
    { policy: 'foreign-faults', step: disturbed },
  ])('never lifts $policy, which says so', ({ policy, step }) => {
    const proposal: Proposal = { what: 'repair', step, purpose: 'repair' };
    const { verdict, reasons, overridden } = judge(proposal, situationWith(), [given(policy, proposalName(proposal))]);
    expect(verdict).toBe('refuse');
    expect(overridden).toEqual([]);
    expect(reasons[0]?.verdict).toMatchObject({ because: expect.stringContaining('nobody may override that') });
  });
});

const regions = trio.map(({ region }) => region);
const region = fc.constantFrom(...regions);
const cause = fc.constantFrom(
  'link/eu-west-1~us-east-1' as const,
  'network/eu-west-1' as const,
  'replica/us-east-1' as const,
  'region/ap-southeast-2' as const,
  'fleet/payments' as const,
  'view/us-east-1' as const,
  'observer/us-east-1' as const,
);
const proposals: fc.Arbitrary<Proposal> = fc.oneof(
  fc.record({ what: fc.constantFrom('evacuate', 'restore', 'drill'), region, by: fc.constant('operator') }),
  fc.record({ what: fc.constantFrom('steer', 'unsteer'), viewer: region, avoid: region, cause }),
  fc.record({
    what: fc.constant('repair'),
    step: fc.constantFrom(stepFor('stage/eu-west-1'), stepFor('view/us-east-1', { action: 'remove' })),
    purpose: fc.constantFrom('onboard', 'offboard', 'reconcile', 'repair'),
  }),
);
const situations: fc.Arbitrary<Situation> = fc
  .record({
    causes: fc.uniqueArray(cause, { maxLength: 3 }),
    drains: fc.uniqueArray(region),
    steers: fc.uniqueArray(fc.tuple(region, region), { maxLength: 3 }),
    approvals: fc.subarray(['evacuate', 'restore', 'drill']),
    fleetSize: fc.nat(20),
    moved: fc.dictionary(region, fc.integer({ min: START_MS - 600_000, max: START_MS })),
  })
  .map(({ causes, drains, steers, approvals, fleetSize, moved }) =>
    situationWith({
      declared: declaredAs(
        trio,
        { drains: drains.map(drained), steers: steers.map(([a, b]) => steered(a, b, 'ramp')) },
        { policies: { approvals } },
      ),
      diagnosis: diagnosed(...causes),
      fleetSize,
      movedAtMs: moved,
      steps: [stepFor('stage/eu-west-1')],
    }),
  );

describe('properties', () => {
  test('policies only lower the verdict: with all of them overridden, only those that nobody may override speak', () => {
    fc.assert(
      fc.property(proposals, situations, (proposal, situation) => {
        const overrides = [...policies.keys()].map((policy) => given(policy, proposalName(proposal)));
        const { verdict, reasons } = judge(proposal, situation, overrides);
        expect(reasons.every(({ policy }) => neverOverridden.has(policy))).toBe(true);
        expect(verdict === 'allow').toBe(reasons.length === 0);
      }),
    );
  });

  test('every verdict that is not allowed says why', () => {
    fc.assert(
      fc.property(proposals, situations, (proposal, situation) => {
        for (const { verdict } of judge(proposal, situation, []).reasons)
          expect('because' in verdict ? verdict.because.length : 0).toBeGreaterThan(10);
      }),
    );
  });

  test('no evacuation leaves the fleet without a member in service', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        if (judge(evacuate, situation, []).verdict !== 'allow') return;
        const { declared, diagnosis } = situation;
        const left = regions.filter(
          (one) =>
            one !== 'eu-west-1' &&
            !declared.traffic?.drains.some((drain) => drain.region === one) &&
            !diagnosis.findings.some(
              ({ cause: name }) => /^(replica|region|network)\//.test(name) && name.endsWith(one),
            ),
        );
        expect(left).not.toEqual([]);
      }),
    );
  });
});

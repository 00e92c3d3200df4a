import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answering, rampSteps } from '../../../control-plane/traffic/ramp.ts';
import { memberOf } from '../../support/payments.ts';
import { ap, client, declaredAs, drained, eu, steered, trio, us } from '../situations.ts';

const fleetOf = (size: number) => Array.from({ length: size }, (_, index) => memberOf(`xx-${index + 1}`, index + 1));

describe('a member comes back', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { members: [eu],                        steps: [['eu-west-1']],                                                 why: 'alone, it has only its own callers' },
    { members: [us, eu],                    steps: [['eu-west-1'], ['us-east-1']],                                  why: 'one other view is a quarter, a half and all' },
    { members: [us, eu, ap],                steps: [['eu-west-1'], ['us-east-1'], ['ap-southeast-2']],              why: 'by sequence' },
    { members: [...trio, client],           steps: [['eu-west-1'], ['us-east-1'], ['ap-southeast-2'], ['ca-central-1']], why: "clients' views are views" },
    { members: [us, eu, { ...ap, phase: 'leaving' as const }], steps: [['eu-west-1'], ['us-east-1']],               why: 'not in views that are going' },
  ])('$steps: $why', ({ members, steps }) => {
    expect(rampSteps(declaredAs(members), 'eu-west-1')).toEqual(steps);
  });

  test('a quarter, a half and all of nine others', () => {
    expect(rampSteps(declaredAs(fleetOf(9)), 'xx-1').map((step) => step.length)).toEqual([1, 2, 2, 4]);
  });

  test('into every view once, and its own first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (size, index) => {
        const members = fleetOf(size);
        const region = members[index % size]?.region ?? '';
        const steps = rampSteps(declaredAs(members), region);
        expect(steps[0]).toEqual([region]);
        expect(steps.flat().toSorted()).toEqual(members.map((member) => member.region).toSorted());
        expect(steps.every((step) => step.length > 0)).toBe(true);
      }),
    );
  });
});

describe("whom a member's callers are sent to", () => {
  const all = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
  // biome-ignore format: a table is read down its columns
  test.for([
    { traffic: {},                                                             to: all,                              why: 'as declared, itself first' },
    { traffic: { drains: [drained('eu-west-1')] },                             to: ['us-east-1', 'ap-southeast-2'],  why: 'not to a drained one' },
    { traffic: { drains: all.map(drained) },                                   to: all,                              why: 'to all where all are drained: so answers Route 53' },
    { traffic: { steers: [steered('us-east-1', 'eu-west-1', 'ramp')] },        to: ['us-east-1', 'ap-southeast-2'],  why: 'not to one they are kept off' },
    { traffic: { steers: [steered('eu-west-1', 'us-east-1', 'ramp')] },        to: all,                              why: "another view's steers are its own" },
    { traffic: { steers: all.map((avoid) => steered('us-east-1', avoid, 'ramp')) }, to: all,                         why: 'a view is never emptied' },
    { traffic: { drains: [drained('us-east-1'), drained('ap-southeast-2')], steers: [steered('us-east-1', 'eu-west-1', 'ramp')] }, to: ['us-east-1', 'ap-southeast-2'], why: 'a record that was taken out does not answer, whatever the others do' },
  ])('$to: $why', ({ traffic, to }) => {
    expect(answering(declaredAs(trio, traffic), 'us-east-1')).toEqual(to);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { members: [us, client],                          viewer: 'ca-central-1', to: ['us-east-1'], why: 'a client has no replica of its own' },
    { members: [us, { ...eu, inTraffic: false }],     viewer: 'us-east-1',    to: ['us-east-1'], why: 'not yet let in' },
    { members: [us, { ...eu, phase: 'draining' as const }], viewer: 'us-east-1', to: ['us-east-1'], why: 'on its way out' },
    { members: [us],                                  viewer: 'xx-none-1',    to: [],            why: 'no such member' },
  ])('$viewer: $to, $why', ({ members, viewer, to }) => {
    expect(answering(declaredAs(members), viewer)).toEqual(to);
  });
});

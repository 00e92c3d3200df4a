import { describe, expect, test } from 'vitest';
import { inScope, type Scope, surveysFor } from '../../../control-plane/loop/scope.ts';
import { wantedTargets } from '../../../control-plane/loop/wanted.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import { declaredWith, memberOf } from '../../support/payments.ts';

const us = memberOf('us-east-1', 1);
const eu = memberOf('eu-west-1', 2);
const ap = memberOf('ap-southeast-2', 3);

const surveys = (scope: Scope, ...members: readonly Member[]): string[] => {
  const wanted = wantedTargets(declaredWith(...members));
  return surveysFor(wanted, inScope(wanted, scope), scope)
    .map(({ kind, region }) => `${kind}@${region}`)
    .toSorted();
};

describe('a scoped look surveys what its targets are and refer to, and nothing behind that', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { target: 'route/eu-west-1/main/10.64.0.0/16', looksAt: ['peering@us-east-1', 'route-table@eu-west-1', 'route@eu-west-1'], why: 'the VPCs behind the peering say nothing of a route' },
    { target: 'rule/eu-west-1/443-10.64.0.0/12',   looksAt: ['rule@eu-west-1', 'security-group@eu-west-1'], why: 'nor the VPC behind the group of a rule' },
    { target: 'access-association/eu-west-1',      looksAt: ['access-association@eu-west-1', 'domain-name@eu-west-1', 'endpoint@eu-west-1'], why: "nor what the endpoint stands in" },
  ] as const)('$target: $why', ({ target, looksAt }) => {
    expect(surveys({ targets: [target] }, us, eu, ap)).toEqual(looksAt);
  });
});

describe('a join looks at the views of others', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { but: { phase: 'joining', inTraffic: false }, views: [],                           why: 'not before it is let in: no view says anything of it yet' },
    { but: { phase: 'joining', inTraffic: true },  views: ['records@eu-west-1', 'records@us-east-1'], why: 'once it is let in' },
    { but: { phase: 'leaving', inTraffic: true },  views: ['records@eu-west-1', 'records@us-east-1'], why: 'and on its way out' },
  ] satisfies { but: Partial<Member>; views: string[]; why: string }[])('$why', ({ but, views }) => {
    const looked = surveys({ regions: ['ap-southeast-2'] }, us, eu, { ...ap, ...but });
    expect(looked.filter((name) => name.startsWith('records@') && name !== 'records@ap-southeast-2')).toEqual(views);
  });
});

test('what a look at one Region surveys grows with its peers, and not with the links between them', () => {
  const few = surveys({ regions: ['us-east-1'] }, us, eu, ap);
  const more = surveys({ regions: ['us-east-1'] }, us, eu, ap, memberOf('sa-east-1', 4), memberOf('ca-west-1', 5));
  const perPeer = few.filter((name) => name.endsWith('@eu-west-1')).length;
  // The one that was there first requests the peering of each link, and the others only accept.
  expect(more.length - few.length).toBe(2 * perPeer);
});

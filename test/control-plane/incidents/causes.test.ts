import { describe, expect, test } from 'vitest';
import { ap, declaredAs, eu, stepFor, us } from '../situations.ts';
import { Ward } from './ward.ts';

const LINK = 'link/eu-west-1~us-east-1';
const peeringGone = stepFor('peering/eu-west-1~us-east-1');
const stageGone = stepFor('stage/eu-west-1');

describe('what a look finds and what probes see are one incident', () => {
  const routeOf = (region: string, cidr: string) => stepFor(`route/${region}/main/${cidr}`, { region });
  const table = stepFor('route-table/eu-west-1/main', {
    action: 'change',
    drift: [{ field: 'associations', desired: 2, observed: 0, impact: 'outage' }],
  });
  // biome-ignore format: a table is read down its columns
  test.for([
    { seen: [LINK],                 steps: [peeringGone],                              open: [LINK],                why: 'the link and its peering' },
    { seen: [LINK],                 steps: [routeOf('us-east-1', '10.65.0.0/16')],     open: [LINK],                why: 'the link and a route over it' },
    { seen: [LINK],                 steps: [routeOf('us-east-1', '10.66.0.0/16')],     open: ['link/ap-southeast-2~us-east-1', LINK], why: 'a route over another link is something else' },
    { seen: ['replica/eu-west-1'],  steps: [stageGone],                                open: ['replica/eu-west-1'], why: 'the replica and its stage' },
    { seen: ['region/eu-west-1'],   steps: [stageGone],                                open: ['replica/eu-west-1'], why: 'what is configured explains what is silent' },
    { seen: ['network/eu-west-1'],  steps: [peeringGone, stepFor('peering/ap-southeast-2~eu-west-1')], open: ['network/eu-west-1'], why: 'all links of a member are its network' },
    { seen: [LINK, 'link/ap-southeast-2~eu-west-1'], steps: [table],                   open: ['network/eu-west-1'], why: 'one table carries both' },
    { seen: ['view/eu-west-1'],     steps: [stepFor('records/eu-west-1')],             open: ['view/eu-west-1'],    why: 'the view and its records' },
    { seen: ['view/eu-west-1'],     steps: [stepFor('vpc/eu-west-1', { action: 'change' })], open: ['network/eu-west-1'], why: 'names do not resolve in a VPC that has its DNS off' },
    { seen: ['replica/eu-west-1'],  steps: [peeringGone],                              open: [LINK, 'replica/eu-west-1'], why: 'two things at once are two' },
    { seen: [],                     steps: [stepFor('stage/eu-west-1', { drift: [{ field: 'tags', desired: 1, observed: 2, impact: 'risk' }] })], open: [], why: 'nobody feels it' },
    { seen: [],                     steps: [stepFor('stage/eu-west-1', { action: 'remove' })], open: [],              why: 'what is to go is no loss' },
    { seen: ['fleet/payments'],     steps: [stageGone, stepFor('stage/us-east-1')],    open: ['fleet/payments'],    why: 'everything at once is one' },
  ] as const)('$seen, $steps.length steps: $open, $why', ({ seen, steps, open }) => {
    const ward = new Ward();
    ward.tend({ seen, steps });
    expect(ward.open.map(({ cause }) => cause).toSorted()).toEqual(open.toSorted());
  });

  test('what is only being made takes nothing in, and is nothing the matter', () => {
    const ward = new Ward();
    const waiting = [{ target: 'route-table/eu-west-1/main', because: 'it waits for its subnets' }] as const;
    ward.tend({ seen: [LINK], steps: [peeringGone], waiting });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
  });

  test('with only one link, it is all of a network', () => {
    const ward = new Ward(declaredAs([us, eu]));
    ward.tend({ seen: ['network/eu-west-1'], steps: [peeringGone] });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
  });

  test('a member that joins or leaves opens none: its own run is at it', () => {
    const ward = new Ward(declaredAs([us, { ...eu, phase: 'joining' }, { ...ap, phase: 'leaving' }]));
    ward.tend({ steps: [stageGone, peeringGone, stepFor('view/ap-southeast-2')] });
    expect(ward.state).toEqual([]);
  });
});

describe('a better explanation', () => {
  test('relabels the incident there is, and its time line says so', () => {
    const ward = new Ward();
    ward.tend({ seen: [LINK] });
    const [{ id } = { id: '' }] = ward.open;
    ward.tend({ at: 30, seen: ['network/eu-west-1'] });
    expect(ward.incidents).toMatchObject([{ id, cause: 'network/eu-west-1', formerly: [LINK], status: 'mitigated' }]);
    expect(ward.steers).toHaveLength(4);
    expect(ward.timeline.at(-2)?.entry.says).toContain(`better explained by network/eu-west-1 than by ${LINK}`);
  });

  test('of two incidents makes one, and the other goes on in it', () => {
    const ward = new Ward();
    ward.tend({ seen: [LINK, 'link/ap-southeast-2~eu-west-1'] });
    ward.tend({ at: 30, seen: ['network/eu-west-1'] });
    expect(ward.state.toSorted()).toEqual([`${LINK}: closed`, 'network/eu-west-1: mitigated']);
  });

  test('is not forgotten where nobody looks again', () => {
    const ward = new Ward();
    const table = stepFor('route-table/eu-west-1/main');
    ward.tend({ seen: [LINK, 'link/ap-southeast-2~eu-west-1'], steps: [table] });
    ward.tend({ at: 30, seen: [LINK, 'link/ap-southeast-2~eu-west-1'] });
    expect(ward.state).toEqual(['network/eu-west-1: mitigated']);
  });

  test('of a part that is left over goes back to the part', () => {
    const ward = new Ward();
    ward.tend({ seen: ['network/eu-west-1'] });
    ward.tend({ at: 30, seen: [LINK] });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
  });
});

import { describe, expect, test } from 'vitest';
import { storyOf } from '../../../control-plane/incidents/story.ts';
import {
  ap,
  client,
  declaredAs,
  drained,
  eu,
  finding,
  SECOND_MS,
  START_MS,
  steered,
  stepFor,
  trio,
  us,
} from '../situations.ts';
import { Ward } from './ward.ts';

const LINK = 'link/eu-west-1~us-east-1';
const BOTH = ['eu-west-1>us-east-1', 'us-east-1>eu-west-1'];
const peeringGone = stepFor('peering/eu-west-1~us-east-1');
const stageGone = stepFor('stage/eu-west-1');
const answered = { targets: ['peering/eu-west-1~us-east-1', 'stage/eu-west-1'] } as const;

describe('a peering is deleted', () => {
  test('and probes are first: steered at once, looked at, repaired, proven, over', () => {
    const ward = new Ward();
    const first = ward.tend({ seen: [LINK], signal: 'probes: us-east-1' });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
    expect(ward.steers).toEqual(BOTH);
    expect(first.repair, 'where a run should look').toMatchObject([
      { cause: LINK, scope: { regions: ['eu-west-1', 'us-east-1'] } },
    ]);

    const second = ward.tend({ at: 5, seen: [LINK], steps: [peeringGone] });
    expect(second.open, 'one incident, of the cause both name').toEqual([]);
    expect(second.repair).toMatchObject([{ cause: LINK, scope: { targets: [peeringGone.key] } }]);

    ward.tend({ at: 20, seen: [LINK], steps: [] });
    expect(ward.open[0]).toMatchObject({ repairedAtMs: START_MS + 20 * SECOND_MS });
    ward.tend({ at: 100, proven: {} });
    expect(ward.state, 'callers are not moved back before the cool-down is over').toEqual([`${LINK}: mitigated`]);
    const last = ward.tend({ at: 300 });
    expect(last.unsteer).toHaveLength(2);
    expect(last.close.map(({ cause }) => cause)).toEqual([LINK]);
    expect(ward.steers).toEqual([]);
    expect(ward.told, 'nobody was woken').toEqual([]);
    // biome-ignore format: in order
    expect(ward.chapters).toEqual([
      'opened', 'evidence', 'mitigation', 'decision',
      'evidence', 'repair', 'repair',
      'decision', 'mitigation', 'proof', 'closed',
    ]);
  });

  test('and a look is first: nobody is moved, and requests prove the repair', () => {
    const ward = new Ward();
    ward.tend({ steps: [peeringGone], signal: 'event: DeleteVpcPeeringConnection in us-east-1' });
    expect(ward.state).toEqual([`${LINK}: open`]);
    expect(ward.steers).toEqual([]);
    ward.tend({ at: 20, steps: [] });
    expect(ward.state, 'that it is as declared again proves nothing').toEqual([`${LINK}: open`]);
    ward.tend({ at: 3_600 });
    expect(ward.state, 'nor does time').toEqual([`${LINK}: open`]);
    ward.tend({ at: 3_610, proven: answered });
    expect(ward.state).toEqual([`${LINK}: closed`]);
  });

  test('and a look is first, then probes: one incident', () => {
    const ward = new Ward();
    ward.tend({ steps: [peeringGone] });
    ward.tend({ at: 20, seen: [LINK] });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
    ward.tend({ at: 30, proven: {}, seen: [LINK], steps: [] });
    expect(ward.state, 'while probes name it, a request that was answered is no proof').toEqual([`${LINK}: mitigated`]);
  });
});

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

describe('people are told', () => {
  test('after two minutes, where everything is as declared', () => {
    const ward = new Ward();
    ward.tend({ seen: ['replica/eu-west-1'] });
    ward.tend({ at: 10, seen: ['replica/eu-west-1'], steps: [] });
    ward.tend({ at: 110, seen: ['replica/eu-west-1'], steps: [] });
    expect(ward.state).toEqual(['replica/eu-west-1: open']);
    ward.tend({ at: 120, seen: ['replica/eu-west-1'] });
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
    ward.tend({ at: 900, seen: ['replica/eu-west-1'], steps: [] });
    expect(ward.told, 'once').toEqual([
      'replica/eu-west-1 is sick; everything there is as declared, so nothing can be repaired',
    ]);
  });

  test('not while it is being put right, however long that takes', () => {
    const ward = new Ward();
    const waiting = [{ target: 'domain-name/eu-west-1', because: 'UPDATING' }] as const;
    ward.tend({ seen: ['replica/eu-west-1'], steps: [stepFor('domain-name/eu-west-1')] });
    for (let at = 15; at < 1_800; at += 15) ward.tend({ at, seen: ['replica/eu-west-1'], steps: [], waiting });
    expect(ward.state).toEqual(['replica/eu-west-1: open']);
    expect(ward.open[0]?.repairsAtMs, 'and it is one repair').toHaveLength(1);
  });

  test('at once, where every serving member is sick, and nobody is moved', () => {
    const ward = new Ward();
    const tending = ward.tend({ seen: ['replica/us-east-1', 'region/eu-west-1', 'network/ap-southeast-2'] });
    expect(tending.escalate).toHaveLength(3);
    expect(ward.steers).toEqual([]);
    const other = new Ward();
    expect(other.tend({ seen: ['fleet/payments'] }).escalate[0]?.says).toContain('every serving member is sick');
    expect(other.steers).toEqual([]);
  });

  test('of what is not ours and stands in the way', () => {
    const ward = new Ward();
    const told = [{ finding: 'conflict', target: 'stage/eu-west-1', says: 'somebody else made it' }] as const;
    ward.tend({ seen: ['replica/eu-west-1'], steps: [stepFor('rest-api/eu-west-1')], told });
    expect(ward.told[0]).toContain('somebody else made it');
  });

  test('of a Region that cannot be looked at, after two minutes', () => {
    const ward = new Ward();
    const told = [{ finding: 'unseen', target: 'stage/eu-west-1', says: 'no answer' }] as const;
    ward.tend({ seen: ['region/eu-west-1'], steps: [], told });
    expect(ward.told).toEqual([]);
    ward.tend({ at: 120, seen: ['region/eu-west-1'], steps: [], told });
    expect(ward.told[0]).toContain('its Region does not answer');
  });

  test('of what nobody has looked at for ten minutes', () => {
    const ward = new Ward();
    for (let at = 0; at <= 600; at += 60) ward.tend({ at, seen: ['replica/eu-west-1'] });
    expect(ward.told).toHaveLength(1);
    expect(ward.told[0]).toContain('nobody was able to look');
  });

  test('when the budget is spent, and nothing more is tried', () => {
    const ward = new Ward(declaredAs(trio, {}, { policies: { repairsPerHour: 3 } }));
    const begun = [];
    // Somebody deletes the stage a minute after each repair.
    for (let minute = 0; minute < 180; minute++) {
      const isThere = minute % 3 === 1;
      begun.push(...ward.tend({ at: minute * 60, steps: isThere ? [] : [stageGone] }).repair);
    }
    expect(begun).toHaveLength(3);
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
    expect(ward.told).toHaveLength(1);
    expect(ward.told[0]).toContain('3 repairs have not held');
  });

  test('at once, where repair is switched off', () => {
    const ward = new Ward(declaredAs(trio, {}, { policies: { repairsPerHour: 0 } }));
    expect(ward.tend({ steps: [stageGone] }).repair).toEqual([]);
    expect(ward.state).toEqual(['replica/eu-west-1: escalated']);
  });

  test('of an experiment that outlasts two minutes, and callers are moved round it', () => {
    const ward = new Ward();
    const steps = [
      stepFor('route-table/eu-west-1/main', {
        action: 'change',
        observed: { foreignFault: 'managedByFIS=true on rtb-1' },
      }),
    ];
    expect(ward.tend({ seen: ['network/eu-west-1'], steps }).repair).toEqual([]);
    expect(ward.steers).toHaveLength(4);
    ward.tend({ at: 120, seen: ['network/eu-west-1'], steps });
    expect(ward.told[0]).toContain('managedByFIS');
  });
});

describe('a repair', () => {
  test('that uncovers more to do goes on, and is one', () => {
    const ward = new Ward();
    const chain = ['vpc', 'route-table', 'endpoint', 'rest-api', 'stage', 'domain-name', 'access-association'];
    chain.forEach((kind, index) => {
      const { repair } = ward.tend({ at: index * 300, steps: [stepFor(`${kind}/eu-west-1`)] });
      expect(repair).toHaveLength(1);
    });
    expect(ward.told).toEqual([]);
    for (const incident of ward.incidents) expect(incident.repairsAtMs).toHaveLength(1);
  });

  test('is not begun again while its writes may not show yet', () => {
    const ward = new Ward();
    ward.tend({ steps: [stageGone] });
    expect(ward.tend({ at: 60, steps: [stageGone] }).repair).toEqual([]);
    expect(ward.tend({ at: 120, steps: [stageGone] }).repair).toHaveLength(1);
  });

  test('is held, and says why, while too much of the fleet wants one', () => {
    const ward = new Ward();
    const steps = Array.from({ length: 51 }, (_, index) => stepFor(`function/eu-west-1/f${index}`));
    expect(ward.tend({ steps }).repair).toEqual([]);
    expect(ward.open[0]?.decided).toContain('fleet-share: 51 of 100 targets');
  });
});

describe('over', () => {
  test('is what witnesses see well, and not what nobody looks at', () => {
    const ward = new Ward();
    ward.tend({ seen: [LINK] });
    ward.tend({ at: 600, discounted: { 'us-east-1': 'its row is 300 s old', 'eu-west-1': 'its row is 300 s old' } });
    expect(ward.state).toEqual([`${LINK}: mitigated`]);
    ward.tend({ at: 900 });
    expect(ward.state).toEqual([`${LINK}: closed`]);
  });

  const well = { state: 'well', sinceMs: 0, recent: '......', symptom: null, latencyMs: 80, says: 'HTTP 200' } as const;
  const rowOf = (observer: string, at: number) => ({
    observer,
    atMs: START_MS + at * SECOND_MS,
    replicas: { 'us-east-1': well, 'eu-west-1': well },
    name: well,
    bit: null,
  });
  test('is a repair that a probe has crossed since', () => {
    const ward = new Ward();
    ward.tend({ steps: [peeringGone] });
    ward.tend({ at: 20, steps: [], rows: [rowOf('us-east-1', 15)] });
    expect(ward.state, 'before the repair').toEqual([`${LINK}: open`]);
    ward.tend({ at: 25, rows: [rowOf('ap-southeast-2', 22)] });
    expect(ward.state, 'over another link').toEqual([`${LINK}: open`]);
    ward.tend({ at: 200, rows: [rowOf('us-east-1', 22)] });
    expect(ward.state, 'too long ago').toEqual([`${LINK}: open`]);
    ward.tend({ at: 210, rows: [rowOf('us-east-1', 205)] });
    expect(ward.state).toEqual([`${LINK}: closed`]);
  });

  test('is what was about a member that has left', () => {
    const ward = new Ward();
    ward.tend({ steps: [stageGone] });
    ward.declared = declaredAs([us, ap]);
    ward.tend({ at: 60 });
    expect(ward.state).toEqual(['replica/eu-west-1: closed']);
  });

  test('and back within the cool-down is the same incident', () => {
    const ward = new Ward();
    ward.tend({ seen: ['replica/eu-west-1'] });
    ward.tend({ at: 60 });
    expect(ward.state).toEqual(['replica/eu-west-1: closed']);
    ward.tend({ at: 120, seen: ['replica/eu-west-1'] });
    expect(ward.state).toEqual(['replica/eu-west-1: open']);
    ward.tend({ at: 180 });
    ward.tend({ at: 600, seen: ['replica/eu-west-1'] });
    expect(ward.state, 'later it is another').toEqual(['replica/eu-west-1: closed', 'replica/eu-west-1: open']);
  });
});

describe('callers', () => {
  test('are not moved on thin evidence, and the incident says so', () => {
    const ward = new Ward();
    ward.tend({ seen: [finding(LINK, { confidence: 0.3 })] });
    expect(ward.steers).toEqual([]);
    expect(ward.open[0]).toMatchObject({ status: 'open', decided: expect.stringContaining('evidence: 30 %') });
  });

  test('who have nobody else are left, and the incident says so', () => {
    const ward = new Ward(declaredAs([eu, client]));
    ward.tend({ seen: ['link/ca-central-1~eu-west-1'] });
    expect(ward.open[0]).toMatchObject({ decided: 'no steer: callers there have nobody else to ask who is well' });
  });

  test('whom nobody else is left for are let back, and not before the cool-down is over', () => {
    const ward = new Ward(declaredAs([us, eu, client]));
    ward.tend({ seen: ['link/ca-central-1~eu-west-1'] });
    expect(ward.steers).toEqual(['ca-central-1>eu-west-1']);
    const seen = ['link/ca-central-1~eu-west-1', 'replica/us-east-1'] as const;
    ward.tend({ at: 60, seen });
    expect(ward.steers).toEqual(['ca-central-1>eu-west-1']);
    expect(ward.open[0]?.decided).toContain('not ended');
    ward.tend({ at: 300, seen });
    expect(ward.steers).toEqual([]);
  });

  test('who are yet kept off a member on its way back are let to it once nobody else is left, and the incident says so', () => {
    const onItsWay = [steered('ca-central-1', 'eu-west-1', 'ramp'), steered('us-east-1', 'eu-west-1', 'ramp')];
    const ward = new Ward(declaredAs([us, eu, ap, client], { steers: onItsWay }));
    ward.tend({ seen: ['replica/us-east-1'] });
    expect(ward.steers, 'ap-southeast-2 answers them').toEqual(['ca-central-1>eu-west-1', 'us-east-1>eu-west-1']);
    ward.tend({ at: 60, seen: ['replica/us-east-1', 'link/ap-southeast-2~ca-central-1'] });
    expect(ward.steers).toEqual(['ca-central-1>ap-southeast-2', 'us-east-1>eu-west-1']);
    expect(ward.timeline.map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({ what: 'mitigation', says: 'callers in ca-central-1 may be sent to eu-west-1 again' }),
    );
  });

  test('are not let to a member that is drained yet, or sick itself', () => {
    const steers = [steered('ca-central-1', 'eu-west-1', 'ramp')];
    const notYet = new Ward(declaredAs([us, eu, client], { steers, drains: [drained('eu-west-1')] }));
    notYet.tend({ seen: ['replica/us-east-1'] });
    const sick = new Ward(declaredAs([us, eu, client], { steers }));
    sick.tend({ seen: ['replica/us-east-1', 'link/ca-central-1~eu-west-1'] });
    expect([notYet.steers, sick.steers]).toEqual([['ca-central-1>eu-west-1'], ['ca-central-1>eu-west-1']]);
  });

  test('of a sick replica are moved by its health bit', () => {
    const ward = new Ward(declaredAs(trio, { drains: [drained('ap-southeast-2')] }));
    ward.tend({ seen: ['replica/eu-west-1'] });
    expect(ward.open[0]?.decided).toBe(
      'no steer: the health bit of eu-west-1 keeps callers off it, and us-east-1 answer',
    );
  });
});

test('a story is read in order, with how long each part took', () => {
  const ward = new Ward();
  ward.tend({ seen: [LINK], signal: 'probes: us-east-1' });
  ward.tend({ at: 5, seen: [LINK], steps: [peeringGone] });
  ward.tend({ at: 20, seen: [LINK], steps: [] });
  ward.tend({ at: 310 });
  const [incident] = ward.incidents;
  if (incident === undefined) throw new Error('there is one');
  const shuffled = ward.timeline.map(({ entry }) => entry).toReversed();
  expect(storyOf(incident, shuffled)).toMatchInlineSnapshot(`
    [
      "20261121T050000Z-link-eu-west-1~us-east-1: over",
      "what          link/eu-west-1~us-east-1 is sick",
      "cause         link eu-west-1~us-east-1",
      "since         2026-11-21 04:59:30",
      "first signal  probes: us-east-1, 2026-11-21 05:00:00",
      "repairs       1",
      "times         detected after 30 s, mitigated after 30 s, repaired after 50 s, closed after 5 min 40 s",
      "",
      "       +0 s  opened      probes: us-east-1: link/eu-west-1~us-east-1 is sick",
      "       +0 s  evidence    seen: eu-west-1 to us-east-1: connect, 3 rounds, since 04:59:30Z; us-east-1 to eu-west-1: connect, 3 rounds, since 04:59:30Z",
      "       +0 s  decision    a look at eu-west-1, us-east-1 is to show what is not as declared",
      "       +0 s  mitigation  callers in eu-west-1 are kept off us-east-1, callers in us-east-1 are kept off eu-west-1",
      "       +5 s  evidence    a look finds: peering/eu-west-1~us-east-1 is missing",
      "       +5 s  repair      the repair begins: peering/eu-west-1~us-east-1",
      "      +20 s  repair      as declared again: peering/eu-west-1~us-east-1",
      "+5 min 10 s  mitigation  callers in eu-west-1 may be sent to us-east-1 again, callers in us-east-1 may be sent to eu-west-1 again",
      "+5 min 10 s  proof       probes are answered well again: us-east-1, eu-west-1",
      "+5 min 10 s  closed      it is over",
    ]
  `);
});

import { describe, expect, test } from 'vitest';
import { storyOf } from '../../../control-plane/incidents/story.ts';
import { ap, declaredAs, eu, SECOND_MS, START_MS, stepFor, us } from '../situations.ts';
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

  test('is what was about the links of whoever is the last one left', () => {
    const ward = new Ward();
    ward.tend({ seen: ['network/us-east-1'] });
    ward.declared = declaredAs([us, eu]);
    ward.tend({ at: 60, rows: [] });
    expect(ward.state, 'eu-west-1 may still ask').toEqual(['network/us-east-1: mitigated']);
    ward.declared = declaredAs([us]);
    ward.tend({ at: 120, rows: [] });
    expect(ward.state).toEqual(['network/us-east-1: closed']);
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

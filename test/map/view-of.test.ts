import { expect, test } from 'vitest';
import type { FleetView, LinkState, MemberState } from '../../map/fleet-view.ts';
import { type Known, viewOf } from '../../map/view-of.ts';
import { finding, incident, known, NOW_MS } from './known.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const LINK = 'link/eu-west-1~us-east-1';
const steer = { viewer: 'us-east-1', avoid: 'eu-west-1', sinceMs: NOW_MS, because: 'it was cut', cause: LINK } as const;
const drain = { region: 'eu-west-1', sinceMs: NOW_MS, by: 'operator', because: 'maintenance' };

const member = (view: FleetView, region: string) => view.members.find((one) => one.region === region);
const link = (view: FleetView) => view.links.find(({ ends }) => ends.join('~') === 'us-east-1~eu-west-1');

// biome-ignore format: a table is read down its columns
test.for<[what: string, state: MemberState, known: Known]>([
  ['nothing is the matter',          'well',    known({ regions })],
  ['its replica is sick',            'sick',    known({ regions, findings: [finding('replica/eu-west-1', 'x')] })],
  ['its network is cut off',         'sick',    known({ regions, findings: [finding('network/eu-west-1', 'x')] })],
  ['the fleet is sick as a whole',   'sick',    known({ regions, findings: [finding('fleet/payments', 'x')] })],
  ['its Region is dark and drained', 'dark',    known({ regions, findings: [finding('region/eu-west-1', 'x')], traffic: { drains: [drain] } })],
  ['somebody drained it',            'drained', known({ regions, traffic: { drains: [drain] } })],
  ['its row is old',                 'unheard', known({ regions, discounted: { 'eu-west-1': 'its row is 400 s old' } })],
  ['it has not said anything',       'unheard', { ...known({ regions }), observers: new Set(['us-east-1']) }],
  ['it is joining',                  'joining', known({ regions, but: { 'eu-west-1': { phase: 'joining' } } })],
  ['it is draining to leave',        'leaving', known({ regions, but: { 'eu-west-1': { phase: 'draining' } } })],
  ['only another is sick',           'well',    known({ regions, findings: [finding('replica/us-east-1', 'x')] })],
])('a member: %s, so it is %s', ([, state, facts]) => {
  expect(member(viewOf(facts), 'eu-west-1')?.state).toBe(state);
});

// biome-ignore format: a table is read down its columns
test.for<[what: string, state: LinkState, known: Known]>([
  ['nothing is the matter',                'well',      known({ regions })],
  ['probes find it cut',                   'cut',       known({ regions, findings: [finding(LINK, 'x')] })],
  ['a look has found it cut',              'cut',       known({ regions, incidents: [incident(LINK)] })],
  ['an end has lost its network',          'cut',       known({ regions, findings: [finding('network/us-east-1', 'x')] })],
  ['a repair was begun',                   'repairing', known({ regions, findings: [finding(LINK, 'x')], incidents: [incident(LINK, { repairsAtMs: [1] })] })],
  ['people were told, nobody is at it',    'cut',       known({ regions, findings: [finding(LINK, 'x')], incidents: [incident(LINK, { repairsAtMs: [1], status: 'escalated' })] })],
  ['it is put right, callers stay off',    'steered',   known({ regions, incidents: [incident(LINK, { repairedAtMs: NOW_MS })], traffic: { steers: [steer] } })],
  ['it is put right, callers are back',    'well',      known({ regions, incidents: [incident(LINK, { repairedAtMs: NOW_MS })] })],
  ['its incident is closed',               'well',      known({ regions, incidents: [incident(LINK, { status: 'closed' })] })],
  ['an end is dark',                       'idle',      known({ regions, findings: [finding('region/us-east-1', 'x')] })],
  ['an end is joining',                    'making',    known({ regions, but: { 'eu-west-1': { phase: 'joining' } } })],
  ['another link is cut',                  'well',      known({ regions, findings: [finding('link/ap-southeast-2~us-east-1', 'x')] })],
])('a link: %s, so it is %s', ([, state, facts]) => {
  expect(link(viewOf(facts))?.state).toBe(state);
});

// biome-ignore format: a table is read down its columns
test.for<[what: string, servedBy: readonly string[], known: Known]>([
  ['its own replica first, then the nearest', ['us-east-1', 'eu-west-1', 'ap-southeast-2'], known({ regions })],
  ['a drained one answers nobody',            ['us-east-1', 'ap-southeast-2'],              known({ regions, traffic: { drains: [drain] } })],
  ['a sick one is out by its bit',            ['eu-west-1', 'ap-southeast-2'],              known({ regions, findings: [finding('replica/us-east-1', 'x')] })],
  ['one that it is kept off',                 ['us-east-1', 'ap-southeast-2'],              known({ regions, traffic: { steers: [steer] } })],
  ['all are sick, so all answer',             ['us-east-1', 'eu-west-1', 'ap-southeast-2'], known({ regions, findings: [finding('fleet/payments', 'x')] })],
  ['a client asks the nearest',               ['eu-west-1', 'ap-southeast-2'],              known({ regions, but: { 'us-east-1': { role: 'client' } } })],
  ['one that joins has no callers yet',       [],                                           known({ regions, but: { 'us-east-1': { phase: 'joining', inTraffic: false } } })],
])('callers of a member: %s', ([, servedBy, facts]) => {
  expect(member(viewOf(facts), 'us-east-1')?.servedBy).toEqual(servedBy);
});

test('incidents: open ones, newest first, counted at the members they are about', () => {
  const view = viewOf(
    known({
      regions,
      incidents: [
        incident('replica/us-east-1', { sinceMs: 1_000 }),
        incident(LINK, { sinceMs: 2_000 }),
        incident('view/ap-southeast-2', { status: 'closed' }),
      ],
    }),
  );
  expect(view.incidents.map(({ cause }) => cause)).toEqual([LINK, 'replica/us-east-1']);
  expect(view.members.map(({ incidents }) => incidents)).toEqual([2, 1, 0]);
});

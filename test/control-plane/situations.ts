import type { Cause, Diagnosis, Finding } from '../../control-plane/health/finding.ts';
import { regionsOf } from '../../control-plane/health/finding.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Step } from '../../control-plane/loop/plan.ts';
import type { Declared, Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { Situation } from '../../control-plane/policies/policy.ts';
import { NO_TRAFFIC_CHANGES, type Steer, type Traffic } from '../../control-plane/traffic/traffic.ts';
import { memberOf, payments } from '../support/payments.ts';

export const START_MS = Date.UTC(2026, 10, 21, 5);
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;

export const us = memberOf('us-east-1', 1);
export const eu = memberOf('eu-west-1', 2);
export const ap = memberOf('ap-southeast-2', 3);
/** Has callers and no replica. */
export const client = memberOf('ca-central-1', 4, { role: 'client' });
export const trio: readonly Member[] = [us, eu, ap];

export const declaredAs = (
  members: readonly Member[],
  traffic: Partial<Traffic> = {},
  but: { readonly [Field in 'health' | 'policies']?: Partial<Fleet[Field]> } = {},
): Declared => ({
  fleet: {
    ...payments,
    health: { ...payments.health, ...but.health },
    policies: { ...payments.policies, ...but.policies },
  },
  members,
  traffic: { ...NO_TRAFFIC_CHANGES, ...traffic },
});

export const drained = (region: Region) => ({ region, sinceMs: START_MS, by: 'operator', because: 'a test' });

export const steered = (viewer: Region, avoid: Region, cause: Steer['cause'], sinceMs = START_MS): Steer => ({
  viewer,
  avoid,
  cause,
  sinceMs,
  because: 'a test',
});

/** Sure, and seen from every end of it. */
export const finding = (cause: Cause, but: Partial<Finding> = {}): Finding => {
  const ends = regionsOf(cause);
  const [first = '', second = ''] = [
    ...ends,
    ...['us-east-1', 'ap-southeast-2', 'eu-west-1'].filter((end) => !ends.includes(end)),
  ];
  return {
    cause,
    says: `${cause} is sick.`,
    symptom: 'connect',
    confidence: 1,
    sinceMs: START_MS - 30 * SECOND_MS,
    seenBy: [first, second].toSorted(),
    evidence: [
      `${first} to ${second}: connect, 3 rounds, since 04:59:30Z`,
      `${second} to ${first}: connect, 3 rounds, since 04:59:30Z`,
    ],
    ...but,
  };
};

export const diagnosed = (...findings: readonly (Cause | Finding)[]): Diagnosis => ({
  findings: findings.map((one) => (typeof one === 'string' ? finding(one) : one)),
  discounted: {},
  seenWell: ['ap-southeast-2', 'eu-west-1', 'us-east-1'],
});

export const stepFor = (key: TargetKey, but: Partial<Step> = {}): Step => ({
  key,
  region: 'eu-west-1',
  lease: 'member/eu-west-1',
  action: 'create',
  desired: {},
  observed: undefined,
  drift: [{ field: 'existence', desired: 'there', observed: undefined, impact: 'outage' }],
  ...but,
});

export const incidentOf = (cause: Cause, but: Partial<Incident> = {}): Incident => ({
  id: `20261121T045500Z-${cause.replace('/', '-')}`,
  cause,
  status: 'open',
  openedAtMs: START_MS - 5 * MINUTE_MS,
  openedBy: 'probes',
  says: `${cause} is sick.`,
  confidence: 1,
  repairsAtMs: [],
  ...but,
});

export const situationWith = (but: Partial<Situation> = {}): Situation => ({
  nowMs: START_MS,
  declared: declaredAs(trio),
  diagnosis: diagnosed(),
  incidents: [],
  steps: [],
  fleetSize: 100,
  movedAtMs: {},
  approvals: [],
  ...but,
});

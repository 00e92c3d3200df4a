import type { Cause, Finding } from '../../control-plane/health/finding.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Traffic } from '../../control-plane/traffic/traffic.ts';
import type { Known } from '../../map/view-of.ts';
import { memberOf, payments } from '../support/payments.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 5, 0, 0);

export const finding = (cause: Cause, says: string, sinceMs = NOW_MS - 120_000): Finding => ({
  cause,
  says,
  confidence: 1,
  seenBy: [],
  sinceMs,
  evidence: [],
});

export const incident = (cause: Cause, but: Partial<Incident> = {}): Incident => ({
  id: `20261121T045800Z-${cause.replace('/', '-')}`,
  cause,
  status: 'open',
  openedAtMs: NOW_MS - 110_000,
  openedBy: 'probes',
  says: 'callers feel it',
  confidence: 1,
  sinceMs: NOW_MS - 120_000,
  repairsAtMs: [],
  ...but,
});

interface Told {
  readonly regions: readonly Region[];
  readonly but?: Readonly<Record<Region, Partial<Member>>>;
  readonly findings?: readonly Finding[];
  readonly incidents?: readonly Incident[];
  readonly traffic?: Partial<Traffic>;
  readonly discounted?: Readonly<Record<Region, string>>;
  readonly standby?: Region;
}

/** A fleet at 05:00, well but for what is told of it. */
export const known = ({
  regions,
  but = {},
  findings = [],
  incidents = [],
  traffic = {},
  discounted = {},
  standby,
}: Told): Known => ({
  declared: {
    fleet: { ...payments, ...(standby !== undefined && { standby }) },
    members: regions.map((region, index) => memberOf(region, index + 1, but[region])),
    traffic: { drains: [], steers: [], ...traffic },
  },
  diagnosis: { findings, discounted, seenWell: regions },
  incidents,
  observers: new Set(regions),
  atMs: NOW_MS,
});

export const TEN = [
  'us-east-1',
  'eu-west-1',
  'ap-southeast-2',
  'us-west-2',
  'sa-east-1',
  'eu-central-1',
  'ap-northeast-1',
  'ap-south-1',
  'ca-central-1',
  'af-south-1',
] as const;

/** Ten members: one Region dark, one link cut and under repair, one pair steered, one drained, one that joins, a client. */
export const troubled = (): Known =>
  known({
    regions: TEN,
    standby: 'us-west-2',
    but: { 'sa-east-1': { role: 'client' }, 'af-south-1': { phase: 'joining', inTraffic: false } },
    findings: [
      finding('region/eu-central-1', 'eu-central-1 answers nobody and says nothing: 7 others get no answer'),
      finding(
        'link/ap-southeast-2~us-west-2',
        'Requests between ap-southeast-2 and us-west-2 get no answer, both ways',
      ),
    ],
    incidents: [
      incident('region/eu-central-1', {
        says: 'eu-central-1 answers nobody and says nothing: 7 others get no answer',
        status: 'mitigated',
        sinceMs: NOW_MS - 605_000,
      }),
      incident('link/ap-southeast-2~us-west-2', {
        says: 'Requests between ap-southeast-2 and us-west-2 get no answer, both ways',
        repairsAtMs: [NOW_MS - 60_000],
      }),
    ],
    traffic: {
      drains: [{ region: 'ap-south-1', sinceMs: NOW_MS - 900_000, by: 'operator', because: 'maintenance' }],
      steers: [
        {
          viewer: 'us-east-1',
          avoid: 'ap-northeast-1',
          sinceMs: NOW_MS - 240_000,
          because: 'the link has just recovered',
          cause: 'link/ap-northeast-1~us-east-1',
        },
      ],
    },
  });

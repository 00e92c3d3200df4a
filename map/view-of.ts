import { causeKind, causeName, type Diagnosis, type Finding, regionsOf } from '../control-plane/health/finding.ts';
import type { Incident } from '../control-plane/incidents/incident.ts';
import type { Declared, Link, Member } from '../control-plane/model/fleet.ts';
import type { Region } from '../control-plane/model/region.ts';
import { linksOf } from '../control-plane/model/topology.ts';
import { isFoundSick } from '../control-plane/traffic/in-service.ts';
import { answering } from '../control-plane/traffic/ramp.ts';
import { isDrained, NO_TRAFFIC_CHANGES } from '../control-plane/traffic/traffic.ts';
import type { FleetView, IncidentView, LinkView, MemberView } from './fleet-view.ts';
import { apart } from './places.ts';

/** All that a picture is made of. */
export interface Known {
  readonly declared: Declared;
  readonly diagnosis: Diagnosis;
  /** Open ones and others; others are left out. */
  readonly incidents: readonly Incident[];
  /** Members that wrote a row of the probe matrix, whether or not it counts. */
  readonly observers: ReadonlySet<Region>;
  readonly atMs: number;
}

type LookOf<View> = Pick<View & { state: unknown; says: string }, 'state' | 'says'>;

const isOpen = ({ status }: Incident): boolean => status !== 'closed';
/** A repair was begun, and what it is about is not put right yet. */
const isUnderRepair = ({ status, repairsAtMs, repairedAtMs }: Incident): boolean =>
  (status === 'open' || status === 'mitigated') && repairsAtMs.length > 0 && repairedAtMs === undefined;

/** How a fleet is at one moment, of what is known of it. */
export function viewOf(known: Known): FleetView {
  const { declared, atMs } = known;
  const { name: fleet, domain, home, standby } = declared.fleet;
  const open = known.incidents.filter(isOpen);
  const members = declared.members.toSorted((a, b) => a.sequence - b.sequence);
  return {
    fleet,
    domain,
    home,
    ...(standby !== undefined && { standby }),
    atMs,
    members: members.map(
      (member): MemberView => ({
        region: member.region,
        role: member.role,
        ...memberLook(member, known),
        servedBy: servedBy(member, known),
        incidents: open.filter(({ cause }) => regionsOf(cause).includes(member.region)).length,
      }),
    ),
    links: linksOf(declared).map(
      (link): LinkView => ({
        ends: [link.requester.region, link.accepter.region],
        ...linkLook(link, known, open),
      }),
    ),
    incidents: open
      .map(
        ({ id, cause, status, sinceMs, openedAtMs, says }): IncidentView => ({
          id,
          cause,
          status,
          sinceMs: sinceMs ?? openedAtMs,
          says,
        }),
      )
      .toSorted((a, b) => b.sinceMs - a.sinceMs || (a.id < b.id ? 1 : -1)),
  };
}

function memberLook({ region, role, phase }: Member, { declared, diagnosis, observers }: Known): LookOf<MemberView> {
  const about = diagnosis.findings.filter(({ cause }) => causeName(cause) === region || causeKind(cause) === 'fleet');
  const of = (...kinds: readonly string[]): Finding | undefined =>
    about.find(({ cause }) => kinds.includes(causeKind(cause)));
  if (phase === 'joining') return { state: 'joining', says: 'it is being joined' };
  if (phase === 'draining' || phase === 'leaving')
    return { state: 'leaving', says: phase === 'draining' ? 'callers are being moved off it' : 'it is being removed' };
  const dark = of('region');
  if (dark !== undefined) return { state: 'dark', says: dark.says };
  const sick = of('replica', 'network', 'view', 'fleet');
  if (sick !== undefined) return { state: 'sick', says: sick.says };
  const drain = declared.traffic?.drains.find((one) => one.region === region);
  if (drain !== undefined) return { state: 'drained', says: `evacuated by ${drain.by}: ${drain.because}` };
  const unheard = diagnosis.discounted[region];
  if (unheard !== undefined) return { state: 'unheard', says: unheard };
  if (!observers.has(region)) return { state: 'unheard', says: 'its probes have not said anything yet' };
  return { state: 'well', says: role === 'serving' ? 'it answers well' : 'its callers are answered well' };
}

/** Nearest by the map, which is how latency mostly goes. Those whose health bit keeps them out of answers are left out. */
function servedBy({ region, phase }: Member, { declared, diagnosis }: Known): readonly Region[] {
  if (phase === 'joining' || phase === 'leaving') return [];
  const named = answering(declared, region);
  const well = named.filter((replica) => !isFoundSick(diagnosis, replica));
  const distance = (replica: Region): number => (replica === region ? -1 : apart(region, replica));
  return (well.length > 0 ? well : named).toSorted((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
}

function linkLook(
  { name, requester, accepter }: Link,
  { declared, diagnosis }: Known,
  open: readonly Incident[],
): LookOf<LinkView> {
  const ends = [requester, accepter];
  const regions = ends.map(({ region }) => region);
  const isMade = ends.every(({ phase }) => phase === 'joined' || phase === 'draining');
  if (!isMade) return { state: 'making', says: 'one of its ends is joining or leaving' };
  const isOf = (cause: Finding['cause'], kind: string): boolean =>
    causeKind(cause) === kind && (kind === 'link' ? causeName(cause) === name : regions.includes(causeName(cause)));
  const dark = diagnosis.findings.find(({ cause }) => isOf(cause, 'region'));
  if (dark !== undefined) return { state: 'idle', says: dark.says };
  const isOn = ({ cause }: { readonly cause: Finding['cause'] }): boolean =>
    isOf(cause, 'link') || isOf(cause, 'network');
  const finding = diagnosis.findings.find(isOn);
  const incidents = open.filter(isOn);
  // Until it is put right, what only a look has found is as much trouble as what probes see.
  const found = incidents.find(({ repairedAtMs }) => repairedAtMs === undefined);
  const says = finding?.says ?? found?.says;
  if (says !== undefined) return { state: incidents.some(isUnderRepair) ? 'repairing' : 'cut', says };
  const steers = (declared.traffic ?? NO_TRAFFIC_CHANGES).steers.filter(
    ({ viewer, avoid }) => regions.includes(viewer) && regions.includes(avoid),
  );
  // A drained end has nobody sent to it over any link: that is said once, at the member.
  const [steer] = steers.filter(({ avoid }) => !isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, avoid));
  if (steer !== undefined)
    return { state: 'steered', says: `callers in ${steer.viewer} are kept off ${steer.avoid}: ${steer.because}` };
  return { state: 'well', says: 'requests cross it' };
}

import { unmarshall } from '@aws-sdk/util-dynamodb';
import { provingPath } from '../../control-plane/loop/verify.ts';
import { agentFunction } from '../../control-plane/model/agents.ts';
import type { Entrance } from '../../control-plane/model/entrance.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Override } from '../../control-plane/policies/policy.ts';
import type { Drain, Steer } from '../../control-plane/traffic/traffic.ts';
import type { MemberRow } from '../../handlers/runtime/fleet-state.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { reach } from '../../simulator/data-plane/request.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';
import { seenHealthy } from '../../simulator/services/route-53/health/registry.ts';
import { idIn, isInTraffic, membersIn, vpcIn } from '../members.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant, Watched } from './invariant.ts';

const LOOK_EVERY_MS = 60_000;
/**
 * What is not known yet is nobody's fault: a replica that was found sick may be well again, and the one in its place sick.
 * Noticing takes a minute, a cool-down five, records and resolvers two more.
 */
const WRONG_FOR_MS = 10 * LOOK_EVERY_MS;
/** A health check that failed this long ago is known to whoever moves callers. */
const KNOWN_AFTER_MS = 2 * LOOK_EVERY_MS;

const POLICY = 'last-healthy-member';
const WAY_BACK_FAILED = 'its way back failed';

/**
 * Nobody is left without anybody to ask by our own doing. Three things are looked at:
 *
 * - a member is taken out by hand: another one is in service or would answer then, or somebody answers for it by an
 *   override. One whose way back failed goes back to where it was.
 * - a member that answers leaves the fleet, and others stay: the same.
 * - every minute while anybody is steered or out of service: callers whose names lead them to nobody, while another
 *   replica, that steers or its own health bit keep them from, could answer them. By the simulator's own truth, whatever
 *   the fleet thinks; and only where this lasts, since nobody knows at once.
 *
 * Bounds  nothing but the looks of a minute, and those only while callers are moved: about 10 microseconds for each pair
 */
export const neverTheLastHealthy: Invariant = {
  name: 'never the last healthy member',
  says: 'No drain or departure without an override takes out the last member in service, and no steer or health bit keeps callers from the only one who could answer them',
  watch(watched, tell) {
    const { bed, table } = watched;
    const { world, clock, fleet } = bed;
    const healthPk = `health#${fleet.name}`;
    const fleetPk = `fleet#${fleet.name}`;
    const truth = new Truth(watched);
    const drains = new Map<Region, Drain>();
    const steers = new Map<string, Steer>();
    /** Since when each has been out of service as name servers see it, by Region. */
    const outSinceMs = new Map<Region, number>();
    /** For how long callers of a Region have been without anybody. */
    const lostForMs = new Map<Region, number>();

    const isWellKnown = ({ region }: MemberRow): boolean =>
      !drains.has(region) && clock.nowMs() - (outSinceMs.get(region) ?? clock.nowMs()) < KNOWN_AFTER_MS;
    /** Health checks are slow to see that somebody is back. */
    const isThere = (member: MemberRow): boolean =>
      isWellKnown(member) || (!drains.has(member.region) && truth.couldAnswer(member, member));

    const drained = (drain: Drain): void => {
      const members = membersIn(table, fleet.name).filter(isInTraffic);
      const isOneOfThem = members.some(({ region }) => region === drain.region);
      const others = members.filter(({ region }) => region !== drain.region);
      if (!isOneOfThem || others.some(isThere)) return;
      if (!isAnsweredFor(drain.region) && !drain.because.startsWith(WAY_BACK_FAILED))
        tell(`${drain.region} was drained by ${drain.by} while nobody else was in service: ${drain.because}`);
    };

    /** Members as they were when somebody last wrote one. */
    let membersBefore: readonly MemberRow[] = [];
    const membersWritten = (): void => {
      const members = membersIn(table, fleet.name);
      for (const { region, phase } of members) {
        const before = membersBefore.find((member) => member.region === region);
        if (phase === 'draining' && before?.phase === 'joined' && isInTraffic(before)) withdrawn(before, members);
      }
      membersBefore = members;
    };

    const withdrawn = (member: MemberRow, members: readonly MemberRow[]): void => {
      const others = members.filter(({ region }) => region !== member.region);
      // Who answers nobody is no loss, nor is anybody where nobody is left to ask.
      if (!isWellKnown(member) || !others.some(({ phase }) => phase === 'joined')) return;
      if (others.some((other) => isInTraffic(other) && isThere(other)) || isAnsweredFor(member.region)) return;
      tell(`${member.region} was taken out of the fleet while nobody else was in service`);
    };

    const isAnsweredFor = (region: Region): boolean =>
      table
        .rows(healthPk, `override#${POLICY}#`)
        .map(({ value }) => value as Override)
        .some(
          ({ expiresAtMs, proposal }) =>
            expiresAtMs > clock.nowMs() && (proposal.endsWith(`/${region}`) || proposal.endsWith('/*')),
        );

    const lookAtChecks = (members: readonly MemberRow[]): void => {
      for (const { region } of members) {
        const check = idIn(table, fleet.name, 'health-check', region);
        if (check === undefined || seenHealthy(world, check)) outSinceMs.delete(region);
        else if (!outSinceMs.has(region)) outSinceMs.set(region, clock.nowMs());
      }
    };

    const look = (): void => {
      const members = membersIn(table, fleet.name);
      lookAtChecks(members);
      // Whoever cannot be reached can mend nothing.
      if (world.outages.any) return;
      if (steers.size === 0 && outSinceMs.size === 0) {
        lostForMs.clear();
        return;
      }
      for (const viewer of members.filter(({ phase }) => phase === 'joined')) {
        const kept = members.filter(
          (member) =>
            isInTraffic(member) &&
            !drains.has(member.region) &&
            // Whose prober was tampered with is believed: nobody could tell.
            truth.isSeen(viewer) &&
            truth.isSeen(member) &&
            (outSinceMs.has(member.region) || steers.has(`${viewer.region}>${member.region}`)),
        );
        const isLost =
          kept.length > 0 && !truth.isAnswered(viewer) && kept.some((member) => truth.couldAnswer(viewer, member));
        if (!isLost) {
          lostForMs.delete(viewer.region);
          continue;
        }
        const forMs = (lostForMs.get(viewer.region) ?? 0) + LOOK_EVERY_MS;
        lostForMs.set(viewer.region, forMs);
        if (forMs !== WRONG_FOR_MS) continue;
        const by = kept.map(
          ({ region }) => `${region} (${outSinceMs.has(region) ? 'out of service' : 'steered away'})`,
        );
        tell(
          `callers in ${viewer.region} have had nobody for ${forMs / LOOK_EVERY_MS} minutes, and are kept from ${by.join(', ')}, who could answer`,
        );
      }
    };

    let looking = clock.after(LOOK_EVERY_MS, function again() {
      look();
      looking = clock.after(LOOK_EVERY_MS, again);
    });

    return {
      called(made) {
        for (const { pk, sk, item } of rowsWritten(made)) {
          if (pk === fleetPk && sk.startsWith('member#')) membersWritten();
          if (pk !== healthPk) continue;
          const [what, ...names] = sk.split('#');
          const value =
            item === undefined ? undefined : (what === 'drain' || what === 'steer') && unmarshall(item)['value'];
          const name = names.join('>');
          if (what === 'steer') {
            if (value === undefined) steers.delete(name);
            else steers.set(name, value as Steer);
          }
          if (what !== 'drain') continue;
          if (value === undefined) {
            drains.delete(name);
            continue;
          }
          const drain = value as Drain;
          // A way back that begins says so in the drain that it is to end: nobody is taken out by that.
          if (drains.get(name)?.sinceMs !== drain.sinceMs) drained(drain);
          drains.set(name, drain);
        }
      },
      ended() {
        looking.cancel();
      },
    };
  },
};

/** Who could answer whom, by the simulator's data plane and the code that really runs. */
class Truth {
  readonly #watched: Watched;
  readonly #url: string;

  constructor(watched: Watched) {
    this.#watched = watched;
    const { fleet } = watched.bed;
    this.#url = `https://${fleet.domain}${provingPath(fleet)}`;
  }

  /** As callers ask: by the fleet's name. */
  isAnswered(viewer: MemberRow): boolean {
    return this.#answers(viewer, undefined);
  }

  /** Whatever names say: straight to the other's endpoint. */
  couldAnswer(viewer: MemberRow, { region }: MemberRow): boolean {
    const { bed, table } = this.#watched;
    const entrance = table.row(`fleet#${bed.fleet.name}`, `entrance#${region}`)?.['entrance'] as Entrance | undefined;
    return entrance !== undefined && this.#answers(viewer, entrance.dnsName);
  }

  /** Its prober is ours, and nobody has it say something else. */
  isSeen({ region, account }: MemberRow): boolean {
    const { world, fleet } = this.#watched.bed;
    const { functions } = world.state(lambdaHome, { account: account ?? world.account, region });
    const prober = functions.get(agentFunction(fleet.name, 'probe'));
    return prober?.hostCode === undefined && prober?.latest.code.sha256 === agentPackage.codeSha256;
  }

  #answers(viewer: MemberRow, connectTo: string | undefined): boolean {
    const { bed, table } = this.#watched;
    const { world, fleet } = bed;
    const vpcId = vpcIn(table, fleet.name, viewer);
    if (vpcId === undefined) return false;
    const {
      outcome,
      status = 200,
      leadsTo,
    } = reach(world, {
      from: { account: viewer.account ?? world.account, region: viewer.region, vpcId },
      url: this.#url,
      resolverCache: 'bypass',
      ...(connectTo !== undefined && { connectTo }),
    });
    if (outcome !== 'answered' || status >= 400 || leadsTo === undefined) return false;
    return leadsTo.functionName === undefined || this.#runs(viewer, leadsTo.region, leadsTo.functionName);
  }

  /** It has the fleet's code, and nobody has it do something else. */
  #runs({ account }: MemberRow, region: Region, name: string): boolean {
    const { world, fleet } = this.#watched.bed;
    const found = world.state(lambdaHome, { account: account ?? world.account, region }).functions.get(name);
    const codes = Object.values(fleet.functions).map(({ codeSha256 }) => codeSha256);
    return found !== undefined && found.hostCode === undefined && codes.includes(found.latest.code.sha256);
  }
}

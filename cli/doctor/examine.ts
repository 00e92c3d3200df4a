import type { Dialogue, ReadCall } from '../../control-plane/model/aws-call.ts';
import { type Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { kindOf, type TargetKey } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import {
  bootstrapVersion,
  issuedCertificates,
  othersDomains,
  othersEventRules,
  othersHealthChecks,
  othersHostedZones,
  othersInVpc,
  othersVpcs,
  quotaValues,
  regionStatuses,
  unreservedConcurrency,
} from './account-reads.ts';
import { type Check, type Finding, notChecked } from './finding.ts';
import { judgeBootstrap, judgeCertificate, judgeRegions, judgeRoom } from './judge-account.ts';
import { judgeQuotas, type QuotaThere } from './judge-quotas.ts';
import { judgeMemberRoles, memberRolesSeen } from './member-roles.ts';
import { membersToBe } from './members-to-be.ts';
import { type QuotaName, type QuotaNeed, quotaNeeds, quotas } from './quota-needs.ts';

/** What a fleet is, as far as a doctor asks. */
export interface Patient {
  readonly fleet: Fleet;
  /** As admitted; none before there is a state table. */
  readonly members: readonly Member[];
  /** What AWS calls the fleet's own targets. */
  readonly ids: ReadonlyMap<TargetKey, string>;
  readonly joining: readonly Region[];
}

export interface Examination {
  readonly call: Caller;
  readonly account: string;
  /** Not an emulator in its place. */
  readonly isAws: boolean;
  /** By the clock of whoever answers. */
  readonly nowMs: number;
}

/**
 * Looks at everything in an account that a deployment or a join depends on, and changes nothing.
 *
 * Out  findings in the order of what depends on what; what could not be asked is `not-checked`, and says why
 */
export async function examine(patient: Patient, examination: Examination): Promise<readonly Finding[]> {
  const { fleet, members, joining } = patient;
  const { declared, withoutRoom } = membersToBe(fleet, members, joining);
  const regions = [...declared.members.map(({ region }) => region), ...withoutRoom];
  const serving = declared.members.filter(({ role }) => role === 'serving');
  const groups = await Promise.all([
    examineDeployment(fleet, examination, regions),
    ...serving.map(({ region }) => {
      const wished =
        members.find((member) => member.region === region)?.certificateArn ?? fleet.members[region]?.certificateArn;
      return attempt(examination, 'certificates', region, issuedCertificates(region), (issued) => [
        judgeCertificate(region, fleet.domain, wished, issued, examination.nowMs),
      ]);
    }),
    quotaFindings(patient, quotaNeeds(declared), declared.members, examination.call),
  ]);
  return [...judgeRoom(fleet, withoutRoom), ...groups.flat()];
}

/** As `examine`, of what a deployment without a fleet depends on; `others`: Regions that must be open besides. */
export async function examineDeployment(
  { home, standby }: { readonly home: Region; readonly standby?: Region | undefined },
  examination: Examination,
  others: readonly Region[] = [],
): Promise<readonly Finding[]> {
  const { account, isAws } = examination;
  const deployed = [home, ...(standby === undefined ? [] : [standby])];
  const regions = [...new Set([...deployed, ...others])];
  const groups = await Promise.all([
    attempt(examination, 'regions', regions.join(', '), regionStatuses(home), (statuses) =>
      judgeRegions(regions, statuses),
    ),
    ...deployed.map((region) =>
      attempt(examination, 'bootstrap', region, bootstrapVersion(region), (version) => [
        judgeBootstrap(region, account, version, isAws),
      ]),
    ),
  ]);
  return groups.flat();
}

/** As `examine`, of an account that has members and no control plane: what deploys roles there, and the roles. */
export async function examineMembers(members: MembersDeployed, examination: Examination): Promise<readonly Finding[]> {
  const deployment = await examineDeployment({ home: members.home }, examination);
  const roles = await attempt(examination, 'members', members.account, memberRolesSeen(members), (seen) =>
    judgeMemberRoles(members, seen),
  );
  return [...deployment, ...roles];
}

/** Asks, then judges; where nobody answers as AWS would, that is what there is to tell. */
async function attempt<Answer>(
  { call }: Examination,
  check: Check,
  where: string,
  reads: Dialogue<ReadCall, Answer>,
  judge: (answer: Answer) => readonly Finding[],
): Promise<readonly Finding[]> {
  const answer = await asked(reads, call);
  return 'unknown' in answer ? [notChecked(check, where, answer.unknown)] : judge(answer.value);
}

/** Why there is no answer, for a person. */
function reasonOf(fault: Fault): string {
  if (fault.fault === 'Forbidden') return `${fault.message} (docs/deploy.md lists what a doctor needs to read)`;
  return fault.message;
}

async function asked<Answer>(
  reads: Dialogue<ReadCall, Answer>,
  call: Caller,
): Promise<{ readonly value: Answer } | { readonly unknown: string }> {
  try {
    return { value: await converse(reads, call) };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { unknown: reasonOf(error) };
  }
}

async function quotaFindings(
  { ids }: Patient,
  needs: readonly QuotaNeed[],
  members: readonly Member[],
  call: Caller,
): Promise<readonly Finding[]> {
  const ours = new Set(ids.values());
  const isOurs = (id: string): boolean => ours.has(id);
  const number = async <Answer>(
    reads: Dialogue<ReadCall, Answer>,
    take: (answer: Answer) => number | undefined,
  ): Promise<number | { readonly unknown: string }> => {
    const answer = await asked(reads, call);
    if ('unknown' in answer) return answer;
    return take(answer.value) ?? { unknown: 'what answered does not list it' };
  };
  const allowed = (quota: QuotaName, region: Region) =>
    quota === 'concurrency'
      ? number(unreservedConcurrency(region), (value) => value)
      : number(quotaValues(region, quotas[quota].service), (values) => values.get(quotas[quota].code));
  const others = async (quota: QuotaName, region: Region) => {
    const borrowed = members.find((member) => member.region === region)?.borrowed;
    switch (quota) {
      case 'vpcs':
        return number(othersVpcs(region, isOurs), (count) => count);
      case 'domains':
        return number(othersDomains(region, isOurs), (count) => count);
      case 'eventRules':
        return number(othersEventRules(region), (count) => count);
      case 'hostedZones': {
        const views = [...ids.keys()].filter((key) => kindOf(key) === 'view').length;
        return number(othersHostedZones(views), (count) => count);
      }
      case 'healthChecks':
        return number(othersHealthChecks(isOurs), (count) => count);
      case 'peerings':
      case 'endpoints':
      case 'routes':
        // Nobody else is at home in a VPC of our own.
        return borrowed === undefined ? 0 : number(othersInVpc(region, borrowed, isOurs), (count) => count[quota]);
      case 'rules':
      case 'concurrency':
        return 0;
    }
  };
  const there = await Promise.all(
    needs.map(async ({ quota, region }): Promise<QuotaThere> => {
      const [most, taken] = await Promise.all([allowed(quota, region), others(quota, region)]);
      return { quota, region, allowed: most, others: taken };
    }),
  );
  return judgeQuotas(needs, there);
}

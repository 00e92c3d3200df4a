import { accountOf, inAccount, OBSERVER_ROLE } from '../../control-plane/model/accounts.ts';
import type { Dialogue, ReadCall } from '../../control-plane/model/aws-call.ts';
import { type Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Declared, Fleet, Member } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import { reservedConcurrency } from '../../workflows/reserved-concurrency.ts';
import { bootstrapVersion, concurrencyIn, issuedCertificates, regionStatuses } from './account-reads.ts';
import { type Check, type Finding, notChecked } from './finding.ts';
import { accountsJoined, judgeJoined } from './joined-accounts.ts';
import { judgeBootstrap, judgeCertificate, judgeConcurrency, judgeRegions, judgeRoom } from './judge-account.ts';
import { judgeQuotas, placeOf, unreadTogether } from './judge-quotas.ts';
import { judgeMemberRoles, memberRolesSeen } from './member-roles.ts';
import { membersToBe } from './members-to-be.ts';
import { quotaNeeds } from './quota-needs.ts';
import { quotasThere } from './quotas-there.ts';
import { judgeTrails, trailsOf } from './trails.ts';
import { judgeWaysIn, letsAnybodyIn, type Refusal, waysInto, writerSeen } from './ways-in.ts';

/** What a fleet is, as far as a doctor asks. */
export interface Patient {
  readonly fleet: Fleet;
  /** As admitted; none before there is a state table. */
  readonly members: readonly Member[];
  /** What AWS calls the fleet's own targets. */
  readonly ids: ReadonlyMap<TargetKey, string>;
  readonly joining: readonly Region[];
  /** That members' accounts have refused functions of the control plane of late. Left out: nobody knows. */
  readonly refusals?: readonly Refusal[];
}

/** Has reads made in the account that they are about. */
type Placed = <Result>(reads: Dialogue<ReadCall, Result>) => Dialogue<ReadCall, Result>;

export interface Examination {
  readonly call: Caller;
  readonly account: string;
  /** Of whoever is signed in. */
  readonly arn: string;
  /** Not an emulator in its place. */
  readonly isAws: boolean;
  /** By the clock of whoever answers. */
  readonly nowMs: number;
}

/**
 * Looks at everything in an account that a deployment or a join depends on, and in the accounts of members as far as these let
 * whoever looks in, and changes nothing.
 *
 * Out  findings in the order of what depends on what; what could not be asked is `not-checked`, and says why
 */
export async function examine(patient: Patient, examination: Examination): Promise<readonly Finding[]> {
  const { fleet, members, joining } = patient;
  const { declared, withoutRoom } = membersToBe(fleet, members, joining);
  const atHome = declared.members.filter((member) => accountOf(fleet, member) === fleet.account);
  const regions = [...atHome.map(({ region }) => region), ...withoutRoom];
  const abroad = accountsOf(declared).filter((account) => account !== fleet.account);
  const groups = await Promise.all([
    examineDeployment(fleet, examination, regions),
    examineConcurrency(fleet, examination),
    examineAccount(fleet.account, declared, patient, examination),
    abroad.length === 0
      ? []
      : attempt(examination, 'peerings', abroad.join(', '), accountsJoined(abroad), (joined) =>
          judgeJoined(abroad, joined),
        ),
    ...abroad.map((account) => examineAbroad(account, declared, patient, examination)),
  ]);
  return [...judgeRoom(fleet, withoutRoom), ...groups.flat()];
}

const accountsOf = ({ fleet, members }: Declared): readonly string[] => [
  ...new Set(members.map((member) => accountOf(fleet, member))),
];

/** An account of members, from the control plane's: whom it lets in, and what is there, if that is us. */
async function examineAbroad(
  account: string,
  declared: Declared,
  patient: Patient,
  examination: Examination,
): Promise<readonly Finding[]> {
  const { fleet } = patient;
  const { call, isAws } = examination;
  if (!isAws && (await converse(letsAnybodyIn(account, fleet), call)))
    return [
      notChecked('members', account, 'what answers here lets anybody in as anything'),
      ...notSeenIn(account, declared, patient, 'what answers here has no accounts that are worth asking'),
    ];
  const ways = await converse(waysInto(account, fleet), call);
  const refusal = patient.refusals?.find((one) => one.account === account);
  const peers = accountsOf(declared).filter((other) => other !== account && other !== fleet.account);
  const isLetIn = ways.some(({ role, inItsName }) => role === OBSERVER_ROLE && inItsName === 'let in');
  const seen = isLetIn ? await asked(readIn(account, fleet, examination, writerSeen(fleet)), call) : undefined;
  // Who may look there need not be let read roles.
  const writer = seen === undefined || 'unknown' in seen ? undefined : seen.value;
  const found = judgeWaysIn({ account, fleet, peers, arn: examination.arn, refusal, writer }, ways);
  const inside = isLetIn
    ? await examineWithRegions(account, declared, patient, examination)
    : notSeenIn(account, declared, patient, `${account} does not let you in`);
  return [...found, ...inside];
}

/** What stays in the dark of an account that whoever looks is not let into: each by its name, and why. */
function notSeenIn(account: string, declared: Declared, { fleet }: Patient, why: string): readonly Finding[] {
  const here = declared.members.filter((member) => accountOf(fleet, member) === account);
  const serving = here.filter(({ role }) => role === 'serving').map(({ region }) => region);
  const needs = quotaNeeds(declared).filter((need) => need.account === account);
  return [
    ...(serving.length === 0 ? [] : [notChecked('certificates', `${serving.join(', ')} of ${account}`, why)]),
    notChecked('trails', `${here.map(({ region }) => region).join(', ')} of ${account}`, why),
    ...unreadTogether(needs.map((need) => ({ need, why }))),
  ];
}

/** As `examineAccount`, where no deployment asks whether the account may use its members' Regions. */
async function examineWithRegions(
  account: string,
  declared: Declared,
  patient: Patient,
  examination: Examination,
): Promise<readonly Finding[]> {
  const { fleet } = patient;
  const regions = declared.members.filter((member) => accountOf(fleet, member) === account).map(({ region }) => region);
  const reads = readIn(account, fleet, examination, regionStatuses(fleet.home));
  const where = `${regions.join(', ')} of ${account}`;
  const open = await attempt(examination, 'regions', where, reads, (statuses) =>
    judgeRegions(regions, statuses).map((finding) => ({ ...finding, where: `${finding.where} of ${account}` })),
  );
  return [...open, ...(await examineAccount(account, declared, patient, examination))];
}

/** What members need of the account that they live in: certificates, and room. */
async function examineAccount(
  account: string,
  declared: Declared,
  patient: Patient,
  examination: Examination,
): Promise<readonly Finding[]> {
  const { fleet, members } = patient;
  const isAbroad = account !== fleet.account;
  const serving = declared.members.filter(
    (member) => member.role === 'serving' && accountOf(fleet, member) === account,
  );
  const placed = <Result>(reads: Dialogue<ReadCall, Result>) => readIn(account, fleet, examination, reads);
  const groups = await Promise.all([
    ...serving.map(({ region }) => {
      const where = placeOf({ region, ...(isAbroad && { account }) });
      const wished =
        members.find((member) => member.region === region)?.certificateArn ?? fleet.members[region]?.certificateArn;
      return attempt(examination, 'certificates', where, placed(issuedCertificates(region)), (issued) => [
        { ...judgeCertificate(region, fleet.domain, wished, issued, examination.nowMs), where },
      ]);
    }),
    examineTrails(account, declared, examination, placed),
    quotaFindings(account, declared, patient, { ...examination, placed }),
  ]);
  return groups.flat();
}

/** Whether EventBridge is told of what people change where members live. */
function examineTrails(
  account: string,
  { fleet, members }: Declared,
  examination: Examination,
  placed: Placed,
): Promise<readonly Finding[]> {
  const here = members.filter((member) => accountOf(fleet, member) === account).map(({ region }) => region);
  // What is called of global services is recorded in us-east-1.
  const regions = [...new Set([...here, GLOBAL_REGION])];
  const where = account === fleet.account ? regions.join(', ') : `${regions.join(', ')} of ${account}`;
  return attempt(examination, 'trails', where, placed(trailsOf(regions)), (trails) =>
    judgeTrails(regions, where, trails),
  );
}

/** Has what is asked about an account asked there: with the credentials at hand, or else as whoever that account lets in. */
const readIn = <Result>(
  account: string,
  { name }: Pick<Fleet, 'name'>,
  examination: Examination,
  reads: Dialogue<ReadCall, Result>,
): Dialogue<ReadCall, Result> => (account === examination.account ? reads : inAccount(name, account, reads));

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

/** Whether the control plane's own functions get what they are to have, at home and where they may have to run one day. */
export async function examineConcurrency(
  { home, standby }: { readonly home: Region; readonly standby?: Region | undefined },
  examination: Examination,
): Promise<readonly Finding[]> {
  const reserved = Object.values(reservedConcurrency).reduce((sum, each) => sum + each, 0);
  const groups = await Promise.all(
    [home, ...(standby === undefined ? [] : [standby])].map((region) =>
      attempt(examination, 'concurrency', region, concurrencyIn(region), (found) =>
        judgeConcurrency(region, reserved, found, region !== home),
      ),
    ),
  );
  return groups.flat();
}

/**
 * As `examine`, of an account that has members and no control plane, with its own credentials: what deploys roles there, the
 * roles, and what the members of a fleet need of it.
 *
 * In   `patient`: the fleet whose members are to live there; left out: roles are all that is looked at
 */
export async function examineMembers(
  members: MembersDeployed,
  examination: Examination,
  patient?: Patient,
): Promise<readonly Finding[]> {
  const { account } = members;
  const deployment = await examineDeployment({ home: members.home }, examination);
  const roles = await attempt(examination, 'members', account, memberRolesSeen(members), (seen) =>
    judgeMemberRoles(members, seen),
  );
  if (patient === undefined) return [...deployment, ...roles];
  const { declared } = membersToBe(patient.fleet, patient.members, patient.joining);
  const isAnybodyThere = declared.members.some((member) => accountOf(patient.fleet, member) === account);
  const inside = isAnybodyThere
    ? await examineWithRegions(account, declared, patient, examination)
    : [notChecked('quotas', account, `the fleet file of ${patient.fleet.name} has no member there`)];
  return [...deployment, ...roles, ...inside];
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

/** What the fleet needs of one account's quotas against what there is. Abroad, what nobody may read is told together. */
async function quotaFindings(
  account: string,
  declared: Declared,
  { fleet, ids }: Patient,
  { call, placed }: Examination & { readonly placed: Placed },
): Promise<readonly Finding[]> {
  const isAbroad = account !== fleet.account;
  const needs = quotaNeeds(declared).filter((need) => (need.account ?? fleet.account) === account);
  const there = await quotasThere(needs, {
    fleet: fleet.name,
    domain: fleet.domain,
    ids,
    members: declared.members,
    ask: (reads) => asked(placed(reads), call),
  });
  if (!isAbroad) return judgeQuotas(needs, there);
  const unread = needs.flatMap((need, at) => {
    const allowed = there[at]?.allowed;
    return typeof allowed === 'object' ? [{ need, why: allowed.unknown }] : [];
  });
  const readable = needs.filter((need) => !unread.some((one) => one.need === need));
  return [...judgeQuotas(readable, there), ...unreadTogether(unread)];
}

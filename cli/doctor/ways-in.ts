import { APPLIER_ROLE, externalIdOf, OBSERVER_ROLE } from '../../control-plane/model/accounts.ts';
import {
  type Dialogue,
  type ReadCall,
  readOrAbsent,
  type WriteCall,
  write,
} from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { statementsIn } from '../../control-plane/model/policy-statement.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import type { JournalEntry } from '../../handlers/runtime/journal.ts';
import { roleNameOf } from '../../permissions/roles.ts';
import { type Finding, fine, notChecked, problemOf, warning } from './finding.ts';
import { memberCommand } from './member-roles.ts';

/** What a member's account answers whoever asks to be let in. */
export type Answer = 'let in' | { readonly refused: string } | { readonly unknown: string };

/** How one of the two roles of a member's account answers, by what is said. */
export interface WayIn {
  readonly role: string;
  /** With the fleet's external id, as the control plane does. */
  readonly inItsName: Answer;
  /** With none. */
  readonly inNoName: Answer;
  /** With one that is no fleet's: names of fleets have no capital letters. */
  readonly inAnyName: Answer;
}

const NOBODYS = externalIdOf('NOBODY');
const SHORTEST_SECONDS = 900;

/** Asks once, and uses nothing of the answer. */
function* ask(RoleArn: string, ExternalId: string | undefined, region: Region): Dialogue<WriteCall, Answer> {
  const RoleSessionName = 'landbridge-doctor';
  const id = ExternalId === undefined ? {} : { ExternalId };
  try {
    yield* write(region, 'sts', 'assumeRole', { RoleArn, RoleSessionName, DurationSeconds: SHORTEST_SECONDS, ...id });
    return 'let in';
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.fault === 'Forbidden' ? { refused: error.message } : { unknown: error.message };
  }
}

/**
 * Tries both roles of a member's account. Nothing is changed by it; CloudTrail has it in both accounts, and where Landbridge runs
 * the fleet's journal has what was refused.
 *
 * Source  docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html; docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function* waysInto(
  account: string,
  { name, home }: Pick<Fleet, 'name' | 'home'>,
): Dialogue<WriteCall, readonly WayIn[]> {
  const ways: WayIn[] = [];
  for (const role of [OBSERVER_ROLE, APPLIER_ROLE]) {
    const arn = `arn:aws:iam::${account}:role/${role}`;
    ways.push({
      role,
      inItsName: yield* ask(arn, externalIdOf(name), home),
      inNoName: yield* ask(arn, undefined, home),
      inAnyName: yield* ask(arn, NOBODYS, home),
    });
  }
  return ways;
}

/** No account has this role: whoever is let in as it was asked by nobody who looks. */
const NO_ROLE = 'nobody-has-this-role';

/** Whether what stands in the place of AWS lets anybody in as anything, so that nothing it answers means anything. */
export function* letsAnybodyIn(account: string, { home }: Pick<Fleet, 'home'>): Dialogue<WriteCall, boolean> {
  return (yield* ask(`arn:aws:iam::${account}:role/${NO_ROLE}`, undefined, home)) === 'let in';
}

/** How the role is that one function of the control plane writes as, seen from within its account. */
export type WriterSeen = 'lets it in' | 'is missing' | 'lets in somebody else';

const WRITER = roleNameOf('apply-plan');

/** Whether the fleet's name and the function's are among those that the role lets in: other fleets may be besides. */
export function* writerSeen({ name, account }: Pick<Fleet, 'name' | 'account'>): Dialogue<ReadCall, WriterSeen> {
  const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName: APPLIER_ROLE });
  if (found?.Role === undefined) return 'is missing';
  const isWithin = (values: unknown, wanted: string): boolean => [values].flat().includes(wanted);
  const lets = statementsIn(decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? '')).some(
    ({ Effect, Condition }) => {
      const { StringEquals = {}, ArnEquals = {} } = (Condition ?? {}) as Record<string, Record<string, unknown>>;
      return (
        Effect === 'Allow' &&
        isWithin(StringEquals['sts:ExternalId'], externalIdOf(name)) &&
        isWithin(ArnEquals['aws:PrincipalArn'], `arn:aws:iam::${account}:role/${WRITER}`)
      );
    },
  );
  return lets ? 'lets it in' : 'lets in somebody else';
}

/** That one of our functions was refused by a member's account: of the newest time. */
export interface Refusal {
  readonly account: string;
  readonly by: string;
  readonly role: string;
  readonly atMs: number;
}

/** What functions write down who are refused: `handlers/runtime/member-sessions.ts`. */
const REFUSED = /account (\d{12}) does not let (landbridge-[a-z-]+) in as arn:aws:iam::\d{12}:role\/(\S+)/;
/** Sessions last an hour: who was refused before may have been let in since. */
const REMEMBERED_FOR_MS = 60 * 60_000;

/** In   the journal, newest first. Out  the newest refusal by each account, of those that still mean something */
export function refusalsIn(journal: readonly JournalEntry[], nowMs: number): readonly Refusal[] {
  const newest = new Map<string, Refusal>();
  for (const { what, says, atMs } of journal) {
    const [, account = '', by = '', role = ''] = (what === 'refused' && REFUSED.exec(says)) || [];
    if (account === '' || newest.has(account) || nowMs - atMs > REMEMBERED_FOR_MS) continue;
    newest.set(account, { account, by, role, atMs });
  }
  return [...newest.values()];
}

/** Whose account is asked, who asks, and what is known besides. */
export interface Asking {
  readonly account: string;
  readonly fleet: Pick<Fleet, 'name' | 'account' | 'home' | 'standby'>;
  /** Other accounts that the fleet has members in, or is to have. */
  readonly peers: readonly string[];
  /** Of whoever is signed in. */
  readonly arn: string;
  /** Of one of the control plane's functions; left out: none is on record. */
  readonly refusal?: Refusal | undefined;
  /** Left out: whoever looks may not read it. */
  readonly writer?: WriterSeen | undefined;
}

/** What that account's people run. */
const inThatAccount = (verb: 'deploy' | 'doctor', { account, fleet, peers }: Asking): string => {
  const command = memberCommand(verb, {
    account,
    controlPlane: fleet.account,
    fleets: [fleet.name],
    home: fleet.home,
    standby: fleet.standby,
    peers,
  });
  return `with credentials of ${account}: ${command}${verb === 'doctor' ? ' --fleet-file FILE' : ''}; name every other fleet besides that has members there, and --operators that may look`;
};

/** Whether the roles of a member's account let the control plane in for its fleet, and nobody else: as far as whoever asks can see. */
export function judgeWaysIn(asking: Asking, ways: readonly WayIn[]): readonly Finding[] {
  return [...ways.flatMap((way) => tooWide(way, asking)), ...entries(ways, asking)];
}

function tooWide({ role, inNoName, inAnyName }: WayIn, asking: Asking): readonly Finding[] {
  const { account, arn } = asking;
  const how =
    inNoName === 'let in'
      ? 'without an external id'
      : inAnyName === 'let in'
        ? `with any external id, such as ${NOBODYS}`
        : undefined;
  if (how === undefined) return [];
  const says = `${role} lets ${arn} in ${how}: any fleet whose file names ${account} gets in, if it knows that or not`;
  return [problemOf('members', account, says, inThatAccount('deploy', asking))];
}

function writerFinding(writer: WriterSeen, asking: Asking): Finding {
  const { account, fleet } = asking;
  if (writer === 'lets it in') return fine('members', account, `${APPLIER_ROLE} lets ${WRITER} in for ${fleet.name}`);
  const says =
    writer === 'is missing'
      ? `the role ${APPLIER_ROLE} is missing: nothing there can be made or mended`
      : `${APPLIER_ROLE} does not let ${WRITER} in for ${fleet.name}: nothing there can be made or mended`;
  return problemOf('members', account, says, inThatAccount('deploy', asking));
}

function entries(ways: readonly WayIn[], asking: Asking): readonly Finding[] {
  const { account, fleet, arn, refusal, writer } = asking;
  const found = ways.flatMap(({ role, inItsName, inNoName }): Finding[] => {
    if (inItsName === 'let in' && role === OBSERVER_ROLE)
      return [fine('members', account, `lets ${arn} look for ${fleet.name}, as ${role}`)];
    if (inItsName === 'let in' && inNoName !== 'let in')
      return [
        warning(
          'members',
          account,
          `${role} lets ${arn} in for ${fleet.name}: one function of the control plane writes there, and should alone`,
          inThatAccount('deploy', asking),
        ),
      ];
    if (inItsName !== 'let in' && 'unknown' in inItsName)
      return [notChecked('members', account, `${role}: ${inItsName.unknown}`)];
    return [];
  });
  if (writer !== undefined) found.push(writerFinding(writer, asking));
  if (refusal !== undefined) {
    const at = new Date(refusal.atMs).toISOString();
    const says = `refused ${refusal.by} as ${refusal.role} for ${fleet.name} at ${at}: the role is missing, or lets in somebody else`;
    return [...found, problemOf('members', account, says, inThatAccount('deploy', asking))];
  }
  const closed = ways.filter(
    ({ role, inItsName }) =>
      inItsName !== 'let in' && 'refused' in inItsName && !(role === APPLIER_ROLE && writer !== undefined),
  );
  if (closed.length === 0) return found;
  const says = `refuses ${arn} as ${closed.map(({ role }) => role).join(' and ')} for ${fleet.name}: STS says the same of a role that is missing and of one that lets in functions of the control plane alone, as it should; none of those was refused within the last hour`;
  return [...found, { ...notChecked('members', account, says), remedy: inThatAccount('doctor', asking) }];
}

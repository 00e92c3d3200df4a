import { APPLIER_ROLE, externalIdOf, OBSERVER_ROLE } from '../../control-plane/model/accounts.ts';
import { type MembersAccount, write } from '../../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type Caller, converse } from './caller.ts';

/** What is called with in a member's account, until it expires. */
export interface MemberSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

/** Whoever calls: a function by its name, or a person who is none. */
export interface Entering {
  /** 'landbridge-look' */
  readonly name: string;
  /** Calls in the control plane's own account. */
  readonly call: Caller;
  /** Whose STS is asked. */
  readonly region: Region;
  /** Where the control plane is, for whoever is told how to let it in. Left out: whoever calls was not told. */
  readonly controlPlane?: { readonly account?: string | undefined; readonly home?: string | undefined } | undefined;
  /** Left out: whoever calls is done long before a session ends. */
  readonly nowMs?: (() => number) | undefined;
}

/** The one function that writes to members, and reads as who it writes as. */
const WRITER = 'landbridge-apply-plan';
export const memberRoleNamed = (functionName: string): string =>
  functionName === WRITER ? APPLIER_ROLE : OBSERVER_ROLE;

/** What lets a fleet in; in capitals what is not known here. */
const commandFor = ({ id, fleet }: MembersAccount, { account, home }: Entering['controlPlane'] & object = {}): string =>
  `landbridge deploy --member-account ${id} --control-plane ${account ?? 'CONTROL-PLANE-ACCOUNT'} --fleets ${fleet} --home ${home ?? 'HOME'} --standby STANDBY-OR-NONE`;

/** A session is asked for anew this long before its end: no call may outlive it. */
const RENEWED_BEFORE_MS = 5 * 60_000;

/**
 * Sessions in members' accounts, one per account and fleet, kept until shortly before they expire. Never shared between fleets:
 * another fleet's way into an account is not its own.
 *
 * Faults  Forbidden where the account does not let this fleet in: names role, account and what to do. Others as STS's
 * Bounds  one hour, which is what AWS gives to a role that takes on another
 * Source  docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (role chaining)
 */
export class MemberSessions {
  readonly #entering: Entering;
  readonly #open = new Map<string, Promise<MemberSession>>();

  constructor(entering: Entering) {
    this.#entering = entering;
  }

  async in(account: MembersAccount): Promise<MemberSession> {
    const { nowMs } = this.#entering;
    const name = `${account.id} ${account.fleet}`;
    const kept = this.#open.get(name);
    if (kept !== undefined) {
      const session = await kept;
      if (nowMs === undefined || session.expiresAtMs - nowMs() > RENEWED_BEFORE_MS) return session;
      // Somebody else may have asked for the next one meanwhile.
      const next = this.#open.get(name);
      if (next !== undefined && next !== kept) return next;
    }
    const asked = this.#enter(account);
    this.#open.set(name, asked);
    // Who is refused is refused anew each time: a trust policy may be mended any moment.
    asked.catch(() => {
      if (this.#open.get(name) === asked) this.#open.delete(name);
    });
    return asked;
  }

  async #enter({ id, fleet }: MembersAccount): Promise<MemberSession> {
    const { name, call, region, controlPlane } = this.#entering;
    const RoleArn = `arn:aws:iam::${id}:role/${memberRoleNamed(name)}`;
    const input = { RoleArn, RoleSessionName: name, ExternalId: externalIdOf(fleet) };
    try {
      const { Credentials } = await converse(write(region, 'sts', 'assumeRole', input), call);
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
        throw new Fault('Unavailable', `assumeRole of ${RoleArn} answered without credentials`);
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiresAtMs: Expiration === undefined ? 0 : new Date(Expiration).getTime(),
      };
    } catch (error) {
      if (!isFault(error, 'Forbidden')) throw error;
      throw new Fault(
        'Forbidden',
        `account ${id} does not let ${name} in as ${RoleArn} for the fleet ${fleet}: ${error.message}; if it is to have members of this fleet, run ${commandFor({ id, fleet }, controlPlane)} with its credentials, and with the other fleets, --peer-accounts and --operators that it was deployed with before`,
        { cause: error },
      );
    }
  }
}

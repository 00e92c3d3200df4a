import type { CompiledPolicy, CompiledStatement, Naming } from './policy.ts';
import type { Question } from './question.ts';

/** A policy by its name, for whoever wants to know what was used: an inline policy's name, or an ARN. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: CompiledPolicy;
}

/** What speaks for a principal: its own policies and the boundary around them. */
export interface Identity {
  /** `everything`: the root of an account, or a role that the world trusts without looking. */
  readonly policies: readonly NamedPolicy[] | 'everything';
  /** `undefined`: there is none. */
  readonly boundary: CompiledPolicy | undefined;
  readonly tags: ReadonlyMap<string, string> | undefined;
}

/** A statement that allowed something. */
export interface Grant {
  readonly kind: 'identity' | 'resource';
  /** The policy it stands in; a resource's own is called by the resource's ARN. */
  readonly policy: string;
  readonly sid: string | undefined;
}

export type PolicyKind = 'identity' | 'boundary' | 'resource';

export type Verdict =
  | { readonly allowed: true; readonly by: readonly Grant[] }
  /** `explicit`: a statement says no; otherwise none of that kind says yes. */
  | { readonly allowed: false; readonly explicit: boolean; readonly kind: PolicyKind };

const BY_NOBODY: readonly Grant[] = [];

/** Whether the conditions of a statement hold. What is not understood, or cannot be known, counts for its effect as told. */
function holds({ effect, conditions }: CompiledStatement, question: Question): boolean {
  for (const condition of conditions) {
    const met = condition.met(question);
    if (met === false) return false;
    if (met === 'not-understood' && effect === 'Allow') return false;
    if (met === 'absent' && effect === 'Deny') return false;
  }
  return true;
}

const applies = (statement: CompiledStatement, question: Question): boolean =>
  statement.hasResource(question.access.resource, question) && holds(statement, question);

const denial = (kind: PolicyKind, explicit: boolean): Verdict => ({ allowed: false, explicit, kind });

/** How a resource's policy lets the principal in: by which statement, and how directly it names it. */
interface Opening {
  readonly naming: Naming;
  readonly statement: CompiledStatement;
}

const strength: Readonly<Record<Naming, number>> = { session: 3, role: 2, everyone: 1, account: 0 };

/** What a resource's own policy says: a denial, nothing, or the most direct of its allowances. */
function openingOf(question: Question): Opening | 'denied' | undefined {
  const { access, principal } = question;
  let opening: Opening | undefined;
  for (const statement of access.policy ?? []) {
    if (!statement.hasAction(access.action)) continue;
    const naming = statement.names(principal);
    if (naming === undefined || !applies(statement, question)) continue;
    if (statement.effect === 'Deny') return 'denied';
    if (opening === undefined || strength[naming] > strength[opening.naming]) opening = { naming, statement };
  }
  return opening;
}

/**
 * Decides one question as IAM does: an explicit deny wins; the boundary must allow what the identity is to use; in one
 * account either side may allow, across two both must.
 *
 * In       `observed`: collect every statement that allows, not only the first
 * Source   IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"
 */
export function decide(question: Question, { policies, boundary }: Identity, observed = false): Verdict {
  const { action } = question.access;
  let grants = BY_NOBODY as Grant[];
  let identityAllows = policies === 'everything';
  if (policies !== 'everything')
    for (const { name, policy } of policies)
      for (const statement of policy.about(action)) {
        // The first that allows is enough, but a later one may deny.
        if (identityAllows && !observed && statement.effect === 'Allow') continue;
        if (!applies(statement, question)) continue;
        if (statement.effect === 'Deny') return denial('identity', true);
        identityAllows = true;
        if (observed) grants = [...grants, { kind: 'identity', policy: name, sid: statement.sid }];
      }
  const opening = openingOf(question);
  if (opening === 'denied') return denial('resource', true);
  const within = boundary === undefined ? 'allowed' : boundaryOf(boundary, question);
  if (within === 'denied') return denial('boundary', true);
  if (opening !== undefined && observed)
    grants = [...grants, { kind: 'resource', policy: question.access.resource, sid: opening.statement.sid }];
  const allowed: Verdict = { allowed: true, by: grants };
  if (question.owner !== question.principal.account) {
    if (!identityAllows) return denial('identity', false);
    if (within !== 'allowed') return denial('boundary', false);
    return opening === undefined ? denial('resource', false) : allowed;
  }
  // A session that a resource names is let in whatever bounds its role.
  if (opening?.naming === 'session') return allowed;
  if (!identityAllows && (opening === undefined || opening.naming === 'account')) return denial('identity', false);
  return within === 'allowed' ? allowed : denial('boundary', false);
}

function boundaryOf(boundary: CompiledPolicy, question: Question): 'allowed' | 'denied' | 'silent' {
  let found: 'allowed' | 'silent' = 'silent';
  for (const statement of boundary.about(question.access.action)) {
    if (!applies(statement, question)) continue;
    if (statement.effect === 'Deny') return 'denied';
    found = 'allowed';
  }
  return found;
}

/** Whether a resource's policy, or a role's trust, lets somebody in, whatever their own policies say. */
export function lets(question: Question): boolean {
  const opening = openingOf(question);
  return opening !== undefined && opening !== 'denied';
}

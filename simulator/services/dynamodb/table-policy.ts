import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import { utf8Bytes } from '../../engine/states/json.ts';
import { hasCome } from '../../horizon.ts';
import type { Call } from '../../service.ts';
import type { World } from '../../world.ts';
import type { DynamoState, Table } from './state.ts';
import { invalid } from './validation-error.ts';

/** A resource-based policy as it was given, and the id of that revision. */
export interface PolicyRevision {
  readonly text: string;
  readonly revisionId: string;
}

/** The policy of a table, and what is still taken for it meanwhile. */
export interface TablePolicy {
  /** Undefined: it was deleted. */
  readonly now: PolicyRevision | undefined;
  readonly before: PolicyRevision | undefined;
  readonly changedAtMs: WorldMs;
  /** Until then `before` is read and in force. */
  readonly settledAtMs: WorldMs;
}

/** Source: Developer Guide, "DynamoDB resource-based policy considerations": 20 KB, white space included. */
const MOST_POLICY_BYTES = 20 * 1_024;

/** What is read of a table's policy at an instant, and in force. */
export function policyInForce({ policy }: Table, nowMs: WorldMs): PolicyRevision | undefined {
  if (policy === undefined) return undefined;
  return hasCome(policy.settledAtMs, nowMs) ? policy.now : policy.before;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

/** Keys that tie a statement for everybody to somebody. */
const TYING =
  /^aws:(Principal(Account|Arn|OrgID|OrgPaths)|Source(Account|Arn|Vpc|Vpce|Owner|OrgID|OrgPaths)|SourceIp|userId|VpcSourceIp)$/i;

/**
 * Whether a statement would let in the public.
 *
 * Source  Developer Guide, "Preventing public access with resource-based policies in DynamoDB"
 */
function isPublic({ Effect, Principal, Condition }: Readonly<Record<string, unknown>>): boolean {
  if (Effect !== 'Allow') return false;
  const everybody = Principal === '*' || (isObject(Principal) && listOf(Principal['AWS']).includes('*'));
  if (!everybody) return false;
  const keys = isObject(Condition)
    ? Object.values(Condition).flatMap((tests) => (isObject(tests) ? Object.keys(tests) : []))
    : [];
  return !keys.some((key) => TYING.test(key));
}

/** Refuses what is no policy of this table. */
export function refusePolicy(text: string, tableArn: string): void {
  const refuse = (why: string): AwsError => invalid(`Invalid policy document: ${why}`);
  if (utf8Bytes(text) > MOST_POLICY_BYTES) throw refuse(`it is larger than ${MOST_POLICY_BYTES} bytes`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse('it is not valid JSON');
  }
  const statements = isObject(document) ? listOf(document['Statement']) : [];
  if (statements.length === 0) throw refuse('it has no statement');
  for (const statement of statements) {
    if (!isObject(statement)) throw refuse('a statement is no object');
    const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
    if (Effect !== 'Allow' && Effect !== 'Deny') throw refuse('a statement has no Effect');
    if ((Principal ?? NotPrincipal) === undefined) throw refuse('a statement has no Principal');
    if ((Action ?? NotAction) === undefined) throw refuse('a statement has no Action');
    if ((Resource ?? NotResource) === undefined) throw refuse('a statement has no Resource');
    for (const resource of listOf(Resource))
      if (resource !== '*' && resource !== tableArn && !String(resource).startsWith(`${tableArn}/index/`))
        throw refuse(`${String(resource)} is neither ${tableArn} nor one of its indexes`);
    if (isPublic(statement)) throw refuse('it would let in the public');
  }
}

/** The policy that comes with a table: it is in force as soon as the table is. Source: CreateTable, ResourcePolicy. */
export function firstPolicy(text: string, { nowMs, world }: Call<DynamoState>): TablePolicy {
  const now = { text, revisionId: newRevisionId(nowMs, world) };
  return { now, before: undefined, changedAtMs: nowMs, settledAtMs: nowMs };
}

export const newRevisionId = (nowMs: WorldMs, { random }: World): string =>
  `${nowMs}${random.between(100_000, 1_000_000)}`;

/** Puts another policy in place of the one there is: read and in force a moment later. */
export function changePolicy(table: Table, now: PolicyRevision | undefined, { nowMs, world }: Call<DynamoState>): void {
  const { policyReadMs, policyRestMs } = world.timings;
  const { policy } = table;
  if (policy !== undefined && nowMs < policy.changedAtMs + policyRestMs)
    throw new AwsError(
      'ResourceInUseException',
      `The policy of ${table.arn} was changed less than ${policyRestMs / 1_000} seconds ago.`,
    );
  const before = policyInForce(table, nowMs);
  table.policy = { now, before, changedAtMs: nowMs, settledAtMs: nowMs + policyReadMs };
}

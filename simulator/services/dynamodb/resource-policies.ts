import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { type DynamoCall, notFound, visibleTable } from './lookup.ts';
import type { DynamoState, Table } from './state.ts';
import { isArn } from './table-at.ts';
import { changePolicy, newRevisionId, policyInForce, refusePolicy } from './table-policy.ts';
import { invalid } from './validation-error.ts';

/** What an expected revision is called where there shall be no policy yet. Source: PutResourcePolicy, ExpectedRevisionId. */
const NO_POLICY = 'NO_POLICY';

/**
 * Policies of tables, each replica's its own. Those of streams are not simulated, and nobody is kept from locking
 * themselves out.
 *
 * Bounds  a change is read, and in force, `policyReadMs` later; another one is refused for `policyRestMs`
 * Source  API reference, PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy: eventually consistent, idempotent;
 *         Developer Guide, "DynamoDB resource-based policy considerations": "blocked for 15 seconds"
 */
export const resourcePolicyOperations = {
  PutResourcePolicy({ ResourceArn, Policy: text = '', ExpectedRevisionId }, call) {
    const table = tableOf(ResourceArn, call);
    refusePolicy(text, table.arn);
    const current = table.policy?.now;
    refuseOther(ExpectedRevisionId, current?.revisionId ?? NO_POLICY, table);
    if (current?.text === text) return { RevisionId: current.revisionId };
    const revisionId = newRevisionId(call.nowMs, call.world);
    changePolicy(table, { text, revisionId }, call);
    return { RevisionId: revisionId };
  },

  GetResourcePolicy({ ResourceArn }, call) {
    const policy = policyInForce(tableOf(ResourceArn, call), call.nowMs);
    if (policy === undefined) throw noPolicy(ResourceArn);
    return { Policy: policy.text, RevisionId: policy.revisionId };
  },

  DeleteResourcePolicy({ ResourceArn, ExpectedRevisionId }, call) {
    const table = tableOf(ResourceArn, call);
    const current = table.policy?.now;
    if (ExpectedRevisionId !== undefined) refuseOther(ExpectedRevisionId, current?.revisionId, table);
    if (current === undefined) return { RevisionId: '' };
    changePolicy(table, undefined, call);
    return { RevisionId: current.revisionId };
  },
} satisfies Operations<DynamoDB, DynamoState>;

function tableOf(arn: string | undefined, call: DynamoCall): Table {
  if (!isArn(arn)) throw invalid(`Invalid ResourceArn: ${arn ?? ''}`);
  const table = arn.includes('/stream/') ? undefined : visibleTable(call, arn);
  if (table === undefined) throw notFound(`Requested resource not found: ResourceArn: ${arn} not found`);
  return table;
}

const noPolicy = (arn: string | undefined): AwsError =>
  new AwsError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${arn ?? ''}`);

function refuseOther(expected: string | undefined, current: string | undefined, { arn }: Table): void {
  if (expected !== undefined && expected !== current)
    throw new AwsError(
      'PolicyNotFoundException',
      `Resource-based policy not found for the provided ResourceArn: ${arn}: the expected revision is ${expected}`,
    );
}

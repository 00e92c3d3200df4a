import { AwsError } from '../aws-error.ts';
import type { Random } from '../random.ts';
import type { ServiceName } from '../service.ts';
import type { Request } from '../world.ts';
import type { Chancy, Choosy, Condition, Sources } from './condition.ts';

/** How a service says that somebody else is changing the same thing just then. */
interface Conflict {
  readonly service: ServiceName;
  readonly operations: RegExp;
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

const ONGOING = 'Transaction is ongoing for the item';
const CANCELED = 'TransactionCanceledException';

/** Source: each service's model, errors of the operation. `TransactionCanceledException` tells more: its reasons. */
// biome-ignore format: a table is read down its columns
export const conflicts: readonly Conflict[] = [
  { service: 'dynamodb',        operations: /^(Put|Update|Delete)Item$/,      code: 'TransactionConflictException',    status: 400, message: ONGOING },
  { service: 'dynamodb',        operations: /^Transact(Write|Get)Items$/,     code: CANCELED,                          status: 400, message: 'Transaction cancelled, please refer cancellation reasons for specific reasons' },
  { service: 'eventbridge',     operations: /^(Put(?!Events)|Delete|Remove|Enable|Disable|Tag|Untag)/, code: 'ConcurrentModificationException', status: 400, message: 'There is concurrent modification on a rule, target, archive, or replay.' },
  { service: 'cloudwatch-logs', operations: /^((Create|Delete)LogGroup|(Put|Delete)RetentionPolicy|DeleteLogStream)$/, code: 'OperationAbortedException', status: 400, message: 'A conflicting operation is currently in progress against this resource. Please try again.' },
  { service: 'route-53',        operations: /^(AssociateVPCWithHostedZone|ChangeResourceRecordSets|ChangeTagsForResource|DeleteHostedZone|UpdateHostedZoneComment)$/, code: 'PriorRequestNotComplete', status: 400, message: 'The request was rejected because Route 53 was still processing a prior request.' },
  { service: 'route-53',        operations: /^(Create|Delete)VPCAssociationAuthorization$/, code: 'ConcurrentModification', status: 400, message: 'Another user submitted a request to create, update, or delete the object at the same time that you did. Retry the request.' },
  { service: 'api-gateway',     operations: /^(Create|Delete|Import|Put|Update)/, code: 'ConflictException',           status: 409, message: 'Unable to complete operation due to concurrent modification. Please try again later.' },
  { service: 'lambda',          operations: /^(AddPermission|PublishVersion|(Tag|Untag)Resource|(Create|Update|Delete)Alias|DeleteFunction.*|PutFunction.*|UpdateFunction.*|CreateFunctionUrlConfig)$/, code: 'ResourceConflictException', status: 409, message: 'The operation cannot be performed at this time. An update is in progress for the resource.' },
  { service: 'iam',             operations: /^(CreateRole|DeleteRole|CreatePolicy|TagRole|UntagRole)$/, code: 'ConcurrentModification', status: 409, message: 'The request was rejected because multiple requests to change this object were submitted simultaneously.' },
  { service: 'sns',             operations: /^((Create|Delete)Topic|(Tag|Untag)Resource)$/, code: 'ConcurrentAccess', status: 400, message: "Can't perform multiple operations on a tag simultaneously. Perform the operations sequentially." },
];

/** One of a transaction's items is somebody else's for the moment; nothing is wrong with the others, and no condition has failed. */
function reasonsOf(input: object, random: Random): readonly { readonly Code: string; readonly Message?: string }[] {
  const { TransactItems: items = [] } = input as { readonly TransactItems?: readonly unknown[] };
  const at = random.between(0, Math.max(1, items.length));
  return items.map((_, index) => (index === at ? { Code: 'TransactionConflict', Message: ONGOING } : { Code: 'None' }));
}

function errorOf({ code, status, message }: Conflict, input: object, random: Random): AwsError {
  if (code !== CANCELED) return new AwsError(code, message, { status });
  const CancellationReasons = reasonsOf(input, random);
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  return new AwsError(code, `${message} [${codes}]`, { status, fields: { CancellationReasons } });
}

/**
 * Somebody else is changing the same thing: a share of such calls is refused, and nothing was done. Asked again, they are
 * as good as any. Most of these SDKs do not try again by themselves.
 *
 * Source  DynamoDB developer guide, "Amazon DynamoDB Transactions: How it works", Transaction conflict handling: a condition
 *         that a transaction only checks is one of its items, too
 */
export const conflicting = ({ random, tally }: Sources, { share, only }: Chancy & Choosy): Condition => ({
  before(request: Request) {
    const { service, operation, input } = request;
    const conflict = conflicts.find((one) => one.service === service && one.operations.test(operation));
    if (conflict === undefined || (only !== undefined && !only(request)) || random.next() >= share) return;
    tally.count('conflicting', service, operation);
    throw errorOf(conflict, input, random);
  },
});

import { Fault, type FaultName } from '../../control-plane/model/faults.ts';
import { plain } from '../../control-plane/model/plain-text.ts';

/**
 * AWS's error codes and what the loop should do about them. First match wins; what matches nothing was rejected.
 * The second pattern is of the message, where the code is one for many things.
 *
 * Source  each service's API reference, "Errors"; EC2's list: docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html;
 *         roles: IAM user guide, troubleshooting, "Changes that I make are not always immediately visible"
 */
const table: readonly (readonly [FaultName, code: RegExp, message?: RegExp])[] = [
  // A new role, or a policy of it, is shown before it has effect, and no code says so. One that never has ends with its step.
  [
    'Throttled',
    /^(InvalidParameterValue|Validation)Exception$/,
    /cannot be assumed|role does not have permissions to call/,
  ],
  // A replica of a table waits for another one, or for what is left of one that was deleted; a table that stands there for
  // good is seen by the next look. Source: ack-api-quirks, DDB-TABLE-298 and -228.
  ['Throttled', /^ValidationException$/, /of replica is not allowed while|replicas already existed as tables/],
  [
    'Throttled',
    /^(RequestLimitExceeded|RequestThrottled|Throttl|K(MS|ms)Throttl|TooManyRequests|SlowDown|ProvisionedThroughputExceeded|EC2ThrottledException|BandwidthLimitExceeded)/,
  ],
  // Somebody else's change of the same thing is under way. Nothing was done, and nothing is wrong with what was asked for: it
  // is as good a little later, and says nothing of what is there, as a Conflict does.
  [
    'Throttled',
    /^(Concurrent(Modification|Access|TagAccess)|OperationAborted|PriorRequestNotComplete|ReplicatedWriteConflict|TransactionConflict|TransactionInProgress)/,
  ],
  [
    'Forbidden',
    /^(AccessDenied|UnauthorizedOperation|AuthFailure|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|MissingAuthenticationToken|OptInRequired|CredentialsProviderError|IncompleteSignature)/,
  ],
  [
    'Absent',
    /(\.NotFound$|^NoSuch|^NotFound|NotFoundException$|^ResourceNotFound|DoesNotExist|VPCAssociationNotFound)/,
  ],
  [
    'Conflict',
    /^(Conflict|ResourceConflict|ResourceInUse|RouteAlreadyExists|ResourceAlreadyExists|InvalidPermission\.Duplicate|VpcPeeringConnectionAlreadyExists|InvalidStateTransition|InvalidVpcPeeringConnectionState|DependencyViolation|IncorrectState|InvalidSubnet\.Conflict|InvalidGroup\.Duplicate|Resource\.AlreadyAssociated|HostedZoneAlreadyExists|HealthCheckAlreadyExists|HealthCheckVersionMismatch|EntityAlreadyExists|HostedZoneNotEmpty|ConditionalCheckFailed|TransactionCanceled|InvalidChangeBatch|LastVPCAssociation|IdempotentParameterMismatch|ExecutionAlreadyExists|Duplicate)/,
  ],
  [
    'Unavailable',
    /^(ServiceUnavailable|InternalError|InternalFailure|InternalServer|ServiceException|Unavailable|RequestTimeout|TimeoutError|NetworkingError|ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPIPE|EAI_AGAIN)/,
  ],
];

const NOT_IMPLEMENTED = 501;

const faultFor = (code: string, message = ''): FaultName | undefined =>
  table.find(([, ofCode, ofMessage]) => ofCode.test(code) && (ofMessage?.test(message) ?? true))?.[0];

/** Why one item of a transaction kept it from taking place: 'ConditionalCheckFailed', 'TransactionConflict', 'None' ... */
interface CancellationReason {
  readonly Code?: string;
}

interface FailedCall {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** Where it did not come over HTTP. */
  readonly status?: number | undefined;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly CancellationReason[];
  /** What else it says, where it did not come over HTTP. */
  readonly fields?: { readonly CancellationReasons?: readonly CancellationReason[] };
}

/**
 * Of a transaction that was canceled: its code is the same whether somebody's condition failed, or nothing did and another
 * transaction was at one of the items. A condition that failed decides; else what will not pass by itself does.
 *
 * Source  docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, TransactionCanceledException
 */
function canceledFor(reasons: readonly CancellationReason[]): FaultName | undefined {
  const codes = reasons.map(({ Code = 'None' }) => Code).filter((code) => code !== 'None');
  const faults = new Set(codes.map((code) => faultFor(code) ?? 'Rejected'));
  return (['Conflict', 'Rejected', 'Forbidden'] as const).find((fault) => faults.has(fault)) ?? [...faults][0];
}

/** Classifies a failed call, once, at the edge. `what` says which call: 'ec2 createRoute in eu-west-1'. */
export function faultOf(error: unknown, what: string): Fault {
  if (error instanceof Fault) return error;
  const { name = '', code, message = String(error), status: said, $metadata, fields } = error as FailedCall;
  const says = code ?? name;
  const status = $metadata?.httpStatusCode ?? said ?? 400;
  // An emulator that does not have the operation says so with whatever code; asking again is in vain.
  const { CancellationReasons: reasons = fields?.CancellationReasons ?? [] } = error as FailedCall;
  const matched = status === NOT_IMPLEMENTED ? 'Rejected' : (canceledFor(reasons) ?? faultFor(says, message));
  const fault = matched ?? (status >= 500 ? 'Unavailable' : 'Rejected');
  return new Fault(fault, `${what}: ${plain(`${says}: ${message}`)}`, { cause: error });
}

import { Fault, type FaultName } from '../../control-plane/model/faults.ts';
import { plain } from '../../control-plane/model/plain-text.ts';

/**
 * AWS's error codes and what the loop should do about them. First match wins; what matches nothing was rejected.
 *
 * Source  each service's API reference, "Errors"; EC2's list: docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const table: readonly (readonly [FaultName, RegExp])[] = [
  [
    'Throttled',
    /^(RequestLimitExceeded|RequestThrottled|Throttl|TooManyRequests|SlowDown|PriorRequestNotComplete|ProvisionedThroughputExceeded|EC2ThrottledException|BandwidthLimitExceeded|TransactionInProgress)/,
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
    /^(Conflict|ResourceConflict|ResourceInUse|RouteAlreadyExists|ResourceAlreadyExists|InvalidPermission\.Duplicate|VpcPeeringConnectionAlreadyExists|InvalidStateTransition|InvalidVpcPeeringConnectionState|DependencyViolation|IncorrectState|InvalidSubnet\.Conflict|InvalidGroup\.Duplicate|Resource\.AlreadyAssociated|HostedZoneAlreadyExists|HealthCheckAlreadyExists|HostedZoneNotEmpty|ConditionalCheckFailed|TransactionCanceled|TransactionConflict|InvalidChangeBatch|LastVPCAssociation|IdempotentParameterMismatch|ExecutionAlreadyExists|Duplicate)/,
  ],
  [
    'Unavailable',
    /^(ServiceUnavailable|InternalError|InternalFailure|InternalServer|ServiceException|Unavailable|RequestTimeout|TimeoutError|NetworkingError|ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPIPE|EAI_AGAIN)/,
  ],
];

const NOT_IMPLEMENTED = 501;

interface FailedCall {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** Where it did not come over HTTP. */
  readonly status?: number | undefined;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Classifies a failed call, once, at the edge. `what` says which call: 'ec2 createRoute in eu-west-1'. */
export function faultOf(error: unknown, what: string): Fault {
  if (error instanceof Fault) return error;
  const { name = '', code, message = String(error), status: said, $metadata } = error as FailedCall;
  const says = code ?? name;
  const status = $metadata?.httpStatusCode ?? said ?? 400;
  // An emulator that does not have the operation says so with whatever code; asking again is in vain.
  const matched = status === NOT_IMPLEMENTED ? 'Rejected' : table.find(([, pattern]) => pattern.test(says))?.[0];
  const fault = matched ?? (status >= 500 ? 'Unavailable' : 'Rejected');
  return new Fault(fault, `${what}: ${plain(`${says}: ${message}`)}`, { cause: error });
}

import type { AwsError } from '../../simulator/aws-error.ts';
import type { Invariant } from './invariant.ts';

/** Whoever makes it has not got the permission. */
const DENIED =
  /^(AccessDenied|UnauthorizedOperation|AuthFailure|UnrecognizedClient|InvalidClientTokenId|NotAuthorized)/;
/** What was asked for can never be right, whatever the world looks like. */
const MALFORMED =
  /^(ValidationException|ValidationError|InvalidParameter|Malformed|MissingParameter|MissingRequiredParameter|UnknownParameter|UnknownOperation|InvalidInput|InvalidRequest|InvalidName|InvalidArn|Serialization|InvalidRequestContent|RequestTooLarge|InvalidAction|MissingAction|InvalidChangeBatch)/;

/** A record that is no longer as it was a moment ago: somebody else has had a hand in it. */
const TOO_LATE = /but it was not found|but it already exists|but the values provided do not match/;

const OURS = /:assumed-role\/landbridge-(?!deploy\/)/;
const PERMISSIONS: ReadonlySet<string> = new Set(['iam', 'sts']);

/**
 * The control plane may do what it does: none of its calls is refused for want of a permission, as long as nobody takes one
 * away. And none is refused for what it says: AWS never has to tell us that a request makes no sense.
 *
 * Bounds  looks at calls that failed, and at those to IAM
 */
export const noRefusals: Invariant = {
  name: 'no refusals',
  says: 'No call of ours is refused for want of a permission that nobody took away, and none for being malformed',
  watch: (_world, tell) => {
    let isTampered = false;
    return {
      called(made) {
        const { service, operation, place, principal, error, readOnly } = made;
        const isOurs = OURS.test(principal.arn);
        if (!isOurs && PERMISSIONS.has(service) && !readOnly && error === undefined) isTampered = true;
        if (error === undefined || !isOurs) return;
        const by = principal.arn.slice(principal.arn.indexOf('/') + 1);
        const call = `${service} ${operation} in ${place.region} by ${by}`;
        if (DENIED.test(error.code) && !isTampered) tell(`${call} was denied: ${error.code}: ${error.message}`);
        if (isMalformed(error)) tell(`${call} makes no sense to AWS: ${error.code}: ${error.message}`);
      },
    };
  },
};

const isMalformed = ({ code, message }: AwsError): boolean =>
  MALFORMED.test(code) && !(code === 'InvalidChangeBatch' && TOO_LATE.test(message));

import { AwsError } from './aws-error.ts';
import type { WorldMs } from './clock.ts';
import type { Principal } from './principal.ts';
import type { ServiceName } from './service.ts';

/** Services whose errors are XML say it without `Exception`. */
const SHORT: ReadonlySet<ServiceName> = new Set(['cloudwatch', 'iam', 'route-53', 'sns', 'sts']);
/** Services that speak JSON over RPC answer 400, REST ones 403. */
const FORBIDDEN: ReadonlySet<ServiceName> = new Set(['api-gateway', 'lambda']);

/**
 * How a service refuses a session whose time is over, whatever the session might have done.
 *
 * Source  "Common Error Types" of each API reference: ExpiredTokenException; SQS in re:Post's knowledge center,
 *         "ec2-expired-token": ExpiredToken, 403; EC2 API reference, errors overview, RequestExpired: "If you're using
 *         temporary security credentials, this error can also occur if the credentials have expired"
 */
function expired(service: ServiceName): AwsError {
  if (service === 'ec2') return new AwsError('RequestExpired', 'Request has expired.', { status: 400 });
  const message = 'The security token included in the request is expired';
  return SHORT.has(service)
    ? new AwsError('ExpiredToken', message, { status: 403 })
    : new AwsError('ExpiredTokenException', message, { status: FORBIDDEN.has(service) ? 403 : 400 });
}

export function refuseExpired(service: ServiceName, { expiresAtMs }: Principal, nowMs: WorldMs): void {
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs) throw expired(service);
}

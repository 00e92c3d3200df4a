import { AwsError } from '../aws-error.ts';
import { type Principal, rootOf } from '../principal.ts';
import type { World } from '../world.ts';
import type { HttpRequest } from './http-message.ts';

/** Who signed a request, for which service and Region. */
export interface Caller {
  readonly principal: Principal;
  readonly region: string;
  readonly signingName: string;
}

/**
 * Reads the credential scope of a SigV4 signature, from its header or, presigned, from its query.
 *
 * The signature itself is not verified, and any secret will do: the simulator proves nothing about who somebody is.
 * An access key that STS or the Lambda host gave out is that session; twelve digits are the root of that account;
 * any other key is the root of the simulator's account.
 *
 * Faults  MissingAuthenticationToken, IncompleteSignature
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function callerOf(request: HttpRequest, world: World): Caller {
  const authorization = request.headers['authorization'];
  const credential =
    authorization === undefined
      ? request.query.get('X-Amz-Credential')
      : /^AWS4-[A-Z0-9-]+ .*Credential=([^,\s]+)/.exec(authorization)?.[1];
  if (credential === null)
    throw new AwsError('MissingAuthenticationToken', 'The request is not signed: any access key and secret will do', {
      status: 403,
    });
  // From the end: whatever an access key may contain, a scope has four parts.
  const [kind, signingName, region, day, ...accessKeyId] = (credential ?? '').split('/').toReversed();
  if (kind !== 'aws4_request' || !signingName || !region || !day || accessKeyId.length === 0)
    throw new AwsError(
      'IncompleteSignature',
      `'${credential ?? authorization}' is no credential of Signature Version 4: KEY/DATE/REGION/SERVICE/aws4_request`,
    );
  return { principal: principalOf(accessKeyId.toReversed().join('/'), world), region, signingName };
}

const principalOf = (accessKeyId: string, world: World): Principal =>
  world.sessions.get(accessKeyId) ?? rootOf(/^\d{12}$/.test(accessKeyId) ? accessKeyId : world.account);

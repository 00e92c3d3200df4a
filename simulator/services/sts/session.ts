import type { Credentials } from '@aws-sdk/client-sts';
import { AwsError } from '../../aws-error.ts';
import type { Principal } from '../../principal.ts';
import type { Call } from '../../service.ts';
import type { World } from '../../world.ts';
import type { StsState } from './state.ts';

/** Credentials with which somebody is a principal, for so many seconds. */
export function newSession({ world, nowMs }: Call<StsState>, principal: Principal, seconds: number): Credentials {
  const { random } = world;
  const AccessKeyId = `ASIA${random.alphanumeric(16).toUpperCase()}`;
  const expiresAtMs = nowMs + seconds * 1_000;
  world.sessions.set(AccessKeyId, { ...principal, expiresAtMs });
  return {
    AccessKeyId,
    SecretAccessKey: random.alphanumeric(40),
    SessionToken: random.alphanumeric(200),
    Expiration: new Date(expiresAtMs),
  };
}

/**
 * Whom an access key stands for that STS or a function was given: for callers in this process, who then call as that
 * principal in `place: { account: principal.account, … }`, as the wire does. It ends when the session does.
 *
 * Faults  InvalidClientTokenId: nobody was given that key
 */
export function sessionBehind(world: World, accessKeyId: string | undefined): Principal {
  const principal = world.sessions.get(accessKeyId ?? '');
  if (principal === undefined)
    throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
      status: 403,
    });
  return principal;
}

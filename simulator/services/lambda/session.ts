import { roleSession } from '../../principal.ts';
import type { World } from '../../world.ts';
import type { FunctionSession, LambdaFunction } from './state.ts';

/**
 * The credentials a function runs with: the session `assumed-role/<role>/<function>`, as CloudTrail shows it.
 * Made at the first invocation and kept: Lambda, too, keeps them for as long as an execution environment lives.
 */
export function sessionOf(found: LambdaFunction, world: World): FunctionSession {
  found.session ??= newSession(found, world);
  return found.session;
}

function newSession({ name, latest }: LambdaFunction, world: World): FunctionSession {
  const accessKeyId = `ASIA${world.random.alphanumeric(16).toUpperCase()}`;
  const principal = roleSession(latest.settings.roleArn, name);
  world.sessions.set(accessKeyId, principal);
  return {
    principal,
    credentials: {
      accessKeyId,
      secretAccessKey: world.random.alphanumeric(40),
      sessionToken: world.random.alphanumeric(100),
    },
  };
}

/** The function is gone, or has another role from now on. */
export function endSession(found: LambdaFunction, world: World): void {
  if (found.session !== undefined) world.sessions.delete(found.session.credentials.accessKeyId);
  found.session = undefined;
}

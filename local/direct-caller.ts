import type { Caller } from '../handlers/runtime/caller.ts';
import { faultOf } from '../handlers/runtime/fault-table.ts';
import { MemberSessions } from '../handlers/runtime/member-sessions.ts';
import { AwsError } from '../simulator/aws-error.ts';
import type { Principal } from '../simulator/principal.ts';
import { sessionBehind } from '../simulator/services/sts/session.ts';
import type { World } from '../simulator/world.ts';

/** Who calls, and from where. */
export interface CallerStands {
  /** The Region the caller stands in, where that is one of AWS's: from a dark one nobody is reached. */
  readonly from?: string | undefined;
  /** 'landbridge-look': under this name members' accounts are entered. Left out: it belongs to nobody who is let in. */
  readonly functionName?: string | undefined;
}

/**
 * Calls straight into the simulated world: no sockets, no serialisation, and the errors of the wire all the same. A member's
 * account is entered as on the wire: through STS, which asks that account's role who may.
 */
export function directCaller(
  world: World,
  account: string,
  principal: Principal,
  { from, functionName = 'landbridge' }: CallerStands = {},
): Caller {
  const sessions = new MemberSessions({
    name: functionName,
    call: (asked) => call(asked),
    region: from ?? 'us-east-1',
    nowMs: () => world.clock.nowMs(),
  });
  const call: Caller = async ({ service, region, account: members, method, input }) => {
    const session = members === undefined ? undefined : await sessions.in(members);
    try {
      return await world.invoke({
        service,
        operation: `${method[0]?.toUpperCase()}${method.slice(1)}`,
        input: input as object,
        place: { account: members?.id ?? account, region },
        principal: session === undefined ? principal : sessionBehind(world, session.accessKeyId),
        ...(from !== undefined && { from }),
      });
    } catch (error) {
      // Anything else is a fault of the simulator, or a test's way to end a handler: nobody may take it for AWS's answer.
      if (!(error instanceof AwsError)) throw error;
      throw faultOf(error, `${service} ${method} in ${region}`);
    }
  };
  return call;
}

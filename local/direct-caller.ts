import type { AwsCall } from '../control-plane/model/aws-call.ts';
import type { Caller } from '../handlers/runtime/caller.ts';
import { faultOf } from '../handlers/runtime/fault-table.ts';
import { MemberSessions } from '../handlers/runtime/member-sessions.ts';
import { AwsError } from '../simulator/aws-error.ts';
import { isLater, type Maybe } from '../simulator/maybe.ts';
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

const operations = new Map<string, string>();

/** 'describeVpcs' → 'DescribeVpcs' */
function operationOf(method: string): string {
  let operation = operations.get(method);
  if (operation === undefined) operations.set(method, (operation = `${method[0]?.toUpperCase()}${method.slice(1)}`));
  return operation;
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
    controlPlane: { account, home: from },
    nowMs: () => world.clock.nowMs(),
  });
  const ask = ({ service, region, method, input }: AwsCall, as: Principal, owner: string): Maybe<unknown> => {
    const failed = (error: unknown): never => {
      // Anything else is a fault of the simulator, or a test's way to end a handler: nobody may take it for AWS's answer.
      if (!(error instanceof AwsError)) throw error;
      throw faultOf(error, `${service} ${method} in ${region}`);
    };
    try {
      const answer = world.ask({
        service,
        operation: operationOf(method),
        input: input as object,
        place: { account: owner, region },
        principal: as,
        ...(from !== undefined && { from }),
      });
      return isLater(answer) ? answer.catch(failed) : answer;
    } catch (error) {
      return failed(error);
    }
  };
  const call: Caller = (asked) => {
    const { account: members } = asked;
    if (members === undefined) return ask(asked, principal, account);
    return sessions.in(members).then(({ accessKeyId }) => ask(asked, sessionBehind(world, accessKeyId), members.id));
  };
  return call;
}

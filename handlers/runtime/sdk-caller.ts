import type { ServiceName } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import type { Caller } from './caller.ts';
import { type Client, type ClientOptions, type CommandTables, commandTables } from './commands/commands.ts';
import { faultOf } from './fault-table.ts';
import { MemberSessions } from './member-sessions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const CONNECT_WITHIN_MS = 2_000;
/** A Region that does not answer is a finding, not a wait: whether nothing comes of a request, or half an answer. */
const ANSWER_WITHIN_MS = 15_000;

/** The SDK's own name for a service's endpoint variable: AWS_ENDPOINT_URL_ROUTE_53. */
const endpointVariable = (service: ServiceName): string =>
  `AWS_ENDPOINT_URL_${service.replaceAll('-', '_').toUpperCase()}`;

function optionsIn(
  environment: Environment,
  service: ServiceName,
  region: string,
  answerWithinMs: number,
): ClientOptions {
  const endpoint = environment[endpointVariable(service)] ?? environment.AWS_ENDPOINT_URL;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  return {
    region,
    // Once: a write that timed out may have taken place, so the loop looks before it writes again. Reads are repeated by `patient`.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: answerWithinMs,
      throwOnRequestTimeout: true,
      socketTimeout: answerWithinMs,
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: {
          accessKeyId,
          secretAccessKey,
          ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
        },
      }),
  };
}

/**
 * Calls AWS through the official SDK, by commands: an aggregated client brings every command of its service, and EC2's are a
 * megabyte. One client per service, Region and account, kept for the life of the caller. A member's account is entered through
 * one of its roles (`member-sessions.ts`).
 *
 * In      `nowMs`: tells when a session in another account is to be asked for anew; `tables`: the commands there are, those that control plane and handlers call where it is left out;
 *         `answerWithinMs`: a Region that says nothing for longer is unavailable
 * Reads   AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> as the SDK does, credentials, and where the control plane is, from
 *         `environment`: a function that the simulator hosts has an environment of its own, which is not the process's
 * Faults  all six; an error that is none for a call that is in no table
 */
export function sdkCaller(
  environment: Environment,
  tables: CommandTables = commandTables,
  nowMs?: () => number,
  answerWithinMs = ANSWER_WITHIN_MS,
): Caller {
  const open = new Map<string, Client>();
  const call: Caller = async ({ service, region, account, method, input }) => {
    const what = `${service} ${method}`;
    const table = await tables[service]?.();
    const CommandOf = table?.commands[method];
    if (table === undefined || CommandOf === undefined)
      throw new Error(
        `${what} is in no table of commands: handlers/runtime/commands/${service}.ts names what is called`,
      );
    const session = account === undefined ? undefined : await sessions.in(account);
    // By session: with the next one come new clients, and those of the last are never asked again.
    const name = [service, region, session?.accessKeyId].join(' ');
    let client = open.get(name);
    if (client === undefined) {
      const options = optionsIn(environment, service, region, answerWithinMs);
      open.set(
        name,
        (client = new table.client(session === undefined ? options : { ...options, credentials: session })),
      );
    }
    try {
      return await client.send(new CommandOf(input as never) as never);
    } catch (error) {
      throw faultOf(error, `${what} in ${region}`);
    }
  };
  const sessions = new MemberSessions({
    name: environment.AWS_LAMBDA_FUNCTION_NAME ?? 'landbridge',
    call,
    region: environment.AWS_REGION ?? GLOBAL_REGION,
    controlPlane: { account: environment.LANDBRIDGE_ACCOUNT, home: environment.LANDBRIDGE_HOME },
    nowMs,
  });
  return call;
}

import { read } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type Caller, converse, memoised, patient } from '../../handlers/runtime/caller.ts';
import type { ClientOptions, ServiceCommands } from '../../handlers/runtime/commands/commands.ts';
import { sdkCaller } from '../../handlers/runtime/sdk-caller.ts';
import { operatorCaller } from '../../operator/operator-caller.ts';
import type { Identity } from './judge-account.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** When an answer was given, by whoever gave it, and when it came in, by this machine. */
export interface Stamp {
  readonly thereMs: number | undefined;
  readonly hereMs: number;
}

/** Calls AWS as an operator does; what was read is not read again, and reads that were throttled are made again. */
export const doctorCaller = (environment: Environment, sleep: (ms: number) => Promise<void>): Caller =>
  memoised(patient(operatorCaller(environment), { sleep, chance: Math.random }));

/**
 * Asks AWS who we are, and notes what time it says it is: refused or not, every answer of AWS has a `Date`.
 *
 * Out  who we are, or the fault; and the stamp, `undefined` where nobody answered at all
 */
export async function askWho(
  environment: Environment,
  region: Region,
): Promise<{ readonly stamp: Stamp | undefined; readonly who: Identity | { readonly fault: unknown } }> {
  let stamp: Stamp | undefined;
  const call = sdkCaller(environment, {
    sts: async (): Promise<ServiceCommands> => {
      const sdk = await import('@aws-sdk/client-sts');
      class DatedClient extends sdk.STSClient {
        constructor(options: ClientOptions) {
          super(options);
          const note = (answer: unknown): void => {
            const { date } = (answer as { headers?: { date?: string } } | undefined)?.headers ?? {};
            const thereMs = Date.parse(date ?? '');
            if (answer !== undefined)
              stamp = { thereMs: Number.isNaN(thereMs) ? undefined : thereMs, hereMs: Date.now() };
          };
          this.middlewareStack.add(
            (next) => async (args) => {
              try {
                const answered = await next(args);
                note(answered.response);
                return answered;
              } catch (error) {
                note((error as { $response?: unknown }).$response);
                throw error;
              }
            },
            { step: 'deserialize', name: 'noteDate' },
          );
        }
      }
      return { client: DatedClient, commands: { getCallerIdentity: sdk.GetCallerIdentityCommand } };
    },
  });
  try {
    const { Account: account = '', Arn: arn = '' } = await converse(read(region, 'sts', 'getCallerIdentity', {}), call);
    return { stamp, who: { account, arn } };
  } catch (fault) {
    return { stamp, who: { fault } };
  }
}

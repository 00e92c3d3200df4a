import type { Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { findFunction, invalidValue } from './naming.ts';
import type { LambdaFunction, LambdaState } from './state.ts';

/** Source: Lambda quotas: 1,000 concurrent executions per Region by default, of which 100 cannot be reserved. */
export const ACCOUNT_CONCURRENCY = 1_000;
const UNRESERVABLE = 100;

const reserved = ({ functions }: LambdaState): number =>
  [...functions.values()].reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);

/** How many invocations may run at once: a function's own reservation, or the account's pool. */
export const concurrencyOperations = {
  PutFunctionConcurrency(input, call) {
    const found = findFunction(call, input.FunctionName);
    const { ReservedConcurrentExecutions: wanted = 0 } = input;
    const left = ACCOUNT_CONCURRENCY - (reserved(call.state) - (found.reservedConcurrency ?? 0)) - wanted;
    if (left < UNRESERVABLE)
      throw invalidValue(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVABLE}].`,
      );
    found.reservedConcurrency = wanted;
    return { ReservedConcurrentExecutions: wanted };
  },

  GetFunctionConcurrency(input, call) {
    const { reservedConcurrency } = findFunction(call, input.FunctionName);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },

  DeleteFunctionConcurrency(input, call) {
    findFunction(call, input.FunctionName).reservedConcurrency = undefined;
    return {};
  },

  GetAccountSettings(_input, { state }) {
    const functions = [...state.functions.values()];
    const bytes = functions
      .flatMap(({ latest, versions }) => [latest, ...versions.values()])
      .reduce((sum, { code }) => sum + code.sizeBytes, 0);
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: ACCOUNT_CONCURRENCY,
        UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reserved(state),
      },
      AccountUsage: { TotalCodeSize: bytes, FunctionCount: functions.length },
    };
  },
} satisfies Operations<Lambda, LambdaState>;

/** Takes a place among the running invocations, or throws as Lambda throttles. What it returns gives the place back. */
export function takeSlot(found: LambdaFunction, state: LambdaState): () => void {
  const { reservedConcurrency } = found;
  if (reservedConcurrency !== undefined) {
    if (found.running >= reservedConcurrency) throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    found.running += 1;
    return () => {
      found.running -= 1;
    };
  }
  // So many are never reserved.
  if (state.runningUnreserved >= UNRESERVABLE && state.runningUnreserved >= ACCOUNT_CONCURRENCY - reserved(state))
    throw throttled('ConcurrentInvocationLimitExceeded');
  found.running += 1;
  state.runningUnreserved += 1;
  return () => {
    found.running -= 1;
    state.runningUnreserved -= 1;
  };
}

const throttled = (Reason: string): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429, fields: { Reason, Type: 'User' } });

import { AwsError } from '../../aws-error.ts';
import { serviceActing } from '../../principal.ts';
import { takeSlot } from './concurrency.ts';
import { type Execution, execute } from './execution.ts';
import type { LambdaCall } from './naming.ts';
import type { AsyncConfig, FunctionVersion, LambdaFunction } from './state.ts';

export interface Invocation extends LambdaCall {
  readonly found: LambdaFunction;
  readonly version: FunctionVersion;
  readonly invokedArn: string;
  readonly event: unknown;
}

/** Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". */
const RETRIES = 2;
const RETRY_AFTER_MS = [60_000, 120_000] as const;
const MAX_AGE_SECONDS = 6 * 3_600;
const FIRST_THROTTLE_WAIT_MS = 1_000;
const LONGEST_THROTTLE_WAIT_MS = 5 * 60_000;

/**
 * Runs a function that nobody waits for: at once, and after a failure again one and two minutes later. An invocation
 * that finds no free slot waits longer each time, without using up its retries, until it is too old; one in a dark
 * Region waits until it is light.
 */
export function invokeLater(invocation: Invocation, qualifier: string | undefined): void {
  const { world, place, nowMs, found } = invocation;
  const config = found.asyncConfigs.get(qualifier ?? '');
  const expiresAtMs = nowMs + (config?.maximumEventAgeSeconds ?? MAX_AGE_SECONDS) * 1_000;
  const attemptLater = (attempt: number, throttleWaitMs: number, delayMs: number): void => {
    world.clock.after(delayMs, () => {
      attempted(attempt, throttleWaitMs).catch((error: unknown) => {
        // A fault of the simulator: nobody waits for this invocation, so it must not vanish.
        queueMicrotask(() => {
          throw error;
        });
      });
    });
  };
  const attempted = async (attempt: number, throttleWaitMs: number): Promise<void> => {
    if (world.outages.isDark(place.region)) {
      await world.outages.whenLight(place.region);
      if (world.clock.nowMs() >= expiresAtMs) return report(invocation, config, undefined, attempt, 'EventAgeExceeded');
      attemptLater(attempt, throttleWaitMs, 0);
      return;
    }
    const run = await runOnce(invocation);
    if (run === 'throttled') {
      if (world.clock.nowMs() + throttleWaitMs < expiresAtMs)
        attemptLater(attempt, Math.min(throttleWaitMs * 2, LONGEST_THROTTLE_WAIT_MS), throttleWaitMs);
      else await report(invocation, config, undefined, attempt, 'EventAgeExceeded');
      return;
    }
    if (!run.failed) return report(invocation, config, run, attempt, 'Success');
    const retryAfterMs = RETRY_AFTER_MS[attempt - 1];
    const mayRetry = attempt <= (config?.maximumRetryAttempts ?? RETRIES) && retryAfterMs !== undefined;
    if (!mayRetry) return report(invocation, config, run, attempt, 'RetriesExhausted');
    if (world.clock.nowMs() + retryAfterMs >= expiresAtMs)
      return report(invocation, config, run, attempt, 'EventAgeExceeded');
    attemptLater(attempt + 1, FIRST_THROTTLE_WAIT_MS, retryAfterMs);
  };
  attemptLater(1, FIRST_THROTTLE_WAIT_MS, 0);
}

async function runOnce(invocation: Invocation): Promise<Execution | 'throttled'> {
  const { world, place, state, found, version, invokedArn, event, requestId } = invocation;
  let giveBack: () => void;
  try {
    giveBack = takeSlot(found, state);
  } catch {
    return 'throttled';
  }
  try {
    return await execute(world, place, found, version, invokedArn, event, requestId);
  } finally {
    giveBack();
  }
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** Tells the configured destination what became of the invocation. Source: "Capturing records of Lambda asynchronous invocations". */
async function report(
  { world, place, found, version, invokedArn, event, requestId }: Invocation,
  config: AsyncConfig | undefined,
  run: Execution | undefined,
  attempts: number,
  condition: Condition,
): Promise<void> {
  const { OnSuccess: onSuccess, OnFailure: onFailure } = config?.destinations ?? {};
  const destination = (condition === 'Success' ? onSuccess : onFailure)?.Destination;
  if (destination === undefined) return;
  const payload: unknown = run === undefined ? undefined : JSON.parse(run.payload);
  const record = {
    version: '1.0',
    timestamp: new Date(world.clock.nowMs()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${found.arn}:${version.version}`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    ...(run !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: version.version,
        ...(run.failed && { functionError: 'Unhandled' }),
      },
      responsePayload: payload,
    }),
  };
  const [, , service, region = place.region, account = place.account] = destination.split(':');
  const result = condition === 'Success' ? 'Success' : 'Failure';
  const delivery =
    service === 'lambda'
      ? ({
          service: 'lambda',
          operation: 'Invoke',
          input: { FunctionName: destination, InvocationType: 'Event', Payload: JSON.stringify(record) },
        } as const)
      : ({
          service: 'eventbridge',
          operation: 'PutEvents',
          input: {
            Entries: [
              {
                EventBusName: destination,
                Source: 'lambda',
                DetailType: `Lambda Function Invocation Result - ${result}`,
                Detail: JSON.stringify(record),
                Resources: [destination, invokedArn],
              },
            ],
          },
        } as const);
  const principal = serviceActing('lambda.amazonaws.com', place.account);
  try {
    await world.invoke({ ...delivery, place: { account, region }, principal });
  } catch (error) {
    // Lambda counts it, as DestinationDeliveryFailures, and that is all.
    if (!(error instanceof AwsError)) throw error;
  }
}

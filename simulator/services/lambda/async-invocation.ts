import { AwsError } from '../../aws-error.ts';
import type { Request } from '../../world.ts';
import { parseArn, urlOf } from '../sqs/find.ts';
import { takeSlot } from './concurrency.ts';
import { type Execution, execute } from './execution.ts';
import type { LambdaCall } from './naming.ts';
import { sessionOf } from './session.ts';
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
  const { world, place, state, found, version, invokedArn, event } = invocation;
  let giveBack: () => void;
  try {
    giveBack = takeSlot(found, state);
  } catch {
    return 'throttled';
  }
  try {
    return await execute(world, place, found, version, invokedArn, event, invocation);
  } finally {
    giveBack();
  }
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/**
 * Tells the configured destination what became of the invocation, and the dead-letter queue of an event that is given up.
 *
 * Role    the function's own, which must be allowed to send
 * Source  Lambda developer guide, Capturing records of Lambda asynchronous invocations
 */
async function report(
  invocation: Invocation,
  config: AsyncConfig | undefined,
  run: Execution | undefined,
  attempts: number,
  condition: Condition,
): Promise<void> {
  const { OnSuccess: onSuccess, OnFailure: onFailure } = config?.destinations ?? {};
  const destination = (condition === 'Success' ? onSuccess : onFailure)?.Destination;
  const { deadLetterArn } = invocation.version.settings;
  if (destination !== undefined) await tell(invocation, destination, recordOf(invocation, run, attempts, condition));
  if (condition !== 'Success' && deadLetterArn !== undefined) await bury(invocation, deadLetterArn, run);
}

const recordOf = (
  { world, found, version, event, requestId }: Invocation,
  run: Execution | undefined,
  attempts: number,
  condition: Condition,
): Told => ({
  condition,
  record: JSON.stringify({
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
      responsePayload: JSON.parse(run.payload) as unknown,
    }),
  }),
});

interface Told {
  readonly condition: Condition;
  /** JSON. */
  readonly record: string;
}

type Sending = Pick<Request, 'service' | 'operation' | 'input'>;

async function tell(invocation: Invocation, destination: string, { condition, record }: Told): Promise<void> {
  const service = destination.split(':')[2];
  if (service === 'sqs') {
    await send(invocation, destination, messageFor(destination, record, {}));
    return;
  }
  const result = condition === 'Success' ? 'Success' : 'Failure';
  await send(
    invocation,
    destination,
    service === 'lambda'
      ? {
          service: 'lambda',
          operation: 'Invoke',
          input: { FunctionName: destination, InvocationType: 'Event', Payload: record },
        }
      : {
          service: 'eventbridge',
          operation: 'PutEvents',
          input: {
            Entries: [
              {
                EventBusName: destination,
                Source: 'lambda',
                DetailType: `Lambda Function Invocation Result - ${result}`,
                Detail: record,
                Resources: [destination, invocation.invokedArn],
              },
            ],
          },
        },
  );
}

const MOST_MESSAGE = 1_024;

/** Source: Lambda developer guide, Adding a dead-letter queue: the event as it was, with the error in the attributes. */
async function bury(invocation: Invocation, queueArn: string, run: Execution | undefined): Promise<void> {
  const { errorMessage = 'EventAgeExceeded' } =
    run === undefined ? {} : ((JSON.parse(run.payload) ?? {}) as { errorMessage?: string });
  await send(
    invocation,
    queueArn,
    messageFor(queueArn, JSON.stringify(invocation.event ?? null), {
      RequestID: { DataType: 'String', StringValue: invocation.requestId },
      ErrorCode: { DataType: 'Number', StringValue: run === undefined ? '429' : '200' },
      ErrorMessage: { DataType: 'String', StringValue: errorMessage.slice(0, MOST_MESSAGE) || 'Unknown' },
    }),
  );
}

const messageFor = (queueArn: string, MessageBody: string, MessageAttributes: object): Sending => {
  const { name, ...owner } = parseArn(queueArn);
  return {
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: urlOf(owner, name), MessageBody, MessageAttributes },
  };
};

async function send({ world, place, found }: Invocation, to: string, sending: Sending): Promise<void> {
  const [, , , region = place.region, account = place.account] = to.split(':');
  const { principal } = sessionOf(found, world);
  try {
    await world.invoke({ ...sending, place: { account, region }, principal });
  } catch (error) {
    // Lambda counts it, as DestinationDeliveryFailures or DeadLetterErrors, and that is all.
    if (!(error instanceof AwsError)) throw error;
  }
}

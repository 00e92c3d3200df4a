import type { InvokeCommandOutput, Lambda } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { AwsError } from '../../aws-error.ts';
import { isLater } from '../../maybe.ts';
import type { InputOf, Operations } from '../../service.ts';
import { invokeLater } from './async-invocation.ts';
import { takeSlot } from './concurrency.ts';
import { isChanging, isPending } from './configuration.ts';
import { type Execution, execute } from './execution.ts';
import { hostCodeFor } from './host.ts';
import { knownEvent } from './known-events.ts';
import { recordsOf } from './log-records.ts';
import { conflict, findVersion, LATEST, type LambdaCall, type Qualified, qualifiedArn, versionOf } from './naming.ts';
import { OwnEvent } from './own-event.ts';
import type { FunctionVersion, LambdaState } from './state.ts';

/** Source: Lambda quotas, invocation payload: 6 MB synchronous, 1 MB asynchronous. */
const maxPayloadBytes = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

export const invokeOperations = {
  /** Runs the function, now or (`Event`) soon. What the function throws is an answer with `FunctionError`, not an error of the call. */
  Invoke(input, call) {
    const qualified = findVersion(call, input.FunctionName, input.Qualifier);
    const { found, qualifier } = qualified;
    const type = input.InvocationType ?? 'RequestResponse';
    const isHosted = call.world.memory !== 'none' && hostCodeFor(call.world, qualified.version) !== undefined;
    const event = eventFrom(input.Payload, type, isHosted);
    const version = running(qualified, call);
    if (type === 'DryRun') return { StatusCode: 204 };
    const invokedArn = qualifiedArn(found.arn, qualifier);
    if (type === 'Event') {
      invokeLater({ ...call, requestId: call.requestId, found, version, invokedArn, event }, qualifier);
      return { StatusCode: 202 };
    }
    const giveBack = takeSlot(found, call.state);
    const told = (run: Execution): Omit<InvokeCommandOutput, '$metadata'> => {
      const output: Omit<InvokeCommandOutput, '$metadata'> = {
        StatusCode: 200,
        ExecutedVersion: version.version,
        Payload: isOwn(input.Payload) ? (run.payload as never) : Uint8ArrayBlobAdapter.fromString(run.payload),
      };
      if (run.failed) output.FunctionError = 'Unhandled';
      if (input.LogType === 'Tail') output.LogResult = tailOf(run, version, call.requestId);
      return output;
    };
    let isWaitedFor = false;
    try {
      const run = execute(call.world, call.place, found, version, invokedArn, event, call);
      isWaitedFor = isLater(run);
      return isLater(run) ? run.then(told).finally(giveBack) : told(run);
    } finally {
      if (!isWaitedFor) giveBack();
    }
  },
} satisfies Operations<Lambda, LambdaState>;

const isOwn = (payload: unknown): payload is OwnEvent => payload instanceof OwnEvent;

/** Code of this process is trusted not to change what it is given: it gets the same event for the same text. */
function eventFrom(
  payload: InputOf<Lambda, 'Invoke'>['Payload'],
  type: keyof typeof maxPayloadBytes,
  isHosted: boolean,
): unknown {
  if (payload === undefined || payload === '') return {};
  if (isOwn(payload)) return type === 'RequestResponse' ? payload : payload.event;
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array))
    throw new TypeError('The payload of an invocation reaches the simulator as text or bytes');
  const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
  const limit = maxPayloadBytes[type];
  if (bytes > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { status: 413, fields: { Type: 'User' } },
    );
  if (bytes === 0) return {};
  try {
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
    return isHosted ? knownEvent(text, parsed) : parsed(text);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
      { fields: { Type: 'User' } },
    );
  }
}

const parsed = (text: string): unknown => JSON.parse(text);

/** The version that runs: through an alias by weight, and while an update is being rolled out what ran before it. */
function running({ found, version, qualifier }: Qualified, call: LambdaCall): FunctionVersion {
  const chosen = weighted(found, version, qualifier, call);
  if (isPending(chosen, call))
    throw conflict(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  if (chosen.version === LATEST && found.superseded !== undefined) {
    if (isChanging(chosen, call)) return found.superseded;
    found.superseded = undefined;
  }
  return chosen;
}

function weighted(
  found: Qualified['found'],
  version: FunctionVersion,
  qualifier: string | undefined,
  { world }: LambdaCall,
): FunctionVersion {
  const alias = found.aliases.get(qualifier ?? '');
  if (alias === undefined) return version;
  const others = Object.entries(alias.otherVersions);
  if (others.length === 0) return version;
  let draw = world.random.next();
  for (const [other, weight] of others) {
    draw -= weight;
    if (draw < 0) return versionOf(found, other) ?? version;
  }
  return version;
}

/** Source: Invoke, LogResult: the last 4 KB of the execution log, base64-encoded. */
const TAIL_BYTES = 4_096;

function tailOf(run: Execution, { version, settings }: FunctionVersion, requestId: string): string {
  const lines = recordsOf(run, { version, memoryMb: settings.memoryMb, requestId });
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-TAIL_BYTES)
    .toString('base64');
}

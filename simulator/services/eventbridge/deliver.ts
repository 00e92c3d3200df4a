import type { Target } from '@aws-sdk/client-eventbridge';
import { puttingEvent } from '../../authorization/actions/eventbridge.ts';
import { whyRefused } from '../../authorization/authorize.ts';
import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import type { BusEvent } from '../../engine/events/bus-event.ts';
import { targetInput } from '../../engine/events/target-input.ts';
import { sendMessageAs } from '../../engine/send-message.ts';
import { roleSession, rootOf, serviceActing } from '../../principal.ts';
import type { Place, ServiceName } from '../../service.ts';
import type { Fate } from '../../sky.ts';
import type { World } from '../../world.ts';
import { type EventBus, eventbridgeHome, type Rule } from './state.ts';

/** One event for one target. */
export interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: BusEvent;
  readonly text: string;
  /** It came from another bus: such an event goes no further than to functions and workflows. */
  readonly forwarded: boolean;
}

/** AWS promises no figure; it has told of about 80 ms at p90 and 129 ms at p99. */
const LATENCY_MS: readonly [number, number] = [40, 130];

// Source: EventBridge user guide, Retrying event delivery: 24 hours and 185 attempts, exponential backoff with jitter.
const MOST_ATTEMPTS = 185;
const OLDEST_SECONDS = 86_400;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Errors that trying again cannot mend. Source: EventBridge user guide, Using dead-letter queues. */
const FINAL = /NotFound|DoesNotExist|AccessDenied|NotAuthorized|UnknownOperation/;

const MOST_DEAD_LETTERS = 1_000;

const ON_TIME = [0] as const;
const TWICE = [0, 0] as const;

/** By how much each copy is late. */
function copiesOf(fate: Fate | undefined): readonly number[] {
  if (fate === undefined || fate === 'delivered') return ON_TIME;
  if (fate === 'lost') return [];
  return fate === 'doubled' ? TWICE : [fate.lateMs];
}

/**
 * The rules of a bus that may want such an event: its detail is not looked at yet. Of calls that only read, most rules hear
 * nothing.
 *
 * Source  EventBridge user guide, Receiving read-only management events from AWS services
 */
export const rulesFor = (bus: EventBus, source: string, detailType: string, onlyReads = false): Rule[] =>
  [...bus.rules.values()].filter(
    ({ enabled, hearsReads, pattern }) =>
      enabled && (hearsReads || !onlyReads) && pattern?.compiled.couldMatch(source, detailType) === true,
  );

const isOfARead = ({ 'detail-type': type, detail }: BusEvent): boolean =>
  type === 'AWS API Call via CloudTrail' && (detail as { readonly readOnly?: unknown }).readOnly === true;

/** Matches an event against the rules of a bus, and sends it to the targets of those that want it. */
export function route(world: World, place: Place, bus: EventBus, event: BusEvent, forwarded = false): void {
  let text: string | undefined;
  for (const rule of rulesFor(bus, event.source, event['detail-type'], isOfARead(event))) {
    if (rule.pattern?.compiled.matches(event) !== true) continue;
    text ??= JSON.stringify(event);
    for (const target of rule.targets.values()) deliver(world, place, { rule, target, event, text, forwarded });
  }
}

/** Sends an event to a target: soon, at least once, again and again while the target does not take it or its Region is dark. */
export function deliver(world: World, place: Place, delivery: Delivery): void {
  const { rule, target, event } = delivery;
  const passing = { place, ruleName: rule.name, targetArn: target.Arn ?? '', event };
  const { random } = world.look(eventbridgeHome, place);
  const startedMs = world.clock.nowMs();
  for (const heldUpMs of copiesOf(world.weather.event?.(passing)))
    for (const lateMs of world.sky?.copies(passing) ?? ON_TIME)
      world.clock.after(heldUpMs + lateMs + random.between(...LATENCY_MS), () =>
        attempt(world, place, delivery, startedMs, 1),
      );
}

function attempt(world: World, place: Place, delivery: Delivery, startedMs: WorldMs, count: number): void {
  if (world.outages.isDark(place.region)) {
    void attemptWhenLight(world, place, delivery, startedMs, count);
    return;
  }
  send(world, place, delivery).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    const { RetryPolicy } = delivery.target;
    const { random } = world.look(eventbridgeHome, place);
    const ceilingMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(count - 1, 20), LONGEST_RETRY_MS);
    const waitMs = Math.round(ceilingMs * (0.5 + random.next() / 2));
    const oldestMs = (RetryPolicy?.MaximumEventAgeInSeconds ?? OLDEST_SECONDS) * 1_000;
    const tooOften = count > (RetryPolicy?.MaximumRetryAttempts ?? MOST_ATTEMPTS);
    const tooOld = world.clock.nowMs() + waitMs - startedMs > oldestMs;
    if (FINAL.test(error.code)) bury(world, place, delivery, { error, attempts: count });
    else if (tooOften) bury(world, place, delivery, { error, attempts: count, exhausted: 'MaximumRetryAttempts' });
    else if (tooOld) bury(world, place, delivery, { error, attempts: count, exhausted: 'MaximumEventAgeInSeconds' });
    else world.clock.after(waitMs, () => attempt(world, place, delivery, startedMs, count + 1));
  });
}

/** A bus in a dark Region sends nothing. What it has not sent for too long by then is lost. */
async function attemptWhenLight(
  world: World,
  place: Place,
  delivery: Delivery,
  startedMs: WorldMs,
  count: number,
): Promise<void> {
  await world.outages.whenLight(place.region);
  const { MaximumEventAgeInSeconds: oldestSeconds = OLDEST_SECONDS } = delivery.target.RetryPolicy ?? {};
  const error = new AwsError('TimeoutError', `${place.region} was dark for too long`);
  if (world.clock.nowMs() - startedMs > oldestSeconds * 1_000)
    bury(world, place, delivery, { error, attempts: count, exhausted: 'MaximumEventAgeInSeconds' });
  else attempt(world, place, delivery, startedMs, count);
}

/** What ended the attempts to deliver an event. */
interface End {
  readonly error: AwsError;
  readonly attempts: number;
  /** Absent where trying again could have mended nothing. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** Sends an event that was not delivered to the target's dead-letter queue, if it has one that lets EventBridge in; it is dropped otherwise. */
function bury(world: World, place: Place, { rule, target, text }: Delivery, end: End): void {
  const { error, attempts, exhausted } = end;
  const { deadLetters } = world.look(eventbridgeHome, place);
  const queueArn = target.DeadLetterConfig?.Arn;
  deadLetters.push({
    atMs: world.clock.nowMs(),
    ruleArn: rule.arn,
    targetArn: target.Arn ?? '',
    queueArn,
    errorCode: error.code,
    errorMessage: error.message,
    attempts,
    payload: text,
  });
  if (deadLetters.length > MOST_DEAD_LETTERS) deadLetters.shift();
  if (queueArn === undefined) return;
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn ?? '',
    ERROR_CODE: deadLetterCode(error),
    ERROR_MESSAGE: error.message,
    RETRY_ATTEMPTS: String(attempts - 1),
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
  };
  const sender = { service: 'events.amazonaws.com', sourceArn: rule.arn, account: place.account };
  sendMessageAs(world, sender, queueArn, { body: text, attributes }).catch((failure: unknown) => {
    // AWS counts it as InvocationsFailedToBeSentToDlq, and that is all.
    if (!(failure instanceof AwsError)) throw failure;
  });
}

/** Source: EventBridge user guide, Using dead-letter queues: a sample of the codes. */
function deadLetterCode({ code }: AwsError): string {
  if (/AccessDenied|NotAuthorized/.test(code)) return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist/.test(code)) return 'NO_RESOURCE';
  if (/Throttl|TooManyRequests|LimitExceeded/.test(code)) return 'THROTTLING';
  if (/Timeout/.test(code)) return 'TIMEOUT';
  return 'ERROR_FROM_TARGET';
}

/** What a target's ARN stands for; undefined where it is nothing that is simulated. */
export function targetKind(arn: string): 'lambda' | 'states' | 'event-bus' | undefined {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:.+$/.test(arn)) return 'lambda';
  if (/^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:.+$/.test(arn)) return 'states';
  if (/^arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/.+$/.test(arn)) return 'event-bus';
  return undefined;
}

async function send(world: World, from: Place, delivery: Delivery): Promise<void> {
  const { rule, target, event, text } = delivery;
  const arn = target.Arn ?? '';
  const [, , , region = '', account = '', ...resource] = arn.split(':');
  const place = { account, region };
  const kind = targetKind(arn);
  const actor = target.RoleArn === undefined ? undefined : roleSession(target.RoleArn, rule.name);
  const call = async (service: ServiceName, operation: string, input: object): Promise<void> => {
    const principal = actor ?? serviceActing('events.amazonaws.com', from.account);
    await world.invoke({ service, operation, input, place, principal });
  };
  if (kind === 'event-bus') {
    if (world.outages.isDark(region) || world.outages.isCutOff(from.region, region))
      throw new AwsError('TimeoutError', `${region} does not answer: ${arn}`);
    const bus = world.look(eventbridgeHome, place).buses.get(resource.join(':').replace(/^event-bus\//, ''));
    if (bus === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${arn} does not exist.`);
    // Without a role the account itself asks: in another account that bus's policy has the word.
    const entry = { EventBusName: arn, Source: event.source, DetailType: event['detail-type'] };
    const [principal, state] = [actor ?? rootOf(from.account), world.look(eventbridgeHome, from)];
    const asker = { place: from, state, world, principal, requestId: event.id, nowMs: world.clock.nowMs() };
    world.authorize({ service: 'eventbridge', operation: 'PutEvents', input: { Entries: [entry] } }, asker);
    if (account !== from.account) {
      const bySource = { 'aws:sourcearn': rule.arn, 'aws:sourceaccount': from.account };
      const denied = whyRefused('eventbridge', puttingEvent(entry, asker, bySource), asker);
      if (denied !== undefined) throw denied;
    }
    // One hop and no more. Source: EventBridge user guide, Sending events between Regions and accounts.
    if (!delivery.forwarded) route(world, place, bus, event, true);
    return;
  }
  const input = targetInput(target, { event, text, ruleArn: rule.arn, ruleName: rule.name });
  if (kind === 'lambda') {
    await call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(input, 'utf8') });
    return;
  }
  const name = `${event.id}_${world.look(eventbridgeHome, from).random.uuid()}`;
  await call('sfn', 'StartExecution', { stateMachineArn: arn, input, name });
}

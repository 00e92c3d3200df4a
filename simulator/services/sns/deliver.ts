import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { invokeFunctionAs } from '../../engine/invoke-function.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { type PublishedMessage, type Subscription, snsHome, type Topic } from './state.ts';

/** Assumed; AWS speaks of "typically under 30 milliseconds". */
const LATENCY_MS: readonly [number, number] = [10, 40];

/** Source: Amazon SNS developer guide, SNS message delivery retries, AWS managed endpoints: 100,015 over 23 days. */
const MOST_ATTEMPTS = 100_015;
const AT_ONCE = 3;
const A_SECOND_APART = 2;
const BACKING_OFF = 10;
const LONGEST_WAIT_MS = 20_000;

/** Errors that trying again cannot mend: the endpoint is gone, or does not let SNS in. */
const FINAL = /NotFound|AccessDenied/;

/** Tells every function that is subscribed to a topic, soon. */
export function deliver(world: World, place: Place, topic: Topic, message: PublishedMessage): void {
  const { random } = world.state(snsHome, place);
  for (const subscription of topic.subscriptions.values())
    if (subscription.protocol === 'lambda')
      world.clock.after(random.between(...LATENCY_MS), () =>
        attempt(world, place, { topic, subscription, message }, 1),
      );
}

interface Delivery {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly message: PublishedMessage;
}

function attempt(world: World, place: Place, delivery: Delivery, count: number): void {
  const { topic, subscription, message } = delivery;
  const { region } = place;
  const [, , , , account = ''] = topic.arn.split(':');
  const invoker = { service: 'sns.amazonaws.com', sourceArn: topic.arn, account };
  const event = { Records: [recordOf(delivery, region)] };
  // What is in a dark Region waits there until it is light.
  world.outages
    .whenLight(region)
    .then(() => invokeFunctionAs(world, invoker, subscription.endpoint, event))
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      if (FINAL.test(error.code) || count >= MOST_ATTEMPTS) return;
      world.clock.after(waitMs(count), () => attempt(world, place, { topic, subscription, message }, count + 1));
    });
}

/** How long to wait after so many attempts. */
function waitMs(count: number): number {
  if (count <= AT_ONCE) return 0;
  if (count <= AT_ONCE + A_SECOND_APART) return 1_000;
  const backedOff = count - AT_ONCE - A_SECOND_APART;
  return backedOff > BACKING_OFF ? LONGEST_WAIT_MS : Math.min(1_000 * 2 ** (backedOff - 1), LONGEST_WAIT_MS);
}

/** Source: Lambda developer guide, Invoking Lambda functions with Amazon SNS notifications. Nothing is signed here. */
const recordOf = ({ topic, subscription, message }: Delivery, region: string): object => ({
  EventSource: 'aws:sns',
  EventVersion: '1.0',
  EventSubscriptionArn: subscription.arn,
  Sns: {
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: topic.arn,
    Subject: message.subject ?? null,
    Message: textFor(message, subscription.protocol),
    Timestamp: new Date(message.atMs).toISOString(),
    SignatureVersion: topic.attributes.get('SignatureVersion') ?? '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService-example.pem`,
    UnsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, shownAttribute(value)]),
    ),
  },
});

const shownAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue): object => ({
  Type: DataType,
  Value: BinaryValue === undefined ? StringValue : Buffer.from(BinaryValue).toString('base64'),
});

/** What a protocol is told: its own entry of a structured message, or the default one. */
function textFor({ structured, message }: PublishedMessage, protocol: string): string {
  if (!structured) return message;
  const entries = JSON.parse(message) as Readonly<Record<string, unknown>>;
  const own = entries[protocol];
  return typeof own === 'string' ? own : String(entries['default']);
}

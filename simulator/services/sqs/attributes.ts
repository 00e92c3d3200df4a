import { AwsError } from '../../aws-error.ts';
import { parseArn, type SqsCall } from './find.ts';
import { type Queue, sqsHome } from './state.ts';

interface Range {
  readonly from: number;
  readonly to: number;
  readonly default: string;
}

/** Source: SetQueueAttributes; a message has been allowed 1 MiB since August 2025. */
const ranges: Readonly<Record<string, Range>> = {
  DelaySeconds: { from: 0, to: 900, default: '0' },
  MaximumMessageSize: { from: 1_024, to: 1_048_576, default: '1048576' },
  MessageRetentionPeriod: { from: 60, to: 1_209_600, default: '345600' },
  ReceiveMessageWaitTimeSeconds: { from: 0, to: 20, default: '0' },
  VisibilityTimeout: { from: 0, to: 43_200, default: '30' },
};

/** Kept and shown; nothing is encrypted here. */
const OF_ENCRYPTION = new Set(['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled']);
const JSON_ATTRIBUTES = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy']);
const OF_FIFO = new Set(['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);
/** What a queue knows of itself. */
const READ_ONLY = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
] as const;

const knownNames: ReadonlySet<string> = new Set([
  'All',
  ...Object.keys(ranges),
  ...OF_ENCRYPTION,
  ...JSON_ATTRIBUTES,
  ...OF_FIFO,
  ...READ_ONLY,
]);

const invalidValue = (name: string, value: string, reason: string): AwsError =>
  new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${reason} (${value})`);

/** Refuses attributes that a standard queue cannot have. FIFO queues are not simulated, and a queue cannot become one. */
export function refuseAttributes(attributes: Readonly<Record<string, string>>, call: SqsCall): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = ranges[name];
    if (range !== undefined) {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < range.from || number > range.to)
        throw invalidValue(name, value, `Must be between ${range.from} and ${range.to}.`);
    } else if (name === 'RedrivePolicy') refuseRedrive(value, call);
    else if (JSON_ATTRIBUTES.has(name)) {
      if (value !== '' && !isObject(parsed(value))) throw invalidValue(name, value, 'It is not a valid JSON object.');
    } else if (OF_FIFO.has(name) || !OF_ENCRYPTION.has(name))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
}

/** Source: SetQueueAttributes, RedrivePolicy: a standard queue of the same account and Region, after 1 to 1,000 receives. */
function refuseRedrive(value: string, { state, place }: SqsCall): void {
  if (value === '') return;
  const policy = parsed(value);
  const refuse = (reason: string): AwsError => invalidValue('RedrivePolicy', value, reason);
  if (!isObject(policy)) throw refuse('It is not a valid JSON object.');
  const { deadLetterTargetArn: arn, maxReceiveCount: count } = policy;
  if (typeof arn !== 'string')
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (count === undefined) throw refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  const times = Number(count);
  if (!Number.isInteger(times) || times < 1 || times > 1_000)
    throw refuse('Invalid value for maxReceiveCount: it must be between 1 and 1000.');
  const { account, region, name } = parseArn(arn);
  if (account !== place.account || region !== place.region || !state.queues.has(name))
    throw refuse('Dead letter target does not exist.');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An empty document takes the attribute away. */
export function setAttributes(queue: Queue, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes))
    if (value === '') queue.attributes.delete(name);
    else queue.attributes.set(name, value);
}

/** A number that is set of a queue, or AWS's own. */
export const numberOf = ({ attributes }: Queue, name: string): number =>
  Number(attributes.get(name) ?? ranges[name]?.default);

/** Where messages go that were received too often; undefined: nowhere, or to a queue that is gone. */
export function redriveOf(
  { attributes }: Queue,
  { world }: SqsCall,
): { readonly queue: Queue; readonly maxReceives: number } | undefined {
  const policy = parsed(attributes.get('RedrivePolicy') ?? '');
  if (!isObject(policy)) return undefined;
  const { name, ...place } = parseArn(String(policy['deadLetterTargetArn']));
  const queue = world.state(sqsHome, place).queues.get(name);
  return queue === undefined ? undefined : { queue, maxReceives: Number(policy['maxReceiveCount']) };
}

/** The attributes that are asked for, with what AWS adds. */
export function attributesOf(queue: Queue, names: readonly string[], nowMs: number): Record<string, string> {
  for (const name of names)
    if (!knownNames.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  const delayed = queue.messages.filter(({ visibleAtMs, received }) => received === 0 && visibleAtMs > nowMs).length;
  const inFlight = queue.messages.filter(({ visibleAtMs, received }) => received > 0 && visibleAtMs > nowMs).length;
  const every: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(queue.messages.length - delayed - inFlight),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAtMs / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / 1_000)),
    ...Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, range.default])),
    SqsManagedSseEnabled: String(!queue.attributes.has('KmsMasterKeyId')),
    ...Object.fromEntries(queue.attributes),
  };
  if (names.includes('All')) return every;
  return Object.fromEntries(Object.entries(every).filter(([name]) => names.includes(name)));
}

import type { EventBridge, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { placeOfArn } from '../../arn.ts';
import { puttingEvent } from '../../authorization/actions/eventbridge.ts';
import { whyRefused } from '../../authorization/authorize.ts';
import { AwsError } from '../../aws-error.ts';
import { isObject, parseJson, utf8Bytes } from '../../engine/states/json.ts';
import type { Call, Operations } from '../../service.ts';
import { busNamed } from './buses.ts';
import { route } from './deliver.ts';
import { type EventsState, eventbridgeHome } from './state.ts';

/** Source: API reference, PutEvents; EventBridge user guide, Calculating event entry size. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1_024;

const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + utf8Bytes(text), 0);

const refused = (ErrorCode: string, ErrorMessage: string): PutEventsResultEntry => ({ ErrorCode, ErrorMessage });

const missing = (field: string): PutEventsResultEntry =>
  refused('InvalidArgument', `Parameter ${field} is not valid. Reason: ${field} is a required argument.`);

/** A bus is named, or meant by its ARN: another account's, another Region's. */
function put(entry: PutEventsRequestEntry, call: Call<EventsState>): PutEventsResultEntry {
  const { state, place, world, nowMs } = call;
  const { Source, DetailType, Detail, Resources, Time, EventBusName } = entry;
  if (Source === undefined || Source === '') return missing('Source');
  if (DetailType === undefined || DetailType === '') return missing('DetailType');
  if (Detail === undefined || Detail === '') return missing('Detail');
  if (Source.startsWith('aws.')) return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parseJson(Detail)?.value;
  if (!isObject(detail)) return refused('MalformedDetail', 'Detail is malformed.');
  const target = EventBusName?.startsWith('arn:') === true ? placeOfArn(EventBusName) : place;
  if (!/^\d{12}$/.test(target.account)) return refused('InvalidAccountIdException', `${target.account} is no account.`);
  const isOwn = target.account === place.account;
  const denied = isOwn ? undefined : whyRefused('eventbridge', puttingEvent(entry, call), call);
  if (denied !== undefined) return refused(denied.code, denied.message);
  if (target.region !== place.region && world.outages.isDark(target.region))
    return refused('InternalFailure', `${target.region} does not answer.`);
  const bus = busNamed(world.look(eventbridgeHome, target), EventBusName);
  const id = state.random.uuid();
  route(world, target, bus, {
    version: '0',
    id,
    'detail-type': DetailType,
    source: Source,
    account: place.account,
    time: new Date(Math.floor((Time?.getTime() ?? nowMs) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
    region: place.region,
    resources: [...(Resources ?? [])],
    detail,
  });
  return { EventId: id };
}

export const putEventsOperations: Operations<EventBridge, EventsState> = {
  PutEvents(input, call) {
    const entries = input.Entries ?? [];
    if (entries.length === 0 || entries.length > MOST_ENTRIES)
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MOST_ENTRIES}`,
      );
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= MOST_BYTES)
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    const Entries = entries.map((entry) => {
      try {
        return put(entry, call);
      } catch (error) {
        if (error instanceof AwsError) return refused(error.code, error.message);
        throw error;
      }
    });
    return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
  },
};

import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { MAX_HISTORY_EVENTS, MAX_NAME_LENGTH, MAX_PAYLOAD_BYTES } from '../../simulator/engine/states/limits.ts';
import { sfnHome } from '../../simulator/services/sfn/state.ts';
import type { MadeCall } from '../../simulator/world.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

/** 240, and the look at which the run gives up. */
const MOST_ROUNDS = 241;
/** Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: 400 KB, names of attributes included. */
const MAX_ITEM_BYTES = 400 * 1_024;
/** Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-size-of-event-entry */
const MAX_EVENT_BYTES = 262_144;
const HOUR_MS = 3_600_000;
const MOST_BYTES_A_CHARACTER = 3;

/** Bytes of a text in UTF-8, exactly only where it could matter. */
const bytesOf = (text: string, limit: number): number =>
  text.length * MOST_BYTES_A_CHARACTER < limit ? text.length : Buffer.byteLength(text);

function payloadBytes(payload: unknown): number {
  if (typeof payload === 'string') return bytesOf(payload, MAX_PAYLOAD_BYTES);
  // What the simulator hands to itself without serialising it came from a state, and is looked at in the history.
  return payload instanceof Uint8Array ? payload.byteLength : 0;
}

/**
 * Nothing grows past what AWS takes, nor past what we promise: rounds, histories, payloads, names, items, events, and
 * repairs of one cause within an hour.
 *
 * Bounds  lengths only, but for incidents; histories and items are gone through once, at the end
 */
export const allBounded: Invariant = {
  name: 'all bounded',
  says: 'Rounds, histories, payloads, names, items, events and repairs within the hour stay below their limits',
  watch({ bed: { world, fleet, landbridge }, table }, tell) {
    const repairs = new RepairsBegun();
    const budget = (): number => {
      const document = table.row(`fleet#${fleet.name}`, 'fleet')?.['document'];
      return (JSON.parse(String(document)) as Fleet).policies.repairsPerHour;
    };
    const incidentsPk = `incidents#${fleet.name}`;
    const invoked = ({ input, output }: MadeCall): void => {
      const { FunctionName: name = '', Payload: asked } = input as {
        readonly FunctionName?: string;
        readonly Payload?: unknown;
      };
      const { Payload: answered } = (output ?? {}) as { readonly Payload?: unknown };
      if (!/(^|:)landbridge-/.test(name)) return;
      const bytes = Math.max(payloadBytes(asked), payloadBytes(answered));
      if (bytes >= MAX_PAYLOAD_BYTES) tell(`${name} was handed, or answered, ${bytes} bytes`);
    };
    const putEvents = ({ input }: MadeCall): void => {
      const { Entries = [] } = input as { readonly Entries?: readonly Readonly<Record<string, string>>[] };
      for (const { Source = '', DetailType = '', Detail = '' } of Entries) {
        const bytes = Source.length + DetailType.length + bytesOf(Detail, MAX_EVENT_BYTES);
        if (bytes >= MAX_EVENT_BYTES) tell(`an event of ${bytes} bytes: ${DetailType} from ${Source}`);
      }
    };
    const started = ({ input }: MadeCall): void => {
      const { name = '' } = input as { readonly name?: string };
      if (name.length > MAX_NAME_LENGTH) tell(`an execution was to be called ${name}, ${name.length} characters`);
    };
    return {
      called(made) {
        const { service, operation } = made;
        if (service === 'lambda' && operation === 'Invoke') invoked(made);
        else if (service === 'eventbridge' && operation === 'PutEvents') putEvents(made);
        else if (service === 'sfn' && operation === 'StartExecution') started(made);
        else
          for (const { pk, sk, item } of rowsWritten(made)) {
            if (pk !== incidentsPk || item === undefined || sk.includes('#')) continue;
            const incident = unmarshall(item)['value'] as Incident;
            const begun = repairs.note(incident);
            if (begun > fleet.policies.repairsPerHour && begun > budget())
              tell(`${begun} repairs of ${incident.cause} were begun within an hour, and ${budget()} is the budget`);
          }
      },
      ended({ journal }) {
        for (const { run, rounds } of journal)
          if (typeof rounds === 'number' && rounds > MOST_ROUNDS) tell(`${run} took ${rounds} rounds`);
        const { bytes, keys } = table.largest();
        if (bytes >= MAX_ITEM_BYTES) tell(`the item ${keys} has ${bytes} bytes`);
        const { executions } = world.state(sfnHome, { account: world.account, region: landbridge.home });
        for (const { name, history, error, cause } of executions.values()) {
          if (name.length > MAX_NAME_LENGTH) tell(`an execution is called ${name}, ${name.length} characters`);
          if (history.length >= MAX_HISTORY_EVENTS) tell(`the history of ${name} has ${history.length} events`);
          if (error === 'States.DataLimitExceeded') tell(`${name}: ${error}: ${cause}`);
          for (const { type, details } of history)
            for (const detail of Object.values(details))
              for (const value of Object.values(detail))
                if (typeof value === 'string' && bytesOf(value, MAX_PAYLOAD_BYTES) >= MAX_PAYLOAD_BYTES)
                  tell(`${type} of ${name} holds ${value.length} characters`);
        }
      },
    };
  },
};

/** When repairs were begun, by incident, as their rows say. */
class RepairsBegun {
  readonly #incidents = new Map<string, Incident>();

  /** Answers how many repairs of its cause were begun within the hour before the newest, where there is a new one; 0 otherwise. */
  note(incident: Incident): number {
    const before = this.#incidents.get(incident.id)?.repairsAtMs ?? [];
    this.#incidents.set(incident.id, incident);
    const newest = Math.max(...incident.repairsAtMs);
    if (before.includes(newest) || incident.repairsAtMs.length === 0) return 0;
    return [...this.#incidents.values()]
      .filter(({ cause }) => cause === incident.cause)
      .flatMap(({ repairsAtMs }) => repairsAtMs)
      .filter((atMs) => newest - atMs < HOUR_MS && atMs <= newest).length;
  }
}

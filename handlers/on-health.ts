import { z } from 'zod';
import { accountOf } from '../control-plane/model/accounts.ts';
import { plain } from '../control-plane/model/plain-text.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { noteRefusal } from './runtime/note-refusal.ts';
import type { Runtime } from './runtime/runtime.ts';
import { startOnce } from './runtime/start-once.ts';
import { task } from './runtime/task.ts';
import { isAnythingToDo, weigh } from './runtime/tend.ts';

const Envelope = { id: z.string(), account: z.string(), region: z.string(), time: z.string() };
const HealthEvent = z.object({
  ...Envelope,
  source: z.literal('landbridge.health'),
  detail: z.object({ fleet: z.string(), observer: z.string() }),
});
const AlarmEvent = z.object({
  ...Envelope,
  source: z.literal('aws.cloudwatch'),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

/**
 * Something changed in what probes see, or an alarm went off: if there is anything to treat, starts a repair.
 *
 * An event of ours could have been put by anybody, so it is not believed: it makes us look at the probe matrix, and that
 * decides. An alarm's comes from CloudWatch alone, and always starts a run.
 *
 * One of another account is heard where the member that it tells of lives there, and of that fleet alone. Any other, which a
 * bus takes only if somebody has opened it, is refused all the same, and noted.
 *
 * In    the event, as EventBridge delivers it
 * Out   { started: ['payments'] }, or { refused: ['payments'] }
 * Role  landbridge-on-health: reads and notes in the state table; states:StartExecution on landbridge-repair
 */
export const handler = task({
  input: z.discriminatedUnion('source', [HealthEvent, AlarmEvent]),
  async run(event, runtime) {
    const store = new FleetStore(runtime);
    const isAlarm = event.source === 'aws.cloudwatch';
    const { account, region, id, time } = event;
    const refuse = async (why: string) => {
      const refused = { what: `PutEvents of ${event.source}`, who: `account ${account}`, region, why, id };
      const fleet = isAlarm ? {} : { fleet: event.detail.fleet };
      return { refused: await noteRefusal({ ...refused, atMs: Date.parse(time) }, { store, runtime, ...fleet }) };
    };
    const fleets = await store.fleets();
    const about = fleets.filter((fleet) =>
      isAlarm ? event.detail.alarmName.startsWith(`landbridge-${fleet}-`) : event.detail.fleet === fleet,
    );
    let concerned = about;
    if (account !== runtime.settings.account) {
      // Of another account, only a member that lives there may tell of itself.
      const observer = isAlarm ? region : event.detail.observer;
      concerned = [];
      for (const fleet of about) if (livesThere(await store.load(fleet), observer, account)) concerned.push(fleet);
      if (concerned.length === 0)
        return refuse(
          `its events are not of account ${runtime.settings.account}, nor of one that ${observer} lives in`,
        );
    }
    const started: string[] = [];
    for (const fleet of concerned) {
      const signal = isAlarm
        ? `alarm: ${plain(event.detail.alarmName)} in ${event.region}`
        : `probes: ${plain(event.detail.observer)}`;
      const isDue = isAlarm || (await isBorneOut(fleet, signal, store, runtime));
      if (isDue && (await startOnce('repair', `health-${fleet}`, { fleet, signal }, runtime))) started.push(fleet);
    }
    return { started };
  },
});

/** Whether the fleet's member in this Region lives in that account. */
const livesThere = ({ declared }: FleetState, region: string, account: string): boolean =>
  declared.members.some((member) => member.region === region && accountOf(declared.fleet, member) === account);

/** Events are quicker than the rows they tell of, which come by way of the table's replicas. */
const LOOKS = 4;
const LOOK_AGAIN_AFTER_MS = 1_500;

async function isBorneOut(fleet: string, signal: string, store: FleetStore, runtime: Runtime): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look += 1) {
    if (look > 1) await runtime.sleep(LOOK_AGAIN_AFTER_MS);
    if (isAnythingToDo(weigh(await store.load(fleet), { signal, nowMs: runtime.nowMs() }))) return true;
  }
  return false;
}

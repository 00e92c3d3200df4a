import { z } from 'zod';
import { costOfEvidence } from '../control-plane/health/cost.ts';
import type { Incident } from '../control-plane/incidents/incident.ts';
import { percentile, timesToRepair } from '../control-plane/incidents/time-to-repair.ts';
import { BIT_REMEMBERS_MS, CHECKED_FROM } from '../control-plane/model/agents.ts';
import { isFault } from '../control-plane/model/faults.ts';
import { plainJson } from '../control-plane/model/plain-text.ts';
import type { Theme } from '../map/palette.ts';
import { viewOf } from '../map/view-of.ts';
import { problemPage, widgetPage } from '../map/widget-page.ts';
import { type TimeZone, UTC } from '../map/words.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { HealthStore } from './runtime/health-store.ts';
import type { Runtime } from './runtime/runtime.ts';
import { situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

const DESCRIPTION = `## A fleet of Landbridge's

Its map, open incidents, members, links, times to repair, and what the evidence of its health costs.

### Widget parameters
Param | Description
---|---
**fleet** | The fleet's name, as in its file. Left out: the only one there is

### Example parameters
\`\`\` yaml
fleet: payments
\`\`\`
`;

const Params = z.object({ fleet: z.string().min(1).max(100).optional() });
const Context = z.object({
  theme: z.enum(['light', 'dark']).optional().catch(undefined),
  timezone: z
    .object({ label: z.string().max(40), offsetInMinutes: z.number().min(-1_440).max(1_440) })
    .optional()
    .catch(undefined),
  params: Params.nullish(),
});
const Event = z.object({ widgetContext: Context.optional(), fleet: Params.shape.fleet });

const DAY_MS = 86_400_000;
const REPAIR_DAYS = 30;
const LATEST = 10;

/**
 * What CloudWatch's dashboard shows of a fleet: the answer of a custom widget.
 *
 * In      { describe: true }, or what a dashboard sends: its parameters, and { widgetContext: { theme, timezone, params } }
 * Out     markdown that documents the widget, or HTML without script
 * Faults  none: what goes wrong is told in the widget's place, since a dashboard shows nothing else of it
 * Bounds  reads the state table alone, of incidents those of the months that the last 30 days are in
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export const handler = task({
  input: z.unknown(),
  async run(event, runtime) {
    if (z.object({ describe: z.literal(true) }).safeParse(event).success) return { markdown: DESCRIPTION };
    const theme = themeOf(event);
    const asked = Event.safeParse(event);
    if (!asked.success) {
      const fields = asked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
      return problemPage(fields.join('; '), 'Edit the widget: its parameters are { "fleet": "NAME" }.', theme);
    }
    try {
      const { widgetContext: context, fleet = context?.params?.fleet } = asked.data;
      const { label, offsetInMinutes } = context?.timezone ?? { label: UTC.label, offsetInMinutes: 0 };
      return await shown(fleet, { theme, timeZone: { label, offsetMinutes: offsetInMinutes } }, runtime);
    } catch (error) {
      const says = isFault(error) ? error.message : 'something that nobody foresaw';
      if (!isFault(error)) runtime.print(plainJson({ level: 'ERROR', says: String(error) }));
      return problemPage(says, 'The widget is asked again when the dashboard is refreshed.', theme);
    }
  },
});

const themeOf = (event: unknown): Theme => {
  const found = z.object({ widgetContext: z.object({ theme: z.enum(['light', 'dark']) }) }).safeParse(event);
  return found.success ? found.data.widgetContext.theme : 'auto';
};

/** The only fleet there is, where none is named. */
async function named(asked: string | undefined, store: FleetStore): Promise<string | readonly string[]> {
  if (asked !== undefined) return asked;
  const fleets = await store.fleets();
  const [only] = fleets;
  return only !== undefined && fleets.length === 1 ? only : fleets;
}

async function shown(
  asked: string | undefined,
  options: { readonly theme: Theme; readonly timeZone: TimeZone },
  runtime: Runtime,
): Promise<string> {
  const store = new FleetStore(runtime);
  const fleet = await named(asked, store);
  if (typeof fleet !== 'string')
    return fleet.length === 0
      ? problemPage('There is no fleet yet.', 'Put its file first: landbridge put FILE.', options.theme)
      : problemPage(
          `There are ${fleet.length} fleets: ${fleet.join(', ')}.`,
          'Edit the widget: name one in its parameters, { "fleet": "NAME" }.',
          options.theme,
        );
  const atMs = runtime.nowMs();
  const [state, incidents] = await Promise.all([store.load(fleet, { eventually: true }), lately(fleet, atMs, runtime)]);
  const { declared, health } = state;
  const ended = timesToRepair(incidents).filter(
    ({ incident }) => atMs - (incident.closedAtMs ?? 0) <= REPAIR_DAYS * DAY_MS,
  );
  const [p50Ms, p90Ms] = [0.5, 0.9].map((share) =>
    percentile(
      ended.map(({ ms }) => ms),
      share,
    ),
  );
  const open = health.incidents.filter(({ status }) => status !== 'closed');
  const known = new Set(open.map(({ id }) => id));
  return widgetPage(
    {
      view: viewOf({
        declared,
        diagnosis: situationOf(state, atMs).diagnosis,
        incidents: open,
        observers: new Set(health.rows.map(({ observer }) => observer)),
        atMs,
      }),
      // An open one may be older than all that is told of here.
      latest: [...open, ...incidents.filter(({ id }) => !known.has(id))].slice(0, LATEST),
      repair: {
        days: REPAIR_DAYS,
        count: ended.length,
        ...(p50Ms !== undefined && { p50Ms }),
        ...(p90Ms !== undefined && { p90Ms }),
      },
      cost: costOfEvidence(state.members.length, CHECKED_FROM.length, BIT_REMEMBERS_MS),
    },
    options,
  );
}

/** Those opened in the months of the last 30 days, newest first: their ids begin with when that was. */
async function lately(fleet: string, nowMs: number, runtime: Runtime): Promise<readonly Incident[]> {
  const store = new HealthStore(runtime);
  const month = (atMs: number): string => new Date(atMs).toISOString().slice(0, 7).replace('-', '');
  const days = Array.from({ length: REPAIR_DAYS + 1 }, (_, day) => month(nowMs - day * DAY_MS));
  const months = await Promise.all([...new Set(days)].map((one) => store.incidents(fleet, Infinity, one)));
  return months.flat();
}

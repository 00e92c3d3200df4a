import type { CostLine } from '../control-plane/health/cost.ts';
import { causeKind, causeName } from '../control-plane/health/finding.ts';
import type { Incident } from '../control-plane/incidents/incident.ts';
import { howMany } from '../control-plane/model/how-many.ts';
import { pictureOf } from './fleet-map.ts';
import type { FleetView, LinkState, LinkView, MemberView } from './fleet-view.ts';
import { container, type Markup, styleSheet, text } from './markup.ts';
import type { Theme } from './palette.ts';
import { linkWords, memberWords } from './state-words.ts';
import { instant, lasting, type TimeZone } from './words.ts';

export interface WidgetOptions {
  readonly theme: Theme;
  readonly timeZone: TimeZone;
}

/** What the widget tells beside the picture. */
export interface Told {
  readonly view: FleetView;
  /** The newest, open and closed. */
  readonly latest: readonly Incident[];
  /** Of incidents that ended within `repairDays`. */
  readonly repair: { readonly days: number; readonly count: number; readonly p50Ms?: number; readonly p90Ms?: number };
  /** Of one serving member, a month. */
  readonly cost: readonly CostLine[];
}

const GOOD = 'var(--lw-good)';
const BAD = 'var(--lw-bad)';
const MIND = 'var(--lw-mind)';

const inks: Record<'light' | 'dark', string> = {
  light: '--lw-good:#0f7b55;--lw-bad:#c62f1d;--lw-mind:#8f5500;--lw-ink:#101c2c;--lw-faint:#51617a;--lw-line:#dbe3ec',
  dark: '--lw-good:#3fd79a;--lw-bad:#ff7a6b;--lw-mind:#ffb648;--lw-ink:#e8eff7;--lw-faint:#a3b3c6;--lw-line:#24344a',
};

const look = (theme: Theme): Markup =>
  styleSheet(
    [
      theme === 'auto'
        ? `.lw{${inks.light}}@media (prefers-color-scheme:dark){.lw{${inks.dark}}}`
        : `.lw{${inks[theme]}}`,
      '.lw{color:var(--lw-ink);overflow-x:auto;font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}',
      '.lw h3{font-size:13px;margin:14px 0 4px}',
      // Said again: a page in quirks mode, or with a style of its own for tables, hands tables neither color nor size.
      '.lw table{border-collapse:collapse;width:100%;color:inherit;font:inherit}',
      // Where there is room, only the last cell breaks; where there is none, all do, and no row stands tall beside a word a line.
      '.lw{container-type:inline-size}.lw td:last-child{min-width:11em}.lw td:first-child{white-space:nowrap}',
      '@container (min-width:720px){.lw th,.lw td:not(:last-child){white-space:nowrap}}',
      '.lw th,.lw td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--lw-line);vertical-align:top}',
      '.lw th{color:var(--lw-faint);font-weight:500}',
      '.lw p{margin:4px 0;color:var(--lw-faint)}',
      '.lw dl{display:flex;flex-wrap:wrap;gap:6px 26px;margin:10px 0 0}',
      '.lw dt{color:var(--lw-faint)}.lw dd{margin:0;font-size:18px;font-weight:600}',
    ].join(''),
  );

const colored = (says: string, color: string | undefined): Markup =>
  color === undefined ? text(says) : container('span', { style: `color:${color};font-weight:600` }, text(says));

type Cell = string | Markup;
const cell = (name: 'th' | 'td', content: Cell): Markup =>
  container(name, {}, typeof content === 'string' ? text(content) : content);

const table = (heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup =>
  container(
    'table',
    {},
    container('thead', {}, container('tr', {}, ...heads.map((head) => cell('th', head)))),
    container('tbody', {}, ...rows.map((row) => container('tr', {}, ...row.map((one) => cell('td', one))))),
  );

const section = (heading: string, ...content: readonly Markup[]): readonly Markup[] => [
  container('h3', {}, text(heading)),
  ...content,
];

const note = (says: string): Markup => container('p', {}, text(says));

const memberColor = ({ state }: MemberView): string =>
  state === 'well' ? GOOD : state === 'sick' || state === 'dark' ? BAD : MIND;
const linkColor = ({ state }: LinkView): string => (state === 'cut' || state === 'repairing' ? BAD : MIND);

const membersOf = ({ members, home, standby }: FleetView): readonly Markup[] =>
  section(
    'Members',
    table(
      ['member', 'role', 'is', 'its callers are answered by', 'because'],
      members.map((member) => {
        const seat = member.region === home ? ', home' : member.region === standby ? ', standby' : '';
        const [by] = member.servedBy;
        return [
          member.region,
          `${member.role}${seat}`,
          colored(memberWords[member.state], memberColor(member)),
          by === undefined ? '-' : by === member.region ? 'itself' : `${by}, the nearest of ${member.servedBy.length}`,
          member.says,
        ];
      }),
    ),
  );

/** A Region that is dark has as many idle links as there are others: what is trouble by itself comes first. */
const worstFirst: readonly LinkState[] = ['cut', 'repairing', 'steered', 'making', 'idle'];
const MOST_LINKS = 15;

function linksOf({ links }: FleetView): readonly Markup[] {
  const others = links
    .filter(({ state }) => state !== 'well')
    .toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state));
  if (others.length === 0) return section('Links', note(`${howMany(links.length, 'link')}, all well`));
  const left = others.length - MOST_LINKS;
  return section(
    'Links',
    note(`${howMany(links.length, 'link')}, of which ${others.length} not as always:`),
    table(
      ['link', 'is', 'because'],
      others
        .slice(0, MOST_LINKS)
        .map((link) => [link.ends.join(' to '), colored(linkWords[link.state], linkColor(link)), link.says]),
    ),
    ...(left > 0 ? [note(`and ${left} more: landbridge health tells of all`)] : []),
  );
}

function incidentsOf(latest: readonly Incident[], nowMs: number, timeZone: TimeZone): readonly Markup[] {
  if (latest.length === 0) return section('Incidents', note('none'));
  return section(
    'Incidents, open ones first',
    table(
      ['cause', 'of', 'is', 'since', 'lasted', 'what'],
      latest.map(({ cause, status, sinceMs, openedAtMs, repairedAtMs, closedAtMs, says }) => [
        causeKind(cause),
        causeName(cause),
        colored(status, status === 'closed' ? GOOD : status === 'mitigated' ? MIND : BAD),
        instant(sinceMs ?? openedAtMs, timeZone),
        lasting((repairedAtMs ?? closedAtMs ?? nowMs) - (sinceMs ?? openedAtMs)),
        says,
      ]),
    ),
  );
}

const figure = (name: string, value: string): Markup =>
  container('div', {}, container('dt', {}, text(name)), container('dd', {}, text(value)));

function figures({ view, repair: { days, count, p50Ms, p90Ms }, cost }: Told): Markup {
  const each = cost.reduce((sum, { dollars }) => sum + dollars, 0);
  const serving = view.members.filter(({ role }) => role === 'serving').length;
  return container(
    'dl',
    {},
    figure(`time to repair, median, ${days} days`, p50Ms === undefined ? 'no incident ended' : lasting(p50Ms)),
    figure('nine of ten within', p90Ms === undefined ? '-' : lasting(p90Ms)),
    figure(`incidents ended, ${days} days`, String(count)),
    figure('watching a member, a month', `$${each.toFixed(2)}`),
    figure(`watching all ${serving}, a month`, `$${(each * serving).toFixed(2)}`),
  );
}

/**
 * The widget: the picture, then in words and numbers what it cannot tell. HTML without script, links or forms.
 *
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html,
 *         docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_security.html
 */
export const widgetPage = (told: Told, { theme, timeZone }: WidgetOptions): string =>
  container(
    'div',
    { class: 'lw cwdb-no-default-styles' },
    look(theme),
    pictureOf(told.view, { theme, timeZone, incidentsShown: 2 }),
    figures(told),
    ...incidentsOf(told.latest, told.view.atMs, timeZone),
    ...membersOf(told.view),
    ...linksOf(told.view),
  ).markup;

/** What went wrong, where the widget would be. */
export const problemPage = (problem: string, remedy: string, theme: Theme): string =>
  container(
    'div',
    { class: 'lw cwdb-no-default-styles' },
    look(theme),
    container('h3', {}, colored('The fleet cannot be shown', BAD)),
    note(problem),
    note(remedy),
  ).markup;

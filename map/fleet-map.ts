import { howMany } from '../control-plane/model/how-many.ts';
import { callersArrow, type DrawnLink, linkArc, pointsAlong, pointsAlongCall, signBox, threads } from './arcs.ts';
import type { FleetView, IncidentView, LinkState, MemberView } from './fleet-view.ts';
import { type Labelled, lineTo, placeLabels, spread } from './layout.ts';
import { LEGEND_HEIGHT, legend } from './legend.ts';
import { memberMark, title } from './marks.ts';
import { element, type Markup, number, text } from './markup.ts';
import { type Ink, ink, style, type Theme } from './palette.ts';
import { placeOf } from './places.ts';
import { type Box, landIn, onto, type Point, project, windowOn } from './projection.ts';
import { linkWords, memberWords } from './state-words.ts';
import { fitted, instant, lasting, type TimeZone, UTC, widthOf } from './words.ts';

export interface MapOptions {
  readonly theme?: Theme;
  readonly timeZone?: TimeZone;
  /** How many open incidents are written below the map; others are counted. */
  readonly incidentsShown?: number;
}

const WIDTH = 900;
const HEIGHT = 480;
const MARGIN = 16;
const HEADER = 54;
const INCIDENT_LINE = 19;
/** From so many members on, marks and labels are smaller. */
const MANY = 16;
const MANY_LINKS = 100;

/** Order of drawing: what matters most is drawn last, and so on top. */
const order: readonly LinkState[] = ['idle', 'making', 'well', 'steered', 'repairing', 'cut'];

/**
 * A picture of a fleet: who is where, who is linked with whom, how all of them are, and who answers whose callers.
 *
 * In      a view, and the same view gives the same picture, to the letter
 * Out     one SVG element, 900 by 480, that scales; no script, no ids, nothing that is fetched
 * Bounds  names and sentences may be anybody's: they are text, whatever they hold
 */
export const fleetMap = (view: FleetView, options: MapOptions = {}): string => pictureOf(view, options).markup;

/** The same, to be put into a page. */
export function pictureOf(
  view: FleetView,
  { theme = 'auto', timeZone = UTC, incidentsShown = 3 }: MapOptions = {},
): Markup {
  const listed = view.incidents.slice(0, incidentsShown);
  const listHeight = listed.length === 0 ? 0 : listed.length * INCIDENT_LINE + 10;
  const panel = { x: 0, y: HEADER, width: WIDTH, height: HEIGHT - HEADER - LEGEND_HEIGHT - listHeight };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: '100%',
      role: 'img',
      class: 'fm',
      'aria-label': summary(view),
    },
    element('title', {}, text(`Fleet ${view.fleet}: ${summary(view)}`)),
    element('desc', {}, text(description(view, timeZone))),
    style(theme),
    element('rect', { width: WIDTH, height: HEIGHT, rx: 8, fill: ink('ground') }),
    header(view, timeZone),
    ...drawing(view, panel),
    ...list(listed, view, panel.y + panel.height, timeZone),
    legend({ x: MARGIN, y: HEIGHT - LEGEND_HEIGHT }),
  );
}

const isOff = ({ state }: MemberView): boolean => state === 'sick' || state === 'dark';

function summary({ members, links, incidents }: FleetView): string {
  const off = members.filter(isOff).length;
  const cut = links.filter(({ state }) => state === 'cut' || state === 'repairing').length;
  return [
    howMany(members.length, 'member'),
    howMany(links.length, 'link'),
    ...(off > 0 ? [`${howMany(off, 'member')} not well`] : []),
    ...(cut > 0 ? [`${howMany(cut, 'link')} cut`] : []),
    incidents.length === 0 ? 'no open incident' : howMany(incidents.length, 'open incident'),
  ].join(', ');
}

/** The picture in words, for whoever cannot see it. */
function description(view: FleetView, timeZone: TimeZone): string {
  const { members, links, incidents, atMs } = view;
  return [
    `As of ${instant(atMs, timeZone)}.`,
    ...members.map(({ region, role, state, says, servedBy }) => {
      const [by] = servedBy;
      const answered = by === undefined || by === region ? '' : `; its callers are sent to ${by}`;
      return `${region}, ${role}, ${memberWords[state]}: ${says}${answered}.`;
    }),
    ...links
      .filter(({ state }) => state !== 'well')
      .map(({ ends, state, says }) => `Link ${ends.join(' to ')}, ${linkWords[state]}: ${says}.`),
    ...incidents.map(({ cause, sinceMs, says }) => `Incident ${cause} since ${instant(sinceMs, timeZone)}: ${says}.`),
  ].join(' ');
}

/** The worst of it, in a word or two: what nobody gave is told before what somebody did. */
function verdictOn({ members, incidents }: FleetView): readonly [string, Ink] {
  const evacuated = members.filter(({ state }) => state === 'drained').length;
  if (incidents.length > 0) return [howMany(incidents.length, 'open incident'), 'sick'];
  if (members.some(isOff)) return ['not all is well', 'sick'];
  if (members.some(({ state }) => state === 'unheard')) return ['not all are heard of', 'unheard'];
  if (evacuated > 0) return [`${howMany(evacuated, 'member')} evacuated`, 'drained'];
  return ['all is well', 'well'];
}

function header(view: FleetView, timeZone: TimeZone): Markup {
  const [verdict, color] = verdictOn(view);
  const pill = widthOf(verdict, 11.5, 'bold') + 26;
  const name = fitted(view.fleet, 19, 320);
  return element(
    'g',
    {},
    element('text', { x: MARGIN, y: 25, 'font-size': 19, 'font-weight': 650 }, text(name)),
    element(
      'text',
      { x: MARGIN, y: 43, 'font-size': 11.5, class: 'fm-faint' },
      text(fitted(`${view.domain}  ·  ${summary(view)}`, 11.5, WIDTH - 2 * MARGIN - 150)),
    ),
    element('rect', { x: WIDTH - MARGIN - pill, y: 9, width: pill, height: 21, rx: 10.5, fill: ink(color) }),
    element(
      'text',
      {
        x: WIDTH - MARGIN - pill / 2,
        y: 23.5,
        'font-size': 11.5,
        'font-weight': 600,
        'text-anchor': 'middle',
        style: 'fill:var(--fm-sign)',
      },
      text(verdict),
    ),
    element(
      'text',
      { x: WIDTH - MARGIN, y: 44, 'font-size': 11, 'text-anchor': 'end', class: 'fm-faint' },
      text(instant(view.atMs, timeZone)),
    ),
  );
}

const isSaid = ({ state, role }: MemberView): boolean => state !== 'well' || role === 'client';
const remark = ({ state, role }: MemberView): string => (state === 'well' ? role : memberWords[state]);

function drawing(view: FleetView, panel: Box): readonly Markup[] {
  const isCrowded = view.members.length > MANY;
  const [radius, font] = isCrowded ? [5.8, 9.5] : [8, 11.5];
  const window = windowOn(
    view.members.map(({ region }) => placeOf(region)),
    panel,
  );
  const toPanel = onto(window, panel);
  const anchors = view.members.map(({ region }) => toPanel(project(placeOf(region))));
  const marks = spread(anchors, radius * 2 + 7, panel);
  const at = new Map(view.members.map(({ region }, index) => [region, marks[index] ?? { x: 0, y: 0 }]));
  const where = (region: string): Point => at.get(region) ?? { x: 0, y: 0 };

  const links = view.links.map(
    ({ ends: [a, b], state, says }): DrawnLink => ({
      a: where(a),
      b: where(b),
      state,
      says: `${a} to ${b}: ${says}`,
    }),
  );
  const calls = view.members.flatMap(({ region: from, servedBy: [to] }) =>
    to === undefined || to === from || !at.has(to) ? [] : [{ from, to }],
  );
  const signs = links.flatMap((link) => signBox(link, radius - 0.5) ?? []);
  const labels = placeLabels(
    view.members.map(
      (member, index): Labelled => ({
        at: marks[index] ?? { x: 0, y: 0 },
        radius: seatOf(member.region, view) === undefined ? radius : radius + 4,
        width: Math.max(widthOf(member.region, font, 'bold'), isSaid(member) ? widthOf(remark(member), font - 1) : 0),
        height: isSaid(member) ? font * 2 + 3 : font + 3,
      }),
    ),
    { x: panel.x + 4, y: panel.y + 4, width: panel.width - 8, height: panel.height - 8 },
    {
      taken: signs.map(({ x, y }) => ({ x: x - radius, y: y - radius, width: radius * 2, height: radius * 2 })),
      lines: [
        ...links.flatMap((link) => pointsAlong(link)),
        ...calls.flatMap(({ from, to }) => pointsAlongCall(where(from), where(to))),
      ],
    },
  );
  // In a large fleet links that are as they should be are one drawing, and only the others are drawn one by one.
  const quiet: readonly LinkState[] = links.length > MANY_LINKS ? ['idle', 'making', 'well'] : [];
  const sorted = links.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return [
    ground(window, panel),
    ...quiet.map((state) =>
      threads(
        links.filter((link) => link.state === state),
        state,
      ),
    ),
    ...sorted
      .filter(({ state }) => !quiet.includes(state))
      .flatMap((link) => linkArc(link, links.length, radius - 0.5)),
    ...calls.map(({ from, to }) =>
      callersArrow(where(from), where(to), radius, `callers in ${from} are sent to ${to}`),
    ),
    ...view.members.flatMap((member, index) => {
      const [mark, anchor, label] = [marks[index], anchors[index], labels[index]];
      return mark === undefined || anchor === undefined || label === undefined
        ? []
        : [memberGroup(member, view, { mark, anchor, label, radius, font })];
    }),
  ];
}

const seatOf = (region: string, { home, standby }: FleetView): 'home' | 'standby' | undefined =>
  region === home ? 'home' : region === standby ? 'standby' : undefined;

/** Land and sea, cut off at the panel's edges: an inner svg needs no id for that. */
function ground(window: Box, panel: Box): Markup {
  const toInner = onto(window, { ...panel, x: 0, y: 0 });
  const rings = landIn(window).map((ring) => {
    const points = ring.map((point) => toInner(point));
    return `M${points.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`).join('L')}Z`;
  });
  return element(
    'svg',
    { x: panel.x, y: panel.y, width: panel.width, height: panel.height, 'aria-hidden': 'true' },
    element('rect', { width: panel.width, height: panel.height, fill: ink('sea') }),
    element('path', {
      d: rings.join(''),
      fill: ink('land'),
      stroke: ink('coast'),
      'stroke-width': 0.8,
      'stroke-linejoin': 'round',
    }),
  );
}

interface Spot {
  readonly mark: Point;
  readonly anchor: Point;
  readonly label: Box & { readonly distance: number };
  readonly radius: number;
  readonly font: number;
}

function memberGroup(member: MemberView, view: FleetView, { mark, anchor, label, radius, font }: Spot): Markup {
  const isAside = Math.hypot(mark.x - anchor.x, mark.y - anchor.y) > 2;
  const end = lineTo(label, mark);
  const thread = (from: Point, to: Point): Markup =>
    element('path', {
      d: `M${number(from.x)} ${number(from.y)}L${number(to.x)} ${number(to.y)}`,
      stroke: ink('faint'),
      'stroke-width': 0.8,
      opacity: 0.7,
    });
  const middle = label.x + label.width / 2;
  const side = middle < mark.x - radius ? 'end' : middle > mark.x + radius ? 'start' : 'middle';
  const x = side === 'end' ? label.x + label.width : side === 'start' ? label.x : middle;
  return element(
    'g',
    {},
    title(
      `${member.region} (${placeOf(member.region).name}), ${member.role}, ${memberWords[member.state]}: ${member.says}`,
    ),
    ...(isAside
      ? [thread(anchor, mark), element('circle', { cx: anchor.x, cy: anchor.y, r: 1.4, fill: ink('faint') })]
      : []),
    ...(label.distance > 8 ? [thread(mark, end)] : []),
    ...memberMark(member, mark, radius, seatOf(member.region, view)),
    element(
      'text',
      { x, y: label.y + font * 0.93, 'font-size': font, 'text-anchor': side, 'font-weight': 550, class: 'fm-halo' },
      text(member.region),
    ),
    ...(isSaid(member)
      ? [
          element(
            'text',
            {
              x,
              y: label.y + font * 2 + 0.5,
              'font-size': font - 1,
              'text-anchor': side,
              class: 'fm-halo',
              style: `fill:${ink(member.state === 'well' ? 'faint' : member.state)}`,
            },
            text(remark(member)),
          ),
        ]
      : []),
  );
}

function list(listed: readonly IncidentView[], view: FleetView, top: number, timeZone: TimeZone): readonly Markup[] {
  const more = view.incidents.length - listed.length;
  return listed.map(({ cause, status, sinceMs, says }, index) => {
    const y = top + 20 + index * INCIDENT_LINE;
    const isLast = index === listed.length - 1;
    const lasts = `${status}, ${lasting(view.atMs - sinceMs)}${isLast && more > 0 ? `  (and ${more} more)` : ''}`;
    const [nameWidth, lastsWidth] = [Math.min(widthOf(cause, 11.5, 'bold'), 300), widthOf(lasts, 11)];
    return element(
      'g',
      {},
      title(`${cause} since ${instant(sinceMs, timeZone)}: ${says}`),
      element('circle', { cx: MARGIN + 4, cy: y - 4, r: 4, fill: ink(status === 'mitigated' ? 'steered' : 'sick') }),
      element(
        'text',
        { x: MARGIN + 14, y, 'font-size': 11.5, 'font-weight': 600 },
        text(fitted(cause, 11.5 * 1.13, nameWidth + 1)),
      ),
      element(
        'text',
        { x: MARGIN + 24 + nameWidth, y, 'font-size': 11 },
        text(fitted(says, 11, WIDTH - 2 * MARGIN - nameWidth - lastsWidth - 40)),
      ),
      element('text', { x: WIDTH - MARGIN, y, 'font-size': 11, 'text-anchor': 'end', class: 'fm-faint' }, text(lasts)),
    );
  });
}

import { howMany } from '../../control-plane/model/how-many.ts';
import { container, element, type Markup, text } from '../../map/markup.ts';
import { actNames } from '../acts/index.ts';
import { invariants } from '../invariants/index.ts';
import { MINUTE_MS } from '../schedule.ts';
import { actsOf, happenedSection } from './happened.ts';
import { coverageSection } from './matrix.ts';
import { availabilitySection, callsSection } from './over-time.ts';
import { pageStyle } from './page-style.ts';
import { availabilityOf, replayOf, type Summary } from './summary.ts';
import { membersWords, repairSection, settledSection } from './times.ts';
import { count, hours, listed, paragraph, percentOf, section } from './words.ts';

const MOST_VIOLATIONS = 50;
const SLOWEST = 10;

type Content = string | Markup;
interface Column {
  readonly name: string;
  readonly className?: 'number' | 'narrow' | 'long';
}

const tableOf = (columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup => {
  const cell = (tag: 'th' | 'td', content: Content, className: string | undefined): Markup =>
    container(tag, { class: className }, typeof content === 'string' ? text(content) : content);
  return container(
    'div',
    { class: 'wide' },
    container(
      'table',
      {},
      container('thead', {}, container('tr', {}, ...columns.map(({ name, className }) => cell('th', name, className)))),
      container(
        'tbody',
        {},
        ...rows.map((row) =>
          container('tr', {}, ...row.map((content, at) => cell('td', content, columns[at]?.className))),
        ),
      ),
    ),
  );
};

const command = (says: string): Markup => container('code', {}, text(says));
const strong = (className: string, says: string): Markup => container('b', { class: className }, text(says));

/** How it went, in one sentence. */
function verdict(summary: Summary): Markup {
  const { violations, failed, worlds, simulatedHours } = summary;
  const { done } = actsOf(summary, 'fault', 'weather');
  const met = `${howMany(worlds, 'world')}, ${hours(simulatedHours)} simulated ${hours(simulatedHours) === '1' ? 'hour' : 'hours'}, ${howMany(done, 'fault')}`;
  if (violations.length === 0 && failed.length === 0)
    return container('h1', {}, text(`${met}: `), strong('good', 'nothing that must hold was broken.'));
  const rules = [...new Set(violations.map(({ invariant }) => invariant))];
  const broken = new Set(violations.map(({ seed }) => seed)).size;
  const says = [
    ...(broken === 0 ? [] : [`${howMany(broken, 'world')} broke ${listed(rules.map((rule) => `“${rule}”`))}`]),
    ...(failed.length === 0 ? [] : [`${howMany(failed.length, 'world')} came to no end`]),
  ];
  return container('h1', {}, text(`${met}: `), strong('bad', `${listed(says)}.`));
}

function numbersOf(summary: Summary): Markup {
  const { worlds, simulatedHours, cpuSeconds, wallSeconds, violations, asked } = summary;
  const broke = actsOf(summary, 'fault', 'weather');
  const people = actsOf(summary, 'operator', 'file');
  const figure = (name: string, value: string, className?: string): Markup =>
    container('div', {}, container('dt', {}, text(name)), container('dd', { class: className }, text(value)));
  return container(
    'dl',
    { class: 'numbers' },
    figure(`worlds of ${membersWords(summary.byMembers)} members`, count(worlds)),
    figure('simulated hours', hours(simulatedHours)),
    figure(
      `simulated hours for a second of processor time; ${count((simulatedHours / wallSeconds) * 60)} for a minute of this machine`,
      cpuSeconds === 0 ? '–' : (simulatedHours / cpuSeconds).toFixed(2),
    ),
    figure(`faults injected, and ${count(people.done)} things that people did`, count(broke.done)),
    figure('of requests answered that somebody could have answered', percentOf(availabilityOf(asked))),
    figure(
      `${violations.length === 1 ? 'violation' : 'violations'} of ${invariants.length} rules`,
      count(violations.length),
      violations.length === 0 ? 'good' : 'bad',
    ),
  );
}

function rulesSection(summary: Summary): Markup {
  const { violations, failed, options } = summary;
  const broken = new Set(violations.map(({ invariant }) => invariant));
  const rules = container(
    'ul',
    { class: 'rules' },
    ...invariants.map(({ name, says }) =>
      container(
        'li',
        { class: broken.has(name) ? 'broken' : undefined },
        strong('', `${name.charAt(0).toUpperCase()}${name.slice(1)}. `),
        text(says),
      ),
    ),
  );
  const watched = `${invariants.length} rules are watched at every moment of every world, after each call that anybody makes and each state that a run enters.`;
  if (violations.length === 0 && failed.length === 0) return section('Violations', `None. ${watched}`, rules);
  const shown = violations.slice(0, MOST_VIOLATIONS);
  return section(
    'Violations',
    `${howMany(violations.length, 'violation')}${shown.length < violations.length ? `, of which the first ${shown.length} are shown` : ''}. The command plays the same world again, on any machine. ${watched}`,
    ...(shown.length === 0
      ? []
      : [
          tableOf(
            [
              { name: 'seed', className: 'narrow' },
              { name: 'after', className: 'narrow' },
              { name: 'rule', className: 'narrow' },
              { name: 'what was so', className: 'long' },
              { name: 'to see it again', className: 'narrow' },
            ],
            shown.map(({ seed, atMs, invariant, says }) => [
              seed,
              `${(atMs / MINUTE_MS).toFixed(1)} min`,
              invariant,
              says,
              command(replayOf(seed, options)),
            ]),
          ),
        ]),
    ...failed.map(({ seed, failed: why }) =>
      paragraph(
        '',
        strong('bad', `World ${seed} came to no end: `),
        text(why),
        text(' '),
        command(replayOf(seed, options)),
      ),
    ),
    rules,
  );
}

function slowestSection({ played, cpuSeconds, options }: Summary): Markup {
  const slowest = played.toSorted((a, b) => b.cpuSeconds - a.cpuSeconds).slice(0, SLOWEST);
  const mean = cpuSeconds / Math.max(1, played.length);
  return section(
    'Slowest worlds',
    `A world takes ${mean.toFixed(1)} s of CPU on average. These took longest.`,
    tableOf(
      [
        { name: 'seed', className: 'narrow' },
        { name: 'CPU', className: 'number' },
        { name: 'members', className: 'number' },
        { name: 'acts', className: 'number' },
        { name: 'reads', className: 'number' },
        { name: 'writes', className: 'number' },
        { name: 'to see it again', className: 'narrow' },
      ],
      slowest.map(({ seed, cpuSeconds: seconds, members, acts, reads, writes }) => [
        seed,
        `${seconds.toFixed(1)} s`,
        count(members),
        count(acts),
        count(reads),
        count(writes),
        command(replayOf(seed, options)),
      ]),
    ),
  );
}

/** The report of a campaign as one page: no script, nothing from anywhere else, light and dark, on a telephone and on paper. */
export function pageOf(summary: Summary): string {
  const { worlds, violations, failed } = summary;
  const isGood = violations.length === 0 && failed.length === 0;
  const page = container(
    'html',
    { lang: 'en' },
    container(
      'head',
      {},
      { markup: '<meta charset="utf-8">' },
      { markup: '<meta name="viewport" content="width=device-width,initial-scale=1">' },
      container(
        'title',
        {},
        text(`Landbridge: ${howMany(worlds, 'world')}, ${isGood ? 'all well' : 'something broke'}`),
      ),
      ...pageStyle(),
    ),
    container(
      'body',
      { class: 'fm' },
      container(
        'div',
        { class: 'top' },
        container(
          'header',
          {},
          paragraph(
            'over',
            `Landbridge, a campaign of simulated worlds in which ${actNames.length} kinds of things happen to fleets`,
          ),
          verdict(summary),
          numbersOf(summary),
        ),
      ),
      container(
        'main',
        {},
        // Who broke what is what one came for.
        ...(isGood ? [] : [rulesSection(summary)]),
        repairSection(summary),
        settledSection(summary),
        callsSection(summary),
        availabilitySection(summary),
        happenedSection(summary),
        coverageSection(summary),
        ...(isGood ? [rulesSection(summary)] : []),
        slowestSection(summary),
      ),
      container(
        'footer',
        {},
        text('Every world is made of its seed alone: the same seed plays the same way again, on any machine. '),
        command('npm run simulate -- --help'),
        text(' tells the rest.'),
        element('span', {}),
      ),
    ),
  );
  return `<!doctype html>\n${page.markup}\n`;
}

import { howMany } from '../../control-plane/model/how-many.ts';
import { container, element, type Markup, text } from '../../map/markup.ts';
import { actOf } from '../acts/index.ts';
import { placeName, places } from '../schedule.ts';
import { type Cell, type Coverage, coverageOf, inWords } from './coverage.ts';
import { FAMILIES } from './happened.ts';
import { reasons } from './impossible.ts';
import type { Summary } from './summary.ts';
import { count, percentOf, reading, section } from './words.ts';

const ROW_PX = 16;
/** Above each family its name stands. */
const HEAD_PX = 30;
/** Columns of one workflow stand together, and this much of a column apart from the next one's. */
const GAP = 0.6;
const UNITS_EACH = 20;

const workflows = [...Map.groupBy(places, ({ workflow }) => workflow).keys()];
const columns = places.map((place, at) => ({ place, at: at + workflows.indexOf(place.workflow) * GAP }));
const width = places.length + (workflows.length - 1) * GAP;
const share = (column: number): string => `${((column / width) * 100).toFixed(2)}%`;

/** Five shades by magnitude: what happened once is as much to be seen as what happened a thousand times. */
const LEAST_OF_SHADES = [1, 3, 10, 30, 100];
const shadeOf = (times: number): string => `n${LEAST_OF_SHADES.filter((least) => times >= least).length}`;

function cellOf(cell: Cell, column: number, topPx: number): Markup {
  const { what, place, times, whyNever } = cell;
  const at = `${what} in ${placeName(place)}`;
  const isHole = whyNever === undefined && times === 0;
  const [name, says] = isHole
    ? ['hole', `${at}: not once, and it can be`]
    : whyNever === undefined
      ? [shadeOf(times), `${at}: ${howMany(times, 'time')}`]
      : times === 0
        ? ['never', `${at}: cannot be, for ${whyNever}`]
        : ['wrong', `${at}: ${howMany(times, 'time')}, and was taken for impossible`];
  const [x, y] = [column * UNITS_EACH, topPx];
  const size = { width: UNITS_EACH - 1.5, height: ROW_PX - 1.5 };
  // A hole is a smaller sign on the ground of an empty cell, so that many of them stay legible.
  const spot = isHole ? { x: x + 5, y: y + 4, width: UNITS_EACH - 11.5, height: ROW_PX - 9.5 } : { x, y, ...size };
  return container(
    'g',
    {},
    ...(isHole ? [element('rect', { class: 'n0', x, y, ...size })] : []),
    container('rect', { class: name, ...spot }, container('title', {}, text(says))),
  );
}

const hatch = element(
  'defs',
  {},
  container(
    'pattern',
    { id: 'never', width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 1.4, height: 5, fill: 'var(--fm-unheard)' }),
  ),
);

/** How much of what can be was, of some cells. '46 %'; nothing where none of them can be */
function shareMet(cells: readonly Cell[]): string {
  const can = cells.filter(({ whyNever }) => whyNever === undefined);
  return can.length === 0 ? '' : `${Math.floor((can.filter(({ times }) => times > 0).length / can.length) * 100)} %`;
}

/** With fewer holes than this they are what one looks for; with more, what was met is. */
const FEW_HOLES = 0.15;

const hasFewHoles = ({ missing, possible }: Coverage): boolean => missing.length < possible * FEW_HOLES;

function gridOf(coverage: Coverage): Markup {
  const { rows } = coverage;
  const names: Markup[] = [];
  const shares: Markup[] = [];
  const cells: Markup[] = [];
  let topPx = 0;
  for (const [family, , familyName] of FAMILIES) {
    names.push(container('span', { class: 'head' }, text(familyName.split(',')[0] ?? family)));
    shares.push(container('span', { class: 'head' }));
    topPx += HEAD_PX;
    for (const row of rows.filter(({ what }) => actOf(what).family === family)) {
      names.push(container('span', { title: row.what }, text(row.what)));
      shares.push(container('span', {}, text(shareMet(row.cells))));
      cells.push(...row.cells.map((cell, index) => cellOf(cell, columns[index]?.at ?? 0, topPx)));
      topPx += ROW_PX;
    }
  }
  const met = rows.flatMap((row) => row.cells).filter(({ times }) => times > 0).length;
  return container(
    'div',
    { class: hasFewHoles(coverage) ? 'matrix few' : 'matrix' },
    container(
      'div',
      { class: 'workflows' },
      ...workflows.map((workflow) => {
        const mine = columns.filter(({ place }) => place.workflow === workflow);
        const [first, last] = [mine[0]?.at ?? 0, mine.at(-1)?.at ?? 0];
        const shareOfIt = shareMet(rows.flatMap((row) => row.cells.filter(({ place }) => place.workflow === workflow)));
        return container(
          'span',
          { style: `left:${share(first)};width:${share(last - first + 0.92)}` },
          text(workflow),
          container('i', {}, text(shareOfIt)),
        );
      }),
    ),
    container(
      'div',
      { class: 'columns' },
      ...columns.map(({ place, at }) => container('span', { style: `left:${share(at + 0.46)}` }, text(place.state))),
    ),
    container('div', { class: 'names' }, ...names),
    container(
      'svg',
      {
        viewBox: `0 0 ${width * UNITS_EACH} ${topPx}`,
        preserveAspectRatio: 'none',
        style: `height:${topPx}px`,
        role: 'img',
        'aria-label': `${met} of ${rows.length * places.length} combinations of what happens and where runs are`,
      },
      hatch,
      ...cells,
    ),
    container('div', { class: 'shares' }, ...shares),
  );
}

const swatch = (name: string, says: string): Markup =>
  container(
    'li',
    {},
    container(
      'svg',
      { class: 'swatch', viewBox: '0 0 14 12' },
      element('rect', { class: name, width: 14, height: 12 }),
    ),
    text(says),
  );

const MOST_NAMED = 4;

/** Who was met by what: every kind of act at every state in which a run can be when it happens. */
export function coverageSection(summary: Summary): Markup {
  const coverage = coverageOf(summary.meetings);
  const { possible, missing, mistaken } = coverage;
  const met = possible - missing.length;
  const says =
    missing.length === 0
      ? `Everything that can meet did: all ${count(possible)} combinations of an act and a state of a workflow in which a run can be when it happens.`
      : `${percentOf(met / possible)} of what can meet did: ${count(met)} of ${count(possible)} combinations of an act and a state of a workflow in which a run can be when it happens.`;
  const wrong =
    mistaken.length === 0
      ? ''
      : ` ${howMany(mistaken.length, 'combination')} happened that ${mistaken.length === 1 ? 'was' : 'were'} taken for impossible: campaign/report/impossible.ts is wrong.`;
  const words = inWords(missing, MOST_NAMED);
  return section(
    'Coverage',
    `${says}${wrong}`,
    gridOf(coverage),
    container(
      'ul',
      { class: hasFewHoles(coverage) ? 'key few' : 'key' },
      ...LEAST_OF_SHADES.map((least, shade) =>
        swatch(
          `n${shade + 1}`,
          shade === 0
            ? 'once or twice'
            : shade === LEAST_OF_SHADES.length - 1
              ? `${least} times and more`
              : `from ${least}`,
        ),
      ),
      swatch('hole', 'not once, and it can be'),
      swatch('never', 'cannot be'),
    ),
    reading(
      'An act counts where runs were when it was begun, if it could be done, and wherever runs came while it lasted. Percentages are of what can be, of a row and of a workflow.',
      missing.length === 0 ? '' : 'A cell that is still empty broke nothing: more worlds meet more.',
    ),
    container(
      'ul',
      { class: 'folded' },
      ...reasons.map(({ of, why }) => container('li', {}, container('b', {}, text(`${of}: `)), text(why))),
    ),
    ...(words.length === 0
      ? []
      : [
          container(
            'details',
            {},
            container('summary', {}, text(`The ${howMany(missing.length, 'empty cell')} by name`)),
            container('ul', { class: 'folded' }, ...words.map((one) => container('li', {}, text(one)))),
          ),
        ]),
  );
}

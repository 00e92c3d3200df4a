import type { WorldMs } from '../../clock.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const numberOf = (text: string, { from, to, names }: Bounds): number | undefined => {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
};

/** `*`, `5`, `1-5`, `0/15`, `2-10/2`, and lists of them, as the values they stand for. */
function valuesOf(field: string, bounds: Bounds): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step, more] = part.split('/');
    const [first = '', last, tooMany] = span.split('-');
    if (more !== undefined || tooMany !== undefined) return undefined;
    const from = span === '*' ? bounds.from : numberOf(first, bounds);
    const to = last === undefined ? (span === '*' || step !== undefined ? bounds.to : from) : numberOf(last, bounds);
    const by = step === undefined ? 1 : Number(step);
    if (from === undefined || to === undefined || !Number.isInteger(by) || by < 1) return undefined;
    // FRI-MON runs over the end of the week.
    const width = bounds.to - bounds.from + 1;
    for (let at = from; at <= (to < from ? to + width : to); at += by)
      values.add(bounds.from + ((at - bounds.from) % width));
  }
  return values;
}

const lastOfMonth = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
const weekday = (year: number, month: number, day: number): number => new Date(Date.UTC(year, month, day)).getUTCDay();

type DayTest = (year: number, month: number, day: number) => boolean;

/** The weekday nearest to a day, within its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const last = lastOfMonth(year, month);
  const wanted = Math.min(day, last);
  const at = weekday(year, month, wanted);
  if (at === 6) return wanted === 1 ? 3 : wanted - 1;
  if (at === 0) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}

function dayOfMonth(field: string): DayTest | undefined {
  if (field === 'L') return (year, month, day) => day === lastOfMonth(year, month);
  if (field === 'LW') return (year, month, day) => day === nearestWeekday(year, month, lastOfMonth(year, month));
  const near = /^(\d{1,2})W$/.exec(field)?.[1];
  if (near !== undefined) {
    const wanted = numberOf(near, { from: 1, to: 31 });
    return wanted === undefined ? undefined : (year, month, day) => day === nearestWeekday(year, month, wanted);
  }
  const values = valuesOf(field, { from: 1, to: 31 });
  return values === undefined ? undefined : (_year, _month, day) => values.has(day);
}

function dayOfWeek(field: string): DayTest | undefined {
  const bounds = { from: 1, to: 7, names: DAYS };
  if (field === 'L') return (year, month, day) => weekday(year, month, day) === 6;
  const [, name = '', suffix, nth] = /^(\w+?)(L|#([1-5]))$/.exec(field) ?? [];
  if (suffix !== undefined) {
    const wanted = numberOf(name, bounds);
    if (wanted === undefined) return undefined;
    return (year, month, day) =>
      weekday(year, month, day) === wanted - 1 &&
      (nth === undefined ? day > lastOfMonth(year, month) - 7 : Math.ceil(day / 7) === Number(nth));
  }
  const values = valuesOf(field, bounds);
  return values === undefined ? undefined : (year, month, day) => values.has(weekday(year, month, day) + 1);
}

const LAST_YEAR = 2199;

/**
 * Compiles the six fields of AWS's cron: minutes, hours, day of month, month, day of week, year.
 *
 * Returns  the next instant after a given one, or undefined where the expression is not valid
 * Source   EventBridge user guide, Cron expressions: one of the two day fields is `?`; L, W and # as there
 */
export function compileCron(expression: string): ((afterMs: WorldMs) => WorldMs | undefined) | undefined {
  const [minute = '', hour = '', inMonth = '', month = '', inWeek = '', year = '', ...more] = expression
    .trim()
    .split(/\s+/);
  if (more.length > 0 || (inMonth === '?') === (inWeek === '?')) return undefined;
  const minutes = valuesOf(minute, { from: 0, to: 59 });
  const hours = valuesOf(hour, { from: 0, to: 23 });
  const months = valuesOf(month, { from: 1, to: 12, names: MONTHS });
  const years = valuesOf(year, { from: 1970, to: LAST_YEAR });
  const days = inMonth === '?' ? dayOfWeek(inWeek) : dayOfMonth(inMonth);
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined || days === undefined)
    return undefined;
  const times = [...hours].flatMap((h) => [...minutes].map((m) => (h * 60 + m) * 60_000)).toSorted((a, b) => a - b);

  return (afterMs) => {
    for (let midnight = Math.floor(afterMs / DAY_MS) * DAY_MS; ; midnight += DAY_MS) {
      const date = new Date(midnight);
      const y = date.getUTCFullYear();
      if (y > LAST_YEAR) return undefined;
      if (!years.has(y)) {
        // Ends one day before the next year, which the loop then steps into.
        midnight = Date.UTC(y + 1, 0, 1) - DAY_MS;
        continue;
      }
      if (!months.has(date.getUTCMonth() + 1) || !days(y, date.getUTCMonth(), date.getUTCDate())) continue;
      const time = times.find((at) => midnight + at > afterMs);
      if (time !== undefined) return midnight + time;
    }
  };
}

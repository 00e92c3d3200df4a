import { LAND } from './land.ts';
import type { Place } from './places.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box extends Point, Size {}

/** Miller's cylindrical projection, in degrees of the equator, y to the south: it gives Europe room, and Siberia not too much. */
export const project = ({ east, north }: Pick<Place, 'east' | 'north'>): Point => ({
  x: east,
  y: -(180 / Math.PI) * 1.25 * Math.log(Math.tan(Math.PI / 4 + (0.4 * north * Math.PI) / 180)),
});

const WORLD = {
  west: -172,
  east: 187,
  top: project({ east: 0, north: 76 }).y,
  bottom: project({ east: 0, north: -52 }).y,
};
/** Round the members, as a share of what they span; and the least that is shown, so that coasts tell where one is. */
const AROUND = 0.24;
const LEAST_DEGREES = 64;

/** The part of the world that shows these places, in projected degrees, of the panel's proportions. */
export function windowOn(places: readonly Place[], { width, height }: Size): Box {
  const points = places.map(project);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [west, east] = points.length === 0 ? [WORLD.west, WORLD.east] : [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = points.length === 0 ? [WORLD.top, WORLD.bottom] : [Math.min(...ys), Math.max(...ys)];
  const aspect = width / height;
  const wide = Math.max((east - west) * (1 + 2 * AROUND), (bottom - top) * (1 + 2 * AROUND) * aspect, LEAST_DEGREES);
  const widest = Math.min(WORLD.east - WORLD.west, (WORLD.bottom - WORLD.top) * aspect);
  const w = Math.min(wide, Math.max(widest, (east - west) * 1.16, (bottom - top) * 1.16 * aspect));
  const h = w / aspect;
  const within = (middle: number, size: number, low: number, high: number): number =>
    size >= high - low ? (low + high - size) / 2 : Math.min(Math.max(middle - size / 2, low), high - size);
  return {
    x: within((west + east) / 2, w, WORLD.west, WORLD.east),
    y: within((top + bottom) / 2, h, WORLD.top, WORLD.bottom),
    width: w,
    height: h,
  };
}

/** From projected degrees to the panel's units. */
export const onto =
  (window: Box, panel: Box) =>
  ({ x, y }: Point): Point => ({
    x: panel.x + ((x - window.x) / window.width) * panel.width,
    y: panel.y + ((y - window.y) / window.height) * panel.height,
  });

const FIFTHS = 5;

function ringsOf(coasts: string): readonly (readonly Point[])[] {
  return coasts
    .replaceAll('\n', '')
    .split(';')
    .map((ring) => {
      let [east, north] = [0, 0];
      return ring.split(',').map((step) => {
        const [dx = 0, dy = 0] = step.split(' ').map(Number);
        east += dx;
        north += dy;
        return project({ east: east / FIFTHS, north: north / FIFTHS });
      });
    });
}

/** Every coast, projected. */
const land = ringsOf(LAND);

/** Rings of land that the window shows some of. */
export const landIn = (window: Box): readonly (readonly Point[])[] =>
  land.filter((ring) => {
    const xs = ring.map(({ x }) => x);
    const ys = ring.map(({ y }) => y);
    return (
      Math.max(...xs) > window.x &&
      Math.min(...xs) < window.x + window.width &&
      Math.max(...ys) > window.y &&
      Math.min(...ys) < window.y + window.height
    );
  });

import type { Box, Point } from './projection.ts';

/** A label and where it stands: `x` and `y` are its upper left corner. */
export interface Placed extends Box {
  /** How far from its mark. */
  readonly distance: number;
}

const ROUNDS = 240;

/** Moves points that are too near each other apart, and otherwise leaves them where they are. The same every time. */
export function spread(points: readonly Point[], gap: number, panel: Box): readonly Point[] {
  const now = points.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    for (let i = 0; i < now.length; i += 1)
      for (let j = i + 1; j < now.length; j += 1) {
        const [a, b] = [now[i], now[j]];
        if (a === undefined || b === undefined) continue;
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const distance = Math.hypot(dx, dy);
        if (distance >= gap) continue;
        // Two at one place part in a direction of their own.
        const [ux, uy] = distance < 0.01 ? [Math.cos(i + j), Math.sin(i + j)] : [dx / distance, dy / distance];
        const push = (gap - distance) / 2 + 0.05;
        a.x -= ux * push;
        a.y -= uy * push;
        b.x += ux * push;
        b.y += uy * push;
        moved = true;
      }
    for (const point of now) {
      point.x = Math.min(Math.max(point.x, panel.x + gap), panel.x + panel.width - gap);
      point.y = Math.min(Math.max(point.y, panel.y + gap), panel.y + panel.height - gap);
    }
    if (!moved) break;
  }
  return now;
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const grown = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** Where a label may stand: right, left, below, above, and between those; ever farther away. */
const DIRECTIONS = [0, 180, 90, 270, 25, 335, 155, 205, 60, 120, 300, 240].map((degrees) => (degrees * Math.PI) / 180);
const DISTANCES = [0, 5, 12, 20, 30, 42, 56, 72, 90, 110, 135, 165, 200, 240];

export interface Labelled {
  readonly at: Point;
  readonly radius: number;
  readonly width: number;
  readonly height: number;
}

/** In a direction that is rather across than along, the label stands in the middle of its side. */
const beside = (share: number, size: number): number => (Math.abs(share) < 0.3 ? 0 : (Math.sign(share) * size) / 2);

const boxFrom = ({ at, radius, width, height }: Labelled, direction: number, distance: number): Placed => {
  const [ux, uy] = [Math.cos(direction), Math.sin(direction)];
  const reach = radius + 4 + distance;
  const middle = { x: at.x + ux * reach + beside(ux, width), y: at.y + uy * reach + beside(uy, height) };
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height, distance };
};

/** From a mark to the nearest edge of its label. */
export const lineTo = ({ x, y, width, height }: Box, from: Point): Point => ({
  x: Math.min(Math.max(from.x, x), x + width),
  y: Math.min(Math.max(from.y, y), y + height),
});

const isIn = (point: Point, { x, y, width, height }: Box): boolean =>
  point.x > x && point.x < x + width && point.y > y && point.y < y + height;

const crossings = (from: Point, to: Point, boxes: readonly Box[]): number => {
  const steps = [0.25, 0.4, 0.55, 0.7, 0.85];
  return boxes.filter((box) =>
    steps.some((share) => isIn({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }, box)),
  ).length;
};

/**
 * Finds each label a place of its own, near its mark: over no other label, no mark, within the panel.
 *
 * In      in the order of what is returned; `taken`: what else must stay free; `lines`: points that should
 * Bounds  |labels| times 168 places are tried. Where all are taken, the one with the least in the way is
 */
export function placeLabels(
  labels: readonly Labelled[],
  panel: Box,
  { taken, lines }: { readonly taken: readonly Box[]; readonly lines: readonly Point[] },
): readonly Placed[] {
  const marks = labels.map(({ at, radius }): Box => grown({ x: at.x, y: at.y, width: 0, height: 0 }, radius + 2));
  const placed = new Map<number, Placed>();
  // Those in a crowd first: they have the least choice.
  const crowd = (index: number): number =>
    labels.filter(({ at }) => {
      const own = labels[index]?.at ?? at;
      return Math.hypot((at.x - own.x) / 1.6, at.y - own.y) < 55;
    }).length;
  const order = labels.map((_, index) => index).toSorted((a, b) => crowd(b) - crowd(a) || a - b);
  for (const index of order) {
    const label = labels[index];
    if (label === undefined) continue;
    const others = [...placed.values()];
    const own = marks.filter((_, other) => other !== index);
    const bare = {
      x: label.at.x - label.radius,
      y: label.at.y - label.radius,
      width: 2 * label.radius,
      height: 2 * label.radius,
    };
    let best: { box: Placed; cost: number } | undefined;
    for (const [ring, distance] of DISTANCES.entries())
      for (const [rank, direction] of DIRECTIONS.entries()) {
        const least = ring * 9 + rank * 0.8;
        if (best !== undefined && least >= best.cost) continue;
        const box = boxFrom(label, direction, distance);
        const roomy = grown(box, 1.5);
        const inTheWay = [...others, ...own, bare, ...taken].reduce((sum, other) => sum + overlap(roomy, other), 0);
        const outside = box.width * box.height - overlap(box, panel);
        const struck = lines.filter((point) => isIn(point, box)).length;
        const line = distance > 8 ? crossings(label.at, lineTo(box, label.at), [...others, ...own]) : 0;
        const cost = inTheWay * 40 + outside * 60 + line * 30 + struck * 4 + least;
        if (best === undefined || cost < best.cost) best = { box, cost };
      }
    if (best !== undefined) placed.set(index, best.box);
  }
  return labels.map((_, index) => placed.get(index) ?? { x: 0, y: 0, width: 0, height: 0, distance: 0 });
}

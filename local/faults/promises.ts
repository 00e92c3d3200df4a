import type { Course } from './course.ts';
import { type Fault, MINUTE_MS } from './trial.ts';

const COOL_DOWN_MS = 5 * MINUTE_MS;

const nobodyOut = ({ outOfService }: Course): readonly string[] =>
  outOfService.length === 0 ? [] : [`${outOfService.join(', ')} went out of service`];
export const nobodyMoved = ({ moves }: Course): readonly string[] => moves.map(({ what, of }) => `${what} ${of}`);
export const nobodyTouched = (course: Course): readonly string[] => [...nobodyOut(course), ...nobodyMoved(course)];
/** What is wrong is not in the fleet's hands. */
export const neverRepaired = ({ mended, escalated }: Course): readonly string[] => [
  ...(mended.length === 0 ? [] : [`${mended.join(', ')} were written to, though nothing of them was wrong`]),
  ...(escalated.length === 1 ? [] : [`people were told ${escalated.length} times`]),
];
/** Steers of the same callers, that came too soon after one another. */
export const noPingPong = ({ moves }: Course): readonly string[] => {
  const steers = moves.filter(({ what }) => what === 'steer');
  return steers.flatMap(({ of, afterMs }, index) => {
    const before = steers.slice(0, index).findLast((steer) => steer.of === of);
    if (before === undefined || afterMs - before.afterMs >= COOL_DOWN_MS) return [];
    return [`${of} was steered again after ${(afterMs - before.afterMs) / 1_000} s`];
  });
};
/** The views of those who are left are answered by whoever is left: no call is needed for it, and none is made. */
export const noCallsWhileDark = ({ callsWhileItLasts }: Course): readonly string[] => {
  const { controlPlane, toUsEast1 } = callsWhileItLasts;
  return [
    ...(controlPlane === 0 ? [] : [`${controlPlane} calls to control planes while home was dark`]),
    ...(toUsEast1 === 0 ? [] : [`${toUsEast1} calls to us-east-1 while it was dark`]),
  ];
};

/** Callers get to somebody else without a write, and without Route 53's control plane. */
const noCallsForIt = ({ callsUntilMitigated: { writes, recordWrites } }: Course): readonly string[] => [
  ...(recordWrites === 0 ? [] : [`${recordWrites} writes to Route 53 before callers were answered`]),
  ...(writes === 0 ? [] : [`${writes} writes before callers were answered`]),
];

/** With no control plane to tell of it, what is done is done by the members' own agents: of calls, they make none but reports. */
const nothingFromHome = ({ callsUntilMitigated: calls }: Course): readonly string[] =>
  calls.controlPlane === 0 && calls.toUsEast1 === calls.reportsToUsEast1
    ? []
    : [
        `${calls.controlPlane} calls to control planes and ${calls.toUsEast1} to us-east-1, though nobody there was told`,
      ];

/**
 * What is wrong with how one fault went: what every fault is held to, and what is asked of this one besides.
 *
 * Durations are judged over many seeds, by `bounds`.
 */
export function heldAgainst(fault: Fault, course: Course): readonly string[] {
  const { lost, notNormal, objections } = course;
  return [
    ...(lost.others === 0 ? [] : [`${lost.others} requests lost by callers it does not concern`]),
    ...(notNormal === undefined ? [] : [`not back to normal: ${notNormal}`]),
    ...objections,
    ...(fault.promises?.(course) ?? []),
    ...wrongCauses(fault, course),
  ];
}

/** The same, where nobody in home was told: callers are all there is to it. */
export const heldAgainstAlone = (course: Course): readonly string[] => [
  ...(course.lost.others === 0 ? [] : [`${course.lost.others} requests lost by callers it does not concern`]),
  ...noCallsForIt(course),
  ...nothingFromHome(course),
];

/** Two things broke at once, and whichever was seen first is right; the third broke later, and its incident comes after both. */
export const thirdCauseLast = ({ causes }: Course): readonly string[] => {
  const last = causes.findIndex((cause) => cause.startsWith('replica/'));
  const others = causes.slice(0, last).filter((cause) => cause.startsWith('region/') || cause.startsWith('link/'));
  return others.length >= 2 ? [] : [`told in the order ${causes.join(', ')}`];
};

/** One incident per cause and not per symptom. */
function wrongCauses({ causes: expected, mayOpen = [] }: Fault, { causes }: Course): readonly string[] {
  const seen = causes.filter((cause, index) => causes.indexOf(cause) === index);
  const missing = expected.filter((cause) => !seen.includes(cause));
  const needless = seen.filter((cause) => !expected.includes(cause) && !mayOpen.includes(cause));
  return [
    ...(missing.length === 0 ? [] : [`nobody saw ${missing.join(', ')}`]),
    ...(needless.length === 0 ? [] : [`incidents of ${needless.join(', ')}, which is not what is wrong`]),
  ];
}

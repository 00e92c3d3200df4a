import { ways } from '../../local/faults/storm.ts';
import type { Act } from '../schedule.ts';
import type { ActKind, Stage } from './act.ts';

const blow = ({ what, afterMs, lastsMs, from, to }: Act) => ({ what, afterMs, lastsMs, from, to });

/** Everything that the fault table breaks, and whatever people with a console do to a fleet. */
export const faults: Readonly<Record<string, ActKind>> = Object.fromEntries(
  Object.entries(ways).map(([name, { begin, end }]): readonly [string, ActKind] => [
    name,
    {
      family: 'fault',
      isDrawn: true,
      begin: (stage: Stage, act: Act) => begin(stage, blow(act)),
      ...(end !== undefined && { end: (stage: Stage, act: Act) => end(stage, blow(act)) }),
    },
  ]),
);

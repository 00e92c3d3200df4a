import { ways } from '../../local/faults/storm.ts';
import type { Act } from '../schedule.ts';
import type { ActKind, Stage } from './act.ts';
import { tidy } from './tidy.ts';

const blow = ({ what, afterMs, lastsMs, from, to }: Act) => ({ what, afterMs, lastsMs, from, to });

/** What leaves something of a stranger's in a member's VPC; it is taken away again when the act is over. */
const tidied: Readonly<Record<string, ActKind['end']>> = {
  'wrong route table associated': (stage, { to }) => tidy(stage, to),
  'route replaced by a blackhole': (stage, { from }) => tidy(stage, from),
};

/** Everything that the fault table breaks, and whatever people with a console do to a fleet. */
export const faults: Readonly<Record<string, ActKind>> = Object.fromEntries(
  Object.entries(ways).map(([name, { begin, end }]): readonly [string, ActKind] => [
    name,
    {
      family: 'fault',
      isDrawn: true,
      begin: (stage: Stage, act: Act) => begin(stage, blow(act)),
      ...(tidied[name] !== undefined && { end: tidied[name] }),
      ...(end !== undefined && { end: (stage: Stage, act: Act) => end(stage, blow(act)) }),
    },
  ]),
);

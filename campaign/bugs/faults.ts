import type { Bug } from './bug.ts';

/** What AWS says when it does not do what it was asked, and what that means. */
export const faults: readonly Bug[] = [
  {
    name: 'a read that was throttled is taken for absence',
    file: 'control-plane/model/aws-call.ts',
    of: "    if (isFault(error, 'Absent')) return undefined;\n    throw error;",
    instead: "    if (isFault(error, 'Absent') || isFault(error, 'Throttled')) return undefined;\n    throw error;",
    // A read is made again a few times: it takes several at once until none of them comes through.
    only: ['calls are throttled', 'calls are throttled', 'reconcile', 'reconcile one Region'],
    anHour: 40,
  },
  {
    name: 'a Region that could not be looked at is taken for an empty one',
    file: 'handlers/runtime/look-at.ts',
    of: '        unseen.set(surveyName(survey), { fault: error.fault, says: error.message });\n',
    instead: '        unseen.delete(surveyName(survey));\n',
    only: ['calls fail', "a Region's control planes are down", 'Region dark', 'leave'],
  },
  {
    name: 'a write that was not answered is made again without a look',
    file: 'handlers/runtime/caller.ts',
    of: "(isFault(error, 'Throttled') || isFault(error, 'Unavailable')) && access !== 'write';",
    instead: "(isFault(error, 'Throttled') || isFault(error, 'Unavailable')) && access !== undefined;",
    only: ['answers get lost', 'calls are throttled'],
  },
];

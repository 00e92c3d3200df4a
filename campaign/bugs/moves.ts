import type { Bug } from './bug.ts';

/** Callers are moved when they must be, and back again. */
export const moves: readonly Bug[] = [
  {
    name: 'a cool-down of seconds is taken for one of milliseconds',
    file: 'control-plane/policies/cool-down.ts',
    of: '!isLately(lastMs, nowMs, coolDownSeconds * 1_000)) return ALLOW;',
    instead: '!isLately(lastMs, nowMs, coolDownSeconds)) return ALLOW;',
    only: ['link flaps', 'packets eaten both ways'],
  },
  {
    name: 'who was taken out counts as one to ask',
    file: 'control-plane/traffic/in-service.ts',
    // In both places: each makes good for the other.
    of: `      !isDrained(traffic, region) && !isSteered(traffic, viewer, region) && !isSickFor(diagnosis, viewer, region),
  );
}

/** The members that carry the fleet's load at present: neither drained nor found sick. */
export const inService = (declared: Declared, diagnosis: Diagnosis): readonly Member[] =>
  servingInTraffic(declared).filter(
    ({ region }) => !isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, region) && !isFoundSick(diagnosis, region),
  );`,
    instead: `      !isSteered(traffic, viewer, region) && !isSickFor(diagnosis, viewer, region),
  );
}

export const inService = (declared: Declared, diagnosis: Diagnosis): readonly Member[] =>
  servingInTraffic(declared).filter(({ region }) => !isFoundSick(diagnosis, region));`,
    only: ['evacuate'],
  },
  {
    name: 'the last healthy member may be taken out',
    file: 'control-plane/policies/last-healthy-member.ts',
    of: "    case 'evacuate':\n    case 'drill':\n      return unless",
    instead: "    case 'evacuate':\n      return ALLOW;\n    case 'drill':\n      return unless",
    only: ['evacuate', 'function throws', 'function throws', 'leave'],
  },
  {
    name: 'the word of one observer moves the callers of another',
    file: 'control-plane/policies/evidence.ts',
    of: 'if (seenBy.length > 1 || seenBy.includes(viewer)) return ALLOW;',
    instead: 'if (seenBy.length > 0 || seenBy.includes(viewer)) return ALLOW;',
    only: ['packets eaten one way', 'a link loses packets'],
  },
  {
    name: 'what was seen long ago is taken for what is seen now',
    file: 'control-plane/health/evidence.ts',
    of: 'nowMs - atMs <= freshForMs(observers) && atMs - nowMs <= AHEAD_MS;',
    instead: 'nowMs - atMs <= 1_000 * freshForMs(observers) && atMs - nowMs <= AHEAD_MS;',
    // A prober that has fallen silent is put right by whoever sees that it has, unless an event tells of it first.
    only: ["a prober's schedule is switched off", 'every event lost', 'events get lost'],
  },
  {
    name: 'a steer stays when what it was for is over',
    file: 'control-plane/traffic/mitigations.ts',
    of: '!(isFresh(steer) || isMasked(steer, diagnosis))) continue;',
    instead: '!(isFresh(steer) || isMasked(steer, diagnosis) || steer.because.length > 0)) continue;',
    only: ['packets eaten both ways'],
  },
  {
    name: 'a member that is restored stays drained',
    file: 'handlers/step-restore.ts',
    of: '      if (drain !== undefined) await store.move(name, fleet.health, { undrain: region, record: said, given }, nowMs);\n',
    instead: '',
    only: ['evacuate', 'restore', 'drill'],
  },
];

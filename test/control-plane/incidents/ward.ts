import { expect } from 'vitest';
import type { Cause, Finding } from '../../../control-plane/health/finding.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import type { Incident, TimelineEntry } from '../../../control-plane/incidents/incident.ts';
import type { Occasion, Tending } from '../../../control-plane/incidents/occasion.ts';
import { tend } from '../../../control-plane/incidents/tending.ts';
import type { Finding as PlanFinding, Step, Waiting } from '../../../control-plane/loop/plan.ts';
import type { Scope } from '../../../control-plane/loop/scope.ts';
import type { Declared } from '../../../control-plane/model/fleet.ts';
import { NO_TRAFFIC_CHANGES, type Steer } from '../../../control-plane/traffic/traffic.ts';
import { declaredAs, diagnosed, SECOND_MS, START_MS, situationWith, trio } from '../situations.ts';

/** What one moment of a story brings. */
export interface Moment {
  /** Seconds from the beginning of the story. */
  readonly at?: number;
  readonly seen?: readonly (Cause | Finding)[];
  readonly discounted?: Readonly<Record<string, string>>;
  /** What a look found; of the whole fleet unless its scope says otherwise. */
  readonly steps?: readonly Step[];
  readonly waiting?: readonly Waiting[];
  readonly told?: readonly PlanFinding[];
  readonly scope?: Scope;
  readonly proven?: Scope;
  readonly rows?: readonly ProbeRow[];
  readonly signal?: string;
}

const samePair = (a: Steer, b: Steer): boolean => a.viewer === b.viewer && a.avoid === b.avoid;

/** A fleet in care: keeps incidents, time lines and traffic, and applies what was decided, as handlers do. */
export class Ward {
  declared: Declared;
  incidents: Incident[] = [];
  readonly timeline: { incident: string; entry: TimelineEntry }[] = [];
  readonly moved: Record<string, number> = {};
  readonly told: string[] = [];

  constructor(declared: Declared = declaredAs(trio)) {
    this.declared = declared;
  }

  occasion({ at = 0, seen = [], discounted = {}, signal = 'probes', proven, rows, ...moment }: Moment): Occasion {
    const { steps, waiting = [], told = [], scope = {} } = moment;
    return {
      situation: situationWith({
        nowMs: START_MS + at * SECOND_MS,
        declared: this.declared,
        diagnosis: { ...diagnosed(...seen), discounted },
        incidents: this.incidents,
        steps: steps ?? [],
        movedAtMs: { ...this.moved },
      }),
      overrides: [],
      signal,
      look: steps === undefined ? undefined : { scope, plan: { steps, waiting, findings: told } },
      proven,
      rows,
    };
  }

  /** Tends, applies, tends once more: the second time there must be nothing to do. */
  tend(moment: Moment = {}): Tending {
    const tending = tend(this.occasion(moment));
    this.apply(tending, START_MS + (moment.at ?? 0) * SECOND_MS);
    const { says: _says, ...again } = tend(this.occasion(moment));
    expect(again, 'with its effects applied there is nothing to do').toEqual({
      open: [],
      update: [],
      notes: [],
      steer: [],
      unsteer: [],
      close: [],
      escalate: [],
      repair: [],
    });
    const causes = this.open.map(({ cause }) => cause);
    expect(new Set(causes).size, `one incident per cause: ${causes.join()}`).toBe(causes.length);
    return tending;
  }

  apply({ open, update, notes, steer, unsteer, escalate }: Tending, nowMs: number): void {
    for (const incident of open) {
      expect(this.open.map(({ cause }) => cause)).not.toContain(incident.cause);
      this.incidents.push(incident);
    }
    for (const { before, after } of update)
      this.incidents = this.incidents.map((incident) => (incident.id === before.id ? after : incident));
    this.timeline.push(...notes);
    this.told.push(...escalate.map(({ says }) => says));
    // They hear it, and that is on record then.
    const heard = new Set(escalate.map(({ incident }) => incident.id));
    this.incidents = this.incidents.map((one) => (heard.has(one.id) ? { ...one, untold: undefined } : one));
    for (const { viewer, avoid } of [...steer, ...unsteer]) this.moved[`${viewer}>${avoid}`] = nowMs;
    const { steers, drains } = this.declared.traffic ?? NO_TRAFFIC_CHANGES;
    const kept = steers.filter((one) => ![...steer, ...unsteer].some((other) => samePair(one, other)));
    this.declared = { ...this.declared, traffic: { drains, steers: [...kept, ...steer] } };
  }

  get open(): readonly Incident[] {
    return this.incidents.filter(({ status }) => status !== 'closed');
  }

  /** 'link/eu-west-1~us-east-1: mitigated', of all of them. */
  get state(): readonly string[] {
    return this.incidents.map(({ cause, status }) => `${cause}: ${status}`);
  }

  get steers(): readonly string[] {
    return (this.declared.traffic?.steers ?? []).map(({ viewer, avoid }) => `${viewer}>${avoid}`).toSorted();
  }

  /** What was told of all incidents, 'opened', 'mitigation' and so on, in order. */
  get chapters(): readonly string[] {
    return this.timeline.map(({ entry }) => entry.what);
  }
}

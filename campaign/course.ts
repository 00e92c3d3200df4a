import { causeKind } from '../control-plane/health/finding.ts';
import type { Incident } from '../control-plane/incidents/incident.ts';
import { provingPath } from '../control-plane/loop/verify.ts';
import { answerable } from '../local/answerable.ts';
import { type CallerSpec, sendOne } from '../local/callers.ts';
import type { VirtualBed } from '../local/virtual-bed.ts';
import type { MadeCall } from '../simulator/world.ts';
import { membersIn, vpcIn } from './members.ts';
import { functionBehind, isResourceWrite } from './our-calls.ts';
import type { TableView } from './table-view.ts';

const MINUTE_MS = 60_000;
/** Worlds are added up by these. */
export const BIN_MS = 5 * MINUTE_MS;
const ASKED_EVERY_MS = MINUTE_MS;

export const courseLines = ['reads', 'writes', 'answered', 'needless', 'helpless'] as const;
export type CourseLine = (typeof courseLines)[number];

/**
 * A world's time in bins of five minutes, so that worlds can be added up. `reads` and `writes` are the control plane's;
 * `answered`, `needless` and `helpless` are requests of callers: of those that were lost, whether anybody could have
 * answered them.
 */
export type Course = Readonly<Record<CourseLine, readonly number[]>>;

/** How long an incident lasted, from the first that anybody noticed of it, and how it came to its end: put right by a repair, gone by itself, or not at all. */
export interface Ordeal {
  /** 'link' */
  readonly kind: string;
  readonly lastedMs: number;
  readonly ended: 'repaired' | 'passed' | 'never';
}

/** Writes down a world's time as the control plane works and as callers in every joined member feel it. */
export class Pulse {
  readonly #bed: VirtualBed;
  readonly #table: TableView;
  readonly #bornMs: number;
  readonly #url: string;
  readonly #couldAnswer;
  readonly #bins: Record<CourseLine, number[]> = { reads: [], writes: [], answered: [], needless: [], helpless: [] };
  #isOver = false;

  constructor(bed: VirtualBed, table: TableView) {
    this.#bed = bed;
    this.#table = table;
    this.#bornMs = bed.clock.nowMs();
    this.#url = `https://${bed.fleet.domain}${provingPath(bed.fleet)}`;
    this.#couldAnswer = answerable(bed.world, this.#url, () => this.#joined('serving'));
    this.#askEachMinute();
  }

  called(made: MadeCall): void {
    if (isResourceWrite(made)) this.#count('writes', made.atMs);
    else if (made.readOnly && made.service !== 'dynamodb' && functionBehind(made.principal) !== undefined)
      this.#count('reads', made.atMs);
  }

  /** The world is over: nobody asks any more, and what was asked is not waited for. */
  stop(): Course {
    this.#isOver = true;
    const bins = Math.ceil((this.#bed.clock.nowMs() - this.#bornMs) / BIN_MS);
    const line = (name: CourseLine): readonly number[] =>
      Array.from({ length: bins }, (_, at) => this.#bins[name][at] ?? 0);
    return {
      reads: line('reads'),
      writes: line('writes'),
      answered: line('answered'),
      needless: line('needless'),
      helpless: line('helpless'),
    };
  }

  #askEachMinute(): void {
    const { world, clock } = this.#bed;
    clock.after(ASKED_EVERY_MS, () => {
      if (this.#isOver) return;
      for (const caller of this.#joined())
        sendOne(world, caller, { url: this.#url }, ({ sentAtMs, lostAt }) => {
          if (lostAt === undefined) this.#count('answered', sentAtMs);
          else void this.#couldAnswer(caller).then((could) => this.#count(could ? 'needless' : 'helpless', sentAtMs));
        });
      this.#askEachMinute();
    });
  }

  /** Where callers of members live whose join is done. */
  #joined(role?: 'serving'): readonly CallerSpec[] {
    const { name } = this.#bed.fleet;
    return membersIn(this.#table, name).flatMap((member) => {
      if (member.phase !== 'joined' || (role !== undefined && member.role !== role)) return [];
      const vpcId = vpcIn(this.#table, name, member);
      return vpcId === undefined ? [] : [{ region: member.region, vpcId }];
    });
  }

  #count(line: CourseLine, atMs: number): void {
    if (this.#isOver) return;
    const bin = Math.floor((atMs - this.#bornMs) / BIN_MS);
    this.#bins[line][bin] = (this.#bins[line][bin] ?? 0) + 1;
  }
}

export const ordealOf = (
  { cause, openedAtMs, sinceMs = openedAtMs, repairedAtMs, closedAtMs, repairsAtMs }: Incident,
  nowMs: number,
): Ordeal => {
  const endedAtMs = closedAtMs ?? (repairsAtMs.length > 0 ? repairedAtMs : undefined);
  const isRepaired = repairedAtMs !== undefined && repairsAtMs.length > 0;
  return {
    kind: causeKind(cause),
    lastedMs: (isRepaired ? repairedAtMs : (endedAtMs ?? nowMs)) - Math.min(sinceMs, openedAtMs),
    ended: endedAtMs === undefined ? 'never' : isRepaired ? 'repaired' : 'passed',
  };
};

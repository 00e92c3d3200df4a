import { leasesOf, type Step } from '../../control-plane/loop/plan.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { fingerprint } from '../../control-plane/model/fingerprint.ts';
import type { LeaseScope } from '../../control-plane/model/target.ts';
import type { Runtime } from './runtime.ts';
import { Table } from './table.ts';

/** Rows of at most 400 KB, with room for keys. */
const CHUNK_CHARACTERS = 120_000;
const KEEP_SECONDS = 7 * 86_400;

export interface StoredPlan {
  readonly atMs: number;
  readonly steps: readonly Step[];
  /** Of each scope it writes in, the fence when it was made; absent where nobody ever wrote there. */
  readonly fences: { readonly [Scope in LeaseScope]?: number | undefined };
}

/** Plans by reference: a payload of Step Functions holds 256 KiB, a plan for a large fleet more. */
export class PlanStore {
  readonly #table: Table;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#table = new Table(runtime);
  }

  /**
   * Answers what it is called from here on, by what it says: a look that Lambda gave up on plans the same round beside its
   * successor, and neither writes over the other's, be it chunk by chunk.
   */
  async put(round: string, steps: readonly Step[], known: ReadonlyMap<LeaseScope, number>): Promise<string> {
    const fences = Object.fromEntries(steps.flatMap(leasesOf).map((scope) => [scope, known.get(scope)]));
    const plan: StoredPlan = { atMs: this.#runtime.nowMs(), steps, fences };
    const text = JSON.stringify(plan);
    const id = `${round}#${fingerprint(text)}`;
    const expiresAt = Math.floor(this.#runtime.nowMs() / 1_000) + KEEP_SECONDS;
    const count = Math.ceil(text.length / CHUNK_CHARACTERS);
    await this.#table.batch({
      put: Array.from({ length: count }, (_, chunk) => ({
        pk: `plan#${id}`,
        sk: String(chunk).padStart(4, '0'),
        of: count,
        text: text.slice(chunk * CHUNK_CHARACTERS, (chunk + 1) * CHUNK_CHARACTERS),
        expiresAt,
      })),
    });
    return id;
  }

  /** Conflict where the plan is gone or only partly there: look again. */
  async get(id: string): Promise<StoredPlan> {
    const rows = await this.#table.rows(`plan#${id}`);
    if (rows.length === 0 || rows.length !== rows[0]?.of)
      throw new Fault('Conflict', `the plan ${id} is not there any more: look again`);
    return JSON.parse(rows.map(({ text }) => text).join('')) as StoredPlan;
  }
}

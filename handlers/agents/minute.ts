import type { ProbeRow, Streak } from '../../control-plane/health/probe-row.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { AgentProbe } from '../runtime/ask-probe.ts';
import type { MemberMetrics } from '../runtime/metrics.ts';

const isGood = ({ recent }: Streak): boolean => recent.endsWith('.');
const percent = (good: number, of: number): number => (100 * good) / of;

/** What the rounds of one minute add up to. */
export class Minute {
  #rounds = 0;
  #ownGood = 0;
  /** Rounds in which each other replica was answered well. */
  readonly #good = new Map<Region, number>();
  readonly #latenciesMs: number[] = [];

  /** `own`: the probe that says how quickly the member is served. */
  add(row: ProbeRow, own: AgentProbe): void {
    this.#rounds += 1;
    const { [row.observer]: itself, ...others } = row.replicas;
    if (isGood(itself ?? row.name)) this.#ownGood += 1;
    for (const [region, streak] of Object.entries(others))
      this.#good.set(region, (this.#good.get(region) ?? 0) + (isGood(streak) ? 1 : 0));
    if (own.symptom === undefined) this.#latenciesMs.push(own.latencyMs);
  }

  get rounds(): number {
    return this.#rounds;
  }

  metrics(): MemberMetrics {
    const rounds = this.#rounds;
    if (rounds === 0) return { latenciesMs: [] };
    return {
      availability: percent(this.#ownGood, rounds),
      latenciesMs: this.#latenciesMs,
      worstLink: percent(Math.min(rounds, ...this.#good.values()), rounds),
    };
  }
}

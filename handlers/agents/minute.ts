import type { ProbeRow } from '../../control-plane/health/probe-row.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { AgentProbe } from '../runtime/ask-probe.ts';
import type { MemberMetrics } from '../runtime/metrics.ts';

/** What the rounds of one minute add up to. */
export class Minute {
  #rounds = 0;
  #asked = 0;
  #well = 0;
  readonly #latenciesMs: number[] = [];
  #row: ProbeRow | undefined;

  /** `own`: the probe that says how quickly the member is served. */
  add(row: ProbeRow, probes: readonly AgentProbe[], own: AgentProbe): void {
    this.#rounds += 1;
    this.#row = row;
    this.#asked += probes.length;
    this.#well += probes.filter(({ symptom }) => symptom === undefined).length;
    if (own.symptom === undefined) this.#latenciesMs.push(own.latencyMs);
  }

  get rounds(): number {
    return this.#rounds;
  }

  metrics(region: Region): MemberMetrics {
    const row = this.#row;
    if (row === undefined) return { latenciesMs: [], proberHealthy: 0 };
    const { [region]: own, ...others } = row.replicas;
    return {
      availability: (100 * this.#well) / this.#asked,
      latenciesMs: this.#latenciesMs,
      worstLink: Object.values(others).some(({ state }) => state === 'sick') ? 0 : 1,
      replicaHealthy: own === undefined ? undefined : own.state === 'sick' ? 0 : 1,
      proberHealthy: 1,
    };
  }
}

import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import { keyOf } from '../../../control-plane/model/target.ts';
import type { HealthChanged } from '../../../handlers/agents/report.ts';
import { HealthStore } from '../../../handlers/runtime/health-store.ts';
import { signals } from '../../../workflows/signals.ts';
import { ACCOUNT, type TestBed, testBed } from '../../support/landbridge.ts';

export const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

/** An event of a prober's, as it reached a bus. */
interface Reported extends HealthChanged {
  readonly bus: string;
  readonly atMs: number;
}

export interface WatchedFleet extends TestBed {
  /** Probe rows by observer, as one Region's replica of the state table has them. */
  rowsIn(region: string): Promise<Readonly<Record<string, ProbeRow>>>;
  /** Every event of a prober's so far, by the world's clock. */
  readonly reported: readonly Reported[];
  /** From now on no signal reaches the control plane: nobody mends anything. */
  letNobodyMend(): void;
  /** What a member's agent wrote to its log since, without Lambda's own lines. */
  linesOf(region: string, agent: string, sinceMs: number): Promise<readonly string[]>;
  idOf(kind: string, name: string): Promise<string>;
}

const ownSignals = new Set(signals.map(({ name }) => name));

/** Three Regions, joined, whose agents keep the beat; home is us-east-1 and the standby eu-west-1. */
export async function watchedFleet(): Promise<WatchedFleet> {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  const { clock, landbridge, world } = bed;
  await bed.join(...REGIONS);
  const reported: Reported[] = [];
  world.watchers.add(({ operation, input, place, atMs, error }) => {
    if (operation !== 'PutEvents' || error !== undefined) return;
    for (const { Source, Detail } of (input as { Entries: { Source: string; Detail: string }[] }).Entries)
      if (Source === 'landbridge.health')
        reported.push({ ...(JSON.parse(Detail) as HealthChanged), bus: place.region, atMs });
  });
  return {
    ...bed,
    reported,
    async rowsIn(region) {
      const { rows } = await clock.runUntil(new HealthStore(landbridge.operator, region).load('payments'));
      return Object.fromEntries(rows.map((row) => [row.observer, row]));
    },
    letNobodyMend() {
      world.weather = { event: ({ ruleName }) => (ownSignals.has(ruleName) ? 'lost' : 'delivered') };
    },
    async linesOf(region, agent, sinceMs) {
      const { events = [] } = (await clock.runUntil(
        world.invoke({
          service: 'cloudwatch-logs',
          operation: 'FilterLogEvents',
          input: { logGroupName: `/aws/lambda/landbridge-payments_${agent}`, startTime: sinceMs },
          place: { account: ACCOUNT, region },
          principal: { kind: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
        }),
      )) as { events?: { message: string }[] };
      return events.map(({ message }) => message.trim()).filter((line) => !/^(?:START|END|REPORT) /.test(line));
    },
    async idOf(kind, name) {
      const { ids } = await bed.state();
      return ids.get(keyOf(kind, name)) ?? '';
    },
  };
}

import { expect, test } from 'vitest';
import { HealthStore } from '../../../handlers/runtime/health-store.ts';
import { agentPackage } from '../../../local/agent-package.ts';
import { localLandbridge } from '../../../local/local-landbridge.ts';
import { readFleetFile } from '../../../operator/read-fleet-file.ts';
import { ScaledClock } from '../../../simulator/clocks/scaled-clock.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { listen } from '../../../simulator/wire/server.ts';
import { ACCOUNT, EXAMPLE_FILE } from '../../support/landbridge.ts';

test('over the wire, a thousand times as fast as real time, agents see the same: all is well', async () => {
  const clock = new ScaledClock({ scale: 1_000 });
  const timings = { certificateIssuedMs: 0, domainNameMs: 0, accessAssociationMs: 0 };
  const world = createSimulator({ clock, seed: 'wire', account: ACCOUNT, timings });
  const server = await listen(world, { port: 0 });
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  const landbridge = await localLandbridge({
    world,
    home: 'us-east-1',
    reach: { kind: 'wire', simulator: server.url },
  });
  await landbridge.put(found.fleet, found.artefacts);
  for (const region of ['us-east-1', 'eu-west-1']) {
    const started = await landbridge.start('onboard-region', { fleet: 'payments', region, role: 'serving' });
    expect(await landbridge.ended(started)).toMatchObject({ status: 'SUCCEEDED' });
  }
  const joinedAtMs = clock.nowMs();
  await clock.sleep(240_000);
  const { rows } = await new HealthStore(landbridge.operator).load('payments');
  expect(rows).toHaveLength(2);
  for (const { atMs, replicas, name, bit } of rows) {
    expect(atMs).toBeGreaterThan(joinedAtMs);
    for (const streak of [...Object.values(replicas), name, bit]) {
      expect(streak?.state).toBe('well');
      expect(streak?.recent).toMatch(/^\.{2,}$/);
    }
  }
  await server.close();
});

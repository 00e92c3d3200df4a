import { expect, test } from 'vitest';
import { lastConflicts, lastRefusedSteps } from '../../cli/commands/status.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

test('what stands in the way is told once, however many runs have found it', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1');
  const HostedZoneId = (await bed.state()).ids.get('view/us-east-1') ?? '';
  const mine = (Name: string) => ({
    Action: 'UPSERT' as const,
    ResourceRecordSet: { Name, Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: '10.0.0.1' }] },
  });
  const found = async (): Promise<readonly string[]> => {
    expect(await bed.run('reconcile', { fleet: 'payments' })).toMatchObject({ status: 'SUCCEEDED' });
    const journal = await bed.clock.runUntil(new Journal(bed.landbridge.operator).newest('payments', 500));
    return lastConflicts(journal).map(({ target, says }) => `${target} ${says}`);
  };
  for (const name of ['other', 'another']) {
    const Changes = [mine(`${name}.api.payments.example.com`)];
    await bed.asStranger(
      write('us-east-1', 'route-53', 'changeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } }),
    );
    await found();
    await found();
  }
  expect((await bed.journal()).filter(({ finding }) => finding === 'conflict').length).toBeGreaterThan(3);
  expect(await found()).toEqual([expect.stringMatching(/^records\/us-east-1 .*another.*other.*is not the fleet's/)]);
});

test('of what a policy refused, each target is told once, with the newest reason, until a step of it is done', () => {
  const refused = (atMs: number, target: string, because: string): JournalEntry => ({
    run: `r-${atMs}`,
    atMs,
    what: 'finding',
    finding: 'refused',
    target,
    says: `${target}: deletion-guard: ${because}`,
  });
  const step = (atMs: number, target: string, outcome: string): JournalEntry => ({
    run: `r-${atMs}`,
    atMs,
    what: 'step',
    outcome,
    target,
    says: '',
  });
  const journal = [
    step(9, 'vpc/b', 'done'),
    step(8, 'vpc/a', 'Forbidden'),
    refused(7, 'vpc/a', 'newest'),
    refused(6, 'vpc/b', 'over'),
    refused(5, 'vpc/a', 'older'),
  ];
  expect(lastRefusedSteps(journal).map(({ says }) => says)).toEqual(['vpc/a: deletion-guard: newest']);
});

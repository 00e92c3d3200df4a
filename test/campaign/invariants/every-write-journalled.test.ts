import { expect, test } from 'vitest';
import { everyWriteJournalled } from '../../../campaign/invariants/every-write-journalled.ts';
import type { JournalEntry } from '../../../handlers/runtime/journal.ts';
import { HOME, InvariantScene } from './scene.ts';

const CALL = `ec2 createVpc in ${HOME}`;
const KEY = `vpc/${HOME}` as const;

/** A write by run a, of which the journal says this. */
async function written(...entries: readonly Partial<JournalEntry>[]) {
  const scene = await InvariantScene.of(everyWriteJournalled);
  const lease = await scene.take(`member/${HOME}`, 'a');
  const { atMs } = await scene.announce(lease, KEY, 'ec2 createVpc');
  await scene.call('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  const entry = {
    run: 'a',
    atMs,
    what: 'step' as const,
    says: 'create it',
    target: KEY,
    signal: 'operator',
    calls: [CALL],
  };
  const drift = [{ field: 'existence', desired: 'a VPC', impact: 'outage' }];
  await scene.journal.append(
    scene.fleet,
    entries.map((of) => ({ ...entry, drift, ...of })),
  );
  await scene.store.closeIntents(scene.fleet, [KEY]);
  return scene.end();
}
const NOTHING = `nothing in the journal tells of ${CALL} for ${KEY} by a`;

test('a write with its entry is fine, and so is one whose handler died and that somebody found', async () => {
  expect(await written({})).toEqual([]);
  expect(await written({ what: 'interrupted' })).toEqual([]);
});

// biome-ignore format: a table is read down its columns
test.for([
  { entries: [], told: NOTHING, why: 'there is none' },
  { entries: [{ run: 'b' }], told: NOTHING, why: 'it is of another run' },
  { entries: [{ target: 'vpc/eu-west-1' }], told: NOTHING, why: 'it is of another target' },
  { entries: [{ calls: ['ec2 createSubnet in us-east-1'] }], told: NOTHING, why: 'it names other calls' },
  { entries: [{ atMs: 0 }], told: NOTHING, why: 'it was there before' },
  { entries: [{ signal: undefined }], told: `${CALL} for ${KEY} by a: its entry does not say why`, why: 'it has no reason' },
  { entries: [{ drift: [] }], told: `${CALL} for ${KEY} by a: its entry says neither what was nor what was to be`, why: 'it has no drift' },
  { entries: [{ drift: [{ field: 'tags' }] }], told: `${CALL} for ${KEY} by a: its entry does not say what tags was or was to be`, why: 'it has no before and after' },
])('a write is told where its entry will not do: $why', async ({ entries, told }) => {
  expect(await written(...entries)).toEqual([told]);
});

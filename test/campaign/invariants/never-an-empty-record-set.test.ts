import { expect, test } from 'vitest';
import { neverAnEmptyRecordSet } from '../../../campaign/invariants/never-an-empty-record-set.ts';
import { zoneIdIn } from '../../../control-plane/model/zone.ts';
import type { MemberRow } from '../../../handlers/runtime/fleet-state.ts';
import { functionOf, HOME, InvariantScene, stranger } from './scene.ts';

type Phase = MemberRow['phase'];

/** The view of a member, with records to these. */
async function view(phase: Phase, ...records: readonly string[]) {
  const scene = await InvariantScene.of(neverAnEmptyRecordSet);
  const { domain } = scene.bed.fleet;
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  const { HostedZone } = await scene.call<{ HostedZone: { Id: string } }>('route-53', 'CreateHostedZone', {
    Name: domain,
    CallerReference: 'one',
    VPC: { VPCId: Vpc.VpcId, VPCRegion: HOME },
  });
  const zone = zoneIdIn(HostedZone.Id);
  await scene.member(HOME, { phase });
  await scene.store.remember(scene.fleet, { ids: new Map([[`view/${HOME}` as const, zone]]) });
  const change = (Action: 'CREATE' | 'DELETE', to: string, by = functionOf('apply-plan')) =>
    scene.call(
      'route-53',
      'ChangeResourceRecordSets',
      {
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: [
            {
              Action,
              ResourceRecordSet: {
                Name: `${domain}.`,
                Type: 'A',
                SetIdentifier: to,
                Region: to,
                TTL: 10,
                ResourceRecords: [{ Value: '192.0.2.1' }],
              },
            },
          ],
        },
      },
      { by },
    );
  for (const to of records) await change('CREATE', to);
  return { scene, zone, change };
}

test('one of two records may go', async () => {
  const { scene, change } = await view('joined', 'us-east-1', 'eu-west-1');
  await change('DELETE', 'eu-west-1');
  expect(scene.told).toEqual([]);
});

test('the last record of a joined member is told, and so is the whole view', async () => {
  const { scene, zone, change } = await view('joined', 'us-east-1');
  await change('DELETE', 'us-east-1');
  await scene.call('route-53', 'DeleteHostedZone', { Id: zone });
  expect(scene.told).toEqual([
    `apply-plan took its last record from callers in ${HOME} (ChangeResourceRecordSets of ${zone})`,
    `apply-plan took the view itself from callers in ${HOME} (DeleteHostedZone of ${zone})`,
  ]);
});

test('what a stranger takes is not ours, and whoever leaves has no callers any more', async () => {
  const joined = await view('joined', 'us-east-1');
  await joined.change('DELETE', 'us-east-1', stranger);
  const leaving = await view('leaving', 'us-east-1');
  await leaving.change('DELETE', 'us-east-1');
  expect([...joined.scene.told, ...leaving.scene.told]).toEqual([]);
});

import { expect, test } from 'vitest';
import { noRefusals } from '../../../campaign/invariants/no-refusals.ts';
import { zoneIdIn } from '../../../control-plane/model/zone.ts';
import { functionOf, HOME, InvariantScene, stranger } from './scene.ts';

const makeVpc = (scene: InvariantScene, by = functionOf('look')) =>
  expect(scene.call('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' }, { by })).rejects.toThrow('not authorized');

test('a call that a function may not make is told, until somebody lays hands on permissions', async () => {
  const scene = await InvariantScene.of(noRefusals);
  scene.bed.world.authorization = 'enforced';
  await makeVpc(scene);
  expect(scene.told).toHaveLength(1);
  expect(scene.told[0]).toMatch(/^ec2 CreateVpc in us-east-1 by landbridge-look\/landbridge-look was denied: /);
  await scene.call(
    'iam',
    'PutRolePolicy',
    {
      RoleName: 'landbridge-look',
      PolicyName: 'no',
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    },
    { by: stranger },
  );
  await makeVpc(scene);
  expect(scene.told).toHaveLength(1);
});

test('a call that makes no sense is told; one that comes too late, and one of a stranger, are not', async () => {
  const scene = await InvariantScene.of(noRefusals);
  const ask = (input: object, by = functionOf('look')) =>
    expect(scene.call('ec2', 'CreateVpc', input, { by })).rejects.toThrow();
  await ask({ CidrBlock: 'nonsense' }, stranger);
  await expect(
    scene.call('ec2', 'DescribeVpcs', { VpcIds: ['vpc-0123456789abcdef0'] }, { by: functionOf('look') }),
  ).rejects.toThrow('does not exist');
  expect(scene.told).toEqual([]);
  await ask({ CidrBlock: 'nonsense' });
  expect(scene.told).toHaveLength(1);
  expect(scene.told[0]).toContain('makes no sense to AWS: InvalidParameter');
});

test('a record that somebody else deleted in this very moment came too late, and one that lies in no zone makes no sense', async () => {
  const scene = await InvariantScene.of(noRefusals);
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  const { HostedZone } = await scene.call<{ HostedZone: { Id: string } }>('route-53', 'CreateHostedZone', {
    Name: 'api.example.com',
    CallerReference: 'one',
    VPC: { VPCId: Vpc.VpcId, VPCRegion: HOME },
  });
  const change = (Action: 'DELETE' | 'UPSERT', Name: string) => {
    const ResourceRecordSet = { Name, Type: 'A', TTL: 10, ResourceRecords: [{ Value: '192.0.2.1' }] };
    const asked = {
      HostedZoneId: zoneIdIn(HostedZone.Id),
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    };
    return expect(scene.call('route-53', 'ChangeResourceRecordSets', asked)).rejects.toThrow();
  };
  await change('DELETE', 'api.example.com.');
  expect(scene.told).toEqual([]);
  await change('UPSERT', 'elsewhere.org.');
  expect(scene.told).toHaveLength(1);
  expect(scene.told[0]).toContain('makes no sense to AWS: InvalidChangeBatch');
});

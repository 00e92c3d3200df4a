import { expect, test } from 'vitest';
import { recordsHangOnTheirOwn } from '../../../campaign/invariants/records-hang-on-their-own.ts';
import { zoneIdIn } from '../../../control-plane/model/zone.ts';
import { functionOf, HOME, InvariantScene, stranger } from './scene.ts';

const OTHER = 'eu-west-1';

/** A view, a health check of each of two members, and a change of a record in the view. */
async function view() {
  const scene = await InvariantScene.of(recordsHangOnTheirOwn);
  const { domain } = scene.bed.fleet;
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  const { HostedZone } = await scene.call<{ HostedZone: { Id: string } }>('route-53', 'CreateHostedZone', {
    Name: domain,
    CallerReference: 'one',
    VPC: { VPCId: Vpc.VpcId, VPCRegion: HOME },
  });
  const check = async (region: string): Promise<string> => {
    const made = await scene.call<{ HealthCheck: { Id: string } }>('route-53', 'CreateHealthCheck', {
      CallerReference: `landbridge/${scene.fleet}/${region}/1`,
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: `${region}.example.com`, Port: 443 },
    });
    return made.HealthCheck.Id;
  };
  const checks = { [HOME]: await check(HOME), [OTHER]: await check(OTHER) };
  const zone = zoneIdIn(HostedZone.Id);
  const change = (
    Action: 'UPSERT' | 'DELETE',
    to: string,
    HealthCheckId: string | undefined,
    { by = functionOf('apply-plan'), Name = `${domain}.` } = {},
  ) => {
    const ResourceRecordSet = {
      Name,
      Type: 'A',
      SetIdentifier: to,
      Region: to,
      TTL: 10,
      ResourceRecords: [{ Value: '192.0.2.1' }],
      ...(HealthCheckId !== undefined && { HealthCheckId }),
    };
    const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
    return scene.call('route-53', 'ChangeResourceRecordSets', { HostedZoneId: zone, ChangeBatch }, { by });
  };
  return { scene, check, checks, zone, change };
}

test('records that hang on the check of the member that they lead to, or on none, are fine', async () => {
  const { scene, checks, change } = await view();
  for (const region of [HOME, OTHER] as const) await change('UPSERT', region, checks[region]);
  await change('UPSERT', OTHER, undefined);
  expect(scene.told).toEqual([]);
});

test('a record that hangs on the check of another member is told', async () => {
  const { scene, checks, zone, change } = await view();
  await change('UPSERT', OTHER, checks[HOME]);
  expect(scene.told).toEqual([
    `the record of ${OTHER} in ${zone} hangs on ${checks[HOME]}, made as landbridge/${scene.fleet}/${HOME}/1`,
  ]);
});

test('what a stranger puts, what we take away, and another name’s are not looked at', async () => {
  const { scene, checks, change } = await view();
  await change('UPSERT', OTHER, checks[HOME], { by: stranger });
  await change('DELETE', OTHER, checks[HOME]);
  await change('UPSERT', OTHER, checks[HOME], { Name: `other.${scene.bed.fleet.domain}.` });
  expect(scene.told).toEqual([]);
});

test('the check of a member whose name begins alike is another’s', async () => {
  const { scene, check, change } = await view();
  await change('UPSERT', OTHER, await check(`${OTHER}0`));
  expect(scene.told).toHaveLength(1);
});

import type { VPCRegion } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, test } from 'vitest';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { answersIn, recordsAnswering } from '../../../simulator/services/route-53/state.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { ACCOUNT, IRELAND, refusal, VIRGINIA } from '../service-world.ts';

const newWorld = () => new PrivateApiWorld(route53);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const VPC = (VPCId: string, VPCRegion: string = VIRGINIA) => ({ VPCId, VPCRegion: VPCRegion as VPCRegion });

let references = 0;
async function privateZone(Name: string, vpcId: string, region: string = VIRGINIA): Promise<string> {
  references += 1;
  const CallerReference = `reference-${references}`;
  const { HostedZone } = await aws.call('CreateHostedZone', {
    Name,
    CallerReference,
    VPC: VPC(vpcId, region),
  });
  return known(HostedZone?.Id);
}

describe('a hosted zone', () => {
  test('is made with its NS and SOA records, lower-case and with a trailing dot', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    const made = await aws.call('CreateHostedZone', {
      Name: 'Payments.Internal',
      CallerReference: 'one',
      HostedZoneConfig: { Comment: 'the view', PrivateZone: true },
      VPC: VPC(vpcId),
    });
    expect(made.HostedZone).toMatchObject({
      Id: expect.stringMatching(/^\/hostedzone\/Z[A-Z0-9]{20}$/),
      Name: 'payments.internal.',
      Config: { Comment: 'the view', PrivateZone: true },
      ResourceRecordSetCount: 2,
    });
    expect(made.ChangeInfo?.Status).toBe('PENDING');
    const HostedZoneId = made.HostedZone?.Id;
    const { ResourceRecordSets } = await aws.call('ListResourceRecordSets', { HostedZoneId });
    expect(ResourceRecordSets?.map(({ Type }) => Type)).toEqual(['NS', 'SOA']);
    const got = await aws.call('GetHostedZone', { Id: HostedZoneId });
    expect(got.VPCs).toEqual([VPC(vpcId)]);
    expect(got.DelegationSet).toBeUndefined();
  });

  test('that is public has four name servers of its own, and no VPCs', async () => {
    const { HostedZone, DelegationSet } = await aws.call('CreateHostedZone', {
      Name: 'example.com',
      CallerReference: 'one',
    });
    expect(DelegationSet?.NameServers).toHaveLength(4);
    const VPCId = await aws.vpc('10.0.0.0/16');
    expect(
      await refusal(aws.call('AssociateVPCWithHostedZone', { HostedZoneId: HostedZone?.Id, VPC: VPC(VPCId) })),
    ).toMatch(/^PublicZoneVPCAssociation/);
  });

  test('cannot have a caller reference that was ever used, not even by a zone since deleted', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    const input = { Name: 'a.internal', CallerReference: 'once', VPC: VPC(vpcId) };
    const { HostedZone } = await aws.call('CreateHostedZone', input);
    const again = () => refusal(aws.call('CreateHostedZone', input));
    expect(await again()).toMatch(/^HostedZoneAlreadyExists/);
    await aws.call('DeleteHostedZone', { Id: HostedZone?.Id });
    expect(await again()).toMatch(/^HostedZoneAlreadyExists/);
  });

  test('refuses a VPC that does not exist, or exists in another Region, and leaves nothing behind', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16', IRELAND);
    const create = (vpc: string, region: string) =>
      refusal(aws.call('CreateHostedZone', { Name: 'a.internal', CallerReference: 'x', VPC: VPC(vpc, region) }));
    expect(await create(vpcId, VIRGINIA)).toMatch(/^InvalidVPCId/);
    expect(await create('vpc-0', IRELAND)).toMatch(/^InvalidVPCId/);
    expect(await create(vpcId, IRELAND)).toBe('no error');
    expect(aws.state().hostedZones.size).toBe(1);
  });

  test('cannot stand twice under one name for one VPC, and can for two', async () => {
    const one = await aws.vpc('10.0.0.0/16');
    const other = await aws.vpc('10.1.0.0/16', IRELAND);
    await privateZone('payments.internal', one);
    expect(await refusal(privateZone('payments.internal', one))).toMatch(/^ConflictingDomainExists/);
    const HostedZoneId = await privateZone('payments.internal', other, IRELAND);
    expect(await refusal(aws.call('AssociateVPCWithHostedZone', { HostedZoneId, VPC: VPC(one) }))).toMatch(
      /^ConflictingDomainExists/,
    );
    expect(await refusal(privateZone('deeper.payments.internal', one))).toBe('no error');
  });

  test('is deleted only without records of its own', async () => {
    const Id = await privateZone('a.internal', await aws.vpc('10.0.0.0/16'));
    const record = { Name: 'x.a.internal', Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: '10.0.0.1' }] };
    const change = (Action: 'CREATE' | 'DELETE') =>
      aws.call('ChangeResourceRecordSets', {
        HostedZoneId: Id,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
      });
    await change('CREATE');
    expect(await refusal(aws.call('DeleteHostedZone', { Id }))).toMatch(/^HostedZoneNotEmpty/);
    await change('DELETE');
    expect(await refusal(aws.call('DeleteHostedZone', { Id }))).toBe('no error');
    expect(await refusal(aws.call('GetHostedZone', { Id }))).toMatch(/^NoSuchHostedZone/);
  });

  test('answers in a VPC 35 s after it was associated, and until 35 s after it was dissociated', async () => {
    const one = await aws.vpc('10.0.0.0/16');
    const other = await aws.vpc('10.1.0.0/16', IRELAND);
    const HostedZoneId = await privateZone('payments.internal', one);
    const { ChangeInfo } = await aws.call('AssociateVPCWithHostedZone', {
      HostedZoneId,
      VPC: VPC(other, IRELAND),
    });
    const zone = known(aws.state().hostedZones.values().next().value);
    const answering = () => answersIn(zone, IRELAND, other, aws.clock.nowMs());
    const status = async () => (await aws.call('GetChange', { Id: ChangeInfo?.Id })).ChangeInfo?.Status;
    await aws.pass(34);
    expect([answering(), await status()]).toEqual([false, 'PENDING']);
    await aws.pass(1);
    expect([answering(), await status()]).toEqual([true, 'INSYNC']);

    await aws.call('DisassociateVPCFromHostedZone', { HostedZoneId, VPC: VPC(other, IRELAND) });
    expect((await aws.call('GetHostedZone', { Id: HostedZoneId })).VPCs).toEqual([VPC(one)]);
    expect(answering()).toBe(true);
    await aws.pass(35);
    expect(answering()).toBe(false);
  });

  test('keeps its last VPC, and does not lose one it does not have', async () => {
    const one = await aws.vpc('10.0.0.0/16');
    const HostedZoneId = await privateZone('payments.internal', one);
    const dissociate = (vpcId: string) =>
      refusal(aws.call('DisassociateVPCFromHostedZone', { HostedZoneId, VPC: VPC(vpcId) }));
    expect(await dissociate('vpc-0')).toMatch(/^VPCAssociationNotFound/);
    expect(await dissociate(one)).toMatch(/^LastVPCAssociation/);
  });

  test('takes a VPC of another account, whose owner associates it once that is authorized', async () => {
    const one = await aws.vpc('10.0.0.0/16');
    const HostedZoneId = await privateZone('payments.internal', one);
    const theirs = aws.as('222233334444');
    const foreign = { HostedZoneId, VPC: VPC(await theirs.vpc('10.1.0.0/16')) };
    const associate = () => refusal(theirs.call('AssociateVPCWithHostedZone', foreign));
    expect(await associate()).toMatch(/^NotAuthorizedException/);
    expect(await refusal(theirs.call('CreateVPCAssociationAuthorization', foreign))).toMatch(/^NoSuchHostedZone/);
    await aws.call('CreateVPCAssociationAuthorization', foreign);
    const { VPCs } = await aws.call('ListVPCAssociationAuthorizations', { HostedZoneId });
    expect(VPCs).toEqual([foreign.VPC]);
    expect(await refusal(aws.call('AssociateVPCWithHostedZone', foreign)), 'not by the owner of the zone').toMatch(
      /^InvalidVPCId/,
    );
    expect(await associate()).toBe('no error');
    expect(await associate(), 'twice').toMatch(/^ConflictingDomainExists/);
    await aws.call('DeleteVPCAssociationAuthorization', foreign);
    expect(await refusal(aws.call('DeleteVPCAssociationAuthorization', foreign))).toMatch(
      /^VPCAssociationAuthorizationNotFound/,
    );
    expect((await aws.call('GetHostedZone', { Id: HostedZoneId })).VPCs).toHaveLength(2);
    expect(await refusal(theirs.call('GetHostedZone', { Id: HostedZoneId }))).toMatch(/^NoSuchHostedZone/);

    const { VPCId, VPCRegion } = foreign.VPC;
    const { HostedZoneSummaries } = await theirs.call('ListHostedZonesByVPC', { VPCId, VPCRegion });
    expect(HostedZoneSummaries).toMatchObject([{ Name: 'payments.internal.', Owner: { OwningAccount: ACCOUNT } }]);
    const ownOfThatName = { Name: 'payments.internal', CallerReference: 'theirs', VPC: foreign.VPC };
    expect(await refusal(theirs.call('CreateHostedZone', ownOfThatName))).toMatch(/^ConflictingDomainExists/);

    const third = aws.as('333344445555');
    expect(await refusal(third.call('DisassociateVPCFromHostedZone', foreign))).toMatch(/^NoSuchHostedZone/);
    await theirs.call('DisassociateVPCFromHostedZone', foreign);
    expect(await associate(), 'the authorization is gone').toMatch(/^NotAuthorizedException/);
    await aws.call('CreateVPCAssociationAuthorization', foreign);
    expect(await associate()).toBe('no error');
    await aws.call('DisassociateVPCFromHostedZone', foreign);
    expect((await aws.call('GetHostedZone', { Id: HostedZoneId })).VPCs).toEqual([VPC(one)]);
  });

  test('is nobody’s to find who does not have its id, nor to associate with where it is public', async () => {
    const theirs = aws.as('222233334444');
    const vpc = VPC(await theirs.vpc('10.1.0.0/16'));
    const { HostedZone } = await aws.call('CreateHostedZone', { Name: 'example.com', CallerReference: 'public' });
    const associate = (HostedZoneId: string) =>
      refusal(theirs.call('AssociateVPCWithHostedZone', { HostedZoneId, VPC: vpc }));
    expect(await associate(known(HostedZone?.Id))).toMatch(/^PublicZoneVPCAssociation/);
    expect(await associate('Z0')).toMatch(/^NoSuchHostedZone/);
  });
});

describe('lists of zones', () => {
  test('page by id, by name from the root down, and by VPC', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    for (const name of ['b.example.com', 'example.com', 'a.example.org', 'a.example.com'])
      await privateZone(name, vpcId);

    const ids: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await aws.call('ListHostedZones', {
        MaxItems: 3,
        ...(Marker !== undefined && { Marker }),
      });
      ids.push(...(page.HostedZones ?? []).map(({ Id = '' }) => Id));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(new Set(ids).size).toBe(4);

    const first = await aws.call('ListHostedZonesByName', { MaxItems: 2 });
    expect(first.HostedZones?.map(({ Name }) => Name)).toEqual(['example.com.', 'a.example.com.']);
    const second = await aws.call('ListHostedZonesByName', {
      DNSName: first.NextDNSName,
      HostedZoneId: first.NextHostedZoneId,
    });
    expect(second.HostedZones?.map(({ Name }) => Name)).toEqual(['b.example.com.', 'a.example.org.']);
    expect(second.IsTruncated).toBe(false);

    const byVpc = await aws.call('ListHostedZonesByVPC', {
      VPCId: vpcId,
      VPCRegion: VIRGINIA,
      MaxItems: 3,
    });
    expect(byVpc.HostedZoneSummaries).toHaveLength(3);
    expect(byVpc.NextToken).toBeDefined();
    expect((await aws.call('GetHostedZoneCount', {})).HostedZoneCount).toBe(4);
  });

  test('hand out copies', async () => {
    const Id = await privateZone('a.internal', await aws.vpc('10.0.0.0/16'));
    const { ResourceRecordSets } = await aws.call('ListResourceRecordSets', { HostedZoneId: Id });
    for (const set of ResourceRecordSets ?? []) set.ResourceRecords?.splice(0);
    const zone = known(aws.state().hostedZones.values().next().value);
    expect(recordsAnswering(zone, aws.clock.nowMs()).get('a.internal.')?.[0]?.ResourceRecords).toHaveLength(4);
  });
});

describe('tags and comments', () => {
  test('are written, read in one call for several, and go with their zone', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    const zone = await privateZone('a.internal', vpcId);
    const ResourceId = zone.replace('/hostedzone/', '');
    const change = { ResourceType: 'hostedzone', ResourceId } as const;
    await aws.call('ChangeTagsForResource', {
      ...change,
      AddTags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await aws.call('ChangeTagsForResource', { ...change, RemoveTagKeys: ['a'] });
    const { ResourceTagSets } = await aws.call('ListTagsForResources', {
      ResourceType: 'hostedzone',
      ResourceIds: [ResourceId],
    });
    expect(ResourceTagSets).toEqual([{ ...change, Tags: [{ Key: 'b', Value: '2' }] }]);
    await aws.call('UpdateHostedZoneComment', { Id: zone, Comment: 'changed' });
    expect((await aws.call('GetHostedZone', { Id: zone })).HostedZone?.Config?.Comment).toBe('changed');
    await aws.call('DeleteHostedZone', { Id: zone });
    expect(await refusal(aws.call('ListTagsForResource', change))).toMatch(/^NoSuchHostedZone/);
    expect(aws.state().tags.size).toBe(0);
  });
});

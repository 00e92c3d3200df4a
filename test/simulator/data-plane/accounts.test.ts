import { beforeEach, describe, expect, test } from 'vitest';
import type { DataPlaneRequest } from '../../../simulator/data-plane/journey.ts';
import { reach, request } from '../../../simulator/data-plane/request.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { awsTimings } from '../../../simulator/timings.ts';
import { ACCOUNT, DOMAIN, JoinedRegions, onlyThrough, STAGE } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';
import { refusalCode } from '../service-world.ts';

const HERE = 'us-east-1';
const NEAR = 'eu-west-1';
const FAR = 'ap-southeast-2';
const NEARS = '222233334444';
const FARS = '333344445555';

let joined: JoinedRegions;
beforeEach(async () => {
  joined = await JoinedRegions.settled(undefined, { [NEAR]: NEARS, [FAR]: FARS });
});

const send = (changes: Partial<DataPlaneRequest> = {}) =>
  joined.clock.runUntil(request(joined.world, joined.asked(changes)));

const seen = async (changes: Partial<DataPlaneRequest> = {}) => {
  const { outcome, status, failedAt, answeredBy } = await send(changes);
  return outcome === 'answered' ? `${status} from ${answeredBy?.region}` : `${status} at ${failedAt}`;
};

describe('a fleet over three accounts', () => {
  test('answers: the view is in the caller’s account, the replicas in two others', async () => {
    expect(await seen()).toBe(`200 from ${NEAR}`);
    const { hops, body } = await send();
    expect(hops.map(({ hop }) => hop)).toContain('peering');
    expect(JSON.parse(body ?? '')).toMatchObject({ event: { requestContext: { accountId: NEARS } } });
  });

  test('answers between two members’ accounts, neither of which is the first', () => {
    const { vpcId } = joined.network(NEAR);
    const from = { account: NEARS, region: NEAR, vpcId };
    const connectTo = joined.replica(FAR).endpointDnsName;
    expect(reach(joined.world, joined.asked({ from, connectTo })).leadsTo?.region).toBe(FAR);
  });

  test('a caller’s VPC is looked for in the caller’s own account', async () => {
    const { vpcId } = joined.network(NEAR);
    const stranger = { account: ACCOUNT, region: NEAR, vpcId };
    expect((await send({ from: stranger })).failedAt).toBe('name');
  });

  test('a peering that the other account deletes is gone on both sides', async () => {
    const VpcPeeringConnectionId = joined.peering(`${HERE}~${NEAR}`);
    await joined.call(ec2, NEAR, 'DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect((await send()).failedAt).toBe('peering');
    await joined.clock.runFor(awsTimings.peeringMs);
    const { Routes = [] } =
      (await joined.call(ec2, HERE, 'DescribeRouteTables', { RouteTableIds: [joined.network(HERE).routeTableId] }))
        .RouteTables?.[0] ?? {};
    expect(Routes.find((route) => route.VpcPeeringConnectionId === VpcPeeringConnectionId)?.State).toBe('blackhole');
  });
});

test('a view may be another account’s, once its VPC is associated', async () => {
  const { vpcId } = joined.network(HERE);
  const { HostedZone } = await joined.call(route53, NEAR, 'CreateHostedZone', {
    Name: 'shared.internal',
    CallerReference: 'shared',
    VPC: { VPCId: joined.network(NEAR).vpcId, VPCRegion: NEAR },
  });
  const HostedZoneId = known(HostedZone?.Id);
  await joined.call(route53, NEAR, 'ChangeResourceRecordSets', {
    HostedZoneId,
    ChangeBatch: {
      Changes: [
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            Name: 'near.shared.internal',
            Type: 'A',
            AliasTarget: {
              DNSName: joined.replica(NEAR).endpointDnsName,
              HostedZoneId: joined.replica(NEAR).endpointZoneId,
              EvaluateTargetHealth: true,
            },
          },
        },
      ],
    },
  });
  await joined.clock.runFor(40_000);
  const shared = { connectTo: 'near.shared.internal' };
  expect((await send(shared)).failedAt).toBe('name');
  const VPC = { VPCId: vpcId, VPCRegion: HERE } as const;
  await joined.call(route53, NEAR, 'CreateVPCAssociationAuthorization', { HostedZoneId, VPC });
  await joined.call(route53, HERE, 'AssociateVPCWithHostedZone', { HostedZoneId, VPC });
  await joined.clock.runFor(40_000);
  expect(await seen(shared)).toBe(`200 from ${NEAR}`);
});

describe('health checks', () => {
  test('a record may name the check of another account, and follows it', async () => {
    const { HealthCheck } = await joined.call(route53, NEAR, 'CreateHealthCheck', {
      CallerReference: 'near',
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'nobody.example.com', Port: 443, Inverted: false },
    });
    const HealthCheckId = known(HealthCheck?.Id);
    const change = (id: string) =>
      joined.call(route53, HERE, 'ChangeResourceRecordSets', {
        HostedZoneId: joined.view(HERE),
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name: DOMAIN,
                Type: 'A',
                SetIdentifier: NEAR,
                Region: NEAR,
                HealthCheckId: id,
                AliasTarget: {
                  DNSName: joined.replica(NEAR).endpointDnsName,
                  HostedZoneId: joined.replica(NEAR).endpointZoneId,
                  EvaluateTargetHealth: false,
                },
              },
            },
          ],
        },
      });
    expect(await refusalCode(change('00000000-0000-0000-0000-000000000000'))).toBe('NoSuchHealthCheck');
    await change(HealthCheckId);
    // Nothing answers at that name, so the check fails.
    await joined.clock.runFor(5 * 60_000);
    expect(await seen()).toBe(`200 from ${FAR}`);
    expect(await refusalCode(joined.call(route53, HERE, 'GetHealthCheck', { HealthCheckId }))).toBe(
      'NoSuchHealthCheck',
    );
    await joined.call(route53, NEAR, 'DeleteHealthCheck', { HealthCheckId });
    await joined.clock.runFor(60_000);
    expect(await seen(), 'a check that is gone counts as healthy').toBe(`200 from ${NEAR}`);
  });
});

/** An endpoint for execute-api beside the replica's, in a VPC of the first account in the replica's Region. */
async function endpointOfAnotherAccount(): Promise<{ from: DataPlaneRequest['from']; id: string }> {
  const place = { account: ACCOUNT, region: NEAR };
  const call = async (operation: string, input: object) =>
    (await joined.world.invoke({
      service: 'ec2',
      operation,
      input,
      place,
      principal: { kind: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
    })) as Record<string, Record<string, string>>;
  const vpcId = known((await call('CreateVpc', { CidrBlock: '10.80.0.0/16' }))['Vpc']?.['VpcId']);
  await call('ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
  const zone = { VpcId: vpcId, CidrBlock: '10.80.1.0/24', AvailabilityZone: `${NEAR}a` };
  const SubnetIds = [known((await call('CreateSubnet', zone))['Subnet']?.['SubnetId'])];
  const { VpcEndpoint } = await call('CreateVpcEndpoint', {
    VpcId: vpcId,
    VpcEndpointType: 'Interface',
    ServiceName: `com.amazonaws.${NEAR}.execute-api`,
    SubnetIds,
    PrivateDnsEnabled: true,
  });
  await joined.clock.runFor(awsTimings.endpointAvailableMs);
  const groups = (await call('DescribeSecurityGroups', {}))['SecurityGroups'] as unknown as { GroupId: string }[];
  await call('AuthorizeSecurityGroupIngress', {
    GroupId: groups[0]?.GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.80.0.0/16' }] }],
  });
  return { from: { account: ACCOUNT, region: NEAR, vpcId }, id: known(VpcEndpoint?.['VpcEndpointId']) };
}

describe('an API of another account than the endpoint', () => {
  const open = (endpointId: string) => onlyThrough(endpointId).replaceAll('"', '\\"');

  async function letIn(policy: string): Promise<void> {
    const { apiId: restApiId } = joined.replica(NEAR);
    await joined.call(apiGateway, NEAR, 'UpdateRestApi', {
      restApiId,
      patchOperations: [{ op: 'replace', path: '/policy', value: policy }],
    });
    await joined.call(apiGateway, NEAR, 'CreateDeployment', { restApiId, stageName: STAGE });
  }

  test('is answered where the API’s policy lets that endpoint in, and not before', async () => {
    const { from, id } = await endpointOfAnotherAccount();
    const url = `https://${joined.replica(NEAR).apiId}.execute-api.${NEAR}.amazonaws.com/${STAGE}/payments`;
    expect(await seen({ from, url })).toBe('403 at policy');
    await letIn(open(id));
    expect(await seen({ from, url })).toBe(`200 from ${NEAR}`);
    // Source: AWS condition keys that can be used in API Gateway resource policies: aws:SourceAccount is none of them.
    const byAccount = JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 'execute-api:Invoke',
          Resource: 'execute-api:/*',
          Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
        },
      ],
    });
    await letIn(byAccount.replaceAll('"', '\\"'));
    expect(await seen({ from, url })).toBe('403 at policy');
  });

  test('by a private domain: shared by its provider, associated by the consumer, refused by either', async () => {
    const { from, id } = await endpointOfAnotherAccount();
    await letIn(open(id));
    const { domainNameArn, domainNameId } = joined.replica(NEAR);
    const domainName = { domainName: DOMAIN, domainNameId };
    await joined.call(apiGateway, NEAR, 'UpdateDomainName', {
      ...domainName,
      patchOperations: [{ op: 'replace', path: '/policy', value: open(id) }],
    });
    const asConsumer = (operation: string, input: object) =>
      joined.world.invoke({
        service: 'api-gateway',
        operation,
        input,
        place: { account: ACCOUNT, region: NEAR },
        principal: { kind: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
      });
    const wanted = { domainNameArn, accessAssociationSource: id, accessAssociationSourceType: 'VPCE' };
    const byProvider = joined.call(apiGateway, NEAR, 'CreateDomainNameAccessAssociation', wanted as never);
    expect(await refusalCode(byProvider), 'only the endpoint’s owner may').toBe('BadRequestException');
    const made = (await asConsumer('CreateDomainNameAccessAssociation', wanted)) as Record<string, string>;
    const arn = known(made['domainNameAccessAssociationArn']);
    expect(arn).toMatch(`arn:aws:apigateway:${NEAR}:${ACCOUNT}:/domainnameaccessassociations/`);
    await joined.clock.runFor(awsTimings.accessAssociationMs);
    const sent = { from, url: `https://${DOMAIN}/payments`, connectTo: `x.execute-api.${NEAR}.amazonaws.com` };
    expect(await seen(sent)).toBe(`200 from ${NEAR}`);
    const others = await joined.call(apiGateway, NEAR, 'GetDomainNameAccessAssociations', {
      resourceOwner: 'OTHER_ACCOUNTS',
    });
    expect(others.items?.map(({ domainNameAccessAssociationArn }) => domainNameAccessAssociationArn)).toEqual([arn]);
    const rejected = { domainNameAccessAssociationArn: arn, domainNameArn };
    expect(await refusalCode(asConsumer('RejectDomainNameAccessAssociation', rejected)), 'not theirs').toBe(
      'NotFoundException',
    );
    await joined.call(apiGateway, NEAR, 'RejectDomainNameAccessAssociation', rejected);
    expect((await send(sent)).failedAt).toBe('domain');
  });
});

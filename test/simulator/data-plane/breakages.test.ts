import { beforeAll, describe, expect, test } from 'vitest';
import { type HopName, hopNames, type Journey } from '../../../simulator/data-plane/journey.ts';
import { reach, request } from '../../../simulator/data-plane/request.ts';
import { conditionsOf } from '../../../simulator/data-plane/weather.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { iam } from '../../../simulator/services/iam/index.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { JoinedRegions, onlyThrough, STAGE } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';

const HERE = 'us-east-1';
const THERE = 'eu-west-1';

interface Breakage {
  readonly what: string;
  readonly why: string;
  breaks(joined: JoinedRegions): Promise<unknown> | void;
  /** Until it shows, in seconds. */
  readonly after?: number;
  readonly failedAt: HopName;
  readonly seen: number | string;
  /** In what the trace says. */
  readonly says: RegExp;
}

const ingress = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.64.0.0/10' }] };

const isolate = async (joined: JoinedRegions, region: string, Egress: boolean, from: number, to: number) => {
  const { NetworkAcls } = await joined.call(ec2, region, 'DescribeNetworkAcls', {
    Filters: [{ Name: 'vpc-id', Values: [joined.network(region).vpcId] }],
  });
  await joined.call(ec2, region, 'CreateNetworkAclEntry', {
    NetworkAclId: NetworkAcls?.[0]?.NetworkAclId,
    RuleNumber: 10,
    Protocol: '6',
    PortRange: { From: from, To: to },
    RuleAction: 'deny',
    Egress,
    CidrBlock: '10.0.0.0/8',
  });
};

const redeploy = async (joined: JoinedRegions, changes: object) => {
  const { apiId: restApiId } = joined.replica(THERE);
  await joined.call(apiGateway, THERE, 'UpdateRestApi', { restApiId, ...changes });
  await joined.call(apiGateway, THERE, 'CreateDeployment', { restApiId, stageName: STAGE });
};

const policyBecomes = (value: string) => ({ patchOperations: [{ op: 'replace' as const, path: '/policy', value }] });

const answers = (joined: JoinedRegions, code: () => Promise<unknown>) =>
  attachHostCode(joined.world, joined.replica(THERE).functionArn, code);

const breakages: readonly Breakage[] = [
  {
    what: 'DNS support switched off',
    why: 'there is no resolver to ask, so nothing says that the name is wrong either',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'ModifyVpcAttribute', {
        VpcId: joined.network(HERE).vpcId,
        EnableDnsSupport: { Value: false },
      }),
    failedAt: 'name',
    seen: 'ETIMEDOUT',
    says: /DNS support switched off/,
  },
  {
    what: 'DNS host names switched off',
    why: 'private zones need both attributes; public DNS knows nothing of the name',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'ModifyVpcAttribute', {
        VpcId: joined.network(HERE).vpcId,
        EnableDnsHostnames: { Value: false },
      }),
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /host names switched off/,
  },
  {
    what: 'zone disassociated',
    why: 'the zone is there, but not for this VPC',
    breaks: async (joined) => {
      const HostedZoneId = joined.view(HERE);
      // The last VPC of a zone cannot be taken away, so another has to come first.
      await joined.call(ec2, 'eu-west-1', 'CreateVpc', { CidrBlock: '10.99.0.0/16' }).then(({ Vpc }) =>
        joined.call(route53, HERE, 'AssociateVPCWithHostedZone', {
          HostedZoneId,
          VPC: { VPCId: known(Vpc?.VpcId), VPCRegion: 'eu-west-1' },
        }),
      );
      await joined.call(route53, HERE, 'DisassociateVPCFromHostedZone', {
        HostedZoneId,
        VPC: { VPCId: joined.network(HERE).vpcId, VPCRegion: 'us-east-1' },
      });
    },
    after: 40,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /no private zone that matches/,
  },
  {
    what: 'records deleted',
    why: 'a private zone that matches without a record is NXDOMAIN: public DNS is not asked',
    breaks: (joined) => joined.changeRecords(HERE, 'DELETE', ['eu-west-1', 'ap-southeast-2']),
    after: 40,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /has only NS, SOA records of it, and a private zone that matches leaves nothing to public DNS/,
  },
  {
    what: 'record pointing elsewhere',
    why: 'the name is an address, only nobody has a route to it',
    breaks: async (joined) => {
      await joined.changeRecords(HERE, 'DELETE', ['eu-west-1', 'ap-southeast-2']);
      await joined.call(route53, HERE, 'ChangeResourceRecordSets', {
        HostedZoneId: joined.view(HERE),
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name: 'api.payments.example.com',
                Type: 'A',
                TTL: 60,
                ResourceRecords: [{ Value: '172.16.0.9' }],
              },
            },
          ],
        },
      });
    },
    after: 40,
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /has no route to 172\.16\.0\.9/,
  },
  {
    what: 'network ACL of the caller keeps packets in',
    why: 'the first packet dies before any route is looked at',
    breaks: (joined) => isolate(joined, HERE, true, 443, 443),
    failedAt: 'egress',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps packets/,
  },
  {
    what: 'route deleted',
    why: 'nothing but the local route is left, which does not match',
    breaks: (joined) =>
      joined.call(ec2, HERE, 'DeleteRoute', {
        RouteTableId: joined.network(HERE).routeTableId,
        DestinationCidrBlock: joined.network(THERE).cidr,
      }),
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /route table rtb-\w+ of subnet-\w+ has no route to 10\.65\./,
  },
  {
    what: 'route replaced by a blackhole',
    why: 'the peering is well, so it is the route that is wrong',
    breaks: async (joined) => {
      const { NetworkInterface } = await joined.call(ec2, HERE, 'CreateNetworkInterface', {
        SubnetId: joined.network(HERE).subnetId,
      });
      const NetworkInterfaceId = known(NetworkInterface?.NetworkInterfaceId);
      await joined.call(ec2, HERE, 'ReplaceRoute', {
        RouteTableId: joined.network(HERE).routeTableId,
        DestinationCidrBlock: joined.network(THERE).cidr,
        NetworkInterfaceId,
      });
    },
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /sends 10\.65\.0\.0\/16 to eni-\w+, a blackhole/,
  },
  {
    what: 'route left behind by a peering that was made anew',
    why: 'the old route still names the old peering: a blackhole beside a peering that would do',
    breaks: async (joined) => {
      await joined.call(ec2, HERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      });
      await joined.clock.runFor(60_000);
      const { VpcPeeringConnection } = await joined.call(ec2, HERE, 'CreateVpcPeeringConnection', {
        VpcId: joined.network(HERE).vpcId,
        PeerVpcId: joined.network(THERE).vpcId,
        PeerRegion: THERE,
      });
      await joined.clock.runFor(10_000);
      const { VpcPeeringConnectionId } = known(VpcPeeringConnection);
      await joined.call(ec2, THERE, 'AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    },
    after: 60,
    failedAt: 'route',
    seen: 'ETIMEDOUT',
    says: /to pcx-\w+, a blackhole: that peering is not active, while pcx-\w+ is/,
  },
  {
    what: 'peering deleted',
    why: 'its route became a blackhole, yet what is wrong is the peering',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      }),
    after: 60,
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /is deleted, not active/,
  },
  {
    what: 'peering deleted and forgotten',
    why: 'two hours on, AWS shows it no longer, while the route still names it',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcPeeringConnection', {
        VpcPeeringConnectionId: joined.peering('us-east-1~eu-west-1'),
      }),
    after: 3 * 3600,
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /deleted, not active|does not exist any more/,
  },
  {
    what: 'peering eats packets on the way there',
    why: 'a peering stays active when a Regional event stops its traffic',
    breaks: ({ world }) => {
      conditionsOf(world).weather = { eats: ({ fromRegion, toRegion }) => fromRegion === HERE && toRegion === THERE };
    },
    failedAt: 'peering',
    seen: 'ETIMEDOUT',
    says: /is active, but packets from us-east-1 to eu-west-1 do not arrive/,
  },
  {
    what: 'peering eats packets on the way back',
    why: 'the request arrived; it is the answer that is lost',
    breaks: ({ world }) => {
      conditionsOf(world).weather = { eats: ({ fromRegion, toRegion }) => fromRegion === THERE && toRegion === HERE };
    },
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /is active, but packets from eu-west-1 to us-east-1 do not arrive/,
  },
  {
    what: 'rule revoked',
    why: 'security groups drop without a word',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'RevokeSecurityGroupIngress', {
        GroupId: joined.network(THERE).groupId,
        IpPermissions: [ingress],
      }),
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /sg-\w+ of eni-\w+ lets nothing in from 10\.64\.1\.10 on tcp\/443/,
  },
  {
    what: 'rule narrowed to other callers',
    why: 'the port is right and the source is not',
    breaks: async (joined) => {
      const GroupId = joined.network(THERE).groupId;
      await joined.call(ec2, THERE, 'RevokeSecurityGroupIngress', { GroupId, IpPermissions: [ingress] });
      await joined.call(ec2, THERE, 'AuthorizeSecurityGroupIngress', {
        GroupId,
        IpPermissions: [{ ...ingress, IpRanges: [{ CidrIp: '10.66.0.0/16' }] }],
      });
    },
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /lets nothing in from 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the endpoint keeps packets out',
    why: 'it stands before the security group',
    breaks: (joined) => isolate(joined, THERE, false, 443, 443),
    failedAt: 'arrival',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps packets from 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the endpoint keeps answers in',
    why: 'network ACLs remember no connections: answers to the ephemeral port need a rule of their own',
    breaks: (joined) => isolate(joined, THERE, true, 1024, 65_535),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /entry 10 of acl-\w+ keeps answers to 10\.64\.1\.10/,
  },
  {
    what: 'network ACL of the caller keeps answers out',
    why: 'the last hop of the way back is the caller’s own subnet',
    breaks: (joined) => isolate(joined, HERE, false, 1024, 65_535),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /keeps answers from 10\.65\.\d+\.\d+ out of subnet-/,
  },
  {
    what: 'return route gone',
    why: 'the request arrived, and the answer has no way back',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteRoute', {
        RouteTableId: joined.network(THERE).routeTableId,
        DestinationCidrBlock: joined.network(HERE).cidr,
      }),
    failedAt: 'return',
    seen: 'ETIMEDOUT',
    says: /has no route back to 10\.64\.1\.10/,
  },
  {
    what: 'endpoint being deleted',
    why: 'its name still resolves and its interface is still there, but nothing answers',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcEndpoints', { VpcEndpointIds: [joined.replica(THERE).endpointId] }),
    failedAt: 'endpoint',
    seen: 'ETIMEDOUT',
    says: /vpce-\w+ is deleting, not available/,
  },
  {
    what: 'endpoint deleted',
    why: 'the alias stays behind and leads to a name that no longer exists',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcEndpoints', { VpcEndpointIds: [joined.replica(THERE).endpointId] }),
    after: 60,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /leads nowhere .* there is no vpce-\w+ in eu-west-1/,
  },
  {
    what: 'Region dark',
    why: 'records know nothing of it without a health check, so callers are still sent there',
    breaks: ({ world }) => {
      conditionsOf(world).weather = { dark: (region) => region === THERE };
    },
    failedAt: 'endpoint',
    seen: 'ETIMEDOUT',
    says: /eu-west-1 is dark/,
  },
  {
    what: 'access association missing',
    why: 'the endpoint presents API Gateway’s own certificate, which is for other names',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'DeleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: joined.replica(THERE).associationArn,
      }),
    failedAt: 'domain',
    seen: 'ERR_TLS_CERT_ALTNAME_INVALID',
    says: /has no access association with the domain name/,
  },
  {
    what: 'access association not in effect yet',
    why: 'a new one takes a quarter of an hour, and API Gateway shows no status',
    breaks: async (joined) => {
      const { associationArn, domainNameArn, endpointId } = joined.replica(THERE);
      await joined.call(apiGateway, THERE, 'DeleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: associationArn,
      });
      await joined.call(apiGateway, THERE, 'CreateDomainNameAccessAssociation', {
        domainNameArn,
        accessAssociationSource: endpointId,
        accessAssociationSourceType: 'VPCE',
      });
    },
    after: 60,
    failedAt: 'domain',
    seen: 'ERR_TLS_CERT_ALTNAME_INVALID',
    says: /is not in effect yet/,
  },
  {
    what: 'base path mapping missing',
    why: 'the domain is served, and leads to no API',
    breaks: (joined) => {
      const { domainNameId } = joined.replica(THERE);
      return joined.call(apiGateway, THERE, 'DeleteBasePathMapping', {
        domainName: 'api.payments.example.com',
        domainNameId,
        basePath: '(none)',
      });
    },
    failedAt: 'domain',
    seen: 403,
    says: /has no base path mapping for \/payments/,
  },
  {
    what: 'domain policy for another endpoint',
    why: 'a private domain has a policy of its own, in force without a deployment',
    breaks: (joined) => {
      const { domainNameId } = joined.replica(THERE);
      return joined.call(apiGateway, THERE, 'UpdateDomainName', {
        domainName: 'api.payments.example.com',
        domainNameId,
        patchOperations: [{ op: 'replace', path: '/policy', value: onlyThrough('vpce-0aaaaaaaaaaaaaaaa') }],
      });
    },
    failedAt: 'policy',
    seen: 403,
    says: /the policy of domain name .* statement 2 \(OnlyThisEndpoint\) denies/,
  },
  {
    what: 'resource policy for another endpoint',
    why: 'an explicit deny wins over the allow beside it',
    breaks: (joined) => redeploy(joined, policyBecomes(onlyThrough('vpce-0aaaaaaaaaaaaaaaa'))),
    failedAt: 'policy',
    seen: 403,
    says: /as deployed: statement 2 \(OnlyThisEndpoint\) denies where aws:SourceVpce StringNotEquals vpce-0a+/,
  },
  {
    what: 'endpoint policy denies',
    why: 'the endpoint has a policy too, which is asked first',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'ModifyVpcEndpoint', {
        VpcEndpointId: joined.replica(THERE).endpointId,
        PolicyDocument: JSON.stringify({
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 'execute-api:Invoke',
              Resource: 'arn:aws:execute-api:eu-west-1:*:other/*',
            },
          ],
        }),
      }),
    failedAt: 'policy',
    seen: 403,
    says: /the policy of endpoint vpce-\w+: no statement allows it/,
  },
  {
    what: 'stage deleted',
    why: 'a stage that is not there is Forbidden, not Not Found',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'DeleteStage', { restApiId: joined.replica(THERE).apiId, stageName: STAGE }),
    failedAt: 'stage',
    seen: 403,
    says: /has no stage live/,
  },
  {
    what: 'throttled to nothing',
    why: 'a stage’s throttle answers in the API’s place',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'UpdateStage', {
        restApiId: joined.replica(THERE).apiId,
        stageName: STAGE,
        patchOperations: [
          { op: 'replace', path: '/*/*/throttling/rateLimit', value: '0' },
          { op: 'replace', path: '/*/*/throttling/burstLimit', value: '0' },
        ],
      }),
    failedAt: 'throttle',
    seen: 429,
    says: /lets 0 requests a second through/,
  },
  {
    what: 'function deleted',
    why: 'the integration names what does not exist',
    breaks: (joined) => joined.call(lambda, THERE, 'DeleteFunction', { FunctionName: 'greet' }),
    failedAt: 'integration',
    seen: 500,
    says: /the function greet does not exist in eu-west-1/,
  },
  {
    what: 'invoking role deleted',
    why: 'without a role to act as, API Gateway may not invoke the function',
    breaks: (joined) => joined.call(iam, HERE, 'DeleteRole', { RoleName: 'invoker' }),
    failedAt: 'integration',
    seen: 500,
    says: /the role invoker .* does not exist/,
  },
  {
    what: 'function throws',
    why: 'API Gateway does not show what a function threw',
    breaks: (joined) => answers(joined, () => Promise.reject(new TypeError('no such payment'))),
    failedAt: 'function',
    seen: 502,
    says: /greet failed: TypeError: no such payment/,
  },
  {
    what: 'function answers what is no HTTP answer',
    why: 'a proxy integration wants statusCode and a body of text',
    breaks: (joined) => answers(joined, () => Promise.resolve({ statusCode: 200, body: { amount: 1 } })),
    failedAt: 'function',
    seen: 502,
    says: /its body is of type object, not a string/,
  },
  {
    what: 'function throttled',
    why: 'Lambda’s 429 is a 500 to the caller',
    breaks: (joined) =>
      joined.call(lambda, THERE, 'PutFunctionConcurrency', { FunctionName: 'greet', ReservedConcurrentExecutions: 0 }),
    failedAt: 'function',
    seen: 500,
    says: /Lambda did not run greet/,
  },
];

describe('one thing broken at a time', () => {
  let whole: Journey;
  beforeAll(async () => {
    const joined = await JoinedRegions.settled();
    whole = await request(joined.world, joined.asked());
  });

  test('with nothing broken every hop is passed, in order', () => {
    expect(whole.hops.filter(({ ok }) => !ok)).toEqual([]);
    expect(whole).toMatchObject({
      outcome: 'answered',
      status: 200,
      answeredBy: { region: THERE, stage: STAGE, functionName: 'greet' },
    });
    const order = whole.hops.map(({ hop }) => hopNames.indexOf(hop));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(hopNames.filter((name) => !whole.hops.some(({ hop }) => hop === name))).toEqual(['throttle']);
  });

  test.for(breakages)('$what: $failedAt, as $why', async ({ breaks, after = 0, failedAt, seen, says }) => {
    const joined = await JoinedRegions.settled();
    await breaks(joined);
    await joined.clock.runFor(after * 1000);
    const journey = await joined.clock.runUntil(request(joined.world, joined.asked()));
    const last = known(journey.hops.at(-1));
    expect(last.says).toMatch(says);
    expect({ outcome: journey.outcome, failedAt: journey.failedAt, last: last.hop, ok: last.ok }).toEqual({
      outcome: 'failed',
      failedAt,
      last: failedAt,
      ok: false,
    });
    expect(journey.status ?? journey.clientError?.code).toBe(seen);
    expect(journey.hops.slice(0, -1).every(({ ok }) => ok)).toBe(true);
    expect(journey.latencyMs > 2_000).toBe(journey.clientError?.code === 'ETIMEDOUT');
    // What a probe sees without calling the function is the same, up to the function.
    if (failedAt !== 'function')
      expect(reach(joined.world, joined.asked())).toMatchObject({ outcome: 'failed', failedAt });
  });
});

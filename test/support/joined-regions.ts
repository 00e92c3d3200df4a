import { zipSync } from 'fflate';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import type { DataPlaneRequest } from '../../simulator/data-plane/journey.ts';
import { rootOf } from '../../simulator/principal.ts';
import type { InputOf, OutputOf, Service } from '../../simulator/service.ts';
import { acm } from '../../simulator/services/acm/index.ts';
import { apiGateway } from '../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../simulator/services/ec2/index.ts';
import { iam } from '../../simulator/services/iam/index.ts';
import { services } from '../../simulator/services/index.ts';
import { attachHostCode } from '../../simulator/services/lambda/host.ts';
import { lambda } from '../../simulator/services/lambda/index.ts';
import type { HostCode } from '../../simulator/services/lambda/state.ts';
import { route53 } from '../../simulator/services/route-53/index.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { World } from '../../simulator/world.ts';
import { known } from './known.ts';

export const ACCOUNT = '111122223333';
export const DOMAIN = 'api.payments.example.com';
export const STAGE = 'live';

/** What was made in a Region, by id. */
export interface Network {
  readonly region: string;
  readonly cidr: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly routeTableId: string;
  readonly groupId: string;
}

export interface Replica {
  readonly endpointId: string;
  readonly endpointDnsName: string;
  readonly endpointZoneId: string;
  readonly apiId: string;
  readonly functionArn: string;
  readonly domainNameArn: string;
  readonly domainNameId: string;
  readonly associationArn: string;
}

/** Greets, and says what it was sent. */
const greets: HostCode = (event) =>
  Promise.resolve({ statusCode: 200, body: JSON.stringify({ hello: 'caller', event }) });

export const onlyThrough = (endpointId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
      {
        Sid: 'OnlyThisEndpoint',
        Effect: 'Deny',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Condition: { StringNotEquals: { 'aws:SourceVpce': endpointId } },
      },
    ],
  });

const CIDRS: Readonly<Record<string, string>> = {
  'us-east-1': '10.64.0.0/16',
  'eu-west-1': '10.65.0.0/16',
  'ap-southeast-2': '10.66.0.0/16',
};

/** Regions joined by peerings into one private API, all of it made through AWS's own calls. */
export class JoinedRegions {
  readonly clock = new VirtualClock();
  readonly world = new World({
    clock: this.clock,
    seed: 'joined-regions',
    timings: awsTimings,
    services,
    account: ACCOUNT,
  });
  readonly networks = new Map<string, Network>();
  readonly replicas = new Map<string, Replica>();
  /** By 'a~b', as they were joined. */
  readonly peerings = new Map<string, string>();
  /** Whose each Region's things are; those that are not named are `ACCOUNT`'s. */
  readonly #accounts: Readonly<Record<string, string>>;
  /** Hosted zone ids by the Region they answer in. */
  readonly views = new Map<string, string>();

  constructor(accounts: Readonly<Record<string, string>> = {}) {
    this.#accounts = accounts;
  }

  accountIn = (region: string): string => this.#accounts[region] ?? ACCOUNT;

  /** As the root of the account whose that Region's things are. */
  async call<Client, State, Name extends string>(
    service: Service<Client, State>,
    region: string,
    operation: Name,
    input: InputOf<Client, Name> & object,
  ): Promise<OutputOf<Client, Name>> {
    const place = { account: this.accountIn(region), region };
    const request = { service: service.name, operation, input, place, principal: rootOf(place.account) };
    return (await this.world.invoke(request)) as OutputOf<Client, Name>;
  }

  network = (region: string): Network => known(this.networks.get(region));
  replica = (region: string): Replica => known(this.replicas.get(region));
  view = (region: string): string => known(this.views.get(region));
  peering = (link: string): string => known(this.peerings.get(link));

  async addNetwork(region: string): Promise<void> {
    const cidr = known(CIDRS[region]);
    const vpcId = known((await this.call(ec2, region, 'CreateVpc', { CidrBlock: cidr })).Vpc?.VpcId);
    await this.call(ec2, region, 'ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    const CidrBlock = cidr.replace('.0.0/16', '.1.0/24');
    const { Subnet } = await this.call(ec2, region, 'CreateSubnet', {
      VpcId: vpcId,
      CidrBlock,
      AvailabilityZone: `${region}a`,
    });
    const { RouteTables } = await this.call(ec2, region, 'DescribeRouteTables', {
      Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
    });
    const { GroupId } = await this.call(ec2, region, 'CreateSecurityGroup', {
      VpcId: vpcId,
      GroupName: 'endpoint',
      Description: 'the endpoint',
    });
    await this.call(ec2, region, 'AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.64.0.0/10' }] }],
    });
    this.networks.set(region, {
      region,
      cidr,
      vpcId,
      subnetId: known(Subnet?.SubnetId),
      routeTableId: known(RouteTables?.[0]?.RouteTableId),
      groupId: known(GroupId),
    });
  }

  async addReplica(region: string, code: HostCode = greets): Promise<void> {
    const { vpcId, subnetId, groupId } = this.network(region);
    const { VpcEndpoint } = await this.call(ec2, region, 'CreateVpcEndpoint', {
      VpcId: vpcId,
      VpcEndpointType: 'Interface',
      ServiceName: `com.amazonaws.${region}.execute-api`,
      SubnetIds: [subnetId],
      SecurityGroupIds: [groupId],
      PrivateDnsEnabled: false,
    });
    const endpointId = known(VpcEndpoint?.VpcEndpointId);
    const functionArn = await this.addFunction(region, 'greet', code);
    const apiId = await this.addApi(region, endpointId, functionArn);
    const { CertificateArn } = await this.call(acm, region, 'RequestCertificate', { DomainName: DOMAIN });
    await this.clock.runFor(awsTimings.certificateIssuedMs);
    const { domainNameArn, domainNameId } = await this.call(apiGateway, region, 'CreateDomainName', {
      domainName: DOMAIN,
      certificateArn: CertificateArn,
      endpointConfiguration: { types: ['PRIVATE'] },
      securityPolicy: 'TLS_1_2',
      policy: onlyThrough(endpointId),
    });
    await this.call(apiGateway, region, 'CreateBasePathMapping', {
      domainName: DOMAIN,
      domainNameId,
      restApiId: apiId,
      stage: STAGE,
    });
    const { domainNameAccessAssociationArn } = await this.call(
      apiGateway,
      region,
      'CreateDomainNameAccessAssociation',
      {
        domainNameArn,
        accessAssociationSource: endpointId,
        accessAssociationSourceType: 'VPCE',
      },
    );
    this.replicas.set(region, {
      endpointId,
      endpointDnsName: known(VpcEndpoint?.DnsEntries?.[0]?.DnsName),
      endpointZoneId: known(VpcEndpoint?.DnsEntries?.[0]?.HostedZoneId),
      apiId,
      functionArn,
      domainNameArn: known(domainNameArn),
      domainNameId: known(domainNameId),
      associationArn: known(domainNameAccessAssociationArn),
    });
  }

  async addRole(RoleName: string, trusted: string, region = 'us-east-1'): Promise<void> {
    const Statement = [{ Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.call(iam, region, 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  }

  async addFunction(region: string, FunctionName: string, code: HostCode): Promise<string> {
    const ZipFile = zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = async () => ({});') });
    const { FunctionArn } = await this.call(lambda, region, 'CreateFunction', {
      FunctionName,
      Role: `arn:aws:iam::${this.accountIn(region)}:role/greet`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 10,
      Code: { ZipFile },
    });
    attachHostCode(this.world, known(FunctionArn), code);
    return known(FunctionArn);
  }

  /** A private API with one proxy for everything, open to the endpoint alone, and deployed. */
  async addApi(region: string, endpointId: string, functionArn: string): Promise<string> {
    const { id: restApiId, rootResourceId } = await this.call(apiGateway, region, 'CreateRestApi', {
      name: 'payments',
      endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: [endpointId] },
      policy: onlyThrough(endpointId),
    });
    const { id: resourceId } = await this.call(apiGateway, region, 'CreateResource', {
      restApiId,
      parentId: rootResourceId,
      pathPart: 'payments',
    });
    const { id: greedyId } = await this.call(apiGateway, region, 'CreateResource', {
      restApiId,
      parentId: resourceId,
      pathPart: '{proxy+}',
    });
    for (const [id, httpMethod] of [
      [resourceId, 'GET'],
      [greedyId, 'ANY'],
    ] as const) {
      const method = { restApiId, resourceId: id, httpMethod };
      await this.call(apiGateway, region, 'PutMethod', { ...method, authorizationType: 'NONE' });
      await this.call(apiGateway, region, 'PutIntegration', {
        ...method,
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
        credentials: `arn:aws:iam::${this.accountIn(region)}:role/invoker`,
      });
    }
    await this.call(apiGateway, region, 'CreateDeployment', {
      restApiId,
      stageName: STAGE,
      variables: { spec: 'abc123' },
    });
    return known(restApiId);
  }

  /** Peering, and a route on each side. */
  async join(from: string, to: string): Promise<void> {
    const here = this.network(from);
    const there = this.network(to);
    const { VpcPeeringConnection } = await this.call(ec2, from, 'CreateVpcPeeringConnection', {
      VpcId: here.vpcId,
      PeerVpcId: there.vpcId,
      PeerRegion: to,
      PeerOwnerId: this.accountIn(to),
    });
    const VpcPeeringConnectionId = known(VpcPeeringConnection?.VpcPeeringConnectionId);
    await this.clock.runFor(awsTimings.peeringMs);
    await this.call(ec2, to, 'AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    for (const [near, far] of [
      [here, there],
      [there, here],
    ] as const)
      await this.call(ec2, near.region, 'CreateRoute', {
        RouteTableId: near.routeTableId,
        DestinationCidrBlock: far.cidr,
        VpcPeeringConnectionId,
      });
    this.peerings.set(`${from}~${to}`, VpcPeeringConnectionId);
  }

  /** The private zone of one Region's callers, with a latency record for each replica. */
  async addView(region: string): Promise<void> {
    const { vpcId } = this.network(region);
    const { HostedZone } = await this.call(route53, region, 'CreateHostedZone', {
      Name: DOMAIN,
      CallerReference: region,
      VPC: { VPCId: vpcId, VPCRegion: region as 'us-east-1' },
    });
    const HostedZoneId = known(HostedZone?.Id).replace('/hostedzone/', '');
    this.views.set(region, HostedZoneId);
    await this.changeRecords(region, 'UPSERT', [...this.replicas.keys()]);
  }

  async changeRecords(viewOf: string, Action: 'UPSERT' | 'DELETE', leadingTo: readonly string[]): Promise<void> {
    await this.call(route53, viewOf, 'ChangeResourceRecordSets', {
      HostedZoneId: this.view(viewOf),
      ChangeBatch: {
        Changes: leadingTo.map((to) => ({
          Action,
          ResourceRecordSet: {
            Name: DOMAIN,
            Type: 'A' as const,
            SetIdentifier: to,
            Region: to as 'us-east-1',
            AliasTarget: {
              DNSName: this.replica(to).endpointDnsName,
              HostedZoneId: this.replica(to).endpointZoneId,
              EvaluateTargetHealth: false,
            },
          },
        })),
      },
    });
  }

  /** A caller in us-east-1, which has no replica, and replicas in eu-west-1 and ap-southeast-2: all of it settled. */
  static async settled(code?: HostCode, accounts: Readonly<Record<string, string>> = {}): Promise<JoinedRegions> {
    const joined = new JoinedRegions(accounts);
    const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
    const oneInEach = new Map(regions.map((region) => [joined.accountIn(region), region]));
    for (const region of oneInEach.values()) {
      await joined.addRole('invoker', 'apigateway.amazonaws.com', region);
      await joined.addRole('greet', 'lambda.amazonaws.com', region);
    }
    for (const region of regions) await joined.addNetwork(region);
    for (const region of regions.slice(1)) await joined.addReplica(region, code);
    await joined.join('us-east-1', 'eu-west-1');
    await joined.join('us-east-1', 'ap-southeast-2');
    await joined.join('eu-west-1', 'ap-southeast-2');
    for (const region of regions) await joined.addView(region);
    await joined.clock.runFor(40 * 60_000);
    return joined;
  }

  /** A request from us-east-1 by the fleet's own name; asks the resolver anew, so that what was just broken shows. */
  asked(changes: Partial<DataPlaneRequest> = {}): DataPlaneRequest {
    const { vpcId } = this.network('us-east-1');
    return {
      from: { account: this.accountIn('us-east-1'), region: 'us-east-1', vpcId },
      url: `https://${DOMAIN}/payments`,
      resolverCache: 'bypass',
      ...changes,
    };
  }
}

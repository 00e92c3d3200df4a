import { type Dialogue, read, write } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { breakages, type Scene } from '../../local/breakages.ts';
import type { Timings } from '../../simulator/timings.ts';
import {
  ANY,
  allow,
  attribute,
  type Call,
  cidrOf,
  domainOf,
  endpointChanged,
  endpointNames,
  functionOf,
  id,
  ledAstray,
  mappingOf,
  peeringAccepted,
  peeringAnew,
  peeringDeleted,
  peeringOf,
  peeringRejected,
  pointed,
  policy,
  policyOfApi,
  recordsIn,
  routeTo,
  routeToTheNew,
  rulesReplaced,
  subnetsOf,
  tableOf,
  tablesIn,
  vpcOf,
} from './reachability-scene.ts';

/** One way in which somebody changes a fleet by hand, whether or not callers feel it. */
export interface Mutation {
  readonly name: string;
  /** What has to pass, so that the world is as the lists of AWS say that it is. */
  readonly showsAfter?: keyof Timings;
  do(scene: Scene): Dialogue<Call, void>;
  /** What is done once that has passed; it passes again after each. */
  readonly thereafter?: readonly ((scene: Scene) => Dialogue<Call, void>)[];
}

const further: readonly Mutation[] = [
  {
    name: 'the way back deleted',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteRoute', routeTo(scene, scene.to, scene.from));
    },
  },
  {
    name: 'route replaced by one to the internet',
    *do(scene) {
      const { InternetGateway } = yield* write(scene.from, 'ec2', 'createInternetGateway', {});
      const GatewayId = InternetGateway?.InternetGatewayId ?? '';
      yield* write(scene.from, 'ec2', 'attachInternetGateway', {
        InternetGatewayId: GatewayId,
        VpcId: vpcOf(scene, scene.from),
      });
      yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), GatewayId });
    },
  },
  {
    name: "route replaced by one through another member's peering",
    *do(scene) {
      const third = scene.state.members.find(
        ({ region }) => region !== scene.from && region !== scene.to && peeringOf(scene, scene.from, region) !== 'none',
      );
      if (third === undefined) return;
      const VpcPeeringConnectionId = peeringOf(scene, scene.from, third.region);
      yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), VpcPeeringConnectionId });
    },
  },
  { name: "one of the callers' subnets led astray", do: (scene) => ledAstray(scene, scene.from, 1) },
  { name: "all of the callers' subnets led astray", do: (scene) => ledAstray(scene, scene.from, 9) },
  { name: "one of the endpoint's subnets led astray", do: (scene) => ledAstray(scene, scene.to, 1) },
  { name: "all of the endpoint's subnets led astray", do: (scene) => ledAstray(scene, scene.to, 9) },
  {
    name: "the fleet's table made the main one, and its subnets let go",
    *do(scene) {
      const { main } = yield* tablesIn(scene, scene.from);
      yield* write(scene.from, 'ec2', 'replaceRouteTableAssociation', {
        AssociationId: main?.RouteTableAssociationId,
        RouteTableId: tableOf(scene, scene.from),
      });
      yield* ledAstray(scene, scene.from, 9);
    },
  },
  {
    name: 'the main table knows the way, and a subnet is let go',
    *do(scene) {
      const { main } = yield* tablesIn(scene, scene.from);
      yield* write(scene.from, 'ec2', 'createRoute', {
        RouteTableId: main?.RouteTableId,
        DestinationCidrBlock: cidrOf(scene, scene.to),
        VpcPeeringConnectionId: peeringOf(scene),
      });
      yield* ledAstray(scene, scene.from, 1);
    },
  },
  { name: 'rule narrowed to one member', do: (scene) => rulesReplaced(scene, cidrOf(scene, scene.to)) },
  {
    name: 'rule narrowed to some addresses of a subnet',
    do: (scene) => rulesReplaced(scene, cidrOf(scene, scene.from).replace('/16', '/24')),
  },
  { name: 'rule widened to everybody', do: (scene) => rulesReplaced(scene, '0.0.0.0/0', '-1') },
  {
    name: "endpoint given the VPC's default group",
    *do(scene) {
      const Filters = [{ Name: 'vpc-id', Values: [vpcOf(scene, scene.to)] }];
      const { SecurityGroups = [] } = yield* read(scene.to, 'ec2', 'describeSecurityGroups', { Filters });
      const other = SecurityGroups.find(({ GroupName }) => GroupName === 'default')?.GroupId ?? '';
      const own = id(scene, 'security-group', `${scene.to}/endpoint`);
      yield* endpointChanged(() => ({ AddSecurityGroupIds: [other], RemoveSecurityGroupIds: [own] }))(scene);
    },
  },
  {
    name: 'endpoint taken out of a subnet',
    do: endpointChanged((scene) => ({ RemoveSubnetIds: subnetsOf(scene, scene.to).slice(0, 1) })),
  },
  {
    name: 'endpoint policy denies all',
    do: endpointChanged(() => ({ PolicyDocument: policy({ ...ANY, Effect: 'Deny', Action: '*', Resource: '*' }) })),
  },
  {
    name: 'endpoint policy lets in this API only',
    do: endpointChanged((scene) => ({
      PolicyDocument: policy({
        ...allow,
        Resource: `arn:aws:execute-api:${scene.to}:*:${id(scene, 'rest-api', scene.to)}/*`,
      }),
    })),
  },
  {
    name: "endpoint policy lets in some callers' addresses only",
    do: endpointChanged((scene) => ({
      PolicyDocument: policy({
        ...allow,
        Resource: '*',
        Condition: { IpAddress: { 'aws:VpcSourceIp': cidrOf(scene, scene.from) } },
      }),
    })),
  },
  {
    name: 'endpoint deleted, and gone',
    showsAfter: 'endpointDeletedMs',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteVpcEndpoints', { VpcEndpointIds: [id(scene, 'endpoint', scene.to)] });
    },
  },
  {
    name: 'peering replaced by one that nobody accepted',
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew],
  },
  {
    name: 'peering replaced by one that was rejected',
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, peeringRejected],
  },
  {
    name: "peering replaced by a stranger's, which no route leads to",
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, peeringAccepted],
  },
  {
    name: "peering replaced by a stranger's, which the route there leads to",
    showsAfter: 'peeringMs',
    do: peeringDeleted,
    thereafter: [peeringAnew, routeToTheNew, peeringAccepted],
  },
  { name: 'DNS support switched off', do: attribute('EnableDnsSupport') },
  { name: 'DNS host names switched off', do: attribute('EnableDnsHostnames') },
  {
    name: 'record leads to another member',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const other = scene.state.members.find(({ region, role }) => region !== scene.to && role === 'serving')?.region;
      const [name] = other === undefined ? [] : yield* endpointNames(scene, other);
      if (name !== undefined) yield* pointed(scene, name);
    },
  },
  {
    name: 'record leads to one zone of the endpoint',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const name = (yield* endpointNames(scene, scene.to)).find(({ alias }) => alias.includes(`-${scene.to}a.`));
      if (name !== undefined) yield* pointed(scene, name);
    },
  },
  {
    name: "record leads to an address in the replica's VPC",
    showsAfter: 'recordSyncMs',
    do: (scene) => pointed(scene, { address: cidrOf(scene, scene.to).replace('.0.0/16', '.255.9') }),
  },
  {
    name: 'zone deleted',
    showsAfter: 'recordSyncMs',
    *do(scene) {
      const HostedZoneId = id(scene, 'view', scene.from);
      const records = (yield* recordsIn(HostedZoneId)).filter(({ Type }) => Type === 'A');
      const Changes = records.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
      if (Changes.length > 0)
        yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } });
      yield* write(GLOBAL_REGION, 'route-53', 'deleteHostedZone', { Id: HostedZoneId });
    },
  },
  {
    name: 'base path mapping deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteBasePathMapping', mappingOf(scene));
    },
  },
  {
    name: 'base path mapping of no stage',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'updateBasePathMapping', {
        ...mappingOf(scene),
        patchOperations: [{ op: 'replace', path: '/stage', value: '' }],
      });
    },
  },
  {
    name: 'access association deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: id(scene, 'access-association', scene.to),
      });
    },
  },
  {
    name: 'domain name deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: id(scene, 'access-association', scene.to),
      });
      yield* write(scene.to, 'api-gateway', 'deleteDomainName', domainOf(scene));
    },
  },
  {
    name: "domain name's policy lets in another endpoint",
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'updateDomainName', {
        ...domainOf(scene),
        patchOperations: [
          {
            op: 'replace',
            path: '/policy',
            value: policy({ ...allow, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } } }),
          },
        ],
      });
    },
  },
  {
    name: 'API deleted',
    *do(scene) {
      yield* write(scene.to, 'api-gateway', 'deleteBasePathMapping', mappingOf(scene));
      yield* write(scene.to, 'api-gateway', 'deleteRestApi', { restApiId: id(scene, 'rest-api', scene.to) });
    },
  },
  {
    name: 'resource policy denies, and is deployed',
    do: (scene) => policyOfApi(scene, policy(allow, { ...allow, Effect: 'Deny' }), true),
  },
  {
    name: 'resource policy lets in one VPC, and is deployed',
    do: (scene) =>
      policyOfApi(
        scene,
        policy({ ...allow, Condition: { StringEquals: { 'aws:SourceVpc': vpcOf(scene, scene.to) } } }),
        true,
      ),
  },
  {
    name: 'resource policy denies some callers, and is deployed',
    do: (scene) =>
      policyOfApi(
        scene,
        policy(allow, {
          ...allow,
          Effect: 'Deny',
          Condition: { IpAddress: { 'aws:VpcSourceIp': [cidrOf(scene, scene.from)] } },
        }),
        true,
      ),
  },
  {
    name: 'an older deployment served',
    *do(scene) {
      const restApiId = id(scene, 'rest-api', scene.to);
      const stageName = scene.state.declared.fleet.api.stage;
      const { items = [] } = yield* read(scene.to, 'api-gateway', 'getDeployments', { restApiId });
      const now = id(scene, 'stage', scene.to);
      const older = items.find(
        ({ id: one, description = '' }) => one !== now && description.startsWith('landbridge '),
      )?.id;
      if (older !== undefined)
        yield* write(scene.to, 'api-gateway', 'updateStage', {
          restApiId,
          stageName,
          patchOperations: [{ op: 'replace', path: '/deploymentId', value: older }],
        });
    },
  },
  {
    name: 'function deleted',
    *do(scene) {
      yield* write(scene.to, 'lambda', 'deleteFunction', { FunctionName: functionOf(scene) });
    },
  },
  {
    name: 'function entered elsewhere',
    showsAfter: 'functionActiveMs',
    *do(scene) {
      yield* write(scene.to, 'lambda', 'updateFunctionConfiguration', {
        FunctionName: functionOf(scene),
        Handler: 'index.nothing',
      });
    },
  },
];

export const mutations: readonly Mutation[] = [...breakages, ...further];

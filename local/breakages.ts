import { zipSync } from 'fflate';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../control-plane/model/aws-call.ts';
import { GLOBAL_REGION, type Region } from '../control-plane/model/region.ts';
import { keyOf, linkName } from '../control-plane/model/target.ts';
import type { FleetState } from '../handlers/runtime/fleet-state.ts';

type Call = ReadCall | WriteCall;

/** Where a breakage strikes, and which callers feel it. */
export interface Scene {
  readonly state: FleetState;
  /** The members whose link, or whose own part, is broken: callers in `from` ask the replica in `to`. */
  readonly from: Region;
  readonly to: Region;
}

/** One way in which somebody breaks a fleet by hand, with the calls they would make. */
export interface Breakage {
  readonly name: string;
  /** The hop at which a request from `from` to `to` now ends; `undefined` where no request fails. */
  readonly endsAt: string | undefined;
  /** What has to pass first, until callers feel it. Left out: nothing. */
  readonly showsAfter?: 'recordSyncMs' | 'functionActiveMs';
  /** Why a request ends there, or why none fails. */
  readonly why: string;
  do(scene: Scene): Dialogue<Call, void>;
}

const idOf = ({ state }: Scene, kind: string, name: string): string => {
  const id = state.ids.get(keyOf(kind, name));
  if (id === undefined) throw new Error(`${kind}/${name} has no id in the journal: is it joined?`);
  return id;
};
const cidrOf = ({ state }: Scene, region: Region): string =>
  state.members.find((member) => member.region === region)?.cidrs[0] ?? '';
const zoneOf = (scene: Scene): string => idOf(scene, 'view', scene.from);
const peeringOf = (scene: Scene): string => idOf(scene, 'peering', linkName(scene.from, scene.to));
const routeTo = (scene: Scene) => ({
  RouteTableId: idOf(scene, 'route-table', `${scene.from}/main`),
  DestinationCidrBlock: cidrOf(scene, scene.to),
});

/** The record of `to` in the view of `from`. */
function* recordOf(scene: Scene) {
  const { ResourceRecordSets = [] } = yield* read(GLOBAL_REGION, 'route-53', 'listResourceRecordSets', {
    HostedZoneId: zoneOf(scene),
  });
  const record = ResourceRecordSets.find(({ SetIdentifier }) => SetIdentifier === scene.to);
  if (record === undefined) throw new Error(`the view of ${scene.from} has no record of ${scene.to}`);
  return record;
}

/** A VPC of a stranger's, for what takes a second one. */
function* strangersVpc(region: Region, CidrBlock: string): Dialogue<Call, string> {
  // One does for all that is broken so: a Region holds five.
  const { Vpcs = [] } = yield* read(region, 'ec2', 'describeVpcs', {
    Filters: [{ Name: 'cidr', Values: [CidrBlock] }],
  });
  const [there] = Vpcs;
  if (there?.VpcId !== undefined) return there.VpcId;
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock });
  return Vpc?.VpcId ?? '';
}

/** API Gateway keeps a stage that a domain is mapped to, so it is unmapped first. A mapping without one takes it from the path. */
export function* deleteStage(region: Region, restApiId: string, stageName: string): Dialogue<Call, void> {
  const { items: domains = [] } = yield* read(region, 'api-gateway', 'getDomainNames', {});
  for (const { domainName, domainNameId } of domains) {
    const { items: mappings = [] } = yield* read(region, 'api-gateway', 'getBasePathMappings', {
      domainName,
      domainNameId,
    });
    for (const mapping of mappings)
      if (mapping.restApiId === restApiId && mapping.stage === stageName)
        yield* write(region, 'api-gateway', 'updateBasePathMapping', {
          domainName,
          domainNameId,
          basePath: mapping.basePath,
          patchOperations: [{ op: 'replace', path: '/stage', value: '' }],
        });
  }
  yield* write(region, 'api-gateway', 'deleteStage', { restApiId, stageName });
}

export const breakages: readonly Breakage[] = [
  {
    name: 'peering deleted by its requester',
    endsAt: 'peering',
    why: 'the route leads into a peering that is gone: a blackhole',
    *do(scene) {
      const region = scene.state.members.find(({ region: at }) => at === scene.from || at === scene.to)?.region ?? '';
      yield* write(region, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId: peeringOf(scene) });
    },
  },
  {
    name: 'peering deleted by its accepter',
    endsAt: 'peering',
    why: 'the route leads into a peering that is gone: a blackhole',
    *do(scene) {
      const region =
        scene.state.members.findLast(({ region: at }) => at === scene.from || at === scene.to)?.region ?? '';
      yield* write(region, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId: peeringOf(scene) });
    },
  },
  {
    name: 'route deleted',
    endsAt: 'route',
    why: 'no route leads to the other VPC',
    *do(scene) {
      yield* write(scene.from, 'ec2', 'deleteRoute', routeTo(scene));
    },
  },
  {
    name: 'route replaced by a blackhole',
    endsAt: 'route',
    why: 'the route leads to a network interface that is gone',
    *do(scene) {
      const [zone = ''] = scene.state.members.find(({ region }) => region === scene.from)?.zones ?? [];
      const SubnetId = idOf(scene, 'subnet', `${scene.from}/${zone}`);
      const { NetworkInterface } = yield* write(scene.from, 'ec2', 'createNetworkInterface', { SubnetId });
      const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
      try {
        yield* write(scene.from, 'ec2', 'replaceRoute', { ...routeTo(scene), NetworkInterfaceId });
      } finally {
        yield* write(scene.from, 'ec2', 'deleteNetworkInterface', { NetworkInterfaceId });
      }
    },
  },
  {
    name: 'rule revoked',
    endsAt: 'arrival',
    why: "the endpoint's security group lets nobody in any more",
    *do(scene) {
      const GroupId = idOf(scene, 'security-group', `${scene.to}/endpoint`);
      const { SecurityGroups = [] } = yield* read(scene.to, 'ec2', 'describeSecurityGroups', { GroupIds: [GroupId] });
      const IpPermissions = SecurityGroups[0]?.IpPermissions ?? [];
      yield* write(scene.to, 'ec2', 'revokeSecurityGroupIngress', { GroupId, IpPermissions });
    },
  },
  {
    name: 'endpoint deleted',
    endsAt: 'endpoint',
    why: 'the endpoint is on its way out and takes nothing; half a minute later its name is gone too',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteVpcEndpoints', { VpcEndpointIds: [idOf(scene, 'endpoint', scene.to)] });
    },
  },
  {
    name: 'zone disassociated',
    endsAt: 'name',
    showsAfter: 'recordSyncMs',
    why: "the view is not associated with the caller's VPC any more",
    *do(scene) {
      // The last VPC cannot be disassociated, so a stranger's takes its place.
      const VPCId = yield* strangersVpc(scene.from, '192.168.1.0/24');
      const { VPCs = [] } = yield* read(GLOBAL_REGION, 'route-53', 'getHostedZone', { Id: zoneOf(scene) });
      if (!VPCs.some((vpc) => vpc.VPCId === VPCId))
        yield* write(GLOBAL_REGION, 'route-53', 'associateVPCWithHostedZone', {
          HostedZoneId: zoneOf(scene),
          VPC: { VPCRegion: scene.from as 'us-east-1', VPCId },
        });
      yield* write(GLOBAL_REGION, 'route-53', 'disassociateVPCFromHostedZone', {
        HostedZoneId: zoneOf(scene),
        VPC: { VPCRegion: scene.from as 'us-east-1', VPCId: idOf(scene, 'vpc', scene.from) },
      });
    },
  },
  {
    name: 'record deleted',
    endsAt: 'name',
    showsAfter: 'recordSyncMs',
    why: 'the view has no record of this member any more',
    *do(scene) {
      const ResourceRecordSet = yield* recordOf(scene);
      yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
        HostedZoneId: zoneOf(scene),
        ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet }] },
      });
    },
  },
  {
    name: 'record changed',
    endsAt: 'route',
    showsAfter: 'recordSyncMs',
    why: 'the record leads to an address to which there is no route',
    *do(scene) {
      const { Name, Type, SetIdentifier, Region: recordRegion } = yield* recordOf(scene);
      yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
        HostedZoneId: zoneOf(scene),
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name,
                Type,
                SetIdentifier,
                Region: recordRegion,
                TTL: 60,
                // TEST-NET-1: nobody's address. Route 53 refuses an alias to an endpoint that does not exist.
                ResourceRecords: [{ Value: '192.0.2.1' }],
              },
            },
          ],
        },
      });
    },
  },
  {
    name: 'resource policy loosened',
    endsAt: undefined,
    why: 'everyone may call now: nobody fails, and that is the trouble',
    *do(scene) {
      const restApiId = idOf(scene, 'rest-api', scene.to);
      const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }];
      yield* write(scene.to, 'api-gateway', 'updateRestApi', {
        restApiId,
        patchOperations: [
          { op: 'replace', path: '/policy', value: JSON.stringify({ Version: '2012-10-17', Statement }) },
        ],
      });
      yield* write(scene.to, 'api-gateway', 'createDeployment', {
        restApiId,
        stageName: scene.state.declared.fleet.api.stage,
      });
    },
  },
  {
    name: 'stage deleted',
    endsAt: 'stage',
    why: 'the API has no stage of that name',
    *do(scene) {
      const restApiId = idOf(scene, 'rest-api', scene.to);
      const stageName = scene.state.declared.fleet.api.stage;
      yield* deleteStage(scene.to, restApiId, stageName);
    },
  },
  {
    name: 'function code replaced',
    endsAt: 'function',
    showsAfter: 'functionActiveMs',
    why: 'the function throws',
    *do(scene) {
      const [name = ''] = Object.keys(scene.state.declared.fleet.functions);
      const code = new TextEncoder().encode(
        "export const handler = async () => { throw new Error('not the code you deployed'); };\n",
      );
      yield* write(scene.to, 'lambda', 'updateFunctionCode', {
        FunctionName: idOf(scene, 'function', `${scene.to}/${name}`),
        ZipFile: zipSync({ 'index.mjs': [code, { mtime: new Date(1980, 0, 1, 12) }] }),
      });
    },
  },
  {
    name: 'tags removed',
    endsAt: undefined,
    why: 'callers need no tags; only ownership does',
    *do(scene) {
      yield* write(scene.to, 'ec2', 'deleteTags', {
        Resources: [
          idOf(scene, 'vpc', scene.to),
          idOf(scene, 'route-table', `${scene.to}/main`),
          idOf(scene, 'endpoint', scene.to),
        ],
        Tags: [{ Key: 'landbridge:fleet' }, { Key: 'landbridge:target' }, { Key: 'Name' }],
      });
    },
  },
];

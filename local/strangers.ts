import { answered, type Dialogue, write } from '../control-plane/model/aws-call.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { ec2TagsOf, tagsOf } from '../control-plane/model/ownership.ts';
import { GLOBAL_REGION, type Region } from '../control-plane/model/region.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { type Caller, converse } from '../handlers/runtime/caller.ts';
import { api } from './look-alikes/api.ts';
import { type Call, type Scene, strangersFunction } from './look-alikes/look-alike.ts';

/** Of those that can stand without anything of the fleet beside them. */
const BESIDE = ['rest-api', 'stage', 'domain-name', 'view'] as const;

const FIRST_BLOCK = '10.64.0.0/16';
const OTHER_BLOCK = '192.168.8.0/24';

/** A fleet in the same account whose name begins with this one's. */
const alikeOf = (fleet: string): string => `${fleet}2`;

/** A network of theirs: the addresses that the fleet would take first, and everything in it named and tagged as if it were a fleet's. */
function* network({ region, zone, fleet: { name } }: Scene): Dialogue<Call, void> {
  const alike = alikeOf(name);
  const tags = (type: 'vpc' | 'subnet' | 'route-table' | 'security-group' | 'vpc-endpoint', key: TargetKey) => ({
    TagSpecifications: [{ ResourceType: type, Tags: ec2TagsOf(alike, key) }],
  });
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', {
    CidrBlock: FIRST_BLOCK,
    ...tags('vpc', `vpc/${region}`),
  });
  const VpcId = answered(Vpc?.VpcId, 'createVpc');
  const { Subnet } = yield* write(region, 'ec2', 'createSubnet', {
    VpcId,
    AvailabilityZone: zone,
    CidrBlock: '10.64.0.0/20',
    ...tags('subnet', `subnet/${region}/${zone}`),
  });
  yield* write(region, 'ec2', 'createRouteTable', { VpcId, ...tags('route-table', `route-table/${region}/main`) });
  const { GroupId } = yield* write(region, 'ec2', 'createSecurityGroup', {
    VpcId,
    GroupName: `landbridge-${name}-endpoint`,
    Description: `landbridge ${name} security-group/${region}/endpoint`,
    ...tags('security-group', `security-group/${region}/endpoint`),
  });
  yield* write(region, 'ec2', 'createVpcEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId,
    ServiceName: `com.amazonaws.${region}.execute-api`,
    SubnetIds: [answered(Subnet?.SubnetId, 'createSubnet')],
    SecurityGroupIds: [answered(GroupId, 'createSecurityGroup')],
    PrivateDnsEnabled: false,
    ...tags('vpc-endpoint', `endpoint/${region}`),
  });
  const { Vpc: other } = yield* write(region, 'ec2', 'createVpc', { CidrBlock: OTHER_BLOCK });
  yield* write(region, 'ec2', 'createVpcPeeringConnection', {
    VpcId,
    PeerVpcId: answered(other?.VpcId, 'createVpc'),
    TagSpecifications: [
      { ResourceType: 'vpc-peering-connection', Tags: ec2TagsOf(alike, `peering/${region}~${region}`) },
    ],
  });
}

/** Functions, rules and alarms, whose names are all they have: as near as a name can be that is not the fleet's. */
function* named({ region, fleet: { name, functions, roles } }: Scene): Dialogue<Call, void> {
  const alike = alikeOf(name);
  yield* strangersFunction(region, `landbridge-${alike}-${Object.keys(functions)[0]}`, roles.function);
  yield* write(region, 'eventbridge', 'putRule', {
    Name: `landbridge-${alike}_forward`,
    EventPattern: JSON.stringify({ source: ['mine'] }),
    Description: 'mine',
  });
  yield* write(region, 'cloudwatch', 'putMetricAlarm', {
    AlarmName: `landbridge-${alike}-link`,
    AlarmDescription: 'mine',
    Namespace: 'Mine',
    MetricName: 'Sales',
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  });
}

/** What there is once and for all Regions. */
function* global(fleet: Fleet): Dialogue<Call, void> {
  const alike = alikeOf(fleet.name);
  const key: TargetKey = `health-check/${fleet.home}`;
  const { HealthCheck } = yield* write(GLOBAL_REGION, 'route-53', 'createHealthCheck', {
    CallerReference: `landbridge/${alike}/${fleet.home}/1`,
    // Of no other checks at all: it is never unhealthy, and asks nobody.
    HealthCheckConfig: { Type: 'CALCULATED', HealthThreshold: 0, ChildHealthChecks: [] },
  });
  yield* write(GLOBAL_REGION, 'route-53', 'changeTagsForResource', {
    ResourceType: 'healthcheck',
    ResourceId: answered(HealthCheck?.Id, 'createHealthCheck'),
    AddTags: Object.entries(tagsOf(alike, key)).map(([Key, Value]) => ({ Key, Value })),
  });
}

/**
 * Strangers who were there before the fleet: in each of these Regions a resource of every kind that can stand by itself, with
 * the fleet's own names, addresses and domain, and with the tags of another fleet whose name begins like this one's.
 *
 * In   `stranger`: makes their calls
 */
export async function settleStrangers(
  stranger: Caller,
  fleet: Fleet,
  regions: readonly Region[],
  certificateArnIn: (region: Region) => string,
): Promise<void> {
  await converse(global(fleet), stranger);
  for (const region of regions) {
    const scene: Scene = {
      fleet,
      region,
      cidr: FIRST_BLOCK,
      zone: `${region}a`,
      certificateArn: certificateArnIn(region),
      peerRegion: region,
      peerCidr: OTHER_BLOCK,
      id(kind, name) {
        throw new Error(`${kind}/${name}: nothing of the fleet is there yet`);
      },
    };
    await converse(network(scene), stranger);
    await converse(named(scene), stranger);
    for (const kind of BESIDE) {
      const { make } = api[kind] ?? {};
      if (make === undefined) throw new Error(`there is no look-alike of ${kind}`);
      await converse(make(scene), stranger);
    }
  }
}

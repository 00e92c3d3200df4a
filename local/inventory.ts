import type { DescribeVpcAttributeResult } from '@aws-sdk/client-ec2';
import { canonicalJson } from '../control-plane/model/fingerprint.ts';
import { TARGET_TAG } from '../control-plane/model/ownership.ts';
import { rootOf } from '../simulator/principal.ts';
import type { ServiceName } from '../simulator/service.ts';
import type { World } from '../simulator/world.ts';
import { signals } from '../workflows/signals.ts';

/** One resource as AWS describes it, its tags and contents with it. */
export interface Resource {
  /** 'subnet', 'hosted-zone' ... */
  readonly kind: string;
  readonly region: string;
  readonly id: string;
  readonly described: unknown;
}

type Described = Readonly<Record<string, unknown>>;

/** When something was made or changed, and ids that are nobody's: two worlds that are the same differ in these. */
const passing = new Set([
  'CreationTimestamp',
  'CreationTime',
  'ExpirationTime',
  'LastModified',
  'LastModifiedTime',
  'RevisionId',
  'rootResourceId',
  'certificateUploadDate',
  'createdDate',
  'lastUpdatedDate',
  'MacAddress',
]);

/** Rules that come with Landbridge itself, whoever joins. */
const deployed: ReadonlySet<string> = new Set(signals.map(({ name }) => name));

/** Peerings and endpoints stay in lists for a while after their end. */
const ended = new Set(['deleted', 'rejected', 'expired']);
const hasEnded = ({ State, Status }: Described): boolean =>
  ended.has(String((Status as { Code?: string } | undefined)?.Code ?? State).toLowerCase());

/** Asks one service in one Region: 'DescribeVpcs'. */
export type Ask = (
  service: 'ec2' | 'lambda' | 'eventbridge' | 'cloudwatch' | 'dynamodb' | 'api-gateway' | 'route-53',
  region: string,
  operation: string,
  input?: object,
) => Promise<object>;

/** Everything of EC2's networking, API Gateway, Lambda, EventBridge, Route 53, CloudWatch's alarms and the tables of an account, in the order AWS lists it. */
export function inventoryOf(world: World, account: string = world.account): Promise<readonly Resource[]> {
  return inventoryBy(
    (service, region, operation, input = {}) =>
      world.invoke({ service, operation, input, place: { account, region }, principal: rootOf(account) }),
    (name) =>
      world
        .placesOf({ name })
        .filter((place) => place.account === account)
        .map(({ region }) => region)
        .toSorted(),
  );
}

/** The same, of whatever AWS answers `asked`, in the Regions that each service has anything in. */
export async function inventoryBy(
  asked: Ask,
  regionsOf: (name: ServiceName) => readonly string[],
): Promise<readonly Resource[]> {
  const ask = async (...question: Parameters<Ask>): Promise<Described> => (await asked(...question)) as Described;
  const found: Resource[] = [];
  const keep = (kind: string, region: string, idField: string, items: unknown): void => {
    for (const described of (items ?? []) as Described[])
      if (!hasEnded(described)) found.push({ kind, region, id: String(described[idField]), described });
  };
  for (const region of regionsOf('ec2')) {
    const list = async (kind: string, operation: string, field: string, idField: string): Promise<void> =>
      keep(kind, region, idField, (await ask('ec2', region, operation))[field]);
    const { Vpcs } = await ask('ec2', region, 'DescribeVpcs');
    for (const vpc of Vpcs as Described[]) {
      const attribute = (Attribute: string): Promise<DescribeVpcAttributeResult> =>
        ask('ec2', region, 'DescribeVpcAttribute', { VpcId: vpc['VpcId'], Attribute });
      const dns = [
        (await attribute('enableDnsSupport')).EnableDnsSupport,
        (await attribute('enableDnsHostnames')).EnableDnsHostnames,
      ];
      keep('vpc', region, 'VpcId', [{ ...vpc, dns }]);
    }
    await list('subnet', 'DescribeSubnets', 'Subnets', 'SubnetId');
    await list('route-table', 'DescribeRouteTables', 'RouteTables', 'RouteTableId');
    await list('security-group', 'DescribeSecurityGroups', 'SecurityGroups', 'GroupId');
    await list('network-acl', 'DescribeNetworkAcls', 'NetworkAcls', 'NetworkAclId');
    await list('network-interface', 'DescribeNetworkInterfaces', 'NetworkInterfaces', 'NetworkInterfaceId');
    await list('internet-gateway', 'DescribeInternetGateways', 'InternetGateways', 'InternetGatewayId');
    await list('endpoint', 'DescribeVpcEndpoints', 'VpcEndpoints', 'VpcEndpointId');
    await list('peering', 'DescribeVpcPeeringConnections', 'VpcPeeringConnections', 'VpcPeeringConnectionId');
  }
  for (const region of regionsOf('lambda')) {
    const functions = ((await ask('lambda', region, 'ListFunctions'))['Functions'] ?? []) as Described[];
    for (const { FunctionName, ...listed } of functions) {
      const configs = (await ask('lambda', region, 'ListFunctionUrlConfigs', { FunctionName }))['FunctionUrlConfigs'];
      const policy = await policyOf(ask, region, FunctionName);
      keep('function', region, 'FunctionName', [{ FunctionName, ...listed, policy }]);
      keep('function-url', region, 'host', hostsOf(configs));
    }
  }
  for (const region of regionsOf('eventbridge')) {
    const rules = ((await ask('eventbridge', region, 'ListRules'))['Rules'] ?? []) as Described[];
    for (const { Name, ...listed } of rules.filter((rule) => !deployed.has(String(rule['Name'])))) {
      const { Targets } = await ask('eventbridge', region, 'ListTargetsByRule', { Rule: Name });
      keep('event-rule', region, 'Name', [{ Name, ...listed, Targets }]);
    }
  }
  for (const region of regionsOf('api-gateway')) {
    const list = async (operation: string, input: object = {}): Promise<Described[]> =>
      ((await ask('api-gateway', region, operation, input))['items'] ?? []) as Described[];
    const apis = await list('GetRestApis');
    keep('rest-api', region, 'id', apis);
    for (const { id: restApiId } of apis) {
      keep('stage', region, 'stageName', (await ask('api-gateway', region, 'GetStages', { restApiId }))['item']);
      keep('deployment', region, 'id', await list('GetDeployments', { restApiId }));
    }
    const domains = await list('GetDomainNames');
    keep('domain-name', region, 'domainNameId', domains);
    for (const { domainName, domainNameId } of domains)
      keep('base-path-mapping', region, 'basePath', await list('GetBasePathMappings', { domainName, domainNameId }));
    const associations = await list('GetDomainNameAccessAssociations', { resourceOwner: 'SELF' });
    keep('access-association', region, 'domainNameAccessAssociationArn', associations);
  }
  for (const region of regionsOf('cloudwatch')) {
    const alarms = ((await ask('cloudwatch', region, 'DescribeAlarms'))['MetricAlarms'] ?? []) as Described[];
    const settings = alarms.map((alarm) =>
      Object.fromEntries(Object.entries(alarm).filter(([field]) => !field.startsWith('State'))),
    );
    keep('alarm', region, 'AlarmName', settings);
  }
  for (const region of regionsOf('dynamodb')) {
    const names = ((await ask('dynamodb', region, 'ListTables'))['TableNames'] ?? []) as string[];
    for (const TableName of names) {
      const { Table } = (await ask('dynamodb', region, 'DescribeTable', { TableName })) as {
        readonly Table: Described;
      };
      const { TableArn: ResourceArn, Replicas = [] } = Table;
      const { Tags } = await ask('dynamodb', region, 'ListTagsOfResource', { ResourceArn });
      // What is in it, and how much, is not of the world that it tells of.
      keep('table', region, 'TableName', [{ TableName, ResourceArn, Replicas, Tags }]);
    }
  }
  const { HealthChecks } = await ask('route-53', 'us-east-1', 'ListHealthChecks');
  for (const check of (HealthChecks ?? []) as Described[]) {
    const which = { ResourceType: 'healthcheck', ResourceId: check['Id'] };
    const { ResourceTagSet } = await ask('route-53', 'us-east-1', 'ListTagsForResource', which);
    const { Tags } = ResourceTagSet as Described;
    found.push({ kind: 'health-check', region: 'global', id: String(check['Id']), described: { ...check, Tags } });
  }
  const { HostedZones } = await ask('route-53', 'us-east-1', 'ListHostedZones');
  for (const { Id } of HostedZones as Described[]) {
    const zone = await ask('route-53', 'us-east-1', 'GetHostedZone', { Id });
    const records = await ask('route-53', 'us-east-1', 'ListResourceRecordSets', { HostedZoneId: Id });
    const { HostedZone, VPCs } = zone;
    const described = { ...(HostedZone as Described), VPCs, records: records['ResourceRecordSets'] };
    found.push({ kind: 'hosted-zone', region: 'global', id: String(Id), described });
  }
  return found;
}

/** URLs of functions with their host names, which are their ids. */
const hostsOf = (configs: unknown): Described[] =>
  ((configs ?? []) as readonly { readonly FunctionUrl: string }[]).map((config) => ({
    ...config,
    host: new URL(config.FunctionUrl).host,
  }));

/** The statements of a function's resource policy: AWS has no list of policies, and none where nothing is granted. */
async function policyOf(ask: (...question: Parameters<Ask>) => Promise<Described>, region: string, name: unknown) {
  try {
    const { Policy } = await ask('lambda', region, 'GetPolicy', { FunctionName: name });
    return (JSON.parse(String(Policy)) as { readonly Statement?: unknown }).Statement;
  } catch {
    return undefined;
  }
}

/** One line per resource, exact but for times: two looks at a world in which nothing changed are equal. */
export const linesOf = (inventory: readonly Resource[]): readonly string[] =>
  inventory.map(({ kind, region, id, described }) => `${region} ${kind} ${id} ${textOf(described)}`).toSorted();

/**
 * One line per resource, its ids replaced by what the fleet calls it, or by its kind where it has no name: two worlds
 * that came about in different ways are the same where these are equal.
 */
export function maskedLinesOf(inventory: readonly Resource[]): readonly string[] {
  const names = new Map<string, string>();
  for (const { kind, id, described } of inventory)
    if (!named.has(kind)) names.set(id.split('/').at(-1) ?? id, nameOf(described as Described) ?? kind);
  const anyOfThem = new RegExp([...names.keys()].join('|') || '(?!)', 'g');
  const masked = (text: string): string =>
    text.replaceAll(anyOfThem, (id) => `<${names.get(id)}>`).replaceAll(PART_ID, '<part>');
  return inventory.map(({ kind, region, described }) => `${region} ${kind} ${textOf(described, masked)}`).toSorted();
}

/** Kinds whose ids are names that somebody chose, or are made of others' ids. */
const named = new Set(['function', 'event-rule', 'alarm', 'table', 'stage', 'base-path-mapping', 'access-association']);

/** What has no description of its own: associations, the end of an endpoint's DNS label, fingerprints with ids in them. */
const PART_ID =
  /\b[a-z-]+assoc-[0-9a-f]{17}\b|(?<=>)-[0-9a-z]{8}(?=[.-])|\b[0-9a-f]{16}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

function nameOf({ Tags, tags, Config }: Described): string | undefined {
  const list = (Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return (
    list.find(({ Key }) => Key === TARGET_TAG)?.Value ??
    (tags as Record<string, string> | undefined)?.[TARGET_TAG] ??
    (Config as { readonly Comment?: string } | undefined)?.Comment
  );
}

/** Keys in order, lists sorted: nothing that is compared here depends on the order in which AWS tells it. */
function textOf(described: unknown, masked = (text: string): string => text): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted).toSorted((a, b) => compare(canonicalJson(a), canonicalJson(b)));
    if (typeof value === 'string') return masked(value);
    if (value instanceof Date) return undefined;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([field]) => !passing.has(field))
        .map(([field, inner]) => [field, sorted(inner)]),
    );
  };
  return canonicalJson(sorted(described));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

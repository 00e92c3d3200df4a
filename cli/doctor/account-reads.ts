import type { ListServiceQuotasResponse } from '@aws-sdk/client-service-quotas';
import { type Dialogue, type ReadCall, read } from '../../control-plane/model/aws-call.ts';
import type { BorrowedVpc } from '../../control-plane/model/fleet.ts';
import { FLEET_TAG, markOf } from '../../control-plane/model/ownership.ts';
import { allPages } from '../../control-plane/model/pages.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import type { Certificate } from './judge-account.ts';

type Reads<Result> = Dialogue<ReadCall, Result>;

/** Where `cdk bootstrap` writes down which version it left. Source: aws-cdk, bootstrap-template.yaml, CdkBootstrapVersion. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** Of the Region's bootstrap stack; `undefined` where CDK was never here. By a list: one parameter that is not there would be an error. */
export function* bootstrapVersion(region: Region): Reads<string | undefined> {
  const { Parameters = [] } = yield* read(region, 'ssm', 'getParameters', { Names: [BOOTSTRAP_PARAMETER] });
  return Parameters[0]?.Value;
}

/** Every Region that EC2 knows, with whether the account may use it. */
export function* regionStatuses(region: Region): Reads<ReadonlyMap<Region, string | undefined>> {
  const { Regions = [] } = yield* read(region, 'ec2', 'describeRegions', { AllRegions: true });
  return new Map(Regions.map(({ RegionName = '', OptInStatus }) => [RegionName, OptInStatus]));
}

/** As admission lists them, so that what is found here is what a join will find. */
export function* issuedCertificates(region: Region): Reads<readonly Certificate[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'acm', 'listCertificates', {
        CertificateStatuses: ['ISSUED'],
        ...(NextToken !== undefined && { NextToken }),
      }),
    ({ NextToken }) => NextToken,
  );
  return pages
    .flatMap(({ CertificateSummaryList = [] }) => CertificateSummaryList)
    .map(({ CertificateArn = '', DomainName = '', SubjectAlternativeNameSummaries = [], NotAfter }) => ({
      arn: CertificateArn,
      names: [DomainName, ...SubjectAlternativeNameSummaries],
      expiresAtMs: NotAfter?.getTime(),
    }));
}

/** What the account is allowed of a service's quotas, by code: what was granted, and AWS's default of what never was asked for. */
export function* quotaValues(region: Region, ServiceCode: string): Reads<ReadonlyMap<string, number>> {
  const byDefault = yield* listed(region, 'listAWSDefaultServiceQuotas', ServiceCode);
  const granted = yield* listed(region, 'listServiceQuotas', ServiceCode);
  return new Map([...byDefault, ...granted]);
}

function* listed(
  region: Region,
  method: 'listServiceQuotas' | 'listAWSDefaultServiceQuotas',
  ServiceCode: string,
): Reads<ReadonlyMap<string, number>> {
  const pages = yield* allPages<ListServiceQuotasResponse, string>(
    (NextToken) =>
      read(region, 'service-quotas', method, { ServiceCode, ...(NextToken !== undefined && { NextToken }) }),
    ({ NextToken }) => NextToken,
  );
  return new Map(
    pages
      .flatMap(({ Quotas = [] }) => Quotas)
      .flatMap(({ QuotaCode, Value }) =>
        QuotaCode === undefined || Value === undefined ? [] : [[QuotaCode, Value] as const],
      ),
  );
}

/** What functions of the Region may run at once, beside what is reserved: of Lambda itself, which knows of new accounts' small limit. */
export function* unreservedConcurrency(region: Region): Reads<number | undefined> {
  const { AccountLimit } = yield* read(region, 'lambda', 'getAccountSettings', {});
  return AccountLimit?.UnreservedConcurrentExecutions;
}

/** What functions of a Region may run at once: in all, and of that what nobody has reserved. Its quota is each Region's own. */
export interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
}

export function* concurrencyIn(region: Region): Reads<Concurrency | undefined> {
  const { AccountLimit } = yield* read(region, 'lambda', 'getAccountSettings', {});
  const limit = AccountLimit?.ConcurrentExecutions;
  return limit === undefined ? undefined : { limit, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? limit };
}

/** How many things others than the fleet have: `isOurs` says of an id, and of whose the tags say that it is, that it is the fleet's. */
type Ours = (id: string, tagged?: string) => boolean;

const othersAmong = (ids: readonly (string | undefined)[], isOurs: Ours): number =>
  ids.filter((id) => id === undefined || !isOurs(id)).length;

export function* othersVpcs(region: Region, isOurs: Ours): Reads<number> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeVpcs', { ...(NextToken !== undefined && { NextToken }) }),
    ({ NextToken }) => NextToken,
  );
  return pages
    .flatMap(({ Vpcs = [] }) => Vpcs)
    .filter(({ VpcId = '', Tags = [] }) => !isOurs(VpcId, Tags.find(({ Key }) => Key === FLEET_TAG)?.Value)).length;
}

export function* othersDomains(region: Region, isOurs: Ours): Reads<number> {
  const pages = yield* allPages(
    (position: string | undefined) =>
      read(region, 'api-gateway', 'getDomainNames', { limit: 500, ...(position !== undefined && { position }) }),
    ({ position }) => position,
  );
  const isPrivate = (types: readonly string[] = []): boolean => types.includes('PRIVATE');
  return pages
    .flatMap(({ items = [] }) => items)
    .filter(({ endpointConfiguration }) => isPrivate(endpointConfiguration?.types))
    .filter(({ domainNameId = '', tags }) => !isOurs(domainNameId, tags?.[FLEET_TAG])).length;
}

/** Rules of the default bus that are not Landbridge's: those are named after it. */
export function* othersEventRules(region: Region): Reads<number> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'eventbridge', 'listRules', { ...(NextToken !== undefined && { NextToken }) }),
    ({ NextToken }) => NextToken,
  );
  return pages.flatMap(({ Rules = [] }) => Rules).filter(({ Name }) => Name?.startsWith('landbridge-') !== true).length;
}

/** Zones but for the fleet's views: those have its domain for a name, and say whose they are. */
export function* othersHostedZones(domain: string, fleet: string): Reads<number> {
  const { HostedZoneCount = 0 } = yield* read(GLOBAL_REGION, 'route-53', 'getHostedZoneCount', {});
  const name = `${domain}.`;
  const pages = yield* allPages(
    (from: { DNSName: string; HostedZoneId: string | undefined } = { DNSName: domain, HostedZoneId: undefined }) =>
      read(GLOBAL_REGION, 'route-53', 'listHostedZonesByName', from),
    // The list goes on through the alphabet.
    ({ NextDNSName, NextHostedZoneId }) =>
      NextDNSName === name ? { DNSName: NextDNSName, HostedZoneId: NextHostedZoneId } : undefined,
  );
  const views = pages
    .flatMap(({ HostedZones = [] }) => HostedZones)
    .filter(({ Name, Config }) => Name === name && Config?.Comment?.startsWith(markOf(fleet, 'view/')) === true);
  return Math.max(0, HostedZoneCount - views.length);
}

export function* othersHealthChecks(isOurs: Ours): Reads<number> {
  const pages = yield* allPages(
    (Marker: string | undefined) => read(GLOBAL_REGION, 'route-53', 'listHealthChecks', { Marker }),
    ({ IsTruncated, NextMarker }) => (IsTruncated === true ? NextMarker : undefined),
  );
  return othersAmong(
    pages.flatMap(({ HealthChecks = [] }) => HealthChecks.map(({ Id }) => Id)),
    isOurs,
  );
}

/** What is in a borrowed VPC besides the fleet's own: peerings that are active or may become so, endpoints, and routes of its fullest table. */
export function* othersInVpc(
  region: Region,
  { vpcId, routeTableIds }: BorrowedVpc,
  isOurs: Ours,
): Reads<{ readonly peerings: number; readonly endpoints: number; readonly routes: number }> {
  const peerings = new Set<string>();
  for (const side of ['requester', 'accepter']) {
    const Filters = [
      { Name: `${side}-vpc-info.vpc-id`, Values: [vpcId] },
      { Name: 'status-code', Values: ['active', 'pending-acceptance', 'provisioning'] },
    ];
    const pages = yield* allPages(
      (NextToken: string | undefined) =>
        read(region, 'ec2', 'describeVpcPeeringConnections', {
          Filters,
          ...(NextToken !== undefined && { NextToken }),
        }),
      ({ NextToken }) => NextToken,
    );
    for (const { VpcPeeringConnectionId = '' } of pages.flatMap((page) => page.VpcPeeringConnections ?? []))
      peerings.add(VpcPeeringConnectionId);
  }
  const tables = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeRouteTables', {
        Filters: [{ Name: 'route-table-id', Values: [...routeTableIds] }],
        ...(NextToken !== undefined && { NextToken }),
      }),
    ({ NextToken }) => NextToken,
  );
  const routes = tables
    .flatMap(({ RouteTables = [] }) => RouteTables)
    .map(({ Routes = [] }) =>
      othersAmong(
        Routes.map((route) => route.VpcPeeringConnectionId),
        isOurs,
      ),
    );
  const endpoints = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeVpcEndpoints', {
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'vpc-endpoint-type', Values: ['Interface'] },
        ],
        ...(NextToken !== undefined && { NextToken }),
      }),
    ({ NextToken }) => NextToken,
  );
  return {
    peerings: othersAmong([...peerings], isOurs),
    endpoints: othersAmong(
      endpoints.flatMap((page) => (page.VpcEndpoints ?? []).map(({ VpcEndpointId }) => VpcEndpointId)),
      isOurs,
    ),
    routes: Math.max(0, ...routes),
  };
}

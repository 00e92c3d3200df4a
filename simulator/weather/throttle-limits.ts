import type { ServiceName } from '../service.ts';

/** How many calls at once, and how many more every second. */
export interface Size {
  readonly burst: number;
  readonly perSecond: number;
}

/** One token bucket that AWS keeps, for every account or for every account in every Region. */
export interface Limit extends Size {
  readonly service: ServiceName;
  /** What draws on it; for those of a list or a pattern each operation has a bucket of its own, unless `shared`. */
  readonly operations: readonly string[] | RegExp;
  /** One bucket for all of them together, by this name. */
  readonly shared?: string;
  /** One bucket for all Regions. */
  readonly everyRegion?: true;
  /** Where it is another size. */
  readonly inRegions?: Readonly<Record<string, Size>>;
  /** Only calls that look like this draw on it. */
  readonly when?: (input: object) => boolean;
  /** Tokens that a call takes; one, where left out. */
  readonly cost?: (input: object) => number;
  readonly source: string;
}

/** What is asked without saying which, and without paging, draws on a smaller bucket of its own. */
const isUnfiltered = (input: object): boolean =>
  Object.keys(input).every((field) => field === 'DryRun' || (input as Record<string, unknown>)[field] === undefined);

/** Where AWS states a rate and no burst, as many may be made at once as in a second. */
const everySecond = (perSecond: number): Size => ({ burst: perSecond, perSecond });
const oneEvery = (seconds: number): Size => ({ burst: 1, perSecond: 1 / seconds });
const sizes = (burst: number, perSecond: number): Size => ({ burst, perSecond });

const inThe = (regions: readonly string[], size: Size): Readonly<Record<string, Size>> =>
  Object.fromEntries(regions.map((region) => [region, size]));
const LARGE_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

interface ChangeBatchInput {
  readonly ChangeBatch?: { readonly Changes?: readonly { readonly Action?: string | undefined }[] | undefined };
}
const changesIn = (input: object): number =>
  ((input as ChangeBatchInput).ChangeBatch?.Changes ?? []).reduce(
    (sum, { Action }) => sum + (Action === 'UPSERT' ? 2 : 1),
    0,
  );

const EC2 = 'docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html';
const ROUTE_53 = 'docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html';
const API_GATEWAY = 'docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: "per account", fixed';
const LAMBDA = 'docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, Lambda API requests, fixed';
const SFN = 'docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, API action throttling';
const EVENTS = 'docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const CLOUDWATCH = 'docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const LOGS = 'docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html';
const ACM = 'docs.aws.amazon.com/acm/latest/userguide/acm-limits.html, API rate quotas';
const TRAIL =
  'docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html, Transactions per second: 10 of reads, 1 of all others';
const STS = 'docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, STS request quotas';
const DYNAMODB = 'docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-control-plane.html: 2,500 a second';
const SNS = 'docs.aws.amazon.com/general/latest/gr/sns.html, API throttling, hard';
const SSM = 'docs.aws.amazon.com/general/latest/gr/ssm.html, Parameter Store, default throughput';
const ASSUMED = 'AWS publishes none: assumed, to be on the careful side';

/**
 * AWS's token buckets, by service and operation. Of the rows without `shared` the first that names an operation is its
 * own bucket; every row with `shared` counts beside it. What no row names is not limited here.
 *
 * These are the defaults of an account; AWS raises those of EC2, Route 53, Step Functions and EventBridge on request.
 */
// biome-ignore format: a table is read down its columns
export const limits: readonly Limit[] = [
  { service: 'ec2', operations: ['CreateVpcEndpoint', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints'], ...sizes(4, 0.3), source: EC2 },
  { service: 'ec2', operations: ['CreateTags', 'DeleteTags'],                                     ...sizes(100, 10), source: EC2 },
  { service: 'ec2', operations: ['CreateNetworkInterface', 'DeleteNetworkInterface', 'ModifyNetworkInterfaceAttribute'], ...sizes(100, 5), source: EC2 },
  { service: 'ec2', operations: ['AcceptVpcPeeringConnection', 'AuthorizeSecurityGroupIngress', 'CreateVpcPeeringConnection', 'DeleteVpcPeeringConnection', 'RejectVpcPeeringConnection', 'RevokeSecurityGroupIngress'], ...sizes(50, 5), source: `${EC2}: resource-intensive` },
  { service: 'ec2', operations: ['DescribeNetworkInterfaces', 'DescribeSecurityGroups'], when: isUnfiltered, ...sizes(50, 10), source: `${EC2}: unfiltered and unpaginated` },
  { service: 'ec2', operations: /^(Describe|Get|List|Search)/,                           ...sizes(100, 20), source: `${EC2}: non-mutating` },
  { service: 'ec2', operations: /./,                                                     ...sizes(50, 5), source: `${EC2}: mutating` },

  { service: 'route-53', operations: ['AssociateVPCWithHostedZone'],      everyRegion: true, ...sizes(20, 5), source: ROUTE_53 },
  { service: 'route-53', operations: ['DisassociateVPCFromHostedZone'],   everyRegion: true, ...sizes(10, 5), source: ROUTE_53 },
  { service: 'route-53', operations: ['CreateHealthCheck'],               everyRegion: true, ...sizes(50, 0.5), source: ROUTE_53 },
  { service: 'route-53', operations: ['UpdateHealthCheck'],               everyRegion: true, ...sizes(50, 5), source: ROUTE_53 },
  { service: 'route-53', operations: ['DeleteHealthCheck'],               everyRegion: true, ...sizes(15, 3), source: ROUTE_53 },
  { service: 'route-53', operations: ['CreateHostedZone'],                everyRegion: true, ...sizes(40, 2), source: ROUTE_53 },
  { service: 'route-53', operations: ['DeleteHostedZone'],                everyRegion: true, ...sizes(40, 5), source: ROUTE_53 },
  { service: 'route-53', operations: ['GetHealthCheckStatus', 'GetHealthCheckLastFailureReason'], everyRegion: true, ...sizes(4, 1), source: ROUTE_53 },
  { service: 'route-53', operations: /./,                                 everyRegion: true, ...sizes(50, 10), source: `${ROUTE_53}: per-action default` },
  { service: 'route-53', operations: /./, shared: 'all operations',       everyRegion: true, ...sizes(50, 10), source: `${ROUTE_53}: account level` },
  { service: 'route-53', operations: ['ChangeResourceRecordSets'], shared: 'changes', everyRegion: true, ...sizes(1_500, 100), cost: changesIn, source: `${ROUTE_53}: change throughput, an UPSERT takes 2` },
  { service: 'route-53', operations: ['AssociateVPCWithHostedZone', 'DisassociateVPCFromHostedZone', 'CreateHostedZone', 'DeleteHostedZone'], shared: 'changes', everyRegion: true, ...sizes(1_500, 100), cost: () => 2, source: `${ROUTE_53}: change throughput` },

  { service: 'api-gateway', operations: ['CreateRestApi', 'ImportRestApi'],  everyRegion: true, ...oneEvery(3), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['PutRestApi'],                      everyRegion: true, ...oneEvery(1), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['DeleteRestApi'],                   everyRegion: true, ...oneEvery(30), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['CreateDeployment'],                everyRegion: true, ...oneEvery(5), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['CreateDomainName', 'UpdateDomainName', 'DeleteDomainName'], everyRegion: true, ...oneEvery(30), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['CreateApiKey', 'DeleteApiKey', 'CreateResource', 'DeleteResource'], everyRegion: true, ...everySecond(5), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['GetResources'],                    everyRegion: true, ...sizes(5, 2.5), source: API_GATEWAY },
  { service: 'api-gateway', operations: ['UpdateAccount', 'UpdateUsagePlan'], everyRegion: true, ...oneEvery(20), source: API_GATEWAY },
  { service: 'api-gateway', operations: /./, shared: 'all operations',       everyRegion: true, ...sizes(40, 10), source: `${API_GATEWAY}: total operations` },

  { service: 'lambda', operations: ['GetFunction'],                                       ...everySecond(100), source: LAMBDA },
  { service: 'lambda', operations: ['GetPolicy'],                                         ...everySecond(15), source: LAMBDA },
  { service: 'lambda', operations: /^(?!Invoke|GetFunction$|GetPolicy$)/, shared: 'the rest of the control plane', ...everySecond(15), source: LAMBDA },

  { service: 'sfn', operations: ['StartExecution', 'RedriveExecution'],   ...sizes(800, 150), inRegions: inThe(LARGE_REGIONS, sizes(1_300, 300)), source: `${SFN}, Standard` },
  { service: 'sfn', operations: ['StopExecution'],                        ...sizes(500, 25), inRegions: inThe(LARGE_REGIONS, sizes(1_000, 200)), source: SFN },
  { service: 'sfn', operations: ['DescribeExecution'],                    ...sizes(250, 10), inRegions: inThe(LARGE_REGIONS, sizes(300, 15)), source: SFN },
  { service: 'sfn', operations: ['ListExecutions'],                       ...sizes(100, 2), inRegions: inThe(LARGE_REGIONS, sizes(200, 5)), source: SFN },
  { service: 'sfn', operations: ['GetExecutionHistory'],                  ...sizes(400, 20), source: SFN },
  { service: 'sfn', operations: ['DescribeStateMachine'],                 ...sizes(200, 20), source: SFN },
  { service: 'sfn', operations: ['DescribeStateMachineForExecution', 'TagResource', 'UntagResource'], ...sizes(200, 1), source: SFN },
  { service: 'sfn', operations: ['ListStateMachines'],                    ...sizes(100, 5), source: SFN },
  { service: 'sfn', operations: ['CreateStateMachine', 'UpdateStateMachine', 'DeleteStateMachine', 'ListTagsForResource'], ...sizes(100, 1), source: SFN },
  { service: 'sfn', operations: ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'], ...sizes(1_500, 300), inRegions: inThe(LARGE_REGIONS, sizes(3_000, 500)), source: SFN },

  { service: 'eventbridge', operations: ['PutEvents'], ...everySecond(400), source: EVENTS,
    inRegions: {
      ...inThe(LARGE_REGIONS, everySecond(10_000)),
      ...inThe(['us-east-2', 'eu-central-1', 'eu-south-2'], everySecond(2_400)),
      ...inThe(['us-west-1', 'ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-west-2'], everySecond(1_200)),
      ...inThe(['ap-east-1', 'ap-northeast-2', 'ap-south-1', 'ca-central-1', 'eu-north-1', 'eu-west-3', 'sa-east-1'], everySecond(600)),
    } },
  { service: 'eventbridge', operations: /^(?!PutEvents$)/, shared: 'control plane', ...everySecond(50), source: EVENTS },

  { service: 'cloudwatch', operations: ['PutMetricAlarm', 'DeleteAlarms', 'EnableAlarmActions', 'DisableAlarmActions', 'SetAlarmState'], ...everySecond(3), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['DescribeAlarms', 'DescribeAlarmsForMetric'], ...everySecond(9), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['DescribeAlarmHistory'],                      ...everySecond(20), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['PutDashboard', 'GetDashboard', 'ListDashboards', 'DeleteDashboards', 'ListTagsForResource'], ...everySecond(10), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['ListMetrics'],                               ...everySecond(25), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['GetMetricStatistics'],                       ...everySecond(400), source: CLOUDWATCH },
  { service: 'cloudwatch', operations: ['GetMetricData', 'PutMetricData'],            ...everySecond(500), source: CLOUDWATCH },

  { service: 'cloudwatch-logs', operations: ['CreateLogGroup', 'DeleteLogGroup'],     ...everySecond(10), source: LOGS },
  { service: 'cloudwatch-logs', operations: ['CreateLogStream'],                      ...everySecond(50), source: LOGS },
  { service: 'cloudwatch-logs', operations: ['DeleteLogStream'],                      ...everySecond(15), source: LOGS },
  { service: 'cloudwatch-logs', operations: ['DeleteRetentionPolicy'],                ...everySecond(5), source: LOGS },

  { service: 'acm', operations: ['ImportCertificate'],                                ...everySecond(1), source: ACM },
  { service: 'acm', operations: ['RequestCertificate', 'AddTagsToCertificate', 'RemoveTagsFromCertificate'], ...everySecond(5), source: ACM },
  { service: 'acm', operations: ['ListCertificates'],                                 ...everySecond(8), source: ACM },
  { service: 'acm', operations: ['DescribeCertificate', 'DeleteCertificate', 'GetCertificate', 'ListTagsForCertificate'], ...everySecond(10), source: ACM },

  { service: 'sts', operations: /./, shared: 'all operations',                        ...everySecond(600), source: STS },
  { service: 'dynamodb', operations: /Table|TimeToLive|Tag/, shared: 'control plane', ...everySecond(2_500), source: DYNAMODB },

  { service: 'sns', operations: ['Subscribe', 'Unsubscribe'],                         ...everySecond(100), source: SNS },
  { service: 'sns', operations: ['ListSubscriptions', 'ListSubscriptionsByTopic', 'ListTopics'], ...everySecond(30), source: SNS },
  { service: 'sns', operations: ['TagResource', 'UntagResource', 'ListTagsForResource'], ...everySecond(10), source: SNS },
  { service: 'ssm', operations: ['GetParameter', 'GetParameters', 'GetParametersByPath'], shared: 'parameters read', ...everySecond(40), source: SSM },

  { service: 'iam', operations: /^(Get|List)/,    everyRegion: true, ...sizes(100, 20), source: ASSUMED },
  { service: 'iam', operations: /./,              everyRegion: true, ...sizes(50, 5), source: ASSUMED },
  { service: 'cloudtrail', operations: /^(Describe|Get|List)/, ...sizes(10, 10), source: TRAIL },
  { service: 'cloudtrail', operations: /./,       ...sizes(1, 1), source: TRAIL },
  { service: 'service-quotas', operations: /./,   ...sizes(50, 5), source: ASSUMED },
];

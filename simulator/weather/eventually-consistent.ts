import type { ServiceName } from '../service.ts';

/** Reads that AWS says may be behind what was written. */
interface LateReads {
  readonly service: ServiceName;
  readonly operations: RegExp;
  /** Left out: each of them. */
  readonly when?: (input: object) => boolean;
  readonly source: string;
}

interface Consistency {
  readonly ConsistentRead?: boolean | undefined;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean | undefined }>> | undefined;
}

const isEventual = ({ ConsistentRead }: Consistency): boolean => ConsistentRead !== true;

const SFN = 'Step Functions API reference, of each: "This operation is eventually consistent."';

// biome-ignore format: a table is read down its columns
const lateReads: readonly LateReads[] = [
  { service: 'ec2',      operations: /^Describe(?!Regions|AvailabilityZones|VpcEndpointServices)/, source: 'docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html' },
  { service: 'iam',      operations: /^(Get|List)/,             source: 'IAM user guide, troubleshooting: "Changes that I make are not always immediately visible"' },
  { service: 'dynamodb', operations: /^(GetItem|Query|Scan)$/,  when: isEventual, source: 'DynamoDB developer guide, Read consistency' },
  { service: 'dynamodb', operations: /^BatchGetItem$/,          when: ({ RequestItems = {} }: Consistency) => Object.values(RequestItems).every(isEventual), source: 'DynamoDB developer guide, Read consistency' },
  { service: 'dynamodb', operations: /^DescribeTable$/,         source: 'API_DescribeTable: "uses an eventually consistent query"' },
  { service: 'sfn',      operations: /^(DescribeExecution|ListExecutions|DescribeStateMachine|DescribeStateMachineForExecution|ListStateMachines)$/, source: SFN },
  { service: 'acm',      operations: /^DescribeCertificate$/,   source: 'API_RequestCertificate, API_DescribeCertificate: "a delay of several seconds before you can retrieve information about it"' },
];

/** Route 53 is not among them: "ListResourceRecordSets returns the most current version of the records", pending ones included. */
export const mayBeLate = (service: ServiceName, operation: string, input: object): boolean =>
  lateReads.some(
    (reads) =>
      reads.service === service && reads.operations.test(operation) && (reads.when === undefined || reads.when(input)),
  );

/** Where an operation's answer, or what it was asked, names what it has just made: the fields by which others will ask for it. */
// biome-ignore format: a table is read down its columns
export const makes: ReadonlyMap<string, readonly string[]> = new Map([
  ['ec2 CreateVpc',                     ['VpcId']],
  ['ec2 CreateSubnet',                  ['SubnetId']],
  ['ec2 CreateRouteTable',              ['RouteTableId']],
  ['ec2 AssociateRouteTable',           ['AssociationId']],
  ['ec2 CreateSecurityGroup',           ['GroupId']],
  ['ec2 CreateNetworkAcl',              ['NetworkAclId']],
  ['ec2 CreateNetworkInterface',        ['NetworkInterfaceId']],
  ['ec2 CreateInternetGateway',         ['InternetGatewayId']],
  ['ec2 CreateVpcPeeringConnection',    ['VpcPeeringConnectionId']],
  ['ec2 CreateVpcEndpoint',             ['VpcEndpointId']],
  ['iam CreateRole',                    ['RoleName']],
  ['iam CreatePolicy',                  ['Arn']],
  ['dynamodb CreateTable',              ['TableName']],
  ['sfn StartExecution',                ['executionArn']],
  ['sfn CreateStateMachine',            ['stateMachineArn']],
  ['acm RequestCertificate',            ['CertificateArn']],
]);

import { beforeAll, describe, expect, test } from 'vitest';
import type { Access, Needs } from '../../../simulator/authorization/access.ts';
import { needsOf } from '../../../simulator/authorization/actions/index.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { ACCOUNT, GuardedWorld, OTHER, REGION, trusting } from './guarded-world.ts';

const aws = new GuardedWorld();
const ids: Record<string, string> = {};

/** '<vpc>' in a table is the id of the VPC that was made. */
const filled = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value).replaceAll(/<([\w-]+)>/g, (whole, name: string) => ids[name] ?? whole)) as Value;

const needs = (service: ServiceName, operation: string, input: object): Needs => {
  const place = { account: ACCOUNT, region: REGION };
  const home = aws.world.services.get(service);
  if (home === undefined) throw new Error(`No ${service}`);
  const { world } = aws;
  const call = { place, state: world.state(home, place), world, principal: rootOf(ACCOUNT), requestId: '', nowMs: 0 };
  return needsOf(service, operation, filled(input), call);
};

/** 'ec2:CreateRoute route-table/rtb-1': without what every ARN begins with. */
const told = ({ action, resource }: Access): string =>
  `${action} ${resource.replace(/^arn:aws:[\w-]+:(eu-west-1)?:(111122223333)?:/, '')}`;

const tag = (ResourceType: string) => [{ ResourceType, Tags: [{ Key: 'fleet', Value: 'payments' }] }];

beforeAll(async () => {
  const make = async (
    name: string,
    operation: string,
    input: object,
    at: (output: never) => string,
    region = REGION,
  ) => {
    ids[name] = at(await aws.call<never>('ec2', operation, filled(input), rootOf(ACCOUNT), region));
  };
  type Made = Record<string, Record<string, string>>;
  const idIn = (member: string, field: string) => (output: Made) => output[member]?.[field] ?? '';
  await make('vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16', TagSpecifications: tag('vpc') }, idIn('Vpc', 'VpcId'));
  await make('far', 'CreateVpc', { CidrBlock: '10.1.0.0/16' }, idIn('Vpc', 'VpcId'), 'us-east-1');
  await make('subnet', 'CreateSubnet', { VpcId: '<vpc>', CidrBlock: '10.0.0.0/24' }, idIn('Subnet', 'SubnetId'));
  await make('rtb', 'CreateRouteTable', { VpcId: '<vpc>' }, idIn('RouteTable', 'RouteTableId'));
  await make(
    'assoc',
    'AssociateRouteTable',
    { RouteTableId: '<rtb>', SubnetId: '<subnet>' },
    (output: { AssociationId: string }) => output.AssociationId,
  );
  await make(
    'sg',
    'CreateSecurityGroup',
    { VpcId: '<vpc>', GroupName: 'g', Description: 'd' },
    (output: { GroupId: string }) => output.GroupId,
  );
  await make(
    'pcx',
    'CreateVpcPeeringConnection',
    { VpcId: '<vpc>', PeerVpcId: '<far>', PeerRegion: 'us-east-1' },
    idIn('VpcPeeringConnection', 'VpcPeeringConnectionId'),
  );
  await aws.call('dynamodb', 'CreateTable', {
    TableName: 'state',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    Tags: [{ Key: 'fleet', Value: 'payments' }],
  });
  await aws.role('worker', [], { trust: trusting({ Service: ['lambda.amazonaws.com', 'events.amazonaws.com'] }) });
});

const worker = `arn:aws:iam::${ACCOUNT}:role/worker`;
const entry = { Source: 's', DetailType: 'd', Detail: '{}' };

// biome-ignore format: a table is read down its columns
const rows: readonly (readonly [service: ServiceName, operation: string, input: object, needed: readonly string[]])[] = [
  ['ec2', 'DescribeVpcs', {}, ['ec2:DescribeVpcs *']],
  ['ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' }, ['ec2:CreateVpc vpc/*']],
  ['ec2', 'CreateVpc', { TagSpecifications: tag('vpc') }, ['ec2:CreateVpc vpc/*', 'ec2:CreateTags vpc/*']],
  ['ec2', 'CreateSubnet', { VpcId: '<vpc>' }, ['ec2:CreateSubnet subnet/*', 'ec2:CreateSubnet vpc/<vpc>']],
  ['ec2', 'CreateRoute', { RouteTableId: '<rtb>' }, ['ec2:CreateRoute route-table/<rtb>']],
  ['ec2', 'DisassociateRouteTable', { AssociationId: '<assoc>' }, ['ec2:DisassociateRouteTable route-table/<rtb>', 'ec2:DisassociateRouteTable subnet/<subnet>']],
  ['ec2', 'AuthorizeSecurityGroupIngress', { GroupId: '<sg>' }, ['ec2:AuthorizeSecurityGroupIngress security-group/<sg>']],
  ['ec2', 'AuthorizeSecurityGroupIngress', { GroupId: '<sg>', TagSpecifications: tag('security-group-rule') }, ['ec2:AuthorizeSecurityGroupIngress security-group/<sg>', 'ec2:AuthorizeSecurityGroupIngress security-group-rule/*', 'ec2:CreateTags security-group-rule/*']],
  ['ec2', 'CreateVpcEndpoint', { VpcId: '<vpc>', SubnetIds: ['<subnet>'], SecurityGroupIds: ['<sg>'] }, ['ec2:CreateVpcEndpoint vpc/<vpc>', 'ec2:CreateVpcEndpoint vpc-endpoint/*', 'ec2:CreateVpcEndpoint subnet/<subnet>', 'ec2:CreateVpcEndpoint security-group/<sg>']],
  ['ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1', 'vpce-2'] }, ['ec2:DeleteVpcEndpoints vpc-endpoint/vpce-1', 'ec2:DeleteVpcEndpoints vpc-endpoint/vpce-2']],
  ['ec2', 'CreateVpcPeeringConnection', { VpcId: '<vpc>', PeerVpcId: '<far>', TagSpecifications: tag('vpc-peering-connection') }, ['ec2:CreateVpcPeeringConnection vpc/<vpc>', 'ec2:CreateVpcPeeringConnection vpc-peering-connection/*', 'ec2:CreateTags vpc-peering-connection/*']],
  ['ec2', 'CreateTags', { Resources: ['<vpc>', '<rtb>'] }, ['ec2:CreateTags vpc/<vpc>', 'ec2:CreateTags route-table/<rtb>']],
  ['route-53', 'ChangeResourceRecordSets', { HostedZoneId: '/hostedzone/Z1' }, ['route53:ChangeResourceRecordSets hostedzone/Z1']],
  ['route-53', 'CreateHostedZone', { VPC: { VPCId: 'vpc-1', VPCRegion: REGION } }, ['route53:CreateHostedZone *', 'ec2:DescribeVpcs *']],
  ['route-53', 'AssociateVPCWithHostedZone', { HostedZoneId: 'Z1', VPC: {} }, ['route53:AssociateVPCWithHostedZone hostedzone/Z1', 'ec2:DescribeVpcs *']],
  ['route-53', 'GetChange', { Id: '/change/C1' }, ['route53:GetChange change/C1']],
  ['route-53', 'UpdateHealthCheck', { HealthCheckId: 'h' }, ['route53:UpdateHealthCheck healthcheck/h']],
  ['dynamodb', 'Query', { TableName: 'state', IndexName: 'by-x' }, ['dynamodb:Query table/state/index/by-x']],
  ['dynamodb', 'BatchWriteItem', { RequestItems: { a: [], b: [] } }, ['dynamodb:BatchWriteItem table/a', 'dynamodb:BatchWriteItem table/b']],
  ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Put: { TableName: 'state' } }, { Update: { TableName: 'state' } }, { Delete: { TableName: 'state' } }, { ConditionCheck: { TableName: 'state' } }] }, ['dynamodb:PutItem table/state', 'dynamodb:UpdateItem table/state', 'dynamodb:DeleteItem table/state', 'dynamodb:ConditionCheckItem table/state']],
  ['dynamodb', 'CreateTable', { TableName: 'x', Tags: [{ Key: 'a', Value: 'b' }] }, ['dynamodb:CreateTable table/x', 'dynamodb:TagResource table/x']],
  ['dynamodb', 'UpdateTable', { TableName: 'state', ReplicaUpdates: [{ Delete: { RegionName: REGION } }] }, ['dynamodb:UpdateTable table/state', 'dynamodb:DeleteTable table/state', 'dynamodb:DeleteTableReplica table/state']],
  ['lambda', 'Invoke', { FunctionName: 'f:live' }, ['lambda:InvokeFunction function:f:live']],
  ['lambda', 'Invoke', { FunctionName: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`, Qualifier: '3' }, ['lambda:InvokeFunction function:f:3']],
  ['lambda', 'CreateFunction', { FunctionName: 'f', Tags: { a: 'b' }, VpcConfig: { SubnetIds: ['<subnet>'] } }, ['lambda:CreateFunction function:f', 'lambda:TagResource function:f', 'ec2:DescribeSecurityGroups *', 'ec2:DescribeSubnets *', 'ec2:DescribeVpcs *']],
  ['sfn', 'StartExecution', { stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m` }, ['states:StartExecution stateMachine:m']],
  ['sfn', 'CreateStateMachine', { name: 'm', tags: [{ key: 'a', value: 'b' }] }, ['states:CreateStateMachine stateMachine:m', 'states:TagResource stateMachine:m']],
  ['sfn', 'StopExecution', { executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:m:e` }, ['states:StopExecution execution:m:e']],
  ['eventbridge', 'PutEvents', { Entries: [entry, { ...entry, EventBusName: 'own' }] }, ['events:PutEvents event-bus/default', 'events:PutEvents event-bus/own']],
  ['eventbridge', 'PutTargets', { Rule: 'r', EventBusName: 'own', Targets: [] }, ['events:PutTargets rule/own/r']],
  ['eventbridge', 'PutRule', { Name: 'r', Tags: [{ Key: 'a', Value: 'b' }] }, ['events:PutRule rule/r', 'events:TagResource rule/r']],
  ['sns', 'PublishBatch', { TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:t` }, ['sns:Publish t']],
  ['sns', 'Unsubscribe', { SubscriptionArn: `arn:aws:sns:${REGION}:${ACCOUNT}:t:0000` }, ['sns:Unsubscribe t']],
  ['sqs', 'SendMessageBatch', { QueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/q` }, ['sqs:SendMessage q']],
  ['ssm', 'GetParameter', { Name: '/a/b:3' }, ['ssm:GetParameter parameter/a/b']],
  ['ssm', 'GetParametersByPath', { Path: '/a/' }, ['ssm:GetParametersByPath parameter/a']],
  ['ssm', 'StartAutomationExecution', { DocumentName: 'D' }, ['ssm:StartAutomationExecution automation-definition/D:$DEFAULT', 'ssm:StartAutomationExecution automation-execution/*']],
  ['acm', 'RequestCertificate', { DomainName: 'a.example' }, ['acm:RequestCertificate *']],
  ['cloudwatch', 'DescribeAlarms', {}, ['cloudwatch:DescribeAlarms alarm:*']],
  ['cloudwatch', 'DeleteAlarms', { AlarmNames: ['a', 'b'] }, ['cloudwatch:DeleteAlarms alarm:a', 'cloudwatch:DeleteAlarms alarm:b']],
  ['cloudwatch-logs', 'PutLogEvents', { logGroupName: '/a', logStreamName: 's' }, ['logs:PutLogEvents log-group:/a:log-stream:s']],
  ['cloudwatch-logs', 'CreateLogGroup', { logGroupName: '/a', tags: { a: 'b' } }, ['logs:CreateLogGroup log-group:/a:log-stream:', 'logs:TagResource log-group:/a']],
  ['iam', 'CreateRole', { RoleName: 'r', Path: '/p/', Tags: [{ Key: 'a', Value: 'b' }] }, ['iam:CreateRole role/p/r', 'iam:TagRole role/p/r']],
  ['iam', 'AttachRolePolicy', { RoleName: 'worker', PolicyArn: 'x' }, ['iam:AttachRolePolicy role/worker']],
  ['sts', 'GetCallerIdentity', {}, []],
  ['sts', 'AssumeRole', { RoleArn: worker, Tags: [{ Key: 'a', Value: 'b' }] }, ['sts:AssumeRole role/worker', 'sts:TagSession role/worker']],
  ['api-gateway', 'GetRestApi', { restApiId: 'a1' }, ['apigateway:GET /restapis/a1']],
  ['api-gateway', 'CreateRestApi', { name: 'n', tags: { a: 'b' }, policy: '{}' }, ['apigateway:POST /restapis', `apigateway:PUT /tags/arn%3Aaws%3Aapigateway%3A${REGION}%3A%3A%2Frestapis%2F*`, 'apigateway:UpdateRestApiPolicy /restapis']],
  ['api-gateway', 'UpdateRestApi', { restApiId: 'a1', patchOperations: [{ op: 'replace', path: '/policy' }] }, ['apigateway:PATCH /restapis/a1', 'apigateway:UpdateRestApiPolicy /restapis/a1']],
  ['api-gateway', 'PutMethod', { restApiId: 'a1', resourceId: 'r1', httpMethod: 'GET' }, ['apigateway:PUT /restapis/a1/resources/r1/methods/GET']],
  ['api-gateway', 'DeleteStage', { restApiId: 'a1', stageName: 'live' }, ['apigateway:DELETE /restapis/a1/stages/live']],
  ['api-gateway', 'GetDomainName', { domainName: 'a.example', domainNameId: 'd1' }, ['apigateway:GET /domainnames/a.example+d1']],
  ['api-gateway', 'CreateBasePathMapping', { domainName: 'a.example', domainNameId: 'd1' }, ['apigateway:POST /domainnames/a.example+d1/basepathmappings']],
  ['api-gateway', 'CreateDomainNameAccessAssociation', { domainNameArn: `arn:aws:apigateway:${REGION}:${ACCOUNT}:/domainnames/a+d` }, ['apigateway:POST /domainnameaccessassociations', 'apigateway:CreateAccessAssociation /domainnames/a+d']],
  ['service-quotas', 'GetServiceQuota', { ServiceCode: 'vpc', QuotaCode: 'L-1' }, ['servicequotas:GetServiceQuota vpc/L-1']],
  ['ec2', 'RunInstances', {}, ['ec2:RunInstances *']],
  ['cloudwatch', 'PutMetricStream', {}, ['cloudwatch:PutMetricStream *']],
];

test.for(rows)('%s %s %j needs %j', ([service, operation, input, needed]) => {
  const { access } = needs(service, operation, input);
  expect(access.map(told)).toEqual(filled(needed));
});

describe('conditions may ask', () => {
  test('whose VPCs a peering joins, before it is and after', () => {
    const vpcs = {
      'ec2:requestervpc': `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/<vpc>`,
      'ec2:acceptervpc': `arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/<far>`,
    };
    const asked = { VpcId: '<vpc>', PeerVpcId: '<far>', PeerRegion: 'us-east-1' };
    expect(needs('ec2', 'CreateVpcPeeringConnection', asked).access[1]?.context).toMatchObject(filled(vpcs));
    const [peering] = needs('ec2', 'DeleteVpcPeeringConnection', { VpcPeeringConnectionId: '<pcx>' }).access;
    expect(peering).toMatchObject({ absent: false, context: filled(vpcs) });
  });

  test('for tags of what is there and of what is asked for, and which create writes them', () => {
    const [subnet, vpc] = needs('ec2', 'CreateSubnet', { VpcId: '<vpc>' }).access;
    expect(subnet?.requestTags).toBeUndefined();
    expect(vpc?.tags?.get('fleet')).toBe('payments');
    const [made, tagged] = needs('ec2', 'CreateVpc', { TagSpecifications: tag('vpc') }).access;
    expect(made?.requestTags).toEqual([{ key: 'fleet', value: 'payments' }]);
    expect(tagged?.context).toMatchObject({ 'ec2:createaction': 'CreateVpc' });
    expect(needs('ec2', 'DeleteTags', { Resources: ['<vpc>'], Tags: [{ Key: 'a' }] }).access[0]?.tagKeys).toEqual([
      'a',
    ]);
  });

  test('which records are changed, how, and for which VPC a zone is', () => {
    const record = (Action: string, Name: string) => ({ Action, ResourceRecordSet: { Name, Type: 'A' } });
    const Changes = [record('UPSERT', '*.Shop.Internal.'), record('DELETE', 'a.shop.internal')];
    expect(
      needs('route-53', 'ChangeResourceRecordSets', { HostedZoneId: 'Z', ChangeBatch: { Changes } }).access[0]?.context,
    ).toEqual({
      'route53:changeresourcerecordsetsnormalizedrecordnames': [String.raw`\052.shop.internal`, 'a.shop.internal'],
      'route53:changeresourcerecordsetsrecordtypes': ['A'],
      'route53:changeresourcerecordsetsactions': ['UPSERT', 'DELETE'],
    });
    const VPC = { VPCId: 'vpc-1', VPCRegion: REGION };
    expect(needs('route-53', 'DisassociateVPCFromHostedZone', { HostedZoneId: 'Z', VPC }).access[0]?.context).toEqual({
      'route53:vpcs': [`VPCId=vpc-1,VPCRegion=${REGION}`],
    });
  });

  test('which partition an item is in', () => {
    const keys = (operation: string, input: object) =>
      needs('dynamodb', operation, { TableName: 'state', ...input }).access[0]?.context?.['dynamodb:leadingkeys'];
    const pk = { S: 'fleet#payments' };
    expect(keys('GetItem', { Key: { pk } })).toEqual(['fleet#payments']);
    expect(keys('PutItem', { Item: { pk, other: { S: 'x' } } })).toEqual(['fleet#payments']);
    expect(
      keys('Query', {
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': pk },
      }),
    ).toEqual(['fleet#payments']);
  });

  test('which events are put, and which principal a permission is for', () => {
    expect(needs('eventbridge', 'PutEvents', { Entries: [entry] }).access[0]?.context).toEqual({
      'events:source': 's',
      'events:detail-type': 'd',
    });
    const input = { FunctionName: 'f', Principal: OTHER, FunctionUrlAuthType: 'NONE' };
    expect(needs('lambda', 'AddPermission', input).access[0]?.context).toEqual({
      'lambda:principal': OTHER,
      'lambda:functionurlauthtype': 'NONE',
    });
  });
});

// biome-ignore format: a table is read down its columns
test.for<[service: ServiceName, operation: string, input: object, to: string]>([
  ['lambda',      'CreateFunction',              { FunctionName: 'f', Role: worker },                                        'lambda.amazonaws.com'],
  ['lambda',      'UpdateFunctionConfiguration', { FunctionName: 'f', Role: worker },                                        'lambda.amazonaws.com'],
  ['sfn',         'CreateStateMachine',          { name: 'm', roleArn: worker },                                             'states.amazonaws.com'],
  ['sfn',         'UpdateStateMachine',          { stateMachineArn: 'a', roleArn: worker },                                  'states.amazonaws.com'],
  ['eventbridge', 'PutTargets',                  { Rule: 'r', Targets: [{ RoleArn: worker }, { RoleArn: worker }, {}] },     'events.amazonaws.com'],
  ['api-gateway', 'PutIntegration',              { restApiId: 'a', credentials: worker },                                    'apigateway.amazonaws.com'],
  ['api-gateway', 'PutRestApi',                  { restApiId: 'a', body: JSON.stringify({ credentials: worker }) },          'apigateway.amazonaws.com'],
  ['api-gateway', 'UpdateAccount',               { patchOperations: [{ path: '/cloudwatchRoleArn', value: worker }] },       'apigateway.amazonaws.com'],
  ['ssm',         'StartAutomationExecution',    { DocumentName: 'D', Parameters: { AutomationAssumeRole: [worker] } },      'ssm.amazonaws.com'],
])('%s %s hands over a role', ([service, operation, input, to]) => {
  const { passes = [] } = needs(service, operation, input);
  expect(passes.map((passed) => [passed.roleArn, passed.to])).toEqual([[worker, to]]);
});

test('a call that passes no role hands over none', () => {
  expect(needs('lambda', 'UpdateFunctionConfiguration', { FunctionName: 'f' }).passes).toEqual([]);
  expect(needs('eventbridge', 'PutTargets', { Rule: 'r', Targets: [{ Id: 'a' }] }).passes).toEqual([]);
});

test('Lambda looks at what an execution role may do in a VPC before it makes a function there', async () => {
  const input = {
    FunctionName: 'prober',
    Role: worker,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: new Uint8Array([1]) },
    VpcConfig: { SubnetIds: ['<subnet>'], SecurityGroupIds: ['<sg>'] },
  };
  const create = aws.call('lambda', 'CreateFunction', filled(input));
  await expect(create).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
    message: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { DataPlaneRequest } from '../../../simulator/data-plane/journey.ts';
import { reach, request } from '../../../simulator/data-plane/request.ts';
import { conditionsOf } from '../../../simulator/data-plane/weather.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { ACCOUNT, DOMAIN, JoinedRegions, STAGE } from '../../support/joined-regions.ts';
import { known } from '../../support/known.ts';

const THERE = 'eu-west-1';

let joined: JoinedRegions;
beforeEach(async () => {
  joined = await JoinedRegions.settled();
});

const send = (changes: Partial<DataPlaneRequest> = {}) =>
  joined.clock.runUntil(request(joined.world, joined.asked(changes)));

const uri = (functionArn: string) =>
  `arn:aws:apigateway:${THERE}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** A method of its own for one path, deployed. */
async function addMethod(pathPart: string, integration: object, method: object = {}): Promise<void> {
  const { apiId: restApiId } = joined.replica(THERE);
  const { items = [] } = await joined.call(apiGateway, THERE, 'GetResources', { restApiId });
  const parentId = known(items.find(({ path }) => path === '/')?.id);
  const { id: resourceId } = await joined.call(apiGateway, THERE, 'CreateResource', { restApiId, parentId, pathPart });
  const at = { restApiId, resourceId, httpMethod: 'GET' };
  await joined.call(apiGateway, THERE, 'PutMethod', { ...at, authorizationType: 'NONE', ...method });
  await joined.call(apiGateway, THERE, 'PutIntegration', {
    ...at,
    integrationHttpMethod: 'POST',
    type: 'AWS_PROXY',
    ...integration,
  });
  if ('type' in integration && integration.type === 'MOCK') {
    await joined.call(apiGateway, THERE, 'PutMethodResponse', { ...at, statusCode: '418' });
    await joined.call(apiGateway, THERE, 'PutIntegrationResponse', {
      ...at,
      statusCode: '418',
      responseTemplates: { 'application/json': '{"I am":"a teapot"}' },
    });
  }
  await joined.call(apiGateway, THERE, 'CreateDeployment', { restApiId, stageName: STAGE });
}

const statuses = async (times: number) => {
  const all: (number | undefined)[] = [];
  for (let count = 0; count < times; count += 1) all.push((await send()).status);
  return all;
};

describe('how a request names its API', () => {
  test.for([
    { by: 'the custom domain', url: () => `https://${DOMAIN}/payments` },
    {
      by: 'the API’s name at the endpoint',
      url: () =>
        `https://${joined.replica(THERE).apiId}-${joined.replica(THERE).endpointId}.execute-api.${THERE}.amazonaws.com/${STAGE}/payments`,
    },
    {
      by: 'the endpoint’s own name and a Host header',
      url: () => `https://${joined.replica(THERE).endpointDnsName}/${STAGE}/payments`,
      headers: () => ({ Host: `${joined.replica(THERE).apiId}.execute-api.${THERE}.amazonaws.com` }),
    },
    {
      by: 'the endpoint’s own name and x-apigw-api-id',
      url: () => `https://${joined.replica(THERE).endpointDnsName}/${STAGE}/payments`,
      headers: () => ({ 'x-apigw-api-id': joined.replica(THERE).apiId }),
    },
  ])('$by', async ({ url, headers = () => ({}) }) => {
    expect(await send({ url: url(), headers: headers() })).toMatchObject({ outcome: 'answered', status: 200 });
  });

  test('connectTo leaves TLS and HTTP to the URL', async () => {
    const { endpointDnsName } = joined.replica('ap-southeast-2');
    expect((await send({ connectTo: endpointDnsName })).answeredBy?.region).toBe('ap-southeast-2');
    const { apiId, endpointId } = joined.replica(THERE);
    const url = `https://${apiId}-${endpointId}.execute-api.${THERE}.amazonaws.com/${STAGE}/payments`;
    expect(await send({ url, connectTo: endpointDnsName }), 'a name of another Region').toMatchObject({
      failedAt: 'domain',
      clientError: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });

  test('default names can be switched off; the custom domain goes on', async () => {
    const { apiId, endpointDnsName } = joined.replica(THERE);
    await joined.call(apiGateway, THERE, 'UpdateRestApi', {
      restApiId: apiId,
      patchOperations: [{ op: 'replace', path: '/disableExecuteApiEndpoint', value: 'true' }],
    });
    const byHeader = { url: `https://${endpointDnsName}/${STAGE}/payments`, headers: { 'x-apigw-api-id': apiId } };
    expect(await send(byHeader)).toMatchObject({ failedAt: 'api', status: 403 });
    expect(await send()).toMatchObject({ outcome: 'answered' });
  });

  test('the longest base path wins, and one without a stage takes it from the path', async () => {
    const { domainNameId, apiId } = joined.replica(THERE);
    const mapping = { domainName: DOMAIN, domainNameId, restApiId: apiId };
    await joined.call(apiGateway, THERE, 'CreateBasePathMapping', { ...mapping, basePath: 'v1', stage: STAGE });
    await joined.call(apiGateway, THERE, 'CreateBasePathMapping', { ...mapping, basePath: 'staged' });
    const answer = await send({ url: `https://${DOMAIN}/v1/payments` });
    expect(JSON.parse(known(answer.body))).toMatchObject({ event: { path: '/v1/payments', resource: '/payments' } });
    expect(await send({ url: `https://${DOMAIN}/staged/${STAGE}/payments` })).toMatchObject({ status: 200 });
    expect(await send({ url: `https://${DOMAIN}/v1x/payments` }), 'v1 is a segment, not a prefix').toMatchObject({
      failedAt: 'method',
    });
  });
});

describe('what a function gets', () => {
  test('is a proxy event, format 1.0', async () => {
    const answer = await send({
      url: `https://${DOMAIN}/payments/a%20b/c?x=1&x=2&y=`,
      method: 'post',
      headers: { 'X-Trace': 't' },
      body: '{"amount":1}',
    });
    const { event } = JSON.parse(known(answer.body)) as { event: object };
    const { apiId, endpointId } = joined.replica(THERE);
    expect(event).toMatchObject({
      resource: '/payments/{proxy+}',
      path: '/payments/a%20b/c',
      httpMethod: 'POST',
      headers: { host: DOMAIN, 'x-trace': 't', 'x-forwarded-proto': 'https' },
      multiValueHeaders: { 'x-trace': ['t'] },
      queryStringParameters: { x: '2', y: '' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: [''] },
      pathParameters: { proxy: 'a b/c' },
      stageVariables: { spec: 'abc123' },
      requestContext: {
        apiId,
        stage: STAGE,
        accountId: ACCOUNT,
        domainName: DOMAIN,
        domainPrefix: 'api',
        identity: { sourceIp: '10.64.1.10', vpceId: endpointId },
      },
      body: '{"amount":1}',
      isBase64Encoded: false,
    });
    expect(await send()).toMatchObject({ body: expect.stringContaining('"pathParameters":null') });
  });

  test.for([
    { says: { statusCode: 201, headers: { 'X-A': 'b' }, body: 'made' }, status: 201, why: 'as it said' },
    { says: { statusCode: '204' }, status: 204, why: 'a number in text is a number' },
    {
      says: { statusCode: 503, body: 'not now' },
      status: 503,
      why: 'its own 5xx is an answer, not a failure of the way',
    },
    { says: 'hello', status: 502, why: 'text is no HTTP answer' },
    { says: null, status: 502, why: 'nor is nothing' },
    { says: { body: 'x' }, status: 502, why: 'statusCode is missing' },
    { says: { statusCode: 200, Body: 'x' }, status: 502, why: 'an unknown member is a spelling mistake' },
  ])('and its answer $says is $status: $why', async ({ says, status }) => {
    attachHostCode(joined.world, joined.replica(THERE).functionArn, () => Promise.resolve(says));
    expect(await send()).toMatchObject({ status, outcome: status === 502 ? 'failed' : 'answered' });
  });

  test('answers of a slow function take their time; after 29 s API Gateway gives up', async () => {
    const { functionArn } = joined.replica(THERE);
    await joined.call(lambda, THERE, 'UpdateFunctionConfiguration', { FunctionName: 'greet', Timeout: 60 });
    await joined.clock.runFor(5_000);
    const { clock } = joined;
    const sleeps = (ms: number) => () => clock.sleep(ms).then(() => ({ statusCode: 200 }));
    attachHostCode(joined.world, functionArn, sleeps(1_000));
    const quick = await send();
    expect(quick).toMatchObject({ outcome: 'answered', status: 200 });
    const atMs = clock.nowMs();
    attachHostCode(joined.world, functionArn, sleeps(40_000));
    const slow = await send();
    expect(slow).toMatchObject({
      outcome: 'failed',
      failedAt: 'function',
      status: 504,
      body: '{"message":"Endpoint request timed out"}',
    });
    expect(clock.nowMs() - atMs).toBe(29_000);
    expect(slow.latencyMs - quick.latencyMs).toBeCloseTo(28_000);
  });
});

describe('methods and integrations', () => {
  test.for([
    { url: '/refunds', method: 'GET', says: /no resource for \/refunds/ },
    { url: '/payments', method: 'DELETE', says: /no method DELETE for \/payments/ },
  ])('$method $url is missing, which is a 403 about a token', async ({ url, method, says }) => {
    const journey = await send({ url: `https://${DOMAIN}${url}`, method });
    expect(journey).toMatchObject({
      failedAt: 'method',
      status: 403,
      body: '{"message":"Missing Authentication Token"}',
    });
    expect(journey.hops.at(-1)?.says).toMatch(says);
  });

  test('a mock answers without a function', async () => {
    await addMethod('teapot', { type: 'MOCK', requestTemplates: { 'application/json': '{"statusCode": 418}' } });
    expect(await send({ url: `https://${DOMAIN}/teapot` })).toMatchObject({
      outcome: 'answered',
      status: 418,
      body: '{"I am":"a teapot"}',
      answeredBy: { apiId: joined.replica(THERE).apiId },
    });
  });

  test('what is not simulated says so', async () => {
    await addMethod('far', { type: 'HTTP_PROXY', uri: 'https://example.com' });
    const { hops } = await send({ url: `https://${DOMAIN}/far` });
    expect(hops.at(-1)).toMatchObject({
      hop: 'integration',
      ok: false,
      says: expect.stringContaining('HTTP_PROXY, which is not simulated'),
    });
  });

  test('without a role the function’s own policy has to let API Gateway in', async () => {
    const { functionArn, apiId } = joined.replica(THERE);
    await addMethod('bare', { uri: uri(functionArn) });
    const url = `https://${DOMAIN}/bare`;
    expect(await send({ url })).toMatchObject({ failedAt: 'integration', status: 500 });
    const permission = {
      FunctionName: 'greet',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    };
    const source = (api: string) => `arn:aws:execute-api:${THERE}:${ACCOUNT}:${api}/*/GET/bare`;
    await joined.call(lambda, THERE, 'AddPermission', {
      ...permission,
      StatementId: 'other',
      SourceArn: source('another'),
    });
    expect(await send({ url }), 'for another API').toMatchObject({ failedAt: 'integration' });
    await joined.call(lambda, THERE, 'AddPermission', { ...permission, StatementId: 'ours', SourceArn: source(apiId) });
    expect(await send({ url })).toMatchObject({ outcome: 'answered', status: 200 });
  });

  test('an API key of the stage’s usage plan, where the method wants one', async () => {
    const { functionArn, apiId } = joined.replica(THERE);
    await addMethod(
      'keyed',
      { uri: uri(functionArn), credentials: `arn:aws:iam::${ACCOUNT}:role/invoker` },
      { apiKeyRequired: true },
    );
    const url = `https://${DOMAIN}/keyed`;
    expect(await send({ url })).toMatchObject({ failedAt: 'method', status: 403, body: '{"message":"Forbidden"}' });
    const { id: keyId, value } = await joined.call(apiGateway, THERE, 'CreateApiKey', { name: 'k', enabled: true });
    const { id: usagePlanId } = await joined.call(apiGateway, THERE, 'CreateUsagePlan', {
      name: 'p',
      apiStages: [{ apiId, stage: STAGE }],
    });
    await joined.call(apiGateway, THERE, 'CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
    expect(await send({ url, headers: { 'X-API-Key': known(value) } })).toMatchObject({ status: 200 });
  });

  test('a throttle lets its burst through and refills; a reach spends nothing of it', async () => {
    const { apiId: restApiId } = joined.replica(THERE);
    await joined.call(apiGateway, THERE, 'UpdateStage', {
      restApiId,
      stageName: STAGE,
      patchOperations: [
        { op: 'replace', path: '/*/*/throttling/rateLimit', value: '1' },
        { op: 'replace', path: '/*/*/throttling/burstLimit', value: '2' },
      ],
    });
    for (let count = 0; count < 5; count += 1) expect(reach(joined.world, joined.asked()).outcome).toBe('answered');
    expect(await statuses(3)).toEqual([200, 200, 429]);
    await joined.clock.runFor(1_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });
});

describe('the way there', () => {
  test('within one VPC nothing is crossed', async () => {
    const { vpcId } = joined.network(THERE);
    const journey = await send({ from: { account: ACCOUNT, region: THERE, vpcId } });
    expect(journey.answeredBy?.region).toBe(THERE);
    expect(journey.hops.map(({ hop }) => hop)).not.toContain('peering');
    expect(journey.latencyMs).toBeLessThan(50);
  });

  test('the caller’s own table, address and security groups are the ones that count', async () => {
    const { vpcId, groupId } = joined.network('us-east-1');
    const { Subnet } = await joined.call(ec2, 'us-east-1', 'CreateSubnet', { VpcId: vpcId, CidrBlock: '10.64.9.0/24' });
    const subnetId = known(Subnet?.SubnetId);
    const from = { account: ACCOUNT, region: 'us-east-1', vpcId, subnetId };
    expect(await send({ from })).toMatchObject({ outcome: 'answered' });
    const { RouteTable } = await joined.call(ec2, 'us-east-1', 'CreateRouteTable', { VpcId: vpcId });
    const RouteTableId = known(RouteTable?.RouteTableId);
    await joined.call(ec2, 'us-east-1', 'AssociateRouteTable', { SubnetId: subnetId, RouteTableId });
    expect(await send({ from }), 'its own table has no route').toMatchObject({ failedAt: 'route' });
    await joined.call(ec2, 'us-east-1', 'RevokeSecurityGroupEgress', {
      GroupId: groupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(await send({ from: { ...from, securityGroupIds: [groupId] } })).toMatchObject({ failedAt: 'egress' });
    expect(await send({ from: { account: ACCOUNT, region: 'us-east-1', vpcId: 'vpc-gone' } })).toMatchObject({
      failedAt: 'name',
    });
  });

  test('the longer prefix wins, though it leads to the wrong VPC', async () => {
    const { routeTableId } = joined.network('us-east-1');
    await joined.call(ec2, 'us-east-1', 'CreateRoute', {
      RouteTableId: routeTableId,
      DestinationCidrBlock: '10.65.1.0/24',
      VpcPeeringConnectionId: joined.peering('us-east-1~ap-southeast-2'),
    });
    const { hops } = await send();
    expect(hops.at(-1)).toMatchObject({
      hop: 'peering',
      ok: false,
      says: expect.stringMatching(/which does not hold 10\.65\./),
    });
  });

  test('times are the measured ones: resolver, TCP, TLS and the request itself', async () => {
    // us-east-1 to eu-west-1: four round trips and 1 ms of resolver.
    const near = await send();
    const far = await send({ pin: 'ap-southeast-2' });
    expect(near.latencyMs).toBeGreaterThan(4 * 60);
    expect(near.latencyMs).toBeLessThan(4 * 90);
    expect(far.latencyMs).toBeGreaterThan(4 * 180);
    conditionsOf(joined.world).weather = { extraLatencyMs: (_, to) => (to === THERE ? 100 : 0) };
    expect((await send()).latencyMs).toBeCloseTo(near.latencyMs + 400);
    conditionsOf(joined.world).weather = { extraLatencyMs: () => 1_000 };
    expect(await send(), 'later than the caller waits').toMatchObject({
      failedAt: 'endpoint',
      clientError: { code: 'ETIMEDOUT' },
    });
    expect(await send({ timeoutMs: 10_000 })).toMatchObject({ outcome: 'answered' });
  });

  test('what is no https request is refused by name', async () => {
    await expect(request(joined.world, joined.asked({ url: `http://${DOMAIN}/` }))).rejects.toThrow(
      'https on port 443',
    );
  });
});

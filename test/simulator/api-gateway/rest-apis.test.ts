import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Route, routeIn } from '../../../simulator/services/api-gateway/deployed-api.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { servedBy } from '../../../simulator/services/api-gateway/state.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { refusal } from '../service-world.ts';
import { importedPayments, onlyFrom } from './documents.ts';

const newWorld = () => new PrivateApiWorld(apiGateway);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const served = (restApiId: string, stage: string) => servedBy(known(aws.state().restApis.get(restApiId)), stage);
const policyText = (endpointId: string) => JSON.stringify(onlyFrom(endpointId));

const update = (restApiId: string, ...patchOperations: PatchOperation[]) =>
  aws.call('UpdateRestApi', { restApiId, patchOperations });

describe('an API', () => {
  test('is built call by call, as a console would', async () => {
    const restApi = await aws.call('CreateRestApi', { name: 'hand-made' });
    const restApiId = known(restApi.id);
    const child = (parentId: string | undefined, pathPart: string) =>
      aws.call('CreateResource', { restApiId, parentId, pathPart });
    const pets = await child(restApi.rootResourceId, 'pets');
    expect(pets).toMatchObject({ path: '/pets', parentId: restApi.rootResourceId });
    expect(await refusal(child(restApi.rootResourceId, 'pets'))).toBe(
      'ConflictException: Another resource with the same parent already has this name: pets',
    );
    const key = { restApiId, resourceId: known(pets.id), httpMethod: 'GET' };
    expect(await refusal(aws.call('GetMethod', key))).toMatch(/^NotFoundException/);
    await aws.call('PutMethod', { ...key, authorizationType: 'NONE' });
    expect(await refusal(aws.call('PutMethod', { ...key, authorizationType: 'NONE' }))).toMatch(/^ConflictException/);
    const deploy = () => refusal(aws.call('CreateDeployment', { restApiId }));
    expect(await deploy()).toBe('BadRequestException: No integration defined for method');
    await aws.call('PutIntegration', { ...key, type: 'MOCK' });
    const respond = { ...key, statusCode: '200' };
    expect(await refusal(aws.call('PutIntegrationResponse', respond))).toMatch(/^NotFoundException/);
    await aws.call('PutMethodResponse', respond);
    await aws.call('PutIntegrationResponse', {
      ...respond,
      responseTemplates: { 'application/json': '{}' },
    });
    expect(await aws.call('GetMethod', key)).toMatchObject({
      authorizationType: 'NONE',
      methodResponses: { 200: { statusCode: '200' } },
      methodIntegration: {
        type: 'MOCK',
        integrationResponses: { 200: { responseTemplates: { 'application/json': '{}' } } },
      },
    });
    expect(await deploy()).toBe('no error');
    await aws.call('DeleteResource', { restApiId, resourceId: pets.id });
    expect(await deploy()).toBe("BadRequestException: The REST API doesn't contain any methods");
    await aws.call('DeleteRestApi', { restApiId });
    expect(await refusal(aws.call('GetRestApi', { restApiId }))).toMatch(/^NotFoundException/);
  });

  test('is listed in pages', async () => {
    for (const name of ['a', 'b', 'c']) await aws.call('CreateRestApi', { name });
    const first = await aws.call('GetRestApis', { limit: 2 });
    const second = await aws.call('GetRestApis', { limit: 2, position: first.position });
    expect([...(first.items ?? []), ...(second.items ?? [])].map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(second.position).toBeUndefined();
    expect(await refusal(aws.call('GetRestApis', { limit: 501 }))).toMatch(/^BadRequestException/);
  });

  test('is changed by patches, all of them or none', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const { id: another } = await aws.endpoint();
    const path = '/endpointConfiguration/vpcEndpointIds';
    const patched = await update(
      restApiId,
      { op: 'replace', path: '/name', value: 'renamed' },
      { op: 'replace', path: '/disableExecuteApiEndpoint', value: 'true' },
      { op: 'add', path: '/binaryMediaTypes/image~1png' },
      { op: 'add', path, value: another },
      { op: 'remove', path, value: endpointId },
    );
    expect(patched).toMatchObject({
      name: 'renamed',
      disableExecuteApiEndpoint: true,
      binaryMediaTypes: ['image/png'],
      endpointConfiguration: { vpcEndpointIds: [another] },
    });
    const refused = await refusal(
      update(restApiId, { op: 'replace', path: '/name', value: 'lost' }, { op: 'add', path, value: 'vpce-0' }),
    );
    expect(refused).toBe('BadRequestException: VPC endpoint vpce-0 does not exist');
    expect(await refusal(update(restApiId, { op: 'replace', path: '/nonsense', value: '' }))).toMatch(
      /^BadRequestException: Invalid patch path {2}'\/nonsense' specified for op 'replace'. Must be one of: \[\/name, /,
    );
    expect((await aws.call('GetRestApi', { restApiId })).name).toBe('renamed');
  });

  test('takes a policy as a document or escaped, and removes it', async () => {
    const { restApiId } = await importedPayments(aws);
    const plain = policyText('vpce-1');
    const escaped = JSON.stringify(plain);
    for (const value of [plain, escaped, escaped.slice(1, -1)])
      expect((await update(restApiId, { op: 'replace', path: '/policy', value })).policy).toContain('vpce-1');
    expect(await refusal(update(restApiId, { op: 'replace', path: '/policy', value: '{}' }))).toMatch(
      /Invalid policy document/,
    );
    expect((await update(restApiId, { op: 'replace', path: '/policy', value: '' })).policy).toBeUndefined();
    expect(await refusal(aws.call('CreateDeployment', { restApiId }))).toBe(
      "BadRequestException: Private REST API doesn't have a resource policy attached to it",
    );
  });

  test('and its stages carry tags', async () => {
    const { restApiId } = await importedPayments(aws);
    await aws.call('CreateDeployment', { restApiId, stageName: 'live' });
    const ofApi = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
    for (const resourceArn of [ofApi, `${ofApi}/stages/live`]) {
      await aws.call('TagResource', { resourceArn, tags: { a: '1', b: '2' } });
      await aws.call('UntagResource', { resourceArn, tagKeys: ['a'] });
      expect((await aws.call('GetTags', { resourceArn })).tags).toEqual({ b: '2' });
    }
    expect((await aws.call('GetRestApi', { restApiId })).tags).toEqual({ b: '2' });
    expect(await refusal(aws.call('GetTags', { resourceArn: `${ofApi}x` }))).toMatch(/^NotFoundException/);
    expect(await refusal(aws.call('GetTags', { resourceArn: 'nonsense' }))).toMatch(/^BadRequestException/);
  });
});

describe('a deployment', () => {
  test('freezes the API with its policy: what changes later waits for the next', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const deploy = () => aws.call('CreateDeployment', { restApiId, stageName: 'live' });
    const first = await deploy();
    await aws.call('UpdateRestApi', {
      restApiId,
      patchOperations: [{ op: 'replace', path: '/policy', value: policyText('vpce-stranger') }],
    });
    const { items } = await aws.call('GetResources', { restApiId });
    const list = items?.find(({ path }) => path === '/payments');
    await aws.call('DeleteMethod', { restApiId, resourceId: list?.id, httpMethod: 'GET' });
    expect(served(restApiId, 'live')?.policy).toContain(endpointId);
    expect(served(restApiId, 'live')?.resources.map(({ path }) => path)).toEqual(['/payments', '/payments/{id}']);

    const second = await deploy();
    expect(served(restApiId, 'live')?.policy).toContain('vpce-stranger');
    expect(served(restApiId, 'live')?.resources.map(({ path }) => path)).toEqual(['/payments/{id}']);

    await aws.call('UpdateStage', {
      restApiId,
      stageName: 'live',
      patchOperations: [{ op: 'replace', path: '/deploymentId', value: known(first.id) }],
    });
    expect(served(restApiId, 'live')?.policy).toContain(endpointId);
    const remove = (deploymentId: string | undefined) =>
      refusal(aws.call('DeleteDeployment', { restApiId, deploymentId }));
    expect(await remove(first.id)).toMatch(/^BadRequestException: Active stages pointing to this deployment/);
    expect(await remove(second.id)).toBe('no error');
    expect((await aws.call('GetDeployments', { restApiId })).items?.map(({ id }) => id)).toEqual([first.id]);
  });

  test('makes or moves the stage it names, with variables', async () => {
    const { restApiId } = await importedPayments(aws);
    const deploy = (variables: Record<string, string>) =>
      aws.call('CreateDeployment', { restApiId, stageName: 'live', description: 'by hand', variables });
    const first = await deploy({ specification: 'one' });
    await aws.pass(10);
    const second = await deploy({ specification: 'two' });
    const { item } = await aws.call('GetStages', { restApiId });
    expect(item).toMatchObject([{ stageName: 'live', deploymentId: second.id, variables: { specification: 'two' } }]);
    expect(item?.[0]?.lastUpdatedDate?.getTime()).toBe(aws.clock.nowMs());
    const summary = await aws.call('GetDeployment', {
      restApiId,
      deploymentId: first.id,
      embed: ['apisummary'],
    });
    expect(summary.apiSummary?.['/payments']?.['GET']).toEqual({ authorizationType: 'NONE', apiKeyRequired: false });
    expect(await refusal(deploy({ specification: 'with blanks' }))).toMatch(
      /^BadRequestException: Invalid stage variable value/,
    );
  });
});

describe('a stage', () => {
  test('is made for a deployment, changed by patches, and deleted', async () => {
    const { restApiId } = await importedPayments(aws);
    const { id: deploymentId } = await aws.call('CreateDeployment', { restApiId });
    const stage = { restApiId, stageName: 'test' };
    const create = (id: string | undefined) => refusal(aws.call('CreateStage', { ...stage, deploymentId: id }));
    expect(await create('none')).toMatch(/^BadRequestException: Deployment id does not exist/);
    expect(await create(deploymentId)).toBe('no error');
    expect(await create(deploymentId)).toMatch(/^ConflictException: Stage already exists/);
    const updated = await aws.call('UpdateStage', {
      ...stage,
      patchOperations: [
        { op: 'replace', path: '/variables/a', value: '1' },
        { op: 'replace', path: '/*/*/throttling/rateLimit', value: '12.5' },
        { op: 'replace', path: '/~1payments/GET/metrics/enabled', value: 'true' },
        { op: 'replace', path: '/accessLogSettings/format', value: '$context.requestId' },
      ],
    });
    expect(updated).toMatchObject({
      variables: { a: '1' },
      methodSettings: { '*/*': { throttlingRateLimit: 12.5 }, 'payments/GET': { metricsEnabled: true } },
      accessLogSettings: { format: '$context.requestId' },
    });
    await aws.call('UpdateStage', {
      ...stage,
      patchOperations: [{ op: 'remove', path: '/variables/a' }],
    });
    expect((await aws.call('GetStage', stage)).variables).toBeUndefined();
    await aws.call('DeleteStage', stage);
    expect(await refusal(aws.call('GetStage', stage))).toMatch(/^NotFoundException: Invalid stage identifier/);
    expect(served(restApiId, 'test')).toBeUndefined();
  });
});

const method = (httpMethod: string) =>
  [
    httpMethod,
    { httpMethod, authorizationType: 'NONE', apiKeyRequired: false, integration: undefined, methodResponses: {} },
  ] as const;

const told = (route: Route | string) =>
  typeof route === 'string'
    ? route
    : `${route.resourcePath} ${route.method.httpMethod} ${JSON.stringify(route.pathParameters)}`;

const resource = (path: string, ...verbs: string[]) => ({
  path,
  segments: path.split('/').filter((part) => part !== ''),
  methods: new Map(verbs.map(method)),
});

describe('a request finds its method', () => {
  const api = {
    resources: [
      resource('/', 'GET'),
      resource('/{proxy+}', 'ANY'),
      resource('/payments/{id}', 'GET', 'ANY'),
      resource('/payments/latest', 'GET'),
      resource('/payments/{id}/{rest+}', 'GET'),
    ],
    policy: undefined,
    endpointTypes: ['PRIVATE'],
    vpcEndpointIds: [],
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { ask: 'GET /',                    finds: '/ GET {}',                                           why: 'the root' },
    { ask: 'POST /',                   finds: 'unknown-method',                                     why: '{proxy+} does not stand for nothing' },
    { ask: 'GET /payments/latest',     finds: '/payments/latest GET {}',                            why: 'a word goes before a variable' },
    { ask: 'POST /payments/latest',    finds: 'unknown-method',                                     why: 'and then it is that resource or none' },
    { ask: 'GET /payments/7/',         finds: '/payments/{id} GET {"id":"7"}',                      why: 'a slash at the end is nothing' },
    { ask: 'PUT /payments/7',          finds: '/payments/{id} ANY {"id":"7"}',                      why: 'a verb goes before ANY' },
    { ask: 'GET /payments/7/a/b',      finds: '/payments/{id}/{rest+} GET {"id":"7","rest":"a/b"}', why: 'a longer match goes before a shorter' },
    { ask: 'DELETE /other/thing',      finds: '/{proxy+} ANY {"proxy":"other/thing"}',              why: 'the rest' },
  ])('$ask: $finds, $why', ({ ask, finds }) => {
    const [verb = '', path = ''] = ask.split(' ');
    expect(told(routeIn(api, verb, path))).toBe(finds);
  });

  test('or nothing', () => {
    expect(routeIn({ ...api, resources: [resource('/a', 'GET')] }, 'GET', '/b')).toBe('unknown-path');
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { refusal } from '../service-world.ts';
import { bytes, importedPayments, mock, payments, toFunction } from './documents.ts';

const newWorld = () => new PrivateApiWorld(apiGateway);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const importing = (document: unknown, rest: object = {}) =>
  aws.call('ImportRestApi', { body: bytes(document), ...rest });
const put = (restApiId: string, mode: 'merge' | 'overwrite', document: unknown) =>
  aws.call('PutRestApi', { restApiId, mode, body: bytes(document) });
const methods = async (restApiId: string) => {
  const { items } = await aws.call('GetResources', { restApiId, embed: ['methods'], limit: 500 });
  return Object.fromEntries((items ?? []).map(({ path, resourceMethods }) => [path, resourceMethods]));
};
const minimal = (paths: object, rest: object = {}) => ({
  openapi: '3.0.0',
  info: { title: 'a', version: '1' },
  paths,
  ...rest,
});

describe('an import', () => {
  test('makes an API with the paths, methods and integrations of the document', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const api = await aws.call('GetRestApi', { restApiId });
    expect(api).toMatchObject({
      name: 'payments',
      description: 'takes money',
      version: '7',
      endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: [endpointId] },
      disableExecuteApiEndpoint: false,
    });
    const made = await methods(restApiId);
    expect(Object.keys(made)).toEqual(['/', '/payments', '/payments/{id}']);
    expect(made['/payments']).toMatchObject({
      GET: {
        operationName: 'list',
        authorizationType: 'NONE',
        apiKeyRequired: false,
        methodIntegration: { ...toFunction('payments'), type: 'AWS_PROXY', timeoutInMillis: 29_000 },
      },
    });
    expect(made['/payments/{id}']).toMatchObject({
      GET: { requestParameters: { 'method.request.path.id': true } },
      ANY: { methodIntegration: { uri: toFunction('refunds').uri } },
    });
  });

  test('reads Swagger 2.0 in YAML as well', async () => {
    const { id: endpointId } = await aws.endpoint();
    const api = await importing(
      [
        "swagger: '2.0'",
        'info: { title: yaml, version: "1" }',
        'paths:',
        '  /a:',
        '    get:',
        '      responses: { "200": { description: ok, headers: { X-One: { type: string } } } }',
        '      security: [{ sigv4: [] }]',
        '      x-amazon-apigateway-integration:',
        '        type: MOCK',
        '        responses: { default: { statusCode: "200" }, "4\\\\d\\\\d": { statusCode: "400" } }',
        'securityDefinitions:',
        '  sigv4: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }',
        `x-amazon-apigateway-endpoint-configuration: { vpcEndpointIds: [${endpointId}], disableExecuteApiEndpoint: true }`,
      ].join('\n'),
      { parameters: { endpointConfigurationTypes: 'PRIVATE' } },
    );
    expect(api).toMatchObject({
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { vpcEndpointIds: [endpointId] },
    });
    expect((await methods(String(api.id)))['/a']).toMatchObject({
      GET: {
        authorizationType: 'AWS_IAM',
        methodResponses: { 200: { responseParameters: { 'method.response.header.X-One': false } } },
        methodIntegration: {
          type: 'MOCK',
          integrationResponses: { 200: { statusCode: '200' }, 400: { selectionPattern: '4\\d\\d' } },
        },
      },
    });
  });

  test('answers the policy escaped, in full, and without white space', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const { policy = '' } = await aws.call('GetRestApi', { restApiId });
    expect(policy).toMatch(/^\{\\"Version\\":\\"2012-10-17\\",/);
    const Resource = `arn:aws:execute-api:us-east-1:111122223333:${restApiId}/*`;
    const document: unknown = JSON.parse(JSON.parse(`"${policy}"`));
    expect(document).toMatchObject({
      Statement: [
        { Effect: 'Allow', Resource },
        { Effect: 'Deny', Resource },
      ],
    });
    expect(JSON.stringify(document)).toContain(endpointId);
    const { items } = await aws.call('GetRestApis', {});
    expect(items?.[0]?.policy).toBe(policy);
  });

  const at = (path: string, integration: unknown) =>
    minimal({ [path]: { get: { 'x-amazon-apigateway-integration': integration } } });
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; document: unknown; told: string | RegExp; input?: object }>([
    { why: 'no document',              document: 'nonsense',                                    told: 'Invalid OpenAPI input.' },
    { why: 'broken JSON',              document: '{"openapi": "3.0.0"',                         told: 'Invalid OpenAPI input.' },
    { why: 'a version it cannot read', document: { ...minimal({}), openapi: '3.1.0' },          told: 'Invalid OpenAPI input.' },
    { why: 'no paths',                 document: { openapi: '3.0.0', info: { title: 'a' } },    told: 'Invalid OpenAPI input.' },
    { why: 'no name',                  document: { ...minimal({}), info: {} },                  told: 'Invalid API name specified' },
    { why: 'an integration that is none', document: at('/a', { 'Fn::Sub': 'x' }),               told: 'Unable to parse API definition because of a malformed integration at path /a.' },
    { why: 'a path without a slash',   document: at('a', mock),                                 told: /^Errors found during import:\n\tUnable to create resource at path 'a'/ },
    { why: 'a letter paths cannot have', document: at('/a b', mock),                            told: /Resource's path part only allow/ },
    { why: 'two variables beside each other', document: minimal({ '/{a}': {}, '/{b}': {} }),    told: /A sibling \(\{a\}\) of this resource already has a variable path part/ },
    { why: 'beneath a greedy path',    document: at('/{proxy+}/a', mock),                       told: /greedy path variable/ },
    { why: 'no web address',           document: at('/a', { type: 'http', httpMethod: 'GET', uri: 'x' }), told: "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': Invalid HTTP endpoint specified for URI" },
    { why: 'no verb',                  document: at('/a', { ...toFunction('x'), httpMethod: undefined }), told: /Enumeration value for HttpMethod must be non-empty/ },
    { why: 'no action',                document: at('/a', { ...toFunction('x'), uri: 'arn:aws:lambda:us-east-1:1:function:x' }), told: /AWS ARN for integration must contain path or action/ },
    { why: 'too long a timeout',       document: at('/a', { ...mock, timeoutInMillis: 29_001 }), told: /Timeout should be between 50 ms and 29000 ms/ },
    { why: 'no policy',                document: minimal({}, { 'x-amazon-apigateway-policy': { Statement: [{ Effect: 'Maybe' }] } }), told: /^Invalid policy document/ },
    { why: 'a reference into nowhere', document: at('/a', { $ref: '#/components/none' }),       told: 'Unable to resolve reference: #/components/none' },
    { why: 'an endpoint that is not there', document: payments('vpce-0'), input: { parameters: { endpointConfigurationTypes: 'PRIVATE' } }, told: 'VPC endpoint vpce-0 does not exist' },
    { why: 'an endpoint for a public API', document: payments('vpce-0'),                        told: 'Only private APIs support VPC endpoint associations.' },
    { why: 'a parameter not known',    document: minimal({}), input: { parameters: { basepath: 'split' } }, told: 'Invalid import parameter specified: basepath=split' },
    { why: 'security at the root does nothing', document: minimal({}, { security: [{ a: [] }] }), input: { failOnWarnings: true }, told: /^Warnings found during import:\n\tSecurity requirements at the root/ },
  ])('is refused, and leaves nothing behind: $why', async ({ document, told, input = {} }) => {
    const refused = await refusal(importing(document, input));
    expect(refused).toMatch(/^BadRequestException: /);
    const message = refused.slice('BadRequestException: '.length);
    if (typeof told === 'string') expect(message).toBe(told);
    else expect(message).toMatch(told);
    expect(aws.state().restApis.size).toBe(0);
  });

  test('resolves references within the document', async () => {
    const { id } = await importing(
      minimal(
        {
          '/a': {
            get: {
              parameters: [{ $ref: '#/components/parameters/q' }],
              'x-amazon-apigateway-integration': { $ref: '#/components/x-integrations/one' },
            },
          },
        },
        { components: { parameters: { q: { name: 'q', in: 'query' } }, 'x-integrations': { one: mock } } },
      ),
    );
    expect((await methods(String(id)))['/a']).toMatchObject({
      GET: { requestParameters: { 'method.request.querystring.q': false }, methodIntegration: { type: 'MOCK' } },
    });
  });

  test('stops at 600 private APIs', async () => {
    const document = bytes(minimal({}));
    const parameters = { endpointConfigurationTypes: 'PRIVATE' };
    for (let index = 0; index < 600; index += 1) await aws.call('ImportRestApi', { body: document, parameters });
    expect(await refusal(importing(minimal({}), { parameters }))).toMatch(/^LimitExceededException/);
    expect(await refusal(importing(minimal({})))).toBe('no error');
  });
});

describe('putting a document onto an API', () => {
  const other = minimal({ '/refunds': { get: { 'x-amazon-apigateway-integration': mock } } });

  test('overwrites all, and takes away what the document leaves out', async () => {
    const { restApiId } = await importedPayments(aws);
    const put1 = await put(restApiId, 'overwrite', other);
    expect(Object.keys(await methods(restApiId))).toEqual(['/', '/refunds']);
    expect(put1).toMatchObject({ id: restApiId, name: 'a', endpointConfiguration: { types: ['PRIVATE'] } });
    expect(put1.policy).toBeUndefined();
    expect(put1.description).toBeUndefined();
    expect(put1.endpointConfiguration?.vpcEndpointIds).toBeUndefined();
  });

  test('merges, and takes nothing away', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const merged = await put(restApiId, 'merge', other);
    expect(Object.keys(await methods(restApiId))).toEqual(['/', '/payments', '/payments/{id}', '/refunds']);
    expect(merged.endpointConfiguration?.vpcEndpointIds).toEqual([endpointId]);
    expect(merged.policy).toContain(endpointId);
  });

  test('keeps the ids of the paths that stay', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    const ids = async () => (await aws.call('GetResources', { restApiId })).items?.map(({ id }) => id);
    const before = await ids();
    await put(restApiId, 'overwrite', payments(endpointId));
    expect(await ids()).toEqual(before);
  });

  test('changes nothing where it is refused', async () => {
    const { restApiId } = await importedPayments(aws);
    const before = [await methods(restApiId), await aws.call('GetRestApi', { restApiId })];
    const broken = minimal({
      '/x': { get: { 'x-amazon-apigateway-integration': { type: 'http', httpMethod: 'GET' } } },
    });
    expect(await refusal(put(restApiId, 'overwrite', broken))).toMatch(/^BadRequestException/);
    expect(await refusal(put('none', 'overwrite', other))).toMatch(
      /^NotFoundException: Invalid API identifier specified 111122223333:none/,
    );
    expect([await methods(restApiId), await aws.call('GetRestApi', { restApiId })]).toEqual(before);
  });
});

describe('an export', () => {
  test('of what a stage serves can be imported again', async () => {
    const { restApiId, endpointId } = await importedPayments(aws);
    await aws.call('CreateDeployment', { restApiId, stageName: 'live' });
    const exported = (exportType: string, accepts: string) =>
      aws.call('GetExport', {
        restApiId,
        stageName: 'live',
        exportType,
        accepts,
        parameters: { extensions: 'apigateway' },
      });
    for (const type of ['oas30', 'swagger'])
      for (const accepts of ['application/json', 'application/yaml']) {
        const { body, contentType } = await exported(type, accepts);
        expect(contentType).toBe(accepts);
        const parameters = { endpointConfigurationTypes: 'PRIVATE' };
        const again = await aws.call('ImportRestApi', { body: known(body), parameters });
        expect(Object.keys(await methods(String(again.id)))).toEqual(['/', '/payments', '/payments/{id}']);
        expect(again.endpointConfiguration?.vpcEndpointIds).toEqual([endpointId]);
        expect(again.policy).toContain(endpointId);
      }
    expect(await refusal(exported('raml', 'application/json'))).toMatch(/^BadRequestException/);
  });
});

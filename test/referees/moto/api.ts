import { answered, type Dialogue, read, write } from '../../../control-plane/model/aws-call.ts';
import { type Behaviour, type Call, HERE, refusalOf, subnetIn, vpcWith } from './behaviour.ts';

const DOMAIN = 'api.moto.example.com';

function* api(): Dialogue<Call, string> {
  return answered(
    (yield* write(HERE, 'api-gateway', 'createRestApi', { name: 'an api', description: 'old' })).id,
    'createRestApi',
  );
}

function* endpoint(): Dialogue<Call, string> {
  const VpcId = yield* vpcWith(HERE, '10.1.0.0/16');
  const { VpcEndpoint } = yield* write(HERE, 'ec2', 'createVpcEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId,
    ServiceName: `com.amazonaws.${HERE}.execute-api`,
    SubnetIds: [yield* subnetIn(VpcId, '10.1.1.0/24')],
    PrivateDnsEnabled: false,
  });
  return answered(VpcEndpoint?.VpcEndpointId, 'createVpcEndpoint');
}

const operation = (type: string): object => ({
  responses: { 200: { description: 'OK' } },
  'x-amazon-apigateway-integration':
    type === 'mock'
      ? { type, requestTemplates: { 'application/json': '{"statusCode":200}' } }
      : { type, httpMethod: 'GET', uri: 'https://example.com' },
});

const documentOf = (but: object, info: object = { description: 'new' }): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'an api', version: '1', ...info },
      paths: { '/': { get: operation('http_proxy') } },
      ...but,
    }),
  );

const put = (restApiId: string, body: Uint8Array): Dialogue<Call, unknown> =>
  write(HERE, 'api-gateway', 'putRestApi', { restApiId, mode: 'overwrite', body });

function* privateDomain(): Dialogue<Call, { domainNameId: string | undefined; domainNameArn: string | undefined }> {
  const { CertificateArn } = yield* write(HERE, 'acm', 'requestCertificate', {
    DomainName: DOMAIN,
    ValidationMethod: 'DNS',
  });
  const { domainNameId, domainNameArn } = yield* write(HERE, 'api-gateway', 'createDomainName', {
    domainName: DOMAIN,
    certificateArn: CertificateArn,
    endpointConfiguration: { types: ['PRIVATE'] },
    securityPolicy: 'TLS_1_2',
  });
  return { domainNameId, domainNameArn };
}

export const apiBehaviours: readonly Behaviour[] = [
  {
    of: 'import',
    aws: 'a document needs no description',
    moto: 'a document without a description is answered with a page, and 500',
    *isAsOnAws() {
      const imported = write(HERE, 'api-gateway', 'importRestApi', { body: documentOf({}, {}) });
      return (yield* refusalOf(imported)) === undefined;
    },
  },
  {
    of: 'import',
    aws: 'an operation may be mocked',
    moto: 'a mocked operation is answered with a page, and 500',
    *isAsOnAws() {
      const paths = { '/': { get: operation('mock') } };
      return (yield* refusalOf(put(yield* api(), documentOf({ paths })))) === undefined;
    },
  },
  {
    of: 'import',
    aws: 'a path may have a summary',
    moto: 'a path with a summary is answered with a page, and 500',
    *isAsOnAws() {
      const paths = { '/': { summary: 'the root', get: operation('http_proxy') } };
      return (yield* refusalOf(put(yield* api(), documentOf({ paths })))) === undefined;
    },
  },
  {
    of: 'import',
    aws: "overwriting changes the API's description",
    moto: "overwriting leaves the API's description",
    *isAsOnAws() {
      const restApiId = yield* api();
      yield* put(restApiId, documentOf({}));
      return (yield* read(HERE, 'api-gateway', 'getRestApi', { restApiId })).description === 'new';
    },
  },
  {
    of: 'import',
    aws: 'the policy in a document becomes that of the API',
    moto: 'the policy in a document is left out',
    *isAsOnAws() {
      const restApiId = yield* api();
      const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }];
      yield* put(restApiId, documentOf({ 'x-amazon-apigateway-policy': { Version: '2012-10-17', Statement } }));
      const { policy } = yield* read(HERE, 'api-gateway', 'getRestApi', { restApiId });
      return policy?.includes('execute-api:Invoke') === true;
    },
  },
  {
    of: 'REST API',
    aws: 'an endpoint can be added to a private one',
    moto: 'adding an endpoint to a private one does nothing',
    *isAsOnAws() {
      const endpointConfiguration = { types: ['PRIVATE' as const] };
      const made = yield* write(HERE, 'api-gateway', 'createRestApi', { name: 'private', endpointConfiguration });
      const restApiId = answered(made.id, 'createRestApi');
      const value = yield* endpoint();
      yield* write(HERE, 'api-gateway', 'updateRestApi', {
        restApiId,
        patchOperations: [{ op: 'add', path: '/endpointConfiguration/vpcEndpointIds', value }],
      });
      const found = yield* read(HERE, 'api-gateway', 'getRestApi', { restApiId });
      return found.endpointConfiguration?.vpcEndpointIds?.includes(value) === true;
    },
  },
  {
    of: 'REST API',
    aws: 'it can be tagged',
    moto: 'tagging it is answered with a page',
    *isAsOnAws() {
      const resourceArn = `arn:aws:apigateway:${HERE}::/restapis/${yield* api()}`;
      return (
        (yield* refusalOf(write(HERE, 'api-gateway', 'tagResource', { resourceArn, tags: { a: 'b' } }))) === undefined
      );
    },
  },
  {
    of: 'REST API',
    aws: 'deleting one that is gone answers NotFoundException',
    moto: 'deleting one that is gone is answered with a page, and 500',
    *isAsOnAws() {
      const restApiId = yield* api();
      yield* write(HERE, 'api-gateway', 'deleteRestApi', { restApiId });
      return (yield* refusalOf(write(HERE, 'api-gateway', 'deleteRestApi', { restApiId }))) === 'NotFoundException';
    },
  },
  {
    of: 'stage',
    aws: 'a canary keeps its settings',
    moto: 'a canary loses its settings',
    *isAsOnAws() {
      const restApiId = yield* api();
      yield* put(restApiId, documentOf({}));
      const { id: deploymentId } = yield* write(HERE, 'api-gateway', 'createDeployment', { restApiId });
      yield* write(HERE, 'api-gateway', 'createStage', {
        restApiId,
        stageName: 'live',
        deploymentId,
        canarySettings: { deploymentId, percentTraffic: 10 },
      });
      const { canarySettings } = yield* read(HERE, 'api-gateway', 'getStage', { restApiId, stageName: 'live' });
      return canarySettings?.percentTraffic === 10;
    },
  },
  {
    of: 'domain name',
    aws: 'a private one has an id of its own',
    moto: 'a private one has none',
    *isAsOnAws() {
      return (yield* privateDomain()).domainNameId !== undefined;
    },
  },
  {
    of: 'domain name',
    aws: 'a private one is reached through access associations',
    moto: 'access associations are answered with a page',
    *isAsOnAws() {
      const listed = read(HERE, 'api-gateway', 'getDomainNameAccessAssociations', {});
      return (yield* refusalOf(listed)) === undefined;
    },
  },
];

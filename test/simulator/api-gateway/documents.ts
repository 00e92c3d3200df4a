import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { ApiGatewayState } from '../../../simulator/services/api-gateway/state.ts';
import { known } from '../../support/known.ts';
import { type PrivateApiWorld } from '../private-api-world.ts';
import { IRELAND, VIRGINIA } from '../service-world.ts';

export const bytes = (document: unknown): Uint8Array =>
  new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));

const functionArn = (name: string): string => `arn:aws:lambda:${VIRGINIA}:111122223333:function:${name}`;

export const toFunction = (name: string) => ({
  type: 'aws_proxy',
  httpMethod: 'POST',
  uri: `arn:aws:apigateway:${VIRGINIA}:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`,
  credentials: 'arn:aws:iam::111122223333:role/invoke',
});

export const mock = { type: 'mock', requestTemplates: { 'application/json': '{"statusCode":200}' } };

export const onlyFrom = (endpointId: string) => {
  const call = { Principal: '*', Action: 'execute-api:Invoke', Resource: ['execute-api:/*'] };
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', ...call },
      { Effect: 'Deny', ...call, Condition: { StringNotEquals: { 'aws:SourceVpce': endpointId } } },
    ],
  };
};

/** A private API of two paths, for one endpoint. */
export const payments = (endpointId: string) => ({
  openapi: '3.0.1',
  info: { title: 'payments', description: 'takes money', version: '7' },
  servers: [{ url: '/', 'x-amazon-apigateway-endpoint-configuration': { vpcEndpointIds: [endpointId] } }],
  paths: {
    '/payments': { get: { operationId: 'list', 'x-amazon-apigateway-integration': toFunction('payments') } },
    '/payments/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true }],
      get: { 'x-amazon-apigateway-integration': toFunction('payments') },
      'x-amazon-apigateway-any-method': { 'x-amazon-apigateway-integration': toFunction('refunds') },
    },
  },
  'x-amazon-apigateway-policy': onlyFrom(endpointId),
});

/** Imported, and not deployed. */
export async function importedPayments(
  aws: PrivateApiWorld<APIGateway, ApiGatewayState>,
  region: typeof VIRGINIA | typeof IRELAND = VIRGINIA,
): Promise<{ restApiId: string; endpointId: string }> {
  const { id: endpointId } = await aws.endpoint(region);
  const { id } = await aws.call(
    'ImportRestApi',
    { body: bytes(payments(endpointId)), parameters: { endpointConfigurationTypes: 'PRIVATE' }, failOnWarnings: true },
    region,
  );
  return { restApiId: known(id), endpointId };
}

import { describe, expect, test } from 'vitest';
import {
  type ApiParts,
  apiDocument,
  functionsNamedIn,
  specificationIn,
  specificationOf,
} from '../../../control-plane/model/api-document.ts';
import { isFault } from '../../../control-plane/model/faults.ts';
import { payments } from '../../support/payments.ts';

const parts: ApiParts = {
  name: 'landbridge-payments-eu-west-1',
  openapi: 'f00d',
  invokeRole: payments.roles.invoke,
  functionArns: { list: 'arn:list', create: 'arn:create' },
  endpointId: 'vpce-1',
};

describe("a member's API document", () => {
  const document = apiDocument(payments, 'eu-west-1', parts, 'landbridge payments rest-api/eu-west-1 spec:1234');

  test('has an integration for every operation that names a function, and tells nobody of the name', () => {
    expect(document).toMatchObject({
      info: { title: 'landbridge-payments-eu-west-1', description: expect.stringContaining('spec:1234') },
      paths: {
        '/payments': {
          summary: 'All of them',
          post: {
            'x-amazon-apigateway-integration': {
              type: 'aws_proxy',
              httpMethod: 'POST',
              uri: 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:create/invocations',
              credentials: payments.roles.invoke,
            },
          },
        },
      },
      components: payments.api.openapi['components'],
      servers: [{ url: '/', 'x-amazon-apigateway-endpoint-configuration': { vpcEndpointIds: ['vpce-1'] } }],
    });
    expect(JSON.stringify(document)).not.toContain('x-landbridge');
  });

  test('leaves the fleet its own', () => {
    expect(functionsNamedIn(payments.api.openapi)).toEqual(['create', 'list']);
  });

  test('is refused where the fleet has no such function', () => {
    const lacking = { ...parts, functionArns: { list: 'arn:list' } };
    expect(() => apiDocument(payments, 'eu-west-1', lacking, '')).toThrow(
      expect.toSatisfy((error) => isFault(error, 'Rejected') && error.message.includes('create')),
    );
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { but: { openapi: 'beef' },                     why: 'the document changed' },
    { but: { endpointId: 'vpce-2' },                why: 'the endpoint was replaced, and the policy names it' },
    { but: { invokeRole: 'arn:other' },             why: 'the integrations assume another role' },
    { but: { functionArns: { list: 'arn:other' } }, why: 'another function answers' },
  ])('has another specification when $why', ({ but }) => {
    expect(specificationOf({ ...parts, ...but })).not.toBe(specificationOf(parts));
  });

  test('is recognised by its description, and only by its own', () => {
    expect(specificationIn('landbridge payments rest-api/a spec:12', 'landbridge payments rest-api/a')).toBe('12');
    expect(
      specificationIn('landbridge payments rest-api/ab spec:12', 'landbridge payments rest-api/a'),
    ).toBeUndefined();
    expect(specificationIn('mine now', 'landbridge payments rest-api/a')).toBeUndefined();
  });
});

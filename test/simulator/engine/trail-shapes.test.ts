import { expect, test } from 'vitest';
import { eventName, requestParameters, responseElements } from '../../../simulator/engine/trail-shapes.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import type { MadeCall } from '../../../simulator/world.ts';

const made = (service: ServiceName, operation: string, input: object, output: object = {}): MadeCall => ({
  service,
  operation,
  input,
  output,
  place: { account: '111122223333', region: 'us-east-1' },
  principal: rootOf('111122223333'),
  requestId: 'r-1',
  atMs: 0,
  readOnly: false,
  error: undefined,
});

test.for([
  {
    why: 'tags are sets',
    call: made('ec2', 'CreateTags', { Resources: ['pcx-1', 'vpc-1'], Tags: [{ Key: 'k', Value: 'v' }] }),
    request: {
      resourcesSet: { items: [{ resourceId: 'pcx-1' }, { resourceId: 'vpc-1' }] },
      tagSet: { items: [{ key: 'k', value: 'v' }] },
    },
    response: { requestId: 'r-1', _return: true },
  },
  {
    why: 'members in lower camel case',
    call: made('ec2', 'DeleteVpcPeeringConnection', { VpcPeeringConnectionId: 'pcx-1' }, { Return: true }),
    request: { vpcPeeringConnectionId: 'pcx-1' },
    response: { requestId: 'r-1', return: true },
  },
  {
    why: 'lists inside lists',
    call: made('ec2', 'RevokeSecurityGroupIngress', {
      GroupId: 'sg-1',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    }),
    request: {
      groupId: 'sg-1',
      ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 443, ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }] },
    },
    response: { requestId: 'r-1', _return: true },
  },
  {
    why: 'the endpoint calls are logged as XML',
    call: made('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1'] }),
    request: { DeleteVpcEndpointsRequest: { VpcEndpointId: { tag: 1, content: 'vpce-1' } } },
    response: { DeleteVpcEndpointsResponse: { requestId: 'r-1' } },
  },
  {
    why: 'only the first letter is lowered',
    call: made('route-53', 'DisassociateVPCFromHostedZone', {
      HostedZoneId: 'Z1',
      VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' },
    }),
    request: { hostedZoneId: 'Z1', vPC: { vPCId: 'vpc-1', vPCRegion: 'eu-west-1' } },
    response: null,
  },
  {
    why: 'API descriptions are left out',
    call: made(
      'api-gateway',
      'PutRestApi',
      { restApiId: 'a1', mode: 'overwrite', body: new Uint8Array(9) },
      { id: 'a1', createdDate: new Date(0) },
    ),
    request: { restApiId: 'a1', mode: 'overwrite' },
    response: { id: 'a1', createdDate: '1970-01-01T00:00:00.000Z' },
  },
  {
    why: 'environments and code are not shown',
    call: made('lambda', 'UpdateFunctionConfiguration', {
      FunctionName: 'f',
      Environment: { Variables: { SECRET: 's' } },
    }),
    request: { functionName: 'f', environment: {} },
    response: null,
  },
  {
    why: 'more than 100 KB is left out',
    call: made('iam', 'PutRolePolicy', { PolicyDocument: 'x'.repeat(200_000) }),
    request: null,
    response: null,
  },
])('$call.service $call.operation: $why', ({ call, request, response }) => {
  expect(requestParameters(call)).toEqual(request);
  expect(responseElements(call)).toEqual(response);
});

test.for([
  { service: 'lambda', operation: 'UpdateFunctionCode', name: 'UpdateFunctionCode20150331v2' },
  { service: 'lambda', operation: 'DeleteFunction', name: 'DeleteFunction20150331' },
  { service: 'ec2', operation: 'DeleteRoute', name: 'DeleteRoute' },
] as const)('$service $operation is recorded as $name', ({ service, operation, name }) => {
  expect(eventName(made(service, operation, {}))).toBe(name);
});

import type { ServiceName } from './service.ts';

/**
 * Reads whose answers are remembered while nothing has changed that they were made of.
 *
 * What is in this table answers the same to everybody who may ask, takes all that time changes through `hasCome`, and
 * tells nothing that is changed behind the back of `World.state`.
 */
const reads: { readonly [Service in ServiceName]?: ReadonlySet<string> } = {
  'api-gateway': new Set([
    'GetBasePathMappings',
    'GetDomainName',
    'GetDomainNameAccessAssociations',
    'GetDomainNames',
    'GetRestApis',
    'GetStages',
  ]),
  cloudwatch: new Set(['DescribeAlarms']),
  ec2: new Set([
    'DescribeRouteTables',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVpcAttribute',
    'DescribeVpcEndpoints',
    'DescribeVpcPeeringConnections',
    'DescribeVpcs',
  ]),
  eventbridge: new Set(['ListRules', 'ListTargetsByRule']),
  lambda: new Set(['GetPolicy', 'ListFunctions']),
  'route-53': new Set(['GetHostedZone', 'ListHealthChecks', 'ListResourceRecordSets']),
};

export const isRemembered = (service: ServiceName, operation: string): boolean =>
  reads[service]?.has(operation) === true;

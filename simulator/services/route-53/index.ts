import type { Route53 } from '@aws-sdk/client-route-53';
import type { Service } from '../../service.ts';
import { changeOperations } from './changes.ts';
import { healthCheckOperations } from './health-checks.ts';
import { hostedZoneOperations } from './hosted-zones.ts';
import { recordSetOperations } from './record-sets.ts';
import { type Route53State, route53Home } from './state.ts';
import { tagOperations } from './tags.ts';
import { vpcAssociationOperations } from './vpc-associations.ts';

/** Route 53: hosted zones, their records, and health checks, as one account has them everywhere. */
export const route53: Service<Route53, Route53State> = {
  ...route53Home,
  eventSource: 'route53.amazonaws.com',
  operations: {
    ...hostedZoneOperations,
    ...vpcAssociationOperations,
    ...recordSetOperations,
    ...changeOperations,
    ...healthCheckOperations,
    ...tagOperations,
  },
};

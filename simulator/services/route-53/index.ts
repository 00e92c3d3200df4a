import type { Route53 } from '@aws-sdk/client-route-53';
import type { Service } from '../../service.ts';
import { newRoute53State, type Route53State } from './state.ts';

export const route53: Service<Route53, Route53State> = {
  name: 'route-53',
  eventSource: 'route53.amazonaws.com',
  scope: 'global',
  newState: newRoute53State,
  operations: {},
};

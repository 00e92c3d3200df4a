import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { Service } from '../../service.ts';
import { type ApiGatewayState, newApiGatewayState } from './state.ts';

export const apiGateway: Service<APIGateway, ApiGatewayState> = {
  name: 'api-gateway',
  eventSource: 'apigateway.amazonaws.com',
  scope: 'regional',
  newState: newApiGatewayState,
  operations: {},
};

import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { Service } from '../../service.ts';
import { accessAssociationOperations } from './access-associations.ts';
import { accountOperations } from './account.ts';
import { basePathMappingOperations } from './base-path-mappings.ts';
import { deploymentOperations } from './deployments.ts';
import { domainNameOperations } from './domain-names.ts';
import { exportOperations } from './export.ts';
import { importOperations } from './import.ts';
import { resourceOperations } from './resources.ts';
import { restApiOperations } from './rest-apis.ts';
import { stageOperations } from './stages.ts';
import { type ApiGatewayState, apiGatewayHome } from './state.ts';
import { tagOperations } from './tags.ts';
import { usagePlanOperations } from './usage-plans.ts';

/** API Gateway's REST APIs, their stages, and private custom domain names. */
export const apiGateway: Service<APIGateway, ApiGatewayState> = {
  ...apiGatewayHome,
  eventSource: 'apigateway.amazonaws.com',
  operations: {
    ...restApiOperations,
    ...importOperations,
    ...exportOperations,
    ...resourceOperations,
    ...deploymentOperations,
    ...stageOperations,
    ...domainNameOperations,
    ...basePathMappingOperations,
    ...accessAssociationOperations,
    ...usagePlanOperations,
    ...accountOperations,
    ...tagOperations,
  },
};

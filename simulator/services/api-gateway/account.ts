import type { Account, APIGateway } from '@aws-sdk/client-api-gateway';
import type { Operations } from '../../service.ts';
import { badRequest } from './answers.ts';
import { applyPatches, type Patches } from './patch.ts';
import type { ApiGatewayState } from './state.ts';

const shapeOf = ({ cloudwatchRoleArn }: ApiGatewayState): Account => ({
  ...(cloudwatchRoleArn !== undefined && { cloudwatchRoleArn }),
  throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
  features: ['UsagePlans'],
  apiKeyVersion: '4',
});

const patches: Patches<ApiGatewayState> = {
  'replace /cloudwatchRoleArn': (state, value) => {
    if (value !== '' && !/^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(value))
      badRequest('The role ARN does not have required permissions set to API Gateway');
    state.cloudwatchRoleArn = value === '' ? undefined : value;
  },
};

export const accountOperations: Operations<APIGateway, ApiGatewayState> = {
  GetAccount: (_input, { state }) => shapeOf(state),

  UpdateAccount({ patchOperations }, { state }) {
    applyPatches(state, patchOperations, patches);
    return shapeOf(state);
  },
};

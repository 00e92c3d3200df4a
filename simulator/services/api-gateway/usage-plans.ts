import type { APIGateway, ApiKey as ApiKeyShape, UsagePlan as UsagePlanShape } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { badRequest, notFound } from './answers.ts';
import { pageOf } from './paging.ts';
import type { ApiGatewayState, ApiKey, UsagePlan } from './state.ts';

const MOST_API_KEYS = 10_000;
const MOST_USAGE_PLANS = 300;

const keyShape = (key: ApiKey, withValue: boolean): ApiKeyShape => ({
  id: key.id,
  name: key.name,
  ...(withValue && { value: key.value }),
  ...(key.description !== undefined && { description: key.description }),
  ...(key.customerId !== undefined && { customerId: key.customerId }),
  enabled: key.enabled,
  createdDate: new Date(key.createdAtMs),
  lastUpdatedDate: new Date(key.createdAtMs),
  stageKeys: [...key.stageKeys],
  ...(key.tags.size > 0 && { tags: Object.fromEntries(key.tags) }),
});

const planShape = (plan: UsagePlan): UsagePlanShape => ({
  id: plan.id,
  name: plan.name,
  ...(plan.description !== undefined && { description: plan.description }),
  apiStages: plan.apiStages.map(({ apiId, stage }) => ({ apiId, stage })),
  ...(plan.throttle !== undefined && { throttle: { ...plan.throttle } }),
  ...(plan.quota !== undefined && { quota: { ...plan.quota } }),
  ...(plan.tags.size > 0 && { tags: Object.fromEntries(plan.tags) }),
});

const planNamed = ({ usagePlans }: ApiGatewayState, id: string | undefined): UsagePlan =>
  usagePlans.get(id ?? '') ?? notFound('Invalid Usage Plan ID specified');

export const usagePlanOperations: Operations<APIGateway, ApiGatewayState> = {
  CreateApiKey(input, { state, nowMs }) {
    if (state.apiKeys.size >= MOST_API_KEYS)
      throw new AwsError('LimitExceededException', 'Maximum number of API keys for this account has been reached.');
    const value = input.value ?? state.random.alphanumeric(40);
    if (value.length < 20 || value.length > 128) badRequest('API Key value should be at least 20 characters');
    if ([...state.apiKeys.values()].some((key) => key.value === value))
      throw new AwsError('ConflictException', 'API Key already exists');
    const key: ApiKey = {
      id: state.random.alphanumeric(10),
      value,
      name: input.name ?? '',
      description: input.description,
      customerId: input.customerId,
      enabled: input.enabled ?? false,
      createdAtMs: nowMs,
      stageKeys: (input.stageKeys ?? []).map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
      tags: new Map(Object.entries(input.tags ?? {})),
    };
    state.apiKeys.set(key.id, key);
    return keyShape(key, true);
  },

  GetApiKeys({ nameQuery = '', customerId, includeValues, ...page }, { state }) {
    const keys = [...state.apiKeys.values()].filter(
      (key) => key.name.startsWith(nameQuery) && (customerId === undefined || key.customerId === customerId),
    );
    const { items, ...rest } = pageOf(keys, page, ({ id }) => id);
    return { ...rest, items: items.map((key) => keyShape(key, includeValues === true)) };
  },

  CreateUsagePlan(input, { state }) {
    if (input.name === undefined || input.name === '') return badRequest('Usage Plan name cannot be empty');
    if (state.usagePlans.size >= MOST_USAGE_PLANS)
      throw new AwsError('LimitExceededException', 'Maximum number of usage plans for this account has been reached.');
    const apiStages = (input.apiStages ?? []).map(({ apiId = '', stage = '' }) => ({ apiId, stage }));
    for (const { apiId, stage } of apiStages)
      if (state.restApis.get(apiId)?.stages.has(stage) !== true) notFound(`API Stage not found: ${apiId}:${stage}`);
    const plan: UsagePlan = {
      id: state.random.alphanumeric(6),
      name: input.name,
      description: input.description,
      apiStages,
      throttle: input.throttle === undefined ? undefined : { ...input.throttle },
      quota: input.quota === undefined ? undefined : { ...input.quota },
      keyIds: new Set(),
      tags: new Map(Object.entries(input.tags ?? {})),
    };
    state.usagePlans.set(plan.id, plan);
    return planShape(plan);
  },

  GetUsagePlans({ keyId, ...page }, { state }) {
    const plans = [...state.usagePlans.values()].filter(({ keyIds }) => keyId === undefined || keyIds.has(keyId));
    const { items, ...rest } = pageOf(plans, page, ({ id }) => id);
    return { ...rest, items: items.map(planShape) };
  },

  CreateUsagePlanKey({ usagePlanId, keyId, keyType }, { state }) {
    const plan = planNamed(state, usagePlanId);
    if (keyType !== 'API_KEY') badRequest(`Invalid key type specified: ${keyType}`);
    const key = state.apiKeys.get(keyId ?? '') ?? notFound('Invalid API Key identifier specified');
    if (plan.keyIds.has(key.id)) throw new AwsError('ConflictException', 'Usage Plan Key already exists');
    plan.keyIds.add(key.id);
    return { id: key.id, type: 'API_KEY', name: key.name, value: key.value };
  },
};

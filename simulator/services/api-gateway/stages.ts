import type { APIGateway, CacheClusterSize, MethodSetting } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { apiNamed, badRequest, deploymentNamed, stageNamed, stageShape } from './answers.ts';
import { applyPatches, asBoolean, asNumber, type Patches } from './patch.ts';
import type { ApiGatewayState, RestApi, Stage } from './state.ts';

/** Quota "Stages per API". */
const MOST_STAGES = 10;

const CACHE_SIZES: readonly CacheClusterSize[] = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'];

const cacheClusterSize = (value: string): CacheClusterSize =>
  CACHE_SIZES.find((size) => size === value) ?? badRequest(`Invalid cache cluster size specified: ${value}`);

/** Source: the SDK's text on Stage.variables */
export function requireVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^\w+$/.test(name))
      badRequest(`Invalid stage variable name: ${name}. Please use alphanumeric characters and '_'.`);
    if (!/^[A-Za-z0-9-._~:/?#&=,]+$/.test(value))
      badRequest(
        `Invalid stage variable value: ${value}. Please use values with alphanumeric characters and the symbols '-', '.', '_', '~', ':', '/', '?', '#', '&', '=' and ','.`,
      );
  }
}

/** Adds a stage that points to a deployment, with everything else as API Gateway presets it. */
export function newStage(api: RestApi, stageName: string, deploymentId: string, nowMs: number): Stage {
  if (!/^[\w-]{1,128}$/.test(stageName)) badRequest('Stage name only allows a-zA-Z0-9_-');
  if (api.stages.size >= MOST_STAGES)
    throw new AwsError('LimitExceededException', 'Maximum number of Stages for this API has been reached.');
  const stage: Stage = {
    stageName,
    deploymentId,
    createdAtMs: nowMs,
    lastUpdatedAtMs: nowMs,
    description: undefined,
    variables: new Map(),
    tags: new Map(),
    methodSettings: new Map(),
    accessLogSettings: undefined,
    canarySettings: undefined,
    cacheClusterEnabled: false,
    cacheClusterSize: undefined,
    documentationVersion: undefined,
    tracingEnabled: false,
  };
  api.stages.set(stageName, stage);
  return stage;
}

/** What a method's settings are where nothing was set. */
const presetSetting: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5_000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

/** 'replace /{resource}/{verb}/<aspect>/<name>': what each sets. */
const settings: Readonly<Record<string, (value: string) => MethodSetting>> = {
  'metrics/enabled': (value) => ({ metricsEnabled: asBoolean(value) }),
  'logging/loglevel': (value) => ({ loggingLevel: value }),
  'logging/dataTrace': (value) => ({ dataTraceEnabled: asBoolean(value) }),
  'throttling/burstLimit': (value) => ({ throttlingBurstLimit: asNumber(value) }),
  'throttling/rateLimit': (value) => ({ throttlingRateLimit: asNumber(value) }),
  'caching/enabled': (value) => ({ cachingEnabled: asBoolean(value) }),
  'caching/ttlInSeconds': (value) => ({ cacheTtlInSeconds: asNumber(value) }),
  'caching/dataEncrypted': (value) => ({ cacheDataEncrypted: asBoolean(value) }),
  'caching/requireAuthorizationForCacheControl': (value) => ({ requireAuthorizationForCacheControl: asBoolean(value) }),
};

const settingPatches: Patches<Stage> = Object.fromEntries(
  Object.entries(settings).map(([path, set]) => [
    `replace /*/*/${path}`,
    (stage: Stage, value: string, [resource = '', verb = '']: readonly string[]) => {
      const key = `${resource.replace(/^\//, '')}/${verb}`;
      stage.methodSettings.set(key, { ...(stage.methodSettings.get(key) ?? presetSetting), ...set(value) });
    },
  ]),
);

const setVariable = (stage: Stage, value: string, [name = '']: readonly string[]): void => {
  requireVariables({ [name]: value });
  stage.variables.set(name, value);
};

const patchesOf = (api: RestApi): Patches<Stage> => ({
  'replace /deploymentId': (stage, value) => void (stage.deploymentId = deploymentNamed(api, value).id),
  'replace /description': (stage, value) => void (stage.description = value),
  'replace /variables/*': setVariable,
  'add /variables/*': setVariable,
  'remove /variables/*': (stage, _value, [name = '']) => void stage.variables.delete(name),
  'replace /tracingEnabled': (stage, value) => void (stage.tracingEnabled = asBoolean(value)),
  'replace /cacheClusterEnabled': (stage, value) => void (stage.cacheClusterEnabled = asBoolean(value)),
  'replace /cacheClusterSize': (stage, value) => void (stage.cacheClusterSize = cacheClusterSize(value)),
  'replace /documentationVersion': (stage, value) => void (stage.documentationVersion = value),
  'replace /accessLogSettings/destinationArn': (stage, value) =>
    void (stage.accessLogSettings = { ...stage.accessLogSettings, destinationArn: value }),
  'replace /accessLogSettings/format': (stage, value) =>
    void (stage.accessLogSettings = { ...stage.accessLogSettings, format: value }),
  'remove /accessLogSettings': (stage) => void (stage.accessLogSettings = undefined),
  'replace /canarySettings/percentTraffic': (stage, value) =>
    void (stage.canarySettings = { ...stage.canarySettings, percentTraffic: asNumber(value) }),
  'replace /canarySettings/deploymentId': (stage, value) =>
    void (stage.canarySettings = { ...stage.canarySettings, deploymentId: deploymentNamed(api, value).id }),
  'remove /canarySettings': (stage) => void (stage.canarySettings = undefined),
  'remove /*/*': (stage, _value, [resource = '', verb = '']) =>
    void stage.methodSettings.delete(`${resource.replace(/^\//, '')}/${verb}`),
  ...settingPatches,
});

export const stageOperations: Operations<APIGateway, ApiGatewayState> = {
  CreateStage(input, { state, nowMs }) {
    const api = apiNamed(state, input.restApiId);
    const { stageName = '' } = input;
    if (api.stages.has(stageName)) throw new AwsError('ConflictException', 'Stage already exists');
    requireVariables(input.variables ?? {});
    const { id } = api.deployments.get(input.deploymentId ?? '') ?? badRequest('Deployment id does not exist');
    const size = input.cacheClusterSize === undefined ? undefined : cacheClusterSize(input.cacheClusterSize);
    const stage = newStage(api, stageName, id, nowMs);
    stage.description = input.description;
    stage.cacheClusterEnabled = input.cacheClusterEnabled ?? false;
    stage.cacheClusterSize = size;
    stage.documentationVersion = input.documentationVersion;
    stage.canarySettings = structuredClone(input.canarySettings);
    stage.tracingEnabled = input.tracingEnabled ?? false;
    for (const [name, value] of Object.entries(input.variables ?? {})) stage.variables.set(name, value);
    for (const [key, value] of Object.entries(input.tags ?? {})) stage.tags.set(key, value);
    return stageShape(stage);
  },

  GetStages({ restApiId, deploymentId }, { state }) {
    const stages = [...apiNamed(state, restApiId).stages.values()];
    return {
      item: stages.filter((stage) => deploymentId === undefined || stage.deploymentId === deploymentId).map(stageShape),
    };
  },

  GetStage: ({ restApiId, stageName }, { state }) => stageShape(stageNamed(apiNamed(state, restApiId), stageName)),

  UpdateStage({ restApiId, stageName, patchOperations }, { state, nowMs }) {
    const api = apiNamed(state, restApiId);
    const stage = stageNamed(api, stageName);
    // On a copy, so that a patch that is refused leaves nothing behind of those before it.
    const draft: Stage = {
      ...stage,
      variables: new Map(stage.variables),
      methodSettings: new Map(stage.methodSettings),
      lastUpdatedAtMs: nowMs,
    };
    applyPatches(draft, patchOperations, patchesOf(api));
    api.stages.set(draft.stageName, draft);
    return stageShape(draft);
  },

  /** Source: github.com/hashicorp/terraform-provider-aws/issues/41651, with API Gateway's words. */
  DeleteStage({ restApiId, stageName }, { state }) {
    const api = apiNamed(state, restApiId);
    const stage = stageNamed(api, stageName);
    const mapping = [...state.domainNames.values()].filter(({ basePathMappings }) =>
      basePathMappings.values().some((to) => to.restApiId === api.id && to.stage === stage.stageName),
    );
    if (mapping.length > 0)
      badRequest(
        `Deleting stage ${stage.stageName} failed. Please remove all base path mappings related to the stage in your domains: ${mapping.map(({ domainName }) => domainName).join(', ')}`,
      );
    api.stages.delete(stage.stageName);
    return {};
  },
};

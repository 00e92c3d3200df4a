import type {
  CanarySettings,
  EndpointType,
  Method,
  MethodSetting,
  QuotaSettings,
  RoutingMode,
  Stage as StageShape,
  ThrottleSettings,
} from '@aws-sdk/client-api-gateway';
import type { WorldMs } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { Place, StateHome } from '../../service.ts';
import type { DeployedApi } from './deployed-api.ts';

export interface Resource {
  readonly id: string;
  readonly parentId: string | undefined;
  /** '' for the root. */
  readonly pathPart: string;
  readonly path: string;
  /** By verb or 'ANY'. A method is never changed in place, so a deployment may keep what it saw. */
  readonly methods: Map<string, Readonly<Method>>;
}

export interface Deployment {
  readonly id: string;
  readonly createdAtMs: WorldMs;
  description: string | undefined;
  readonly api: DeployedApi;
}

export interface Stage {
  readonly stageName: string;
  deploymentId: string;
  readonly createdAtMs: WorldMs;
  lastUpdatedAtMs: WorldMs;
  description: string | undefined;
  readonly variables: Map<string, string>;
  readonly tags: Map<string, string>;
  /** By '<resource path>/<verb>', as '/*' and '/*' for all, without the first slash. */
  readonly methodSettings: Map<string, MethodSetting>;
  accessLogSettings: StageShape['accessLogSettings'];
  canarySettings: CanarySettings | undefined;
  cacheClusterEnabled: boolean;
  cacheClusterSize: StageShape['cacheClusterSize'];
  documentationVersion: string | undefined;
  tracingEnabled: boolean;
}

export interface RestApi {
  readonly id: string;
  name: string;
  description: string | undefined;
  version: string | undefined;
  readonly createdAtMs: WorldMs;
  readonly rootResourceId: string;
  endpointTypes: readonly EndpointType[];
  vpcEndpointIds: readonly string[];
  /** As `readPolicy` makes it. Edited here, in force from the next deployment. */
  policy: string | undefined;
  disableExecuteApiEndpoint: boolean;
  binaryMediaTypes: readonly string[];
  minimumCompressionSize: number | undefined;
  apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly tags: Map<string, string>;
  readonly resources: Map<string, Resource>;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
  /** Kept from an import for the next export: security schemes, request validators. */
  imported: ImportedExtras;
}

interface ImportedExtras {
  readonly securitySchemes: Readonly<Record<string, unknown>>;
  readonly requestValidators: Readonly<Record<string, unknown>>;
}

export interface BasePathMapping {
  /** '(none)' for the root. */
  readonly basePath: string;
  readonly restApiId: string;
  readonly stage: string | undefined;
}

export interface DomainName {
  readonly arn: string;
  readonly domainName: string;
  /** Its name is unique to nothing, not even in one account and Region; its id is. */
  readonly domainNameId: string;
  certificateArn: string;
  certificateUploadedAtMs: WorldMs;
  /** As `readPolicy` makes it. In force at once: domains have no deployments. */
  policy: string;
  managementPolicy: string | undefined;
  routingMode: RoutingMode;
  /** It serves from then on, and never stops while it is updated. */
  readonly provisionedAtMs: WorldMs;
  /** PENDING until it is provisioned, UPDATING until then, AVAILABLE from then on. */
  availableAtMs: WorldMs;
  readonly tags: Map<string, string>;
  readonly basePathMappings: Map<string, BasePathMapping>;
}

export interface DomainNameAccessAssociation {
  readonly arn: string;
  readonly domainNameArn: string;
  readonly sourceType: 'VPCE';
  /** 'vpce-…' */
  readonly source: string;
  /** API Gateway shows no status: requests pass from then on. */
  readonly effectiveAtMs: WorldMs;
  readonly tags: Map<string, string>;
}

export interface ApiKey {
  readonly id: string;
  readonly value: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly customerId: string | undefined;
  readonly enabled: boolean;
  readonly createdAtMs: WorldMs;
  readonly stageKeys: readonly string[];
  readonly tags: Map<string, string>;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly apiStages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle: Readonly<ThrottleSettings> | undefined;
  readonly quota: Readonly<QuotaSettings> | undefined;
  readonly keyIds: Set<string>;
  readonly tags: Map<string, string>;
}

/** API Gateway (REST APIs) of one account in one Region. */
export interface ApiGatewayState {
  readonly place: Place;
  /** For ids. */
  readonly random: Random;
  readonly restApis: Map<string, RestApi>;
  /** By ARN. */
  readonly domainNames: Map<string, DomainName>;
  /** By ARN. */
  readonly accessAssociations: Map<string, DomainNameAccessAssociation>;
  readonly apiKeys: Map<string, ApiKey>;
  readonly usagePlans: Map<string, UsagePlan>;
  cloudwatchRoleArn: string | undefined;
}

export const apiGatewayHome: StateHome<ApiGatewayState> = {
  name: 'api-gateway',
  scope: 'regional',
  newState: (place, { random }) => ({
    place,
    random: random.fork(`api-gateway/${place.account}/${place.region}`),
    restApis: new Map(),
    domainNames: new Map(),
    accessAssociations: new Map(),
    apiKeys: new Map(),
    usagePlans: new Map(),
    cloudwatchRoleArn: undefined,
  }),
};

/** What a stage serves; undefined for a stage that is not there. */
export const servedBy = (api: RestApi, stageName: string): DeployedApi | undefined => {
  const stage = api.stages.get(stageName);
  return stage === undefined ? undefined : api.deployments.get(stage.deploymentId)?.api;
};

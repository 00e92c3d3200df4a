import { answered, type Dialogue, read, write } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import { zoneIdIn } from '../../control-plane/model/zone.ts';
import {
  type Call,
  type LookAlike,
  strangersEndpoint,
  strangersFunction,
  strangersSubnet,
  strangersVpc,
} from './look-alike.ts';

/** An API of a stranger's with one method, deployed to a stage of the same name as the fleet's. */
function* strangersStage(region: Region, name: string, stageName: string): Dialogue<Call, string> {
  const { id } = yield* write(region, 'api-gateway', 'createRestApi', { name });
  const restApiId = answered(id, 'createRestApi');
  const { items = [] } = yield* read(region, 'api-gateway', 'getResources', { restApiId });
  const which = { restApiId, resourceId: answered(items[0]?.id, 'getResources'), httpMethod: 'GET' };
  yield* write(region, 'api-gateway', 'putMethod', { ...which, authorizationType: 'NONE' });
  yield* write(region, 'api-gateway', 'putIntegration', {
    ...which,
    type: 'HTTP',
    integrationHttpMethod: 'GET',
    uri: 'https://example.com',
  });
  yield* write(region, 'api-gateway', 'createDeployment', { restApiId, stageName });
  return restApiId;
}

/** Of what is Lambda's, API Gateway's and Route 53's. */
export const api: Readonly<Record<string, LookAlike>> = {
  function: {
    what: 'a function that has taken our name',
    stands: 'in the way',
    make: ({ region, fleet }) =>
      strangersFunction(region, `landbridge-${fleet.name}-${Object.keys(fleet.functions)[0]}`, fleet.roles.function),
  },

  'rest-api': {
    what: 'an API with our name',
    stands: 'beside',
    *make({ region, fleet }) {
      const name = `landbridge-${fleet.name}-${region}`;
      const { id } = yield* write(region, 'api-gateway', 'createRestApi', { name, description: 'mine' });
      const restApiId = answered(id, 'createRestApi');
      return {
        id: restApiId,
        *see() {
          const {
            name: is,
            description,
            policy,
            endpointConfiguration,
            tags,
          } = yield* read(region, 'api-gateway', 'getRestApi', { restApiId });
          return { is, description, policy, endpointConfiguration, tags };
        },
      };
    },
  },

  stage: {
    what: 'a stage of the same name, of another API with our name',
    stands: 'beside',
    *make({ region, fleet }) {
      const { stage } = fleet.api;
      const restApiId = yield* strangersStage(region, `landbridge-${fleet.name}-${region}`, stage);
      return {
        id: restApiId,
        *see() {
          const { item = [] } = yield* read(region, 'api-gateway', 'getStages', { restApiId });
          return item.map(({ stageName, deploymentId, variables }) => [stageName, deploymentId, variables]);
        },
      };
    },
  },

  'domain-name': {
    what: 'another private domain of the same name',
    stands: 'beside',
    *make({ region, fleet, certificateArn }) {
      const { domainNameId } = yield* write(region, 'api-gateway', 'createDomainName', {
        domainName: fleet.domain,
        certificateArn,
        endpointConfiguration: { types: ['PRIVATE'] },
        securityPolicy: 'TLS_1_2',
      });
      const id = answered(domainNameId, 'createDomainName');
      return {
        id,
        *see() {
          const which = { domainName: fleet.domain, domainNameId: id };
          const { policy, tags, certificateArn: is } = yield* read(region, 'api-gateway', 'getDomainName', which);
          return { policy, tags, is };
        },
      };
    },
  },

  'base-path-mapping': {
    what: 'a mapping of another path of our domain',
    stands: 'beside',
    within: true,
    *make({ region, fleet, id: ourId }) {
      const which = { domainName: fleet.domain, domainNameId: ourId('domain-name', region) };
      const mapping = { basePath: 'v0', restApiId: ourId('rest-api', region), stage: fleet.api.stage };
      yield* write(region, 'api-gateway', 'createBasePathMapping', { ...which, ...mapping });
      return {
        id: 'v0',
        *see() {
          const { items = [] } = yield* read(region, 'api-gateway', 'getBasePathMappings', which);
          return items.filter(({ basePath }) => basePath === 'v0');
        },
      };
    },
  },

  'access-association': {
    what: "a way to our domain from somebody else's endpoint",
    stands: 'beside',
    *make({ region, zone, fleet, id: ourId }) {
      const vpcId = yield* strangersVpc(region);
      const endpointId = yield* strangersEndpoint(region, vpcId, yield* strangersSubnet(region, vpcId, zone));
      const which = { domainName: fleet.domain, domainNameId: ourId('domain-name', region) };
      const { domainNameArn } = yield* read(region, 'api-gateway', 'getDomainName', which);
      const { domainNameAccessAssociationArn } = yield* write(
        region,
        'api-gateway',
        'createDomainNameAccessAssociation',
        {
          domainNameArn,
          accessAssociationSourceType: 'VPCE',
          accessAssociationSource: endpointId,
        },
      );
      const id = answered(domainNameAccessAssociationArn, 'createDomainNameAccessAssociation');
      return {
        id,
        *see() {
          const { items = [] } = yield* read(region, 'api-gateway', 'getDomainNameAccessAssociations', {});
          return items.filter((found) => found.domainNameAccessAssociationArn === id);
        },
      };
    },
  },

  view: {
    what: "a private zone of the same name for somebody else's VPC, with our comment",
    stands: 'beside',
    *make({ region, fleet }) {
      const VPCId = yield* strangersVpc(region);
      const { HostedZone } = yield* write(GLOBAL_REGION, 'route-53', 'createHostedZone', {
        Name: fleet.domain,
        CallerReference: `mine/${region}`,
        VPC: { VPCId, VPCRegion: region as 'us-east-1' },
        HostedZoneConfig: { Comment: `landbridge ${fleet.name} view/${region}`, PrivateZone: true },
      });
      const id = zoneIdIn(answered(HostedZone?.Id, 'createHostedZone'));
      return {
        id,
        *see() {
          const { HostedZone: zone, VPCs } = yield* read(GLOBAL_REGION, 'route-53', 'getHostedZone', { Id: id });
          return { zone, VPCs };
        },
      };
    },
  },

  records: {
    what: 'a record of another type at our name, in our view',
    stands: 'beside',
    *make({ region, fleet, id: ourId }) {
      const HostedZoneId = ourId('view', region);
      const Name = `${fleet.domain}.`;
      const ResourceRecordSet = { Name, Type: 'TXT' as const, TTL: 60, ResourceRecords: [{ Value: '"mine"' }] };
      yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
        HostedZoneId,
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
      });
      return {
        id: `${Name} TXT`,
        *see() {
          const { ResourceRecordSets = [] } = yield* read(GLOBAL_REGION, 'route-53', 'listResourceRecordSets', {
            HostedZoneId,
          });
          return ResourceRecordSets.filter(({ Type }) => Type === 'TXT');
        },
      };
    },
  },
};

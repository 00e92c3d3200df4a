import { zipSync } from 'fflate';
import { agentFunction } from '../../control-plane/model/agents.ts';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { ACCOUNT } from '../support/landbridge.ts';

type Calls = Dialogue<ReadCall | WriteCall, void>;

/** Where somebody meddles: in one member's own targets. */
export interface Meddled {
  readonly region: string;
  readonly fleet: Fleet;
  readonly idOf: (kind: string, name: string) => string;
}

const VPC = ({ region, idOf }: Meddled): string => idOf('vpc', region);

/** What strangers do besides `local/breakages.ts`, so that every kind has to put every part of its targets right. */
export const meddlings = {
  *'a subnet is sent to another table'(at): Calls {
    const { region, idOf } = at;
    const { RouteTable } = yield* write(region, 'ec2', 'createRouteTable', { VpcId: VPC(at) });
    const { RouteTables = [] } = yield* read(region, 'ec2', 'describeRouteTables', {
      Filters: [{ Name: 'route-table-id', Values: [idOf('route-table', `${region}/main`)] }],
    });
    const AssociationId = RouteTables[0]?.Associations?.find(({ SubnetId }) => SubnetId)?.RouteTableAssociationId;
    const RouteTableId = RouteTable?.RouteTableId;
    yield* write(region, 'ec2', 'replaceRouteTableAssociation', { AssociationId, RouteTableId });
  },

  *'an endpoint gets another group and a policy'(at): Calls {
    const { region, idOf } = at;
    const { GroupId } = yield* write(region, 'ec2', 'createSecurityGroup', {
      VpcId: VPC(at),
      GroupName: 'strangers',
      Description: 'a stranger',
    });
    yield* write(region, 'ec2', 'modifyVpcEndpoint', {
      VpcEndpointId: idOf('endpoint', region),
      AddSecurityGroupIds: [GroupId ?? ''],
    });
  },

  *'functions are set otherwise'({ region, fleet }): Calls {
    const [name = ''] = Object.keys(fleet.functions);
    for (const FunctionName of [`landbridge-${fleet.name}-${name}`, agentFunction(fleet.name, 'bit')])
      yield* write(region, 'lambda', 'updateFunctionConfiguration', { FunctionName, MemorySize: 1_024 });
  },

  *'an agent gets other code'({ region, fleet }): Calls {
    const ZipFile = zipSync({ 'index.mjs': new TextEncoder().encode('export const watch = () => {};\n') });
    yield* write(region, 'lambda', 'updateFunctionCode', { FunctionName: agentFunction(fleet.name, 'watch'), ZipFile });
  },

  *'the domain leads to another stage'({ region, fleet, idOf }): Calls {
    const restApiId = idOf('rest-api', region);
    yield* write(region, 'api-gateway', 'createDeployment', { restApiId, stageName: 'strangers' });
    yield* write(region, 'api-gateway', 'updateBasePathMapping', {
      domainName: fleet.domain,
      domainNameId: idOf('domain-name', region),
      basePath: '(none)',
      patchOperations: [{ op: 'replace', path: '/stage', value: 'strangers' }],
    });
  },

  *'the URL of a bit is closed'({ region, fleet }): Calls {
    const FunctionName = agentFunction(fleet.name, 'bit');
    yield* write(region, 'lambda', 'updateFunctionUrlConfig', { FunctionName, AuthType: 'AWS_IAM' });
  },

  *'a permission says something else under its name'({ region, fleet }): Calls {
    for (const [agent, StatementId] of [
      ['bit', 'landbridge-url-invoke'],
      ['watch', agentFunction(fleet.name, 'watch')],
    ] as const) {
      const FunctionName = agentFunction(fleet.name, agent);
      yield* write(region, 'lambda', 'removePermission', { FunctionName, StatementId });
      const Action = 'lambda:InvokeFunction';
      yield* write(region, 'lambda', 'addPermission', { FunctionName, StatementId, Action, Principal: ACCOUNT });
    }
  },

  *'a health check looks for something else'({ region, idOf }): Calls {
    const HealthCheckId = idOf('health-check', region);
    yield* write(GLOBAL_REGION, 'route-53', 'updateHealthCheck', { HealthCheckId, SearchString: 'anything' });
  },

  *'a zone is called something else'({ region, idOf }): Calls {
    yield* write(GLOBAL_REGION, 'route-53', 'updateHostedZoneComment', { Id: idOf('view', region), Comment: 'mine' });
  },

  *'every tag is taken off'({ region, idOf }): Calls {
    const Resources = [
      idOf('vpc', region),
      idOf('route-table', `${region}/main`),
      idOf('endpoint', region),
      idOf('security-group', `${region}/endpoint`),
      idOf('security-group', `${region}/probe`),
    ];
    yield* write(region, 'ec2', 'deleteTags', { Resources });
    const resourceArn = `arn:aws:apigateway:${region}::/restapis/${idOf('rest-api', region)}`;
    const tagKeys = ['landbridge:fleet', 'landbridge:target', 'Name'];
    yield* write(region, 'api-gateway', 'untagResource', { resourceArn, tagKeys });
  },
} satisfies Readonly<Record<string, (at: Meddled) => Calls>>;

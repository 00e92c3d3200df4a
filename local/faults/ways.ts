import { zipSync } from 'fflate';
import { agentFunction } from '../../control-plane/model/agents.ts';
import { read, write } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';
import { byHand, CAST, idOf, type Trial } from './trial.ts';

const { victim } = CAST;

export const throwing = async (): Promise<never> => {
  throw new Error('the ledger is out of reach');
};

/** Packets of a link are eaten while its status stays active. */
export function eat(trial: Trial, ...directions: readonly (readonly [Region, Region])[]): void {
  const { weather } = conditionsOf(trial.world);
  const eaten = new Set(directions.map(([from, to]) => `${from}>${to}`));
  conditionsOf(trial.world).weather = {
    ...weather,
    eats: ({ fromRegion, toRegion }) => eaten.has(`${fromRegion}>${toRegion}`),
  };
}
export const eatNothing = (trial: Trial): void => {
  const { eats: _eats, ...weather } = conditionsOf(trial.world).weather;
  conditionsOf(trial.world).weather = weather;
};

/** A member's subnets are associated with another route table: one that leads nowhere, tagged as told. */
export async function swapRouteTable(
  trial: Trial,
  tags: readonly { Key: string; Value: string }[],
  region: Region = victim,
): Promise<void> {
  const VpcId = idOf(trial, 'vpc', region);
  // First, so that nothing is left behind where there is nothing to swap any more.
  const swapped = await associations(trial, idOf(trial, 'route-table', `${region}/main`), region);
  const { RouteTable } = await byHand(trial, write(region, 'ec2', 'createRouteTable', { VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  if (tags.length > 0)
    await byHand(trial, write(region, 'ec2', 'createTags', { Resources: [RouteTableId], Tags: [...tags] }));
  for (const AssociationId of swapped)
    await byHand(trial, write(region, 'ec2', 'replaceRouteTableAssociation', { AssociationId, RouteTableId }));
}

/** Subnets' associations with a route table; that of the VPC as a whole is not among them. */
async function associations(trial: Trial, RouteTableId: string, region: Region): Promise<readonly string[]> {
  const { RouteTables = [] } = await byHand(
    trial,
    read(region, 'ec2', 'describeRouteTables', { RouteTableIds: [RouteTableId] }),
  );
  return (RouteTables[0]?.Associations ?? [])
    .filter(({ SubnetId }) => SubnetId !== undefined)
    .map(({ RouteTableAssociationId }) => RouteTableAssociationId ?? '');
}

const experimentsTables = {
  Filters: [{ Name: 'tag:managedByFIS', Values: ['true'] }],
};

/** While it runs, nobody else lays hands on what it swapped. */
export async function experimentStands(trial: Trial): Promise<readonly string[]> {
  const { RouteTables = [] } = await byHand(trial, read(victim, 'ec2', 'describeRouteTables', experimentsTables));
  const associated = await Promise.all(
    RouteTables.map(({ RouteTableId = '' }) => associations(trial, RouteTableId, victim)),
  );
  return associated.flat().length > 0 ? [] : ['the experiment was undone while it ran'];
}

/** An experiment ends: what it swapped is put back by whoever swapped it, as far as it is still there. */
export async function putRouteTableBack(trial: Trial, region: Region = victim): Promise<void> {
  const { RouteTables = [] } = await byHand(trial, read(region, 'ec2', 'describeRouteTables', experimentsTables));
  for (const table of RouteTables) {
    for (const AssociationId of await associations(trial, table.RouteTableId ?? '', region)) {
      const RouteTableId = idOf(trial, 'route-table', `${region}/main`);
      await byHand(trial, write(region, 'ec2', 'replaceRouteTableAssociation', { AssociationId, RouteTableId }));
    }
    await byHand(trial, write(region, 'ec2', 'deleteRouteTable', { RouteTableId: table.RouteTableId ?? '' }));
  }
}

const stageOf = ({ state }: Trial): string => state.declared.fleet.api.stage;

export async function denyEverybody(trial: Trial, region: Region = victim): Promise<void> {
  const restApiId = idOf(trial, 'rest-api', region);
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }];
  const value = JSON.stringify({ Version: '2012-10-17', Statement });
  const patchOperations = [{ op: 'replace' as const, path: '/policy', value }];
  await byHand(trial, write(region, 'api-gateway', 'updateRestApi', { restApiId, patchOperations }));
  await byHand(trial, write(region, 'api-gateway', 'createDeployment', { restApiId, stageName: stageOf(trial) }));
}

/** Somebody deploys another API over it: one that has none of its paths. */
export async function deploySomethingElse(trial: Trial, region: Region = victim): Promise<void> {
  const restApiId = idOf(trial, 'rest-api', region);
  const other = {
    openapi: '3.0.1',
    info: { title: 'other', version: '1' },
    'x-amazon-apigateway-policy': {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
    },
    paths: {
      '/other': {
        get: {
          responses: { '200': { description: 'other' } },
          'x-amazon-apigateway-integration': {
            type: 'mock',
            requestTemplates: { 'application/json': '{"statusCode":200}' },
            responses: { default: { statusCode: '200' } },
          },
        },
      },
    },
  };
  const body = new TextEncoder().encode(JSON.stringify(other));
  await byHand(trial, write(region, 'api-gateway', 'putRestApi', { restApiId, mode: 'overwrite', body }));
  await byHand(trial, write(region, 'api-gateway', 'createDeployment', { restApiId, stageName: stageOf(trial) }));
}

export const agentArn = (trial: Trial, region: Region, agent: 'probe' | 'watch' | 'bit'): string =>
  `arn:aws:lambda:${region}:${trial.world.account}:function:${agentFunction(trial.state.declared.fleet.name, agent)}`;

/** The client's prober says of everybody that nothing connects. */
export const lie = async (event: unknown): Promise<unknown> => ({
  probes: (event as { requests: readonly unknown[] }).requests.map(() => ({
    symptom: 'connect',
    latencyMs: 2_000,
    says: 'no connection within 2 s',
  })),
});

export const spoiltZip = (): Uint8Array =>
  zipSync({
    'index.mjs': [
      new TextEncoder().encode("export const probe = async () => { throw new Error('broken prober'); };\n"),
      { mtime: new Date(1980, 0, 1, 12) },
    ],
  });

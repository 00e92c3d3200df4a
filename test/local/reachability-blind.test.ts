import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { reachability } from '../../control-plane/health/reachability.ts';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { lookAt, type Sight } from '../../handlers/runtime/look-at.ts';
import { breakages } from '../../local/breakages.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';
import { worldsEnd } from './reachability-world.ts';

const pair = { from: 'eu-west-1', to: 'us-east-1', by: 'name' as const };
const { from, to } = pair;

type Talk = Dialogue<ReadCall | WriteCall, void>;
type Ids = (kind: string, name: string) => string;

interface Blind {
  readonly what: string;
  readonly why: string;
  /** Where the request ends in the world. */
  readonly world: string;
  /** Where the proof believes that it ends. */
  readonly proof: string;
  /** No survey shows any of it; else what they show does not tell where the request ends. */
  readonly leavesNoTrace: boolean;
  talk(ids: Ids, state: FleetState): Talk;
}

const aclDenies = (region: string, subnet: string, Egress: boolean) =>
  function* (ids: Ids): Talk {
    const Filters = [{ Name: 'association.subnet-id', Values: [ids('subnet', subnet)] }];
    const { NetworkAcls = [] } = yield* read(region, 'ec2', 'describeNetworkAcls', { Filters });
    const NetworkAclId = NetworkAcls[0]?.NetworkAclId ?? '';
    const entry = { RuleNumber: 1, Protocol: '-1', RuleAction: 'deny' as const, CidrBlock: '10.0.0.0/8' };
    yield* write(region, 'ec2', 'createNetworkAclEntry', { NetworkAclId, Egress, ...entry });
  };

function* addressOfEndpoint(ids: Ids): Dialogue<ReadCall, string> {
  const Filters = [{ Name: 'subnet-id', Values: [ids('subnet', `${to}/${to}a`)] }];
  const { NetworkInterfaces = [] } = yield* read(to, 'ec2', 'describeNetworkInterfaces', { Filters });
  return NetworkInterfaces.find(({ InterfaceType }) => InterfaceType === 'vpc_endpoint')?.PrivateIpAddress ?? '';
}

const domainOf = (ids: Ids, { declared }: FleetState) => ({
  domainName: declared.fleet.domain,
  domainNameId: ids('domain-name', to),
});

const DENY = { Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };

function* policySet(restApiId: string, value: string): Talk {
  const patchOperations = [{ op: 'replace' as const, path: '/policy', value }];
  yield* write(to, 'api-gateway', 'updateRestApi', { restApiId, patchOperations });
}

const ANSWERS = "export const handler = async () => ({ statusCode: 200, body: 'not the fleet, and well' });\n";

/** What the proof cannot see, and why. Whoever extends a survey or adds a kind takes rows out of here. */
const blind: readonly Blind[] = [
  {
    what: "a network ACL of the endpoint's subnets keeps packets out",
    why: 'no kind looks at network ACLs',
    world: 'arrival',
    proof: 'reaches',
    leavesNoTrace: true,
    talk: aclDenies(to, `${to}/${to}a`, false),
  },
  {
    what: "a network ACL of the callers' subnets keeps packets in",
    why: 'no kind looks at network ACLs',
    world: 'egress',
    proof: 'reaches',
    leavesNoTrace: true,
    talk: aclDenies(from, `${from}/${from}a`, true),
  },
  {
    what: 'a route for one address of the endpoint',
    why: 'which addresses the endpoint has, no list that is read tells; so only routes for a whole subnet count',
    world: 'route',
    proof: 'reaches',
    leavesNoTrace: false,
    *talk(ids) {
      const { InternetGateway } = yield* write(from, 'ec2', 'createInternetGateway', {});
      const GatewayId = InternetGateway?.InternetGatewayId ?? '';
      yield* write(from, 'ec2', 'attachInternetGateway', { InternetGatewayId: GatewayId, VpcId: ids('vpc', from) });
      const DestinationCidrBlock = `${yield* addressOfEndpoint(ids)}/32`;
      const RouteTableId = ids('route-table', `${from}/main`);
      yield* write(from, 'ec2', 'createRoute', { RouteTableId, DestinationCidrBlock, GatewayId });
    },
  },
  {
    what: 'an access association that was made a moment ago',
    why: 'API Gateway shows no status of it for the quarter of an hour that it takes',
    world: 'domain',
    proof: 'reaches',
    leavesNoTrace: false,
    *talk(ids) {
      const domainNameAccessAssociationArn = ids('access-association', to);
      const { items = [] } = yield* read(to, 'api-gateway', 'getDomainNameAccessAssociations', {});
      const domainNameArn = items[0]?.domainNameArn;
      yield* write(to, 'api-gateway', 'deleteDomainNameAccessAssociation', { domainNameAccessAssociationArn });
      yield* write(to, 'api-gateway', 'createDomainNameAccessAssociation', {
        domainNameArn,
        accessAssociationSourceType: 'VPCE',
        accessAssociationSource: ids('endpoint', to),
      });
    },
  },
  {
    what: 'a mapping of a longer path',
    why: 'the kind compares the mapping of the root, and others are not the fleet’s',
    world: 'method',
    proof: 'reaches',
    leavesNoTrace: true,
    *talk(ids, state) {
      const which = { ...domainOf(ids, state), basePath: 'health' };
      const { stage } = state.declared.fleet.api;
      yield* write(to, 'api-gateway', 'createBasePathMapping', { ...which, restApiId: ids('rest-api', to), stage });
    },
  },
  {
    what: 'an API of somebody else’s in the place of the fleet’s',
    why: 'how somebody else’s API would answer, no survey looks at; the hop is taken for the last one that is known',
    world: 'policy',
    proof: 'api',
    leavesNoTrace: false,
    *talk(ids, state) {
      const { stage: stageName } = state.declared.fleet.api;
      const { id: restApiId = '' } = yield* write(to, 'api-gateway', 'createRestApi', {
        name: 'theirs',
        endpointConfiguration: { types: ['PRIVATE'] },
        policy: JSON.stringify({ Version: '2012-10-17', Statement: [DENY] }),
      });
      const { items = [] } = yield* read(to, 'api-gateway', 'getResources', { restApiId });
      const method = { restApiId, resourceId: items[0]?.id, httpMethod: 'GET' };
      yield* write(to, 'api-gateway', 'putMethod', { ...method, authorizationType: 'NONE' });
      yield* write(to, 'api-gateway', 'putIntegration', { ...method, type: 'MOCK' });
      yield* write(to, 'api-gateway', 'createDeployment', { restApiId, stageName });
      yield* write(to, 'api-gateway', 'updateBasePathMapping', {
        ...domainOf(ids, state),
        basePath: '(none)',
        patchOperations: [{ op: 'replace', path: '/restapiId', value: restApiId }],
      });
    },
  },
  {
    what: 'a policy that was deployed, and put back in the API without a deployment',
    why: 'of what is deployed no list tells the policy; what stands in the API now is taken for it',
    world: 'policy',
    proof: 'reaches',
    leavesNoTrace: false,
    *talk(ids, { declared }) {
      const restApiId = ids('rest-api', to);
      const { policy = '' } = yield* read(to, 'api-gateway', 'getRestApi', { restApiId });
      yield* policySet(restApiId, JSON.stringify({ Version: '2012-10-17', Statement: [DENY] }));
      yield* write(to, 'api-gateway', 'createDeployment', { restApiId, stageName: declared.fleet.api.stage });
      yield* policySet(restApiId, String(JSON.parse(`"${policy}"`)));
    },
  },
  {
    what: 'a method taken out, and that deployed',
    why: 'of an API only its specification is compared: what a stranger edits beneath it no list of APIs tells',
    world: 'method',
    proof: 'reaches',
    leavesNoTrace: false,
    *talk(ids, { declared }) {
      const restApiId = ids('rest-api', to);
      const { items = [] } = yield* read(to, 'api-gateway', 'getResources', { restApiId, limit: 500 });
      const resourceId = items.find(({ path }) => path === '/health')?.id;
      yield* write(to, 'api-gateway', 'deleteMethod', { restApiId, resourceId, httpMethod: 'GET' });
      yield* write(to, 'api-gateway', 'createDeployment', { restApiId, stageName: declared.fleet.api.stage });
    },
  },
  {
    what: 'the role as which API Gateway invokes functions deleted',
    why: 'roles are the ground that a fleet stands on, and no kind’s',
    world: 'integration',
    proof: 'reaches',
    leavesNoTrace: true,
    *talk(_, { declared }) {
      const RoleName = declared.fleet.roles.invoke.split('/').at(-1) ?? '';
      const { PolicyNames = [] } = yield* read(GLOBAL_REGION, 'iam', 'listRolePolicies', { RoleName });
      for (const PolicyName of PolicyNames)
        yield* write(GLOBAL_REGION, 'iam', 'deleteRolePolicy', { RoleName, PolicyName });
      const { AttachedPolicies = [] } = yield* read(GLOBAL_REGION, 'iam', 'listAttachedRolePolicies', { RoleName });
      for (const { PolicyArn } of AttachedPolicies)
        yield* write(GLOBAL_REGION, 'iam', 'detachRolePolicy', { RoleName, PolicyArn });
      yield* write(GLOBAL_REGION, 'iam', 'deleteRole', { RoleName });
    },
  },
  {
    what: 'no concurrency left to the function',
    why: 'ListFunctions does not tell of reservations',
    world: 'function',
    proof: 'reaches',
    leavesNoTrace: true,
    *talk(ids) {
      const FunctionName = ids('function', `${to}/payments`);
      yield* write(to, 'lambda', 'putFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
    },
  },
  {
    what: 'code that is not the fleet’s, and answers',
    why: 'of code there is a hash, and what another one would answer it does not tell',
    world: 'reaches',
    proof: 'function',
    leavesNoTrace: false,
    *talk(ids) {
      const ZipFile = zipSync({
        'index.mjs': [new TextEncoder().encode(ANSWERS), { mtime: new Date(1980, 0, 1, 12) }],
      });
      yield* write(to, 'lambda', 'updateFunctionCode', { FunctionName: ids('function', `${to}/payments`), ZipFile });
    },
  },
];

const MOMENT_MS = 36_000;

const look = (bed: TestBed, state: FleetState): Promise<Sight> =>
  bed.clock.runUntil(lookAt(state, { scope: {}, call: bed.landbridge.operator.call, nowMs: bed.clock.nowMs() }));

function proven(state: FleetState, sight: Sight): string {
  const proof = reachability(from, to, { declared: state.declared, ...sight }, 'name');
  return proof.reaches === true ? 'reaches' : proof.reaches === false ? proof.hop : 'unknown';
}

async function joined(): Promise<TestBed> {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 60_000 } });
  await bed.join(from, to);
  await bed.clock.runFor(120_000);
  bed.world.weather = { event: () => 'lost' };
  return bed;
}

describe.for(blind)('what the proof cannot see: $what', ({ why, world, proof, leavesNoTrace, talk }) => {
  test(`the world says ${world}, the proof ${proof}`, async () => {
    const bed = await joined();
    const state = await bed.state();
    const before = await look(bed, state);
    expect(proven(state, before)).toBe('reaches');
    await bed.asStranger(talk((kind, name) => state.ids.get(keyOf(kind, name)) ?? '', state));
    await bed.clock.runFor(MOMENT_MS);
    const after = await look(bed, state);
    expect((await worldsEnd(bed, state, pair)).end).toBe(world);
    expect(proven(state, after), why).toBe(proof);
    const isTheSame =
      JSON.stringify([...after.observation.targets]) === JSON.stringify([...before.observation.targets]);
    expect(isTheSame, 'nothing that was observed has changed').toBe(leavesNoTrace);
  });
});

test("what the proof cannot see: the fleet's own code that fails", async () => {
  const bed = await joined();
  const { functions } = bed.fleet;
  // Declared and deployed alike, so nothing drifts: and the code has no such entrance.
  const declared = Object.entries(functions).map(([name, one]) => [name, { ...one, handler: 'index.nothing' }]);
  const fleet = { ...bed.fleet, functions: Object.fromEntries(declared) as typeof functions };
  await bed.clock.runUntil(bed.landbridge.put(fleet, new Map()));
  await bed.run('reconcile', { fleet: fleet.name, scope: {} });
  const state = await bed.state();
  const sight = await look(bed, state);
  expect([...sight.assessments.values()].every((each) => each.state === 'settled')).toBe(true);
  expect((await worldsEnd(bed, state, pair)).end).toBe('function');
  expect(proven(state, sight)).toBe('reaches');
});

test('what the proof cannot see: a change of a name that has not reached resolvers yet', async () => {
  const bed = await joined();
  const state = await bed.state();
  const deleted = breakages.find(({ name }) => name === 'record deleted');
  await bed.asStranger(deleted?.do({ state, from, to }) as Talk);
  expect((await worldsEnd(bed, state, pair)).end).toBe('reaches');
  expect(proven(state, await look(bed, state))).toBe('name');
});

describe('where a Region could not be looked at', async () => {
  const bed = await joined();
  const state = await bed.state();
  const dark = (region: string): void => {
    bed.world.weather = {
      event: () => 'lost',
      before({ place, principal }) {
        if (place.region === region && !principal.arn.endsWith('stranger'))
          throw new AwsError('RequestTimeout', 'Nobody answered in time.');
      },
    };
  };

  // Not us-east-1: Route 53's control plane is there, whatever zone is asked for.
  test('the proof says so, and names the survey', async () => {
    dark(from);
    const sight = { declared: state.declared, ...(await look(bed, state)) };
    for (const by of ['name', 'path'] as const)
      expect(reachability(to, from, sight, by)).toMatchObject({
        reaches: 'unknown',
        unseen: {
          survey: expect.stringContaining(`@${from}`) as string,
          says: expect.stringContaining(from) as string,
        },
      });
    expect(reachability(to, to, sight, 'name')).toEqual({ reaches: true });
  });

  test('unless the request ends before it comes there', async () => {
    const gone = breakages.find(({ name }) => name === 'zone disassociated');
    bed.world.weather = { event: () => 'lost' };
    await bed.asStranger(gone?.do({ state, from: to, to: from }) as Talk);
    dark(from);
    const sight = { declared: state.declared, ...(await look(bed, state)) };
    expect(reachability(to, from, sight, 'name')).toMatchObject({ reaches: false, hop: 'name', target: `view/${to}` });
  });
});

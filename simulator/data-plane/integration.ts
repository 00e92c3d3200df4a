import type { Integration } from '@aws-sdk/client-api-gateway';
import { type Principal, roleSession, serviceActing } from '../principal.ts';
import type { Place } from '../service.ts';
import { iamHome } from '../services/iam/state.ts';
import type { ResourcePolicy } from '../services/lambda/state.ts';
import { lambdaHome } from '../services/lambda/state.ts';
import type { World } from '../world.ts';
import { gatewayAnswers } from './answers.ts';
import type { AtMethod } from './gateway.ts';
import type { HttpsRequest } from './https-request.ts';
import { mockAnswer } from './mock-integration.ts';
import { evaluatePolicy } from './policy.ts';
import type { HttpAnswer } from './proxy-event.ts';
import { remembered } from './remembered.ts';
import { Broken, type Evidence, type Trail } from './trail.ts';

const APIGATEWAY = 'apigateway.amazonaws.com';
/** Source    docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** A function, and as whom API Gateway invokes it. */
export interface FunctionIntegration {
  readonly kind: 'function';
  readonly place: Place;
  readonly functionName: string;
  readonly functionArn: string;
  readonly qualifier: string | undefined;
  readonly principal: Principal;
  readonly timeoutMs: number;
}

export type Leads = FunctionIntegration | { readonly kind: 'answer'; readonly answer: HttpAnswer };

const FUNCTION_URI = /^arn:aws:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
const FUNCTION_ARN = /^(arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]+))(?::([A-Za-z0-9_$-]+))?$/;

/** Which function an integration's URI names, stage variables already put in. */
const readFunctionUri = remembered((uri) => {
  const named = FUNCTION_ARN.exec(FUNCTION_URI.exec(uri)?.[1] ?? '');
  if (named === null) return undefined;
  const [qualifiedArn, functionArn = '', region = '', account = '', functionName = '', qualifier] = named;
  return { qualifiedArn, functionArn, place: { account, region }, functionName, qualifier };
});

const withStageVariables = (uri: string, variables: ReadonlyMap<string, string>): string =>
  !uri.includes('${')
    ? uri
    : uri.replaceAll(/\$\{stageVariables\.([A-Za-z0-9_]+)\}/g, (_, name: string) => variables.get(name) ?? '');

/** Whether the function's own policy lets API Gateway in for this method; '' is the policy of the function itself. */
function functionAdmits(
  policy: ResourcePolicy | undefined,
  functionArn: string,
  sourceArn: string,
  account: string,
): boolean {
  const Statement = [...(policy?.statements.values() ?? [])];
  if (Statement.length === 0) return false;
  const verdict = evaluatePolicy(JSON.stringify({ Statement }), functionArn, {
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    principal: { kind: 'service', name: APIGATEWAY },
    context: { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': account },
  });
  return verdict.decision === 'allow';
}

/** A role as its ARN tells it, and the session that API Gateway would invoke functions in. */
const readRole = remembered((roleArn) => {
  const [, , , , account = '', path = ''] = roleArn.split(':');
  const principal: Principal = { ...roleSession(roleArn, 'BackplaneAssumeRoleSession'), invokedBy: APIGATEWAY };
  return { account, name: path.slice(path.lastIndexOf('/') + 1), principal };
});

/** Whether a role of this trust policy lets API Gateway assume it. */
const trustsApiGateway = remembered(
  (trustPolicy) =>
    evaluatePolicy(trustPolicy, '', {
      action: 'sts:AssumeRole',
      resource: '',
      principal: { kind: 'service', name: APIGATEWAY },
      context: {},
    }).decision === 'allow',
);

/** Why API Gateway cannot act as a role; `undefined` where it can. What the role itself may do is not asked: no call here is. */
function roleFault(world: World, roleArn: string): string | undefined {
  const { account, name } = readRole(roleArn);
  const role = world.look(iamHome, { account, region: 'us-east-1' }).roles.get(name);
  if (role === undefined) return `the role ${name} that ${APIGATEWAY} should invoke the function as does not exist`;
  return trustsApiGateway(role.trustPolicy) ? undefined : `the role ${name} does not trust ${APIGATEWAY}`;
}

function toFunction(
  world: World,
  trail: Trail,
  asked: HttpsRequest,
  at: AtMethod,
  integration: Readonly<Integration>,
): FunctionIntegration | Broken {
  const { place } = asked;
  const { api, stage, route } = at;
  const uri = withStageVariables(integration.uri ?? '', stage.variables);
  const fail = (says: string, more: Evidence = {}): Broken => {
    const evidence = { apiId: api.id, uri, ...more };
    return trail.fail('integration', place.region, api.id, says, evidence, gatewayAnswers.configurationError);
  };
  const named = readFunctionUri(uri);
  if (named === undefined)
    return fail(`the integration of ${route.resourcePath} names no function: ${uri || 'it has no URI'}`);
  const { functionName, qualifier, qualifiedArn: functionArn } = named;
  const found = world.look(lambdaHome, named.place).functions.get(functionName);
  if (found === undefined)
    return fail(`the function ${functionName} does not exist in ${named.place.region}`, { functionArn });
  const { credentials, timeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = integration;
  if (credentials === undefined) {
    const sourceArn = `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/${stage.stageName}/${asked.method}${route.resourcePath}`;
    if (!functionAdmits(found.policies.get(qualifier ?? ''), functionArn, sourceArn, place.account)) {
      const says = `${functionName} does not let ${APIGATEWAY} invoke it for ${sourceArn}, and the integration has no role`;
      return fail(says, { functionArn, sourceArn });
    }
  }
  const untrusted = credentials === undefined ? undefined : roleFault(world, credentials);
  if (untrusted !== undefined) return fail(untrusted, { functionArn, credentials });
  const as = (): string => (credentials === undefined ? '' : `, invoked as ${credentials.split('/').at(-1)}`);
  trail.pass('integration', place.region, api.id, () => ({
    says: `${route.resourcePath} leads to the function ${functionName}${as()}`,
    evidence: { functionArn, ...(credentials !== undefined && { credentials }) },
  }));
  const principal =
    credentials === undefined ? serviceActing(APIGATEWAY, place.account) : readRole(credentials).principal;
  return { kind: 'function', place: named.place, functionName, functionArn, qualifier, principal, timeoutMs };
}

/** Where a method leads: to a function, or to an answer that needs none. */
export function followIntegration(world: World, trail: Trail, asked: HttpsRequest, at: AtMethod): Leads | Broken {
  const { place } = asked;
  const { api, route } = at;
  const { integration } = route.method;
  const fail = (says: string): Broken =>
    trail.fail(
      'integration',
      place.region,
      api.id,
      says,
      { apiId: api.id, resource: route.resourcePath, type: integration?.type },
      gatewayAnswers.configurationError,
    );
  switch (integration?.type) {
    case undefined:
      return fail(`${route.resourcePath} has no integration`);
    case 'AWS_PROXY':
      return toFunction(world, trail, asked, at, integration);
    case 'MOCK': {
      const answer = mockAnswer(integration);
      if (typeof answer === 'string') return fail(answer);
      trail.pass('integration', place.region, api.id, () => ({
        says: `${route.resourcePath} is a mock and answers ${answer.status}`,
        evidence: {
          apiId: api.id,
        },
      }));
      return { kind: 'answer', answer };
    }
    case 'AWS':
    case 'HTTP':
    case 'HTTP_PROXY':
      return fail(`the integration of ${route.resourcePath} is of type ${integration.type}, which is not simulated`);
  }
}

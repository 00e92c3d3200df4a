import type { Integration } from '@aws-sdk/client-api-gateway';
import { type Principal, roleSession, serviceActing } from '../principal.ts';
import type { Place } from '../service.ts';
import { lambda } from '../services/lambda/index.ts';
import type { ResourcePolicy } from '../services/lambda/state.ts';
import type { World } from '../world.ts';
import { gatewayAnswers } from './answers.ts';
import type { AtMethod } from './gateway.ts';
import type { HttpsRequest } from './https-request.ts';
import { mockAnswer } from './mock-integration.ts';
import { evaluatePolicy } from './policy.ts';
import type { HttpAnswer } from './proxy-event.ts';
import { Broken, type Trail } from './trail.ts';

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

/** 'arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations', stage variables put in. */
const FUNCTION_URI = /^arn:aws:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
const FUNCTION_ARN = /^(arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]+))(?::([A-Za-z0-9_$-]+))?$/;

const withStageVariables = (uri: string, variables: ReadonlyMap<string, string>): string =>
  uri.replaceAll(/\$\{stageVariables\.([A-Za-z0-9_]+)\}/g, (_, name: string) => variables.get(name) ?? '');

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
  const fail = (says: string, evidence: Record<string, unknown> = {}): Broken =>
    trail.fail(
      'integration',
      place.region,
      api.id,
      says,
      { apiId: api.id, uri, ...evidence },
      gatewayAnswers.configurationError,
    );
  const named = FUNCTION_URI.exec(uri)?.[1] ?? '';
  const [, functionArn = '', region = '', account = '', functionName = '', qualifier] = FUNCTION_ARN.exec(named) ?? [];
  if (functionName === '')
    return fail(`the integration of ${route.resourcePath} names no function: ${uri || 'it has no URI'}`);
  const found = world.state(lambda, { account, region }).functions.get(functionName);
  const qualified = qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;
  if (found === undefined) return fail(`the function ${functionName} does not exist in ${region}`, { functionArn });
  const { credentials } = integration;
  if (credentials === undefined) {
    const sourceArn = `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/${stage.stageName}/${asked.method}${route.resourcePath}`;
    if (!functionAdmits(found.policies.get(qualifier ?? ''), qualified, sourceArn, place.account))
      return fail(
        `${functionName} does not let ${APIGATEWAY} invoke it for ${sourceArn}, and the integration has no role`,
        {
          functionArn: qualified,
          sourceArn,
        },
      );
  }
  trail.pass(
    'integration',
    place.region,
    api.id,
    `${route.resourcePath} leads to the function ${functionName}${credentials === undefined ? '' : `, invoked as ${credentials.split('/').at(-1)}`}`,
    {
      functionArn: qualified,
      ...(credentials !== undefined && { credentials }),
    },
  );
  return {
    kind: 'function',
    place: { account, region },
    functionName,
    functionArn,
    qualifier,
    principal:
      credentials === undefined
        ? serviceActing(APIGATEWAY, place.account)
        : { ...roleSession(credentials, 'BackplaneAssumeRoleSession'), invokedBy: APIGATEWAY },
    timeoutMs: integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
  };
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
      trail.pass('integration', place.region, api.id, `${route.resourcePath} is a mock and answers ${answer.status}`, {
        apiId: api.id,
      });
      return { kind: 'answer', answer };
    }
    case 'AWS':
    case 'HTTP':
    case 'HTTP_PROXY':
      return fail(`the integration of ${route.resourcePath} is of type ${integration.type}, which is not simulated`);
  }
}

import { test } from 'vitest';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { iam } from '../../../simulator/services/iam/index.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { DOMAIN, type JoinedRegions, onlyThrough, STAGE } from '../../support/joined-regions.ts';
import { type Breakage, failsAsTold, HERE, THERE } from './breakage.ts';

const redeploy = async (joined: JoinedRegions, changes: object) => {
  const { apiId: restApiId } = joined.replica(THERE);
  await joined.call(apiGateway, THERE, 'UpdateRestApi', { restApiId, ...changes });
  await joined.call(apiGateway, THERE, 'CreateDeployment', { restApiId, stageName: STAGE });
};

const policyBecomes = (value: string) => ({ patchOperations: [{ op: 'replace' as const, path: '/policy', value }] });

const answers = (joined: JoinedRegions, code: () => Promise<unknown>) =>
  attachHostCode(joined.world, joined.replica(THERE).functionArn, code);

/** From the endpoint on: its Region, the domain, policies, the stage, and the function behind it. */
const breakages: readonly Breakage[] = [
  {
    what: 'endpoint being deleted',
    why: 'its name still resolves and its interface is still there, but nothing answers',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcEndpoints', { VpcEndpointIds: [joined.replica(THERE).endpointId] }),
    failedAt: 'endpoint',
    seen: 'ETIMEDOUT',
    says: /vpce-\w+ is deleting, not available/,
  },
  {
    what: 'endpoint deleted',
    why: 'the alias stays behind and leads to a name that no longer exists',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'DeleteVpcEndpoints', { VpcEndpointIds: [joined.replica(THERE).endpointId] }),
    after: 60,
    failedAt: 'name',
    seen: 'ENOTFOUND',
    says: /leads nowhere .* there is no vpce-\w+ in eu-west-1/,
  },
  {
    what: 'Region dark',
    why: 'records know nothing of it without a health check, so callers are still sent there',
    breaks: ({ world }) => {
      world.outages.darken(THERE);
    },
    failedAt: 'endpoint',
    seen: 'ETIMEDOUT',
    says: /eu-west-1 is dark/,
  },
  {
    what: 'access association missing',
    why: 'the endpoint presents API Gateway’s own certificate, which is for other names',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'DeleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: joined.replica(THERE).associationArn,
      }),
    failedAt: 'domain',
    seen: 'ERR_TLS_CERT_ALTNAME_INVALID',
    says: /has no access association with the domain name/,
  },
  {
    what: 'access association not in effect yet',
    why: 'a new one takes a quarter of an hour, and API Gateway shows no status',
    breaks: async (joined) => {
      const { associationArn, domainNameArn, endpointId } = joined.replica(THERE);
      await joined.call(apiGateway, THERE, 'DeleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: associationArn,
      });
      await joined.call(apiGateway, THERE, 'CreateDomainNameAccessAssociation', {
        domainNameArn,
        accessAssociationSource: endpointId,
        accessAssociationSourceType: 'VPCE',
      });
    },
    after: 60,
    failedAt: 'domain',
    seen: 'ERR_TLS_CERT_ALTNAME_INVALID',
    says: /is not in effect yet/,
  },
  {
    what: 'base path mapping missing',
    why: 'the domain is served, and leads to no API',
    breaks: (joined) => {
      const { domainNameId } = joined.replica(THERE);
      return joined.call(apiGateway, THERE, 'DeleteBasePathMapping', {
        domainName: 'api.payments.example.com',
        domainNameId,
        basePath: '(none)',
      });
    },
    failedAt: 'domain',
    seen: 403,
    says: /has no base path mapping for \/payments/,
  },
  {
    what: 'domain policy for another endpoint',
    why: 'a private domain has a policy of its own, in force without a deployment',
    breaks: (joined) => {
      const { domainNameId } = joined.replica(THERE);
      return joined.call(apiGateway, THERE, 'UpdateDomainName', {
        domainName: 'api.payments.example.com',
        domainNameId,
        patchOperations: [{ op: 'replace', path: '/policy', value: onlyThrough('vpce-0aaaaaaaaaaaaaaaa') }],
      });
    },
    failedAt: 'policy',
    seen: 403,
    says: /the policy of domain name .* statement 2 \(OnlyThisEndpoint\) denies/,
  },
  {
    what: 'resource policy for another endpoint',
    why: 'an explicit deny wins over the allow beside it',
    breaks: (joined) => redeploy(joined, policyBecomes(onlyThrough('vpce-0aaaaaaaaaaaaaaaa'))),
    failedAt: 'policy',
    seen: 403,
    says: /as deployed: statement 2 \(OnlyThisEndpoint\) denies where aws:SourceVpce StringNotEquals vpce-0a+/,
  },
  {
    what: 'endpoint policy denies',
    why: 'the endpoint has a policy too, which is asked first',
    breaks: (joined) =>
      joined.call(ec2, THERE, 'ModifyVpcEndpoint', {
        VpcEndpointId: joined.replica(THERE).endpointId,
        PolicyDocument: JSON.stringify({
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 'execute-api:Invoke',
              Resource: 'arn:aws:execute-api:eu-west-1:*:other/*',
            },
          ],
        }),
      }),
    failedAt: 'policy',
    seen: 403,
    says: /the policy of endpoint vpce-\w+: no statement allows it/,
  },
  {
    what: 'domain mapped without a stage',
    why: 'the path then begins with one, and one that is not there is Forbidden, not Not Found',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'UpdateBasePathMapping', {
        domainName: DOMAIN,
        domainNameId: joined.replica(THERE).domainNameId,
        basePath: '(none)',
        patchOperations: [{ op: 'replace', path: '/stage', value: '' }],
      }),
    failedAt: 'stage',
    seen: 403,
    says: /has no stage payments/,
  },
  {
    what: 'throttled to nothing',
    why: 'a stage’s throttle answers in the API’s place',
    breaks: (joined) =>
      joined.call(apiGateway, THERE, 'UpdateStage', {
        restApiId: joined.replica(THERE).apiId,
        stageName: STAGE,
        patchOperations: [
          { op: 'replace', path: '/*/*/throttling/rateLimit', value: '0' },
          { op: 'replace', path: '/*/*/throttling/burstLimit', value: '0' },
        ],
      }),
    failedAt: 'throttle',
    seen: 429,
    says: /lets 0 requests a second through/,
  },
  {
    what: 'function deleted',
    why: 'the integration names what does not exist',
    breaks: (joined) => joined.call(lambda, THERE, 'DeleteFunction', { FunctionName: 'greet' }),
    failedAt: 'integration',
    seen: 500,
    says: /the function greet does not exist in eu-west-1/,
  },
  {
    what: 'invoking role deleted',
    why: 'without a role to act as, API Gateway may not invoke the function',
    breaks: (joined) => joined.call(iam, HERE, 'DeleteRole', { RoleName: 'invoker' }),
    failedAt: 'integration',
    seen: 500,
    says: /the role invoker .* does not exist/,
  },
  {
    what: 'function throws',
    why: 'API Gateway does not show what a function threw',
    breaks: (joined) => answers(joined, () => Promise.reject(new TypeError('no such payment'))),
    failedAt: 'function',
    seen: 502,
    says: /greet failed: TypeError: no such payment/,
  },
  {
    what: 'function answers what is no HTTP answer',
    why: 'a proxy integration wants statusCode and a body of text',
    breaks: (joined) => answers(joined, () => Promise.resolve({ statusCode: 200, body: { amount: 1 } })),
    failedAt: 'function',
    seen: 502,
    says: /its body is of type object, not a string/,
  },
  {
    what: 'function throttled',
    why: 'Lambda’s 429 is a 500 to the caller',
    breaks: (joined) =>
      joined.call(lambda, THERE, 'PutFunctionConcurrency', { FunctionName: 'greet', ReservedConcurrentExecutions: 0 }),
    failedAt: 'function',
    seen: 500,
    says: /Lambda did not run greet/,
  },
];

test.for(breakages)('$what: $failedAt, as $why', failsAsTold);

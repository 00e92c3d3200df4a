import { AwsError } from '../aws-error.ts';
import type { Principal } from '../principal.ts';
import type { ServiceName } from '../service.ts';
import type { Access } from './access.ts';
import type { Verdict } from './decide.ts';

/** How each service says no: the code on the wire and the status. JSON services say it with 400. */
const refusals: Readonly<Partial<Record<ServiceName, { readonly code: string; readonly status: number }>>> = {
  'api-gateway': { code: 'AccessDeniedException', status: 403 },
  cloudwatch: { code: 'AccessDenied', status: 403 },
  ec2: { code: 'UnauthorizedOperation', status: 403 },
  iam: { code: 'AccessDenied', status: 403 },
  lambda: { code: 'AccessDeniedException', status: 403 },
  'route-53': { code: 'AccessDenied', status: 403 },
  // Source: repost.aws/knowledge-center/sns-topics-iam-errors-subscriber
  sns: { code: 'AuthorizationError', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
};

const JSON_REFUSAL = { code: 'AccessDeniedException', status: 400 };

const kinds = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  resource: 'resource-based policy',
} as const;

const a = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/**
 * Why, in AWS's words.
 *
 * Source  IAM User Guide, "Troubleshoot access denied error messages"
 */
function reasonOf({ explicit, kind }: Denied, action: string): string {
  // A role's trust policy goes by its own name.
  const noun = kind === 'resource' && action === 'sts:AssumeRole' ? 'role trust policy' : kinds[kind];
  if (!explicit) return `because no ${noun} allows the ${action} action`;
  return noun === 'role trust policy' ? `with an explicit deny in the ${noun}` : `with an explicit deny in ${a(noun)}`;
}

type Denied = Extract<Verdict, { readonly allowed: false }>;

/** What a service answers to somebody who may not. */
export function refusal(service: ServiceName, principal: Principal, access: Access, denied: Denied): AwsError {
  const { code, status } = refusals[service] ?? JSON_REFUSAL;
  // SNS alone writes its own name in capitals.
  const action = service === 'sns' ? access.action.replace(/^sns:/, 'SNS:') : access.action;
  const told = `User: ${principal.arn} is not authorized to perform: ${action}${
    access.resource === '*' ? '' : ` on resource: ${access.resource}`
  } ${reasonOf(denied, action)}`;
  const message = code === 'UnauthorizedOperation' ? `You are not authorized to perform this operation. ${told}` : told;
  return new AwsError(code, message, { status });
}

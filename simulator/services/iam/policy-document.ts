import { z } from 'zod';
import { AwsError } from '../../aws-error.ts';

const strings = z.union([z.string(), z.array(z.string())]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z
    .union([z.literal('*'), z.record(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), strings.optional())])
    .optional(),
  NotPrincipal: z.unknown().optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([strings, z.boolean(), z.number()]))).optional(),
});

const Document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([Statement, z.array(Statement).min(1)]),
});

export type PolicyStatement = z.infer<typeof Statement>;

/** `identity`: what its bearer may do. `trust`: who may assume a role. */
export type PolicyUse = 'identity' | 'trust';

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);

/**
 * The statements of a policy document, or MalformedPolicyDocument.
 *
 * Source    IAM User Guide, "Grammar of the IAM JSON policy language"
 */
export function statementsOf(document: string | undefined, use: PolicyUse): readonly PolicyStatement[] {
  let json: unknown;
  try {
    json = JSON.parse(document ?? '');
  } catch {
    throw malformed(use === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.');
  }
  const parsed = Document.safeParse(json);
  if (!parsed.success) throw malformed('Syntax errors in policy.');
  const { Statement: statement } = parsed.data;
  const statements = Array.isArray(statement) ? statement : [statement];
  for (const one of statements) refuseIncomplete(one, use);
  return statements;
}

function refuseIncomplete(statement: PolicyStatement, use: PolicyUse): void {
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement;
  if ((Action === undefined) === (NotAction === undefined)) throw malformed('Policy statement must contain actions.');
  const hasResource = Resource !== undefined || NotResource !== undefined;
  const hasPrincipal = Principal !== undefined || NotPrincipal !== undefined;
  if (use === 'identity') {
    if (hasPrincipal) throw malformed('Policy document should not specify a principal.');
    if (!hasResource) throw malformed('Policy statement must contain resources.');
    return;
  }
  if (hasResource) throw malformed('Has prohibited field Resource');
  if (!hasPrincipal) throw malformed('Missing required field Principal');
}

/** IAM gives documents back percent-encoded. Source: GetRole, AssumeRolePolicyDocument: "URL-encoded compliant with RFC 3986". */
export const encodedDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

import { AwsError } from '../../aws-error.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refuse = (): never => {
  throw new AwsError(
    'BadRequestException',
    'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.',
  );
};

/** Patches may carry the document escaped, as a JSON string, with its quotes or without. */
function parsed(text: string): Json {
  for (const candidate of [text, `"${text}"`])
    try {
      const value: unknown = JSON.parse(candidate);
      const document: unknown = typeof value === 'string' ? JSON.parse(value) : value;
      if (isObject(document)) return document;
    } catch {
      // Not written this way: perhaps the other.
    }
  return refuse();
}

const ONE_OF = [
  ['Effect'],
  ['Principal', 'NotPrincipal'],
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

/** `execute-api:/stage/GET/pets` in full, where the policy hangs on something that has an ARN to put before it. */
const inFull = (resource: unknown, attachedTo: string | undefined): unknown => {
  if (Array.isArray(resource)) {
    const all: unknown[] = resource.map((one) => inFull(one, attachedTo));
    return all.length === 1 ? all[0] : all;
  }
  return attachedTo !== undefined && typeof resource === 'string' && resource.startsWith('execute-api:/')
    ? `${attachedTo}${resource.slice('execute-api:'.length)}`
    : resource;
};

/**
 * A policy document as API Gateway keeps it: without white space, `execute-api:/…` replaced by the ARN of what it is
 * attached to, a list of one resource by that resource.
 *
 * Faults  BadRequestException where it is not a policy
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html (the
 *         refusal); hashicorp/terraform-provider-aws#5549 (the expansion)
 */
export function readPolicy(text: string, attachedTo?: string): string {
  const document = parsed(text);
  const statements = [document['Statement']].flat();
  if (statements.length === 0) return refuse();
  const Statement = statements.map((statement): Json => {
    if (!isObject(statement)) return refuse();
    for (const names of ONE_OF) if (names.every((name) => statement[name] === undefined)) return refuse();
    if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') return refuse();
    return {
      ...statement,
      ...('Resource' in statement && { Resource: inFull(statement['Resource'], attachedTo) }),
      ...('NotResource' in statement && { NotResource: inFull(statement['NotResource'], attachedTo) }),
    };
  });
  return JSON.stringify({ ...document, Statement });
}

/**
 * A policy as GetRestApi answers it: the text of a JSON string without its quotes, `{\"Version\":…}`, in which slashes
 * are escaped as well. Who wants the document parses it twice.
 *
 * Source  github.com/localstack/localstack/issues/3325 (quotes), github.com/hashicorp/terraform-provider-aws/pull/4606
 *         (slashes): both as AWS answered
 */
export const escapedPolicy = (policy: string): string => JSON.stringify(policy).slice(1, -1).replaceAll('/', '\\/');

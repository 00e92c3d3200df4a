import { canonicalJson } from './fingerprint.ts';

const ANY_CALL = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };

/**
 * Who may call a replica: everybody who comes through this member's endpoint, and nobody else.
 *
 * An Allow for everybody and a Deny unless the endpoint matches. (An Allow with `StringNotEquals`, as published
 * samples have it, lets in exactly those that should stay out.)
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-tutorial.html
 */
export const accessPolicy = (endpointId: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', ...ANY_CALL },
    { Effect: 'Deny', ...ANY_CALL, Condition: { StringNotEquals: { 'aws:SourceVpce': endpointId } } },
  ],
});

/** As AWS takes it. */
export const accessPolicyText = (endpointId: string): string => JSON.stringify(accessPolicy(endpointId));

/**
 * What a policy says, whichever way it is written: two policies with one canonical text mean the same.
 *
 * API Gateway does not answer with the text it was given: it escapes the quotes, expands `execute-api:/*` to the
 * ARN of what the policy hangs on, and turns lists of one into their item. The order of statements means nothing.
 *
 * Source  hashicorp/terraform-provider-aws#5549 (the expansion), internal/service/apigateway/rest_api.go (the quotes)
 */
export function canonicalPolicy(text: string | undefined, attachedTo: string): string {
  const policy = parsed(text);
  if (policy === undefined) return text ?? '';
  const statements = [policy['Statement']]
    .flat()
    .map((statement) => canonicalJson(canonicalStatement(statement, attachedTo)));
  return canonicalJson({ ...policy, Statement: statements.toSorted() });
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  for (const candidate of [() => text, () => String(JSON.parse(`"${text}"`))])
    try {
      const value: unknown = JSON.parse(candidate());
      if (isObject(value)) return value;
    } catch {
      // Not written this way; a policy that reads neither way is compared as the text it is.
    }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function canonicalStatement(statement: unknown, attachedTo: string): unknown {
  if (!isObject(statement)) return statement;
  const { Principal } = statement;
  const isEverybody = isObject(Principal) && canonicalJson(onlyItem(Principal['AWS'])) === '"*"';
  const Resource = [statement['Resource']].flat().map((resource) => withoutArn(resource, attachedTo));
  return {
    ...statement,
    Principal: isEverybody ? '*' : Principal,
    Action: onlyItem(statement['Action']),
    Resource: onlyItem(Resource),
    Condition: canonicalCondition(statement['Condition']),
  };
}

/** { operator: { key: value or list } }: a list of one is its item here too. */
function canonicalCondition(condition: unknown): unknown {
  if (!isObject(condition)) return condition;
  return mapFields(condition, (keys) => (isObject(keys) ? mapFields(keys, onlyItem) : keys));
}

const mapFields = (value: Record<string, unknown>, change: (inner: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, change(inner)]));

const onlyItem = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.length === 1
      ? value[0]
      : value.toSorted((a, b) => String(a).localeCompare(String(b)))
    : value;

function withoutArn(resource: unknown, attachedTo: string): unknown {
  if (typeof resource !== 'string') return resource;
  if (resource === attachedTo) return 'execute-api:/*';
  return resource.startsWith(`${attachedTo}/`) ? `execute-api:${resource.slice(attachedTo.length)}` : resource;
}

import { type Cidr, cidrOf, contains, formatCidr, overlaps, parseCidr } from '../model/cidr.ts';
import { isObject } from '../model/openapi-document.ts';

/** A call of the fleet's API, as a resource policy sees it. */
export interface Asked {
  /** What the policy hangs on: short resources ('execute-api:/*') begin there. */
  readonly selfArn: string;
  readonly resource: string;
  readonly endpointId: string;
  readonly vpcId: string;
  /** Where callers have their addresses: a policy has to let in every one of them. */
  readonly callers: Cidr;
}

type Verdict = 'allow' | 'deny' | 'says-nothing';

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : [value].flat().map((item: unknown) => String(item));

/** `*` is any text, `?` any one character. */
function isLike(pattern: string, text: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

const blockOf = (text: string): Cidr | undefined => {
  const parsed = parseCidr(text.includes('/') ? text : `${text}/32`);
  return 'cidr' in parsed ? parsed.cidr : undefined;
};

/** The values of a condition against the value of its key, for a positive operator; `undefined`: an operator not known here. */
function matcherOf(operator: string, isDenying: boolean): ((value: string, wanted: string) => boolean) | undefined {
  switch (operator) {
    case 'StringEquals':
      return (value, wanted) => value === wanted;
    case 'StringEqualsIgnoreCase':
      return (value, wanted) => value.toLowerCase() === wanted.toLowerCase();
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return (value, wanted) => isLike(wanted, value);
    case 'IpAddress':
      // For every caller: let in only if all of them are, kept out as soon as one is.
      return (value, wanted) => {
        const block = blockOf(wanted);
        if (block === undefined) return false;
        return isDenying ? overlaps(block, cidrOf(value)) : contains(block, cidrOf(value));
      };
    default:
      return undefined;
  }
}

const POSITIVE: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
};

/** Whether a condition holds; `undefined` where its operator is not known here. */
function holds(
  written: string,
  key: string,
  wanted: readonly string[],
  context: Readonly<Record<string, string>>,
  isDenying: boolean,
): boolean | undefined {
  const value = context[key.toLowerCase()];
  if (written === 'Null') return (value === undefined) === wanted.includes('true');
  const ifExists = written.endsWith('IfExists');
  const operator = ifExists ? written.slice(0, -'IfExists'.length) : written;
  const positive = POSITIVE[operator];
  const isNegated = positive !== undefined;
  const matches = matcherOf(positive ?? operator, isDenying !== isNegated);
  if (matches === undefined) return undefined;
  if (value === undefined) return ifExists || isNegated;
  return wanted.some((one) => matches(value, one)) !== isNegated;
}

function verdictOf(
  statement: Readonly<Record<string, unknown>>,
  asked: Asked,
  context: Readonly<Record<string, string>>,
): Verdict {
  const isDenying = statement['Effect'] !== 'Allow';
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const everybody = (who: unknown): boolean => who === '*' || (isObject(who) && listOf(who['AWS']).includes('*'));
  const whole = (text: string): string =>
    text.startsWith('execute-api:/') ? asked.selfArn + text.slice('execute-api:'.length) : text;
  const isAction = (text: string): boolean => isLike(text.toLowerCase(), 'execute-api:invoke');
  const isResource = (text: string): boolean =>
    isLike(whole(text), asked.resource) || isLike(whole(text).replace(/\/\*$/, ''), asked.resource);
  const among = (named: unknown, excluded: unknown, test: (text: string) => boolean): boolean =>
    named !== undefined ? listOf(named).some(test) : excluded === undefined || !listOf(excluded).some(test);
  const isMeant =
    (Principal === undefined ? NotPrincipal === undefined || !everybody(NotPrincipal) : everybody(Principal)) &&
    among(Action, NotAction, isAction) &&
    among(Resource, NotResource, isResource);
  if (!isMeant) return 'says-nothing';
  for (const [operator, keys] of Object.entries(isObject(Condition) ? Condition : {}))
    for (const [key, values] of Object.entries(isObject(keys) ? keys : {})) {
      const applies = holds(operator, key, listOf(values), context, isDenying);
      if (applies === undefined) return 'deny';
      if (!applies) return 'says-nothing';
    }
  return isDenying ? 'deny' : 'allow';
}

/** In a policy's canonical form each of its statements is a text of its own: see `canonicalPolicy`. */
function statementsOf(policy: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const document: unknown = JSON.parse(policy);
    const statements = isObject(document) ? [document['Statement']].flat() : [];
    return statements
      .map((statement: unknown) => (typeof statement === 'string' ? (JSON.parse(statement) as unknown) : statement))
      .filter(isObject);
  } catch {
    return [];
  }
}

/**
 * Whether a policy lets unsigned calls through: an explicit deny wins, and what nothing allows is denied. One that cannot
 * be read, or with a condition that is not known here, lets nobody in, as far as a proof may rely on it.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html,
 *         docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function letsThrough(policy: string, asked: Asked): boolean {
  const statements = statementsOf(policy);
  const context = {
    'aws:sourcevpce': asked.endpointId,
    'aws:sourcevpc': asked.vpcId,
    'aws:vpcsourceip': formatCidr(asked.callers),
  };
  const verdicts = statements.map((statement) => verdictOf(statement, asked, context));
  return verdicts.includes('allow') && !verdicts.includes('deny');
}

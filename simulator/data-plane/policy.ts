import { holdsIp, parseCidr, parseIp } from '../ip.ts';
import { remembered } from './remembered.ts';

/** What a request is, to a policy. */
export interface PolicyRequest {
  /** 'execute-api:Invoke' */
  readonly action: string;
  /** 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/live/GET/payments' */
  readonly resource: string;
  /** Nobody signs requests to a private API here, so only `*` stands for the caller; a service goes by its name. */
  readonly principal: { readonly kind: 'anonymous' } | { readonly kind: 'service'; readonly name: string };
  /** Condition keys in lower case: 'aws:sourcevpce'. A key that is not there is left out. */
  readonly context: Readonly<Record<string, string>>;
}

export interface PolicyVerdict {
  readonly decision: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** 'statement 2 (OnlyThisEndpoint) denies unless aws:SourceVpce is vpce-0abc' */
  readonly says: string;
}

type Test = (value: string) => boolean;

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  holds(context: PolicyRequest['context']): boolean;
}

interface Statement {
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal: (principal: PolicyRequest['principal']) => boolean;
  readonly action: Test;
  readonly resource: Test;
  readonly conditions: readonly Condition[];
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((item: unknown) => String(item));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const literal = (text: string): string => text.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');

/** `*` is any text, `?` any one character. */
function like(pattern: string, flags = ''): Test {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern) && flags === '') return (value) => value === pattern;
  const regex = new RegExp(`^${literal(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);
  return (value) => regex.test(value);
}

const anyOf =
  (tests: readonly Test[]): Test =>
  (value) =>
    tests.some((test) => test(value));

const inBlock = (text: string): Test => {
  const block = parseCidr(text.includes('/') ? text : `${text}/32`);
  return (value) => {
    const ip = parseIp(value);
    return block !== undefined && ip !== undefined && holdsIp(block, ip);
  };
};

/**
 * The condition operators that network policies use. `not` ones hold where the key is missing, the others do not.
 *
 * Source    docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const operators: Readonly<Record<string, { readonly not: boolean; readonly test: (value: string) => Test }>> = {
  StringEquals: { not: false, test: (text) => (value) => value === text },
  StringNotEquals: { not: true, test: (text) => (value) => value === text },
  StringEqualsIgnoreCase: { not: false, test: (text) => (value) => value.toLowerCase() === text.toLowerCase() },
  StringNotEqualsIgnoreCase: { not: true, test: (text) => (value) => value.toLowerCase() === text.toLowerCase() },
  StringLike: { not: false, test: (text) => like(text) },
  StringNotLike: { not: true, test: (text) => like(text) },
  ArnEquals: { not: false, test: (text) => like(text) },
  ArnNotEquals: { not: true, test: (text) => like(text) },
  ArnLike: { not: false, test: (text) => like(text) },
  ArnNotLike: { not: true, test: (text) => like(text) },
  IpAddress: { not: false, test: inBlock },
  NotIpAddress: { not: true, test: inBlock },
  Bool: { not: false, test: (text) => (value) => value.toLowerCase() === text.toLowerCase() },
};

function conditionOf(written: string, key: string, values: readonly string[]): Condition {
  const lowerKey = key.toLowerCase();
  const described = { operator: written, key, values };
  if (written === 'Null') {
    const wantsAbsent = values.includes('true');
    return { ...described, holds: (context) => (context[lowerKey] === undefined) === wantsAbsent };
  }
  const ifExists = written.endsWith('IfExists');
  const operator = operators[ifExists ? written.slice(0, -'IfExists'.length) : written];
  if (operator === undefined) throw new UnknownOperator(written);
  const matches = anyOf(values.map(operator.test));
  return {
    ...described,
    holds(context) {
      const value = context[lowerKey];
      if (value === undefined) return ifExists || operator.not;
      return matches(value) !== operator.not;
    },
  };
}

/** A policy this evaluator does not understand allows nothing. */
class UnknownOperator extends Error {
  constructor(operator: string) {
    super(`the condition operator ${operator} is not simulated`);
    this.name = 'UnknownOperator';
  }
}

function principalOf(statement: Record<string, unknown>): Statement['principal'] {
  const written = statement['Principal'] ?? statement['NotPrincipal'];
  const negated = statement['Principal'] === undefined && statement['NotPrincipal'] !== undefined;
  // An endpoint's policy and an identity's may leave the principal out: it is whoever asks.
  if (written === undefined) return () => true;
  const everyone = written === '*' || (isObject(written) && listOf(written['AWS']).includes('*'));
  const services = isObject(written) ? listOf(written['Service']) : [];
  return (principal) => (everyone || (principal.kind === 'service' && services.includes(principal.name))) !== negated;
}

function statementOf(written: Record<string, unknown>, index: number, selfArn: string): Statement {
  const sid = written['Sid'];
  const among = (name: string, toTest: (text: string) => Test): Test => {
    const negated = written[`Not${name}`];
    if (written[name] !== undefined) return anyOf(listOf(written[name]).map(toTest));
    // A role's trust policy names no resource: it is the role.
    if (negated === undefined) return () => true;
    const excluded = anyOf(listOf(negated).map(toTest));
    return (value) => !excluded(value);
  };
  // 'execute-api:/live/*' is short for this API's own ARN: docs, "API Gateway resource policy examples".
  const whole = (text: string): string =>
    text.startsWith('execute-api:/') ? selfArn + text.slice('execute-api:'.length) : text;
  return {
    name: `statement ${index + 1}${typeof sid === 'string' && sid !== '' ? ` (${sid})` : ''}`,
    effect: written['Effect'] === 'Allow' ? 'Allow' : 'Deny',
    principal: principalOf(written),
    action: among('Action', (text) => like(text, 'i')),
    resource: among('Resource', (text) => anyOf([like(whole(text)), like(whole(text).replace(/\/\*$/, ''))])),
    conditions: Object.entries(isObject(written['Condition']) ? written['Condition'] : {}).flatMap(([operator, keys]) =>
      Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => conditionOf(operator, key, listOf(values))),
    ),
  };
}

type Compiled = readonly Statement[] | { readonly unreadable: string };

function compile(text: string, selfArn: string): Compiled {
  try {
    const document: unknown = JSON.parse(text);
    const statements = isObject(document) ? document['Statement'] : undefined;
    return (Array.isArray(statements) ? statements : [statements])
      .filter(isObject)
      .map((statement, index) => statementOf(statement, index, selfArn));
  } catch (error) {
    if (error instanceof UnknownOperator || error instanceof SyntaxError) return { unreadable: error.message };
    throw error;
  }
}

/** One policy decides on millions of requests: compiled once per text, and there once per owner. */
const compiledByOwner = remembered((text) => remembered((selfArn) => compile(text, selfArn)));

const told = ({ operator, key, values }: Condition): string => `${key} ${operator} ${values.join(' or ')}`;

const applies = (statement: Statement, asked: PolicyRequest): boolean =>
  statement.principal(asked.principal) &&
  statement.action(asked.action) &&
  statement.resource(asked.resource) &&
  statement.conditions.every((condition) => condition.holds(asked.context));

/**
 * Whether a policy document lets a request through: an explicit deny wins, and what nothing allows is denied.
 *
 * `selfArn` is what the document belongs to, for the short form of its resources.
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function evaluatePolicy(text: string, selfArn: string, asked: PolicyRequest): PolicyVerdict {
  const statements = compiledByOwner(text)(selfArn);
  if ('unreadable' in statements)
    return { decision: 'implicit-deny', says: `the policy cannot be read: ${statements.unreadable}` };
  let allowing: Statement | undefined;
  for (const statement of statements) {
    if (!applies(statement, asked)) continue;
    if (statement.effect === 'Deny')
      return {
        decision: 'explicit-deny',
        says: `${statement.name} denies${statement.conditions.length > 0 ? ` where ${statement.conditions.map(told).join(' and ')}` : ''}`,
      };
    allowing ??= statement;
  }
  return allowing === undefined
    ? { decision: 'implicit-deny', says: 'no statement allows it' }
    : { decision: 'allow', says: `${allowing.name} allows it` };
}

import { remembered } from '../data-plane/remembered.ts';
import type { Principal } from '../principal.ts';
import { type Condition, conditionOf } from './conditions.ts';
import { arnLike, like, type Test } from './pattern.ts';
import type { Question } from './question.ts';
import { filledIn, hasVariables } from './variables.ts';

/** How directly a statement names whoever asks: what a resource's policy says to an account, its own policies must say too. */
export type Naming = 'session' | 'role' | 'everyone' | 'account';

/** One statement of a policy, ready to be asked. */
export interface CompiledStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly hasAction: Test;
  readonly hasResource: (resource: string, question: Question) => boolean;
  /** Whom a resource's or a trust policy speaks of; undefined where it does not mean this principal. */
  readonly names: (principal: Principal) => Naming | undefined;
  readonly conditions: readonly Condition[];
}

/** A policy document, and which of its statements speak of an action at all. */
export interface CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
  about(action: string): readonly CompiledStatement[];
}

type Written = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Written => typeof value === 'object' && value !== null;

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

const anyOf =
  (tests: readonly Test[]): Test =>
  (text) =>
    tests.some((test) => test(text));

const NOTHING: Test = () => false;

/** A document that cannot be read allows nothing. */
const UNREADABLE: readonly CompiledStatement[] = [];

/** Actions are compared without regard to case. `Action` names them, `NotAction` all others. */
function actionsOf({ Action, NotAction }: Written): Test {
  const named = anyOf(listOf(Action ?? NotAction).map((action) => like(action.toLowerCase())));
  const test: Test = Action === undefined && NotAction !== undefined ? (action) => !named(action) : named;
  return (action) => test(action.toLowerCase());
}

function resourcesOf({ Resource, NotResource }: Written): CompiledStatement['hasResource'] {
  // A trust policy names no resource: it is the role's.
  if (Resource === undefined && NotResource === undefined) return () => true;
  const written = listOf(Resource ?? NotResource);
  const fixed = written.filter((one) => !hasVariables(one)).map(arnLike);
  const variable = written.filter(hasVariables);
  const isNamed: CompiledStatement['hasResource'] = (resource, question) =>
    fixed.some((test) => test(resource)) || variable.some((one) => filledIn(one, question)?.test(resource) === true);
  return Resource === undefined ? (resource, question) => !isNamed(resource, question) : isNamed;
}

/**
 * Whom a statement speaks of: `*`, accounts, roots, roles, users, sessions, services.
 *
 * Source  IAM User Guide, "AWS JSON policy elements: Principal"
 */
function principalsOf({ Principal: who, NotPrincipal: notWho }: Written): CompiledStatement['names'] {
  if (who === undefined && notWho === undefined) return () => 'role';
  const written = who ?? notWho;
  const accounts = written === '*' ? ['*'] : listOf(isObject(written) ? written['AWS'] : undefined);
  const services = listOf(isObject(written) ? written['Service'] : undefined);
  const named = new Set(accounts);
  const names = (principal: Principal): Naming | undefined => {
    if (principal.kind === 'AWSService')
      return named.has('*') ? 'everyone' : services.includes(principal.invokedBy ?? '') ? 'role' : undefined;
    if (named.has(principal.arn)) return 'session';
    if (principal.roleArn !== undefined && named.has(principal.roleArn)) return 'role';
    if (named.has('*')) return 'everyone';
    const { account } = principal;
    return named.has(account) || named.has(`arn:aws:iam::${account}:root`) ? 'account' : undefined;
  };
  // NotPrincipal is for denying; whoever it lets through is meant as everyone is.
  return who === undefined ? (principal) => (names(principal) === undefined ? 'everyone' : undefined) : names;
}

const conditionsOf = ({ Condition }: Written): readonly Condition[] =>
  Object.entries(isObject(Condition) ? Condition : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => conditionOf(operator, key, listOf(values))),
  );

function compile(written: Written): CompiledStatement {
  const { Sid, Effect } = written;
  return {
    sid: typeof Sid === 'string' && Sid !== '' ? Sid : undefined,
    effect: Effect === 'Allow' ? 'Allow' : 'Deny',
    hasAction: written['Action'] === undefined && written['NotAction'] === undefined ? NOTHING : actionsOf(written),
    hasResource: resourcesOf(written),
    names: principalsOf(written),
    conditions: conditionsOf(written),
  };
}

const compiledStatements = new WeakMap<object, CompiledStatement>();

/** Statements that a service keeps as objects, and never changes in place. */
export const statementsFrom = (written: Iterable<object>): CompiledStatement[] =>
  Array.from(written, (statement) => {
    const known = compiledStatements.get(statement);
    if (known !== undefined) return known;
    const compiled = compile(statement as Written);
    compiledStatements.set(statement, compiled);
    return compiled;
  });

function statementsIn(text: string): readonly CompiledStatement[] {
  try {
    const document: unknown = JSON.parse(text);
    const statements = isObject(document) ? document['Statement'] : undefined;
    return (Array.isArray(statements) ? statements : [statements]).filter(isObject).map(compile);
  } catch (error) {
    if (error instanceof SyntaxError) return UNREADABLE;
    throw error;
  }
}

/** A policy by its text: read once, however many roles have it and however often they are asked. */
export const policyOf = remembered((text): CompiledPolicy => {
  const statements = statementsIn(text);
  const about = remembered((action) => statements.filter(({ hasAction }) => hasAction(action)));
  return { statements, about };
});

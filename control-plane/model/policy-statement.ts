import { canonicalJson } from './fingerprint.ts';

/** A statement of a resource's own policy, which others put theirs into too: ours are known by their names. */
export interface Statement {
  readonly Sid?: string;
  readonly [element: string]: unknown;
}

/** Letters and digits, which is all that every service takes: no fleet has a capital letter in its name. */
export const sidOf = (what: string, ...parts: readonly string[]): string =>
  ['Landbridge', what, ...parts.map((part) => `Of${part.replaceAll('-', 'Dash')}`)].join('');

/** Everything that a policy says, one statement or many; nothing where there is no policy. */
export function statementsIn(policy: string | undefined): readonly Statement[] {
  if (policy === undefined || policy === '') return [];
  const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: Statement | readonly Statement[] };
  return [Statement].flat();
}

/** The policy with our statements in the place of those of the same names, or without them. Others' stay. */
export function policyWith(
  policy: string | undefined,
  names: readonly string[],
  ours: readonly Statement[],
): { readonly text: string; readonly isEmpty: boolean } {
  const others = statementsIn(policy).filter(({ Sid = '' }) => !names.includes(Sid));
  const Statement = [...others, ...ours];
  return { text: JSON.stringify({ Version: '2012-10-17', Statement }), isEmpty: Statement.length === 0 };
}

/** What a statement says, whichever way it is written: lists of one are their item, and order in lists means nothing. */
const canonicalStatement = (statement: Statement): string => canonicalJson(canonical(statement));

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    return items.length === 1 ? items[0] : items.toSorted((a, b) => canonicalJson(a).localeCompare(canonicalJson(b)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, canonical(inner)]));
}

/** Of these, whether each says what it should: by name. */
export const statementsMissing = (policy: string | undefined, wanted: readonly Statement[]): readonly string[] => {
  const there = new Map(statementsIn(policy).map((statement) => [statement.Sid, canonicalStatement(statement)]));
  return wanted.flatMap((statement) => {
    const { Sid = '' } = statement;
    return there.get(Sid) === canonicalStatement(statement) ? [] : [Sid];
  });
};

/** Everybody in an account who has one of these roles: by name, for a role that is made anew keeps its name alone. */
export const byRoles = (
  account: string,
  roles: readonly string[],
): { readonly Principal: object; readonly condition: object } => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  condition: { ArnEquals: { 'aws:PrincipalArn': roles.map((role) => `arn:aws:iam::${account}:role/${role}`) } },
});

import type { Principal } from '../../principal.ts';
import type { PolicyStatement } from '../iam/policy-document.ts';

type Conditions = NonNullable<PolicyStatement['Condition']>;

/**
 * Whether a role's trust policy lets somebody assume it.
 *
 * Understood are principals (account, root, user, role, session, service, `*`) and StringEquals and StringLike on
 * `sts:ExternalId`, `aws:PrincipalArn` and `aws:PrincipalAccount`. A condition that is not understood counts against
 * the caller: an Allow that has one grants nothing, a Deny that has one denies.
 */
export function trusts(
  statements: readonly PolicyStatement[],
  caller: Principal,
  externalId: string | undefined,
): boolean {
  const applies = ({ Principal: who, NotPrincipal, Action: action, NotAction }: PolicyStatement): boolean =>
    NotPrincipal === undefined &&
    NotAction === undefined &&
    listOf(action).some((one) => matches(one.toLowerCase(), 'sts:assumerole')) &&
    isMeant(who, caller);
  const meant = statements.filter(applies);
  const met = (statement: PolicyStatement) => conditionsMet(statement.Condition ?? {}, caller, externalId);
  return (
    meant.some((statement) => statement.Effect === 'Allow' && met(statement) === true) &&
    !meant.some((statement) => statement.Effect === 'Deny' && met(statement) !== false)
  );
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

function isMeant(who: PolicyStatement['Principal'], caller: Principal): boolean {
  if (who === '*') return true;
  if (caller.invokedBy !== undefined) return listOf(who?.Service).includes(caller.invokedBy);
  return listOf(who?.AWS).some(
    (one) =>
      one === '*' ||
      one === caller.account ||
      one === `arn:aws:iam::${caller.account}:root` ||
      one === caller.arn ||
      one === caller.roleArn,
  );
}

/** Undefined: one of the conditions is not understood. */
function conditionsMet(conditions: Conditions, caller: Principal, externalId: string | undefined): boolean | undefined {
  const actual: Readonly<Record<string, string | undefined>> = {
    'sts:externalid': externalId,
    'aws:principalarn': caller.roleArn ?? caller.arn,
    'aws:principalaccount': caller.account,
  };
  let understood = true;
  for (const [operator, keys] of Object.entries(conditions)) {
    const known = operator === 'StringEquals' || operator === 'StringLike';
    for (const [key, wanted] of Object.entries(keys)) {
      const name = key.toLowerCase();
      if (!known || !(name in actual)) {
        understood = false;
        continue;
      }
      const value = actual[name];
      const values = Array.isArray(wanted) ? wanted : [String(wanted)];
      const isMet = values.some((one) =>
        value === undefined ? false : operator === 'StringLike' ? matches(one, value) : one === value,
      );
      if (!isMet) return false;
    }
  }
  return understood ? true : undefined;
}

/** `*` and `?` as in policies. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

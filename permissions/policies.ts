import { type Deployed, type PolicyDocument, policyOf, type RoleSpec } from './role.ts';

/** A policy of one role: written into it, or beside it and attached. */
export interface PolicySpec {
  readonly kind: 'inline' | 'managed';
  /** 'landbridge' in the role; 'landbridge-apply-plan-1' beside it. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Characters, without white space. Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE_CHARACTERS = 10_240;
const MANAGED_CHARACTERS = 6_144;

const lengthOf = (document: PolicyDocument): number => JSON.stringify(document).length;

/** A role's permissions as IAM takes them: in one policy where that is short enough, else in as many as it takes. */
export function policiesOf(role: RoleSpec, deployed: Pick<Deployed, 'account'>): readonly PolicySpec[] {
  const whole = policyOf(role, deployed);
  if (lengthOf(whole) <= INLINE_CHARACTERS) return [{ kind: 'inline', name: 'landbridge', document: whole }];
  const documents: PolicyDocument[] = [];
  for (const statement of whole.Statement) {
    const last = documents.at(-1);
    const longer = last && { ...last, Statement: [...last.Statement, statement] };
    if (longer !== undefined && lengthOf(longer) <= MANAGED_CHARACTERS) documents.splice(-1, 1, longer);
    else documents.push({ ...whole, Statement: [statement] });
  }
  return documents.map((document, index) => ({ kind: 'managed', name: `${role.name}-${index + 1}`, document }));
}

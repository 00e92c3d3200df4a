import { type Deployed, type PolicyDocument, policyOf, type RoleSpec } from './role.ts';

/** A policy of one role alone, beside it and attached to it. */
export interface PolicySpec {
  /** 'landbridge-look', the role's own name; or 'landbridge-apply-plan-1', where it takes more than one. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** What one managed policy may hold, white space not counted, and how many of them a role may have. */
const MOST_CHARACTERS = 6_144;
const MOST_POLICIES = 10;

export const lengthOf = (document: PolicyDocument): number => JSON.stringify(document).length;

/**
 * A role's permissions as IAM takes them: in as few policies as hold them, in their order. All of them managed, for what is
 * written into a role may have 10,240 characters in all, which is not enough for `landbridge-apply-plan`.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function policiesOf(role: RoleSpec, deployed: Pick<Deployed, 'account'>): readonly PolicySpec[] {
  const { Version, Statement } = policyOf(role, deployed);
  const documents: PolicyDocument[] = [];
  for (const statement of Statement) {
    const longer: PolicyDocument = { Version, Statement: [...(documents.at(-1)?.Statement ?? []), statement] };
    if (documents.length > 0 && lengthOf(longer) <= MOST_CHARACTERS) documents.splice(-1, 1, longer);
    else documents.push({ Version, Statement: [statement] });
  }
  if (documents.length > MOST_POLICIES || documents.some((document) => lengthOf(document) > MOST_CHARACTERS))
    throw new Error(`${role.name} is allowed more than IAM holds`);
  const nameOf = (nth: number): string => (documents.length === 1 ? role.name : `${role.name}-${nth}`);
  return documents.map((document, index) => ({ name: nameOf(index + 1), document }));
}

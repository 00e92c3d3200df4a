import type { Conditions, Permission } from '../control-plane/model/permission.ts';

/** Who may assume a role, and on what condition. */
export interface Trust {
  /** 'lambda.amazonaws.com', or the ARN of a role or an account. */
  readonly principal: { readonly service: string } | { readonly arn: string };
  readonly conditions?: Conditions;
}

/** One IAM role of Landbridge's: what the simulator makes, CDK deploys and docs/permissions.md prints. */
export interface RoleSpec {
  /** 'landbridge-observer' */
  readonly name: string;
  /** One sentence: who runs as this, and what for. */
  readonly description: string;
  readonly trust: readonly Trust[];
  /** By a name of its own, which becomes the statement's Sid: letters and digits. */
  readonly statements: Readonly<Record<string, Permission>>;
}

/** What roles are computed for. */
export interface Deployed {
  readonly account: string;
  /** Where members live besides: with VPCs there, and with no others, ours may be joined. Left out: nowhere. */
  readonly memberAccounts?: readonly string[] | undefined;
  readonly home: string;
  readonly standby?: string | undefined;
  /** 'landbridge-state' */
  readonly table: string;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

/** What stands in the place of words in statements: each of '{home}', '{controlPlane}', and each of '{peer}'. */
export interface Places {
  readonly home: string;
  /** May become home, at a time when no role can be changed: IAM itself lives in one Region. So roles serve both from the first. */
  readonly standby?: string | undefined;
  /** Of a member's roles: whose accounts its buses and its table are in. */
  readonly controlPlane?: string;
  /** Accounts whose VPCs may be joined with ours, besides our own. */
  readonly peers?: readonly string[];
}

const OWN = '{account}';

/** Puts places in for words, in every text however deep: one that names a peer becomes one for each. */
export function placed<Value>(value: Value, { home, standby, controlPlane = OWN, peers = [] }: Places): Value {
  const homes = standby === undefined || standby === home ? [home] : [home, standby];
  const textsOf = (text: string): string[] => {
    const known = text.replaceAll('{controlPlane}', controlPlane);
    const everywhere = known.includes('{home}') ? homes.map((at) => known.replaceAll('{home}', at)) : [known];
    return everywhere.flatMap((each) =>
      each.includes('{peer}') ? [OWN, ...peers].map((peer) => each.replaceAll('{peer}', peer)) : [each],
    );
  };
  const place = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const [first, ...others] = textsOf(part);
      return others.length === 0 ? first : [first, ...others];
    }
    if (Array.isArray(part)) return part.flatMap((item: unknown) => place(item));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, place(inner)]));
  };
  return place(value) as Value;
}

/** The permissions of a role as one document. `policies.ts` has them as IAM takes them, which bounds the length of each. */
export const policyOf = ({ statements }: RoleSpec, { account }: Pick<Deployed, 'account'>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: Object.entries(statements).map(([Sid, { actions, resources, conditions }]) => ({
    Sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources.map((resource) => resource.replaceAll('{account}', account)),
    ...(conditions !== undefined && {
      Condition: JSON.parse(JSON.stringify(conditions).replaceAll('{account}', account)) as Conditions,
    }),
  })),
});

/** Its trust policy as IAM takes it. */
export const trustOf = ({ trust }: RoleSpec): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: trust.map(({ principal, conditions }) => ({
    Effect: 'Allow',
    Principal: 'service' in principal ? { Service: principal.service } : { AWS: principal.arn },
    Action: 'sts:AssumeRole',
    ...(conditions !== undefined && { Condition: conditions }),
  })),
});

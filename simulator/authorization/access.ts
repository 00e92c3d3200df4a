import type { Place } from '../service.ts';
import type { CompiledStatement } from './policy.ts';

export type ContextValue = string | readonly string[];
/** Condition keys in lower case: 'ec2:requestervpc'. What is not known of a request is left out. */
export type Context = Readonly<Record<string, ContextValue | undefined>>;

/** Tags that a request brings: as its service spells them. */
export type RequestTags = readonly { readonly key: string; readonly value: string }[];

/** One thing that must be allowed for a call to be answered. */
export interface Access {
  /** 'ec2:CreateRoute' */
  readonly action: string;
  /** An ARN, or '*' where AWS knows no resource. */
  readonly resource: string;
  /** What the resource is tagged with: aws:ResourceTag/… */
  readonly tags?: ReadonlyMap<string, string> | undefined;
  /** aws:RequestTag/… and aws:TagKeys. */
  readonly requestTags?: RequestTags | undefined;
  /** aws:TagKeys of a request that names keys without values. */
  readonly tagKeys?: readonly string[] | undefined;
  readonly context?: Context | undefined;
  /** The resource's own policy, where it has one; [] where it could have one and has none. */
  readonly policy?: readonly CompiledStatement[] | undefined;
  /** Whose resource it is, where its ARN does not say so. */
  readonly owner?: string | undefined;
  /**
   * There is no such resource. Services look a resource up to read its tags, and answer NotFound for what they do not
   * find: conditions on what only the resource could tell deny nobody.
   */
  readonly absent?: boolean | undefined;
  /** Where only the resource's own policy says no, the operation says so itself, of the part of its work that it is about. */
  readonly inPart?: boolean | undefined;
}

/** A role that a call hands to a service, which will act as that role. */
export interface PassedRole {
  readonly roleArn: string;
  /** 'lambda.amazonaws.com' */
  readonly to: string;
  /** What the role is for: aws:SourceArn of the service's own AssumeRole. */
  readonly for: string;
  /** How the service refuses a role that it cannot assume; left out where it does not try before it needs to. */
  readonly unassumable?: () => Error;
  /** What the service makes sure of that the role may do, and how it refuses a role that may not. */
  readonly must?: readonly { readonly access: Access; readonly refused: () => Error }[];
}

/** What a call needs. */
export interface Needs {
  readonly access: readonly Access[];
  readonly passes?: readonly PassedRole[] | undefined;
}

const ACCOUNT_PART = 4;

/** Whose resource an ARN names. Many ARNs name no account: those are in the caller's own. */
export function ownerOf({ resource, owner }: Access, { account }: Place): string {
  if (owner !== undefined) return owner;
  if (!resource.startsWith('arn:')) return account;
  let from = 0;
  for (let colons = 0; colons < ACCOUNT_PART; colons += 1) from = resource.indexOf(':', from) + 1;
  const named = resource.slice(from, resource.indexOf(':', from));
  return named === '' || named === '*' ? account : named;
}

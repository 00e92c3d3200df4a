import type { AwsError } from '../aws-error.ts';
import { type Principal, roleSession } from '../principal.ts';
import type { Call, ServiceName } from '../service.ts';
import type { World } from '../world.ts';
import { type Access, ownerOf, type PassedRole } from './access.ts';
import { needsOf } from './actions/index.ts';
import { decide, type Grant, type Identity, type Verdict } from './decide.ts';
import { accountOf, identityOf, roleAt } from './identity.ts';
import type { Question } from './question.ts';
import { refusal } from './refusal.ts';
import { canAssume } from './trust.ts';

/** Something that was asked and allowed, for whoever wants to know which statements are used. */
export interface Authorized {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Every statement that allowed it; empty where nobody needs one, as the root of an account does not. */
  readonly allowedBy: readonly Grant[];
}

/** A call about to be performed. */
export interface Asked {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
}

/**
 * Refuses a call that its principal's policies do not allow.
 *
 * What AWS's services do by themselves is not asked about here: the services themselves ask the resource's policy, where
 * it has one, before they act.
 *
 * Faults  the service's own: UnauthorizedOperation, AccessDeniedException, AccessDenied, AuthorizationError
 */
export function authorize({ service, operation, input }: Asked, call: Call<unknown>): void {
  const { principal, world } = call;
  if (principal.kind === 'AWSService') return;
  const needs = needsOf(service, operation, input, call);
  const identity = identityOf(world, principal, world.trustedRoles);
  for (const access of needs.access) require(service, access, call, identity);
  for (const passed of needs.passes ?? []) passRole(service, passed, call, identity);
}

function require(service: ServiceName, access: Access, call: Call<unknown>, identity: Identity): void {
  const { principal, world, place } = call;
  // Nobody but a resource's own policy could say no to whoever may do everything in their own account.
  const verdict = decided(access, world, place, principal, identity);
  if (!verdict.allowed && verdict.kind === 'resource' && access.inPart === true) return;
  if (!verdict.allowed) throw refusal(service, principal, access, verdict);
  world.onAuthorized?.({ principal, action: access.action, resource: access.resource, allowedBy: verdict.by });
}

function decided(
  access: Access,
  world: World,
  place: Call<unknown>['place'],
  principal: Principal,
  identity: Identity,
): Verdict {
  const question: Question = {
    principal,
    principalTags: identity.tags,
    access,
    place,
    owner: ownerOf(access, place),
    world,
  };
  return decide(question, identity, world.onAuthorized !== undefined);
}

/**
 * Whether somebody may do something: for what a service does in a caller's name without a call of its own, as Lambda
 * writes a function's log.
 */
export function isAllowed(world: World, place: Call<unknown>['place'], principal: Principal, access: Access): boolean {
  const verdict = decided(access, world, place, principal, identityOf(world, principal, world.trustedRoles));
  if (verdict.allowed)
    world.onAuthorized?.({ principal, action: access.action, resource: access.resource, allowedBy: verdict.by });
  return verdict.allowed;
}

/** What a service would answer to somebody who may not do something; undefined: they may, or policies are not evaluated. */
export function whyRefused(service: ServiceName, access: Access, call: Call<unknown>): AwsError | undefined {
  const { principal, world, place } = call;
  if (world.authorization === 'ignored' || principal.kind === 'AWSService') return undefined;
  const verdict = decided(access, world, place, principal, identityOf(world, principal, world.trustedRoles));
  return verdict.allowed ? undefined : refusal(service, principal, access, verdict);
}

/** Handing a role to a service takes iam:PassRole on it, and the service must be able to assume it. */
function passRole(service: ServiceName, passed: PassedRole, call: Call<unknown>, identity: Identity): void {
  const { roleArn, to, unassumable, must = [] } = passed;
  const { world, place } = call;
  const account = accountOf(roleArn);
  const role = roleAt(world, roleArn, account);
  const context = { 'iam:passedtoservice': to, 'iam:associatedresourcearn': passed.for };
  const access = { action: 'iam:PassRole', resource: roleArn, tags: role?.tags, context, owner: account };
  require(service, access, call, identity);
  const isAssumable = role !== undefined && canAssume(role, to, { arn: passed.for, place }, world);
  if (unassumable !== undefined && !isAssumable) throw unassumable();
  const session = roleSession(roleArn, to.slice(0, to.indexOf('.')));
  for (const { access: needed, refused } of must) if (!isAllowed(world, place, session, needed)) throw refused();
}
